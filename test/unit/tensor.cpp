// SPDX-License-Identifier: BSL-1.0
// The containers: construction, extents, element access, iteration, storage.
// labels: sanitize
#include "reference.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>
#include <span>
#include <type_traits>
#include <vector>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(tensors_and_views)

inline constexpr auto batch = dim<"batch">;

template <class A>
list extents_list(A const& a) {
  list result;
  for (int axis = 0; axis < A::rank; ++axis) result.push_back(a.extent(axis));
  return result;
}
template <class A>
list strides_list(A const& a) {
  list result;
  for (int axis = 0; axis < A::rank; ++axis) result.push_back(a.strides()[axis]);
  return result;
}

BOOST_AUTO_TEST_CASE(elements_start_as_zero) {
  tensor<float, 5> a;
  tensor<double, dyn> b(300);
  tensor<std::int32_t, batch, 3> c(4);
  tensor<bool, dyn> d(9);
  auto const zero = [](auto const& t) { return std::all_of(t.begin(), t.end(), [](auto x) { return x == 0; }); };
  BOOST_TEST((zero(a) && zero(b) && zero(c) && zero(d)));
  BOOST_TEST((a.size() == 5 && b.size() == 300 && c.size() == 12 && d.size() == 9));
}

BOOST_AUTO_TEST_CASE(run_time_extents_are_given_in_order) {
  tensor<float, batch, 64, dyn> t(3, 5);
  BOOST_TEST((extents_list(t) == list{3, 64, 5}));
  BOOST_TEST((strides_list(t) == list{320, 5, 1}));
  tensor<float, batch, 64, dyn, column_major> c(3, 5);
  BOOST_TEST((extents_list(c) == list{3, 64, 5}));
  BOOST_TEST((strides_list(c) == list{1, 3, 192}));
  tensor<float, batch, 64> const none;
  BOOST_TEST((none.empty() && extents_list(none) == list{0, 64}));
  BOOST_CHECK_THROW((tensor<float, dyn>(-1)), shape_error);
  BOOST_CHECK_THROW((tensor<float, dyn, dyn>(2, -3)), shape_error);
}

BOOST_AUTO_TEST_CASE(nested_lists) {
  tensor<float, 2, 3> const a{{1, 2, 3}, {4, 5, 6}};
  BOOST_TEST((a(0, 0) == 1 && a(0, 2) == 3 && a(1, 0) == 4 && a(1, 2) == 6));
  tensor<float, 2, 3, column_major> const c{{1, 2, 3}, {4, 5, 6}};
  BOOST_TEST((c(0, 2) == 3 && c(1, 0) == 4 && c.data()[1] == 4));
  tensor<double, dyn, dyn> const b{{1, 2}, {3, 4}, {5, 6}};
  BOOST_TEST((extents_list(b) == list{3, 2} && b(2, 1) == 6));
  tensor<std::int32_t, 1, 2, 2> const d{{{1, 2}, {3, 4}}};
  BOOST_TEST(d(0, 1, 0) == 3);
  tensor<float, dyn> const one{7};  // an element, as in std::vector
  BOOST_TEST((one.size() == 1 && one(0) == 7));
  BOOST_CHECK_THROW((tensor<float, 2, 2>{{1, 2}, {3}}), shape_error);
  BOOST_CHECK_THROW((tensor<float, dyn, dyn>{{1, 2}, {3}}), shape_error);
  BOOST_CHECK_THROW((tensor<float, 3>{1, 2}), shape_error);
  BOOST_CHECK_THROW((tensor<float, dyn, 3>{{1, 2}}), shape_error);
}

BOOST_AUTO_TEST_CASE(elements_by_index) {
  tensor<float, 2, 3, 4> t;
  std::iota(t.begin(), t.end(), 0.f);
  BOOST_TEST((t(0, 0, 0) == 0 && t(0, 0, 3) == 3 && t(0, 1, 0) == 4 && t(1, 0, 0) == 12 && t(1, 2, 3) == 23));
  t(1, 1, 1) = -1;
  BOOST_TEST(t.data()[17] == -1);
  auto const matrix = t[1];
  static_assert(shape_of(matrix) == extents<3, 4>);
  BOOST_TEST((matrix(1, 1) == -1 && matrix.data() == t.data() + 12));
  auto row = t[0][2];
  BOOST_TEST((row(1) == 9 && row[3] == 11));
  row[3] = 50;  // a view writes through
  BOOST_TEST(t(0, 2, 3) == 50);
  tensor<float, 2, 3, 4> const& constant = t;
  static_assert(!std::is_assignable_v<decltype((constant(0, 0, 0))), float>);
  static_assert(std::is_same_v<decltype(*constant[0].data()), float const&>);
}

