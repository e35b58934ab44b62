// SPDX-License-Identifier: BSL-1.0
// How operands lie in memory changes nothing: column-major is row-major, strided views are copies.
// labels: sanitize
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <boost/mpl/list.hpp>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(layouts_in_memory)

using floating = boost::mpl::list<float, double>;

template <class To, class From>
To copied(From const& from, auto... extents) {
  To result(extents...);
  for (index_t i = 0; i < from.extent(0); ++i)
    for (index_t j = 0; j < from.extent(1); ++j) result(i, j) = from(i, j);
  return result;
}

template <class A, class B>
auto example(A const& a, B const& b) {
  return tanh(a - 2) / (1 + exp(b));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(column_major_is_row_major, T, floating) {
  using columns = tensor<T, dyn, dyn, column_major>;
  for (int m : {0, 1, 5, 8, 19})
    for (int n : {1, 3, 16, 21}) {
      auto const a = random_tensor<T, dyn, dyn>(1, -3, 3, m, n), b = random_tensor<T, dyn, dyn>(2, -3, 3, m, n);
      auto const ca = copied<columns>(a, m, n), cb = copied<columns>(b, m, n);
      auto const y = run(example(a, b));
      BOOST_TEST(same_values(run(example(ca, cb)), y));
      BOOST_TEST(same_values(run(example(ca, b)), y));
      columns target(m, n);
      put(target, example(ca, cb));
      BOOST_TEST(same_values(target, y));
      put(target, example(a, b));
      BOOST_TEST(same_values(target, y));
      tensor<T, dyn, dyn> row_target(m, n);
      put(row_target, example(ca, cb));
      BOOST_TEST(same_values(row_target, y));
      BOOST_TEST((run(max(ca)) == run(max(a)) && run(argmax(ca)) == run(argmax(a))));
    }
}

BOOST_AUTO_TEST_CASE(column_major_of_rank_3) {
  auto const a = random_tensor<float, 3, 4, 5>(1, -3, 3);
  tensor<float, 3, 4, 5, column_major> c;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 4; ++j)
      for (int k = 0; k < 5; ++k) c(i, j, k) = a(i, j, k);
  BOOST_TEST(same_values(run(exp(c)), run(exp(a))));
  tensor<float, 3, 4, 5, column_major> target;
  target = exp(a) - c;
  BOOST_TEST(same_values(target, run(exp(a) - a)));
  auto const s = whole_tensor<float, 3, 5>(2);
  tensor<float, 3, 5, column_major> d;
  d = s;
  BOOST_TEST(same_values(run(sum<0>(d)), run(sum<0>(s))));
  BOOST_TEST(same_values(run(sum<1>(d)), run(sum<1>(s))));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(strided_views_are_copies, T, floating) {
  for (int m : {1, 4, 9})
    for (int n : {1, 7, 8, 17}) {
      auto const store = random_tensor<T, dyn, dyn>(1, -3, 3, 2 * m, 3 * n);
      T const* const p = store.data();
      view<T const, dyn, dyn, strided> const every(p + 1, m, n, {6 * n, 3});
      view<T const, dyn, dyn, strided> const turned(p, m, n, {1, 2 * m});
      view<T const, dyn, dyn, strided> const back(p + 6 * m * n - 1, m, n, {-3 * n, -1});
      view<T const, dyn, dyn, strided> const same(p + 2, m, n, {0, 1});
      using rows = tensor<T, dyn, dyn>;
      auto const c0 = copied<rows>(every, m, n), c1 = copied<rows>(turned, m, n), c2 = copied<rows>(back, m, n),
                 c3 = copied<rows>(same, m, n);
      BOOST_TEST(same_values(run(example(every, turned)), run(example(c0, c1))));
      BOOST_TEST(same_values(run(example(back, same)), run(example(c2, c3))));
      std::vector<T> elsewhere(std::size_t(8 * m * n), T(77));
      view<T, dyn, dyn, strided> target(elsewhere.data() + 1, m, n, {8 * n, 2});
      put(target, example(back, turned));
      BOOST_TEST(same_values(target, run(example(c2, c1))));
      BOOST_TEST((elsewhere[0] == 77 && elsewhere[2] == 77));
      BOOST_TEST(std::count(elsewhere.begin(), elsewhere.end(), T(77)) == 7 * m * n);
      BOOST_TEST((run(argmin(back)) == run(argmin(c2)) && run(max(turned)) == run(max(c1))));
    }
}

BOOST_AUTO_TEST_CASE(views_over_containers) {
  std::vector<float> const v{1, 2, 3, 4, 5, 6};
  auto const m = view<float const, 2, 3>(v);
  BOOST_TEST(run(sum<0>(m))(2) == 9);
  BOOST_TEST(run(sum(view<float const, dyn>(v, 6))) == 21);
  BOOST_CHECK_THROW((view<float const, 2, 2>(v)), shape_error);
}

// Blocks are turned in registers; what is left beside and below them is not.
template <class T>
void check_turned() {
  for (int m : {1, 4, 7, 8, 9, 16, 17, 35, 70})
    for (int n : {1, 3, 8, 12, 16, 33}) {
      auto const x = whole_tensor<T, dyn, dyn>(unsigned(m + n), m, n);
      auto const turned = [&](auto const& y, auto const& value) {
        int wrong = 0;
        for (int i = 0; i < n; ++i)
          for (int j = 0; j < m; ++j) wrong += !(y(i, j) == value(x(j, i), i, j));
        BOOST_TEST(wrong == 0, "of " << m << " x " << n << ": " << wrong << " wrong");
      };
      turned(run(transpose(x)), [](T v, int, int) { return v; });
      auto const along = whole_tensor<T, dyn>(3, m), down = whole_tensor<T, dyn>(4, n);
      turned(run(transpose(x) + broadcast<dyn, dyn>(along)), [&](T v, int, int j) { return T(v + along(j)); });
      tensor<T, dyn, dyn> target(n, m);
      target = transpose(x) + transpose(x);
      turned(target, [](T v, int, int) { return T(v + v); });
      target = transpose(x) + target + transpose(x);  // also what is written
      turned(target, [](T v, int, int) { return T(4 * v); });
      target = transpose(x) - outer(down, along);
      turned(target, [&](T v, int i, int j) { return T(v - down(i) * along(j)); });
    }
  auto square = whole_tensor<T, dyn, dyn>(5, 24, 24);
  auto const before = square;
  square = transpose(square);
  auto const again = run(transpose(square));
  BOOST_TEST(same_values(again, before));
  auto const cube = whole_tensor<T, 3, 17, 9>(6);
  tensor<T, 3, 17, 9, column_major> c;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 17; ++j)
      for (int k = 0; k < 9; ++k) c(i, j, k) = cube(i, j, k);
  tensor<T, 3, 17, 9> back;
  back = c;
  BOOST_TEST(same_values(back, cube));
  auto const batched = run(transpose(cube));
  for (int i = 0; i < 3; ++i) BOOST_TEST(same_values(run(transpose(cube[i])), batched[i]));
}
BOOST_AUTO_TEST_CASE(transposes) {
  check_turned<float>();
  check_turned<double>();
  check_turned<std::int32_t>();
  auto const x = whole_tensor<float, dyn, dyn>(1, 19, 33);
  tensor<float16, dyn, dyn> const h = cast<float16>(x);
  BOOST_TEST(same_values(run(cast<float>(transpose(h))), run(transpose(x))));
  BOOST_TEST(same_values(run(transpose(x) > 0), run(transpose(tensor<bool, dyn, dyn>(x > 0)))));
}

BOOST_AUTO_TEST_SUITE_END()