// Begin to end is the order of the indices, however elements lie.
BOOST_AUTO_TEST_CASE(iteration_in_index_order) {
  tensor<int, 2, 3, column_major> c;
  std::iota(c.begin(), c.end(), 1);
  BOOST_TEST((c(0, 0) == 1 && c(0, 1) == 2 && c(1, 0) == 4 && c(1, 2) == 6));
  BOOST_TEST((c.data()[0] == 1 && c.data()[1] == 4));
  std::vector<float> store(20);
  view<float, 3, 2, strided> const v(store.data() + 15, {-5, 2});
  std::iota(v.begin(), v.end(), 1.f);
  BOOST_TEST((store[15] == 1 && store[17] == 2 && store[10] == 3 && store[5] == 5 && store[7] == 6));
  std::vector<float> const copied(v.begin(), v.end());
  BOOST_TEST((copied == std::vector<float>{1, 2, 3, 4, 5, 6}));
  BOOST_TEST(std::distance(c.begin(), c.end()) == 6);
  tensor<float, dyn, dyn, column_major> const none(0, 3);
  BOOST_TEST((none.begin() == none.end()));
}

BOOST_AUTO_TEST_CASE(views_of_every_kind) {
  std::array<float, 24> store;
  std::iota(store.begin(), store.end(), 0.f);
  view<float, 4, 6> const all(store);
  view<float const, dyn, 6> const rows(store.data(), 3);
  view<float, 6, 4, column_major> const columns(store.data());
  view<float, dyn, dyn, strided> const some(store.data() + 1, 2, 3, {12, 2});
  BOOST_TEST((all(1, 0) == 6 && rows(2, 5) == 17 && columns(1, 0) == 1 && columns(0, 1) == 6 && some(1, 2) == 17));
  BOOST_TEST((extents_list(some) == list{2, 3} && strides_list(some) == list{12, 2}));
  BOOST_TEST((extents_list(rows) == list{3, 6} && strides_list(rows) == list{6, 1}));
  auto const copy = all;  // of the view, not of the elements
  copy(0, 0) = 99;
  BOOST_TEST(store[0] == 99);
  BOOST_CHECK_THROW((view<float, 5, 5>(store)), shape_error);
  BOOST_CHECK_THROW((view<float, dyn>(store, 23)), shape_error);
}

// The one run-time extent may be left to the container.
BOOST_AUTO_TEST_CASE(views_take_their_extent_from_a_container) {
  std::vector<float> numbers(6, 1.f);
  view<float, dyn> const all(numbers);
  view<float const, dyn, 3> const rows_of_three(numbers);
  BOOST_TEST((all.extent(0) == 6 && rows_of_three.extent(0) == 2 && rows_of_three.data() == numbers.data()));
  std::vector<float> const seven(7);
  BOOST_CHECK_THROW((view<float const, dyn, 3>(seven)), shape_error);
  std::vector<float> none;
  BOOST_TEST((view<float, dyn>(none).size() == 0));
  static_assert(!std::is_convertible_v<tensor<float, 3>&, view<float, 4>>);
}

BOOST_AUTO_TEST_CASE(storage) {
  // Static: inside of the object, aligned to itself up to a cache line. Run-time: a cache line.
  static_assert(sizeof(tensor<float, 3>) == 16 && alignof(tensor<float, 3>) == 16);
  static_assert(sizeof(tensor<float, 64, 64>) == 64 * 64 * 4 && alignof(tensor<float, 64, 64>) == 64);
  static_assert(sizeof(tensor<float, dyn>) <= 2 * sizeof(void*));
  static_assert(std::is_trivially_copyable_v<tensor<float, 8>>);
  static_assert(std::is_nothrow_move_constructible_v<tensor<float, dyn>>);
  static_assert(std::is_nothrow_move_assignable_v<tensor<float, dyn>>);
  static_assert(std::is_trivially_copy_constructible_v<view<float, dyn, 3>>);
  for (int n : {1, 3, 100}) {
    tensor<float, dyn> const t(n);
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(t.data()) % 64 == 0);
  }
}

BOOST_AUTO_TEST_CASE(values_of_tensors_views_and_numbers) {
  tensor<float, 2, 2> const a{{1, 2}, {3, 4}};
  BOOST_TEST(same_values(run(a), a));
  tensor<float, 2, 2, column_major> const c{{1, 2}, {3, 4}};
  auto const row_major_ = run(c);
  BOOST_TEST(same_values(row_major_, a));
  view<float const, 2, strided> const diagonal(a.data(), {3});
  BOOST_TEST(same_values(run(diagonal), tensor<float, 2>{1, 4}));
  tensor<float, dyn> const from_view = diagonal;
  BOOST_TEST(same_values(from_view, tensor<float, 2>{1, 4}));
  tensor<float, 4> const flat = view<float const, 4>(a.data());
  BOOST_TEST(flat(3) == 4);
}

// What is under an index of a temporary lives as long as it is used.
tensor<float, dyn, dyn> twos() { return tensor<float, dyn, dyn>{{2, 3}, {2, 3}}; }
BOOST_AUTO_TEST_CASE(parts_of_temporaries) {
  auto const doubled = twos()[1] * 2.0f;
  BOOST_TEST(same_values(run(doubled), tensor<float, 2>{4, 6}));
  float total = 0;
  for (float element : twos()[0]) total += element;
  BOOST_TEST((total == 5 && twos()[1][1] == 3));
  static_assert(std::is_same_v<decltype(twos()[1]), tensor<float, dyn>>);
  tensor<float, 2> numbers;
  std::move(numbers)[1] = 7;
  BOOST_TEST(numbers(1) == 7);
  static_assert(!std::is_invocable_v<tensor<float, 3, 4>&, int> && std::is_invocable_v<tensor<float, 3, 4>&, int, int>);
  tensor<float, 2, 3, column_major> c{{1, 2, 3}, {4, 5, 6}};
  BOOST_TEST(same_values(std::move(c)[1], tensor<float, 3>{4, 5, 6}));
  // A container that goes away can be read meanwhile, but not borrowed to be written; what it refers to can.
  using vector = std::vector<float>;
  static_assert(!std::is_constructible_v<view<float, dyn>, vector>);
  static_assert(std::is_constructible_v<view<float, dyn>, vector&>);
  static_assert(std::is_constructible_v<view<float const, dyn>, vector>);
  static_assert(std::is_constructible_v<view<float, dyn>, std::span<float>>);
  static_assert(!std::is_constructible_v<view<float, 3>, std::array<float, 3>>);
}

BOOST_AUTO_TEST_CASE(views_are_written_as_tensors_are) {
  tensor<float, 3, 4> A{{4, 3, 2, 1}, {8, 7, 6, 5}, {1, 9, 2, 8}};
  A[0] = {1, 5, 1, 5};
  rows(A, 1, 1) = {{2, 2, 2, 2}};
  BOOST_TEST(same_values(A, tensor<float, 3, 4>{{1, 5, 1, 5}, {2, 2, 2, 2}, {1, 9, 2, 8}}));
  BOOST_CHECK_THROW((A[0] = {1, 2}), shape_error);
  BOOST_CHECK_THROW((rows(A, 0, 2) = {{1, 2, 3, 4}, {1, 2}}), shape_error);

  auto first = row(A, 0), last = row(A, 2);
  using std::swap;
  swap(first, last);
  swap(row(A, 0), row(A, 1));
  auto left = column(A, 1), right = column(A, 3);
  swap(left, right);
  BOOST_TEST(same_values(A, tensor<float, 3, 4>{{2, 2, 2, 2}, {1, 8, 2, 9}, {1, 5, 1, 5}}));
  BOOST_CHECK_THROW(swap(rows(A, 0, 1), rows(A, 1, 2)), shape_error);

  auto const sorted = column(A, 1);
  std::sort(sorted.begin(), sorted.end());
  BOOST_TEST((A(0, 1) == 2 && A(1, 1) == 5 && A(2, 1) == 8));
  BOOST_TEST((sorted.end() - sorted.begin() == 3 && sorted.begin()[2] == 8 && *(sorted.end() - 3) == 2));
  static_assert(std::random_access_iterator<decltype(sorted.begin())>);

  view all(A);
  static_assert(std::is_same_v<decltype(all), view<float, 3, 4>>);
  view const read_only(std::as_const(A));
  static_assert(std::is_same_v<decltype(read_only), view<float const, 3, 4> const>);
}

#ifndef __SANITIZE_ADDRESS__  // which ends the program where there is no memory
BOOST_AUTO_TEST_CASE(more_than_there_is_memory) {
  BOOST_CHECK_THROW((tensor<double, dyn>(uninitialized, index_t{1} << 61)), std::bad_alloc);
  BOOST_CHECK_THROW((tensor<double, dyn, dyn>(index_t{1} << 40, index_t{1} << 40)), std::bad_alloc);
}
#endif

BOOST_AUTO_TEST_CASE(extents_outside) {
  tensor<float, dyn> x(6);
  BOOST_CHECK_THROW(rows(x, 1, std::numeric_limits<index_t>::max()), shape_error);
  BOOST_CHECK_THROW((view<float, dyn, dyn>(x.data(), -2, -3)), shape_error);
  BOOST_CHECK_THROW((reshape<dyn, dyn>(x, -2, -3)), shape_error);
  BOOST_TEST(rows(x, 6, 0).size() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
