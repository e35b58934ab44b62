// SPDX-License-Identifier: BSL-1.0
// Programs that a user might write: odd, and right.
// labels: sanitize
// options: -O0 -Wno-psabi
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <tuple>
#include <vector>

#include <oneloop/oneloop.hpp>

using namespace oneloop;

namespace {

constexpr auto batch = dim<"batch">;

template <formula F>
auto twice(F const& f) {
  return f + f;
}
auto plus_one(auto&& f) { return static_cast<decltype(f)>(f) + 1; }
auto of_a_local() {
  tensor<float, 3> local{1, 2, 3};
  return square(std::move(local)) * 2;
}

struct model {
  tensor<float, 2, 3> W{{1, 0, 0}, {0, 1, 0}};
  tensor<float, 2> b{1, 2};
  template <class X>
  auto operator()(X&& x) const {
    return max(W * static_cast<X&&>(x) + b, 0);
  }
};

template <class T, int N>
T norm_of(tensor<T, N> const& x) {
  return evaluate(norm(x));
}
template <auto... Dims>
float total_of(tensor<float, Dims...> const& x) {
  return evaluate(sum(x));
}

// An empty formula as a member.
struct holder {
  decltype(square(var<"x", 3>)) f;
  tensor<float, dyn> data;
};

template <class Array>
std::vector<double> list(Array const& array) {
  return {array.begin(), array.end()};
}
using numbers = std::vector<double>;

struct vectors {
  tensor<float, 3> const x{1, 2, 3};
  tensor<float, 3> y;
};

}  // namespace

#define CHECK_EQUAL(actual, ...) BOOST_TEST(list(actual) == (numbers{__VA_ARGS__}), boost::test_tools::per_element())

BOOST_AUTO_TEST_SUITE(usage)

BOOST_FIXTURE_TEST_CASE(formulas_as_arguments_and_results, vectors) {
  y = twice(x);
  CHECK_EQUAL(y, 2, 4, 6);
  y = twice(twice(x) + 1);
  CHECK_EQUAL(y, 6, 10, 14);
  y = plus_one(x);
  CHECK_EQUAL(y, 2, 3, 4);
  y = plus_one(tensor<float, 3>{1, 1, 1});
  CHECK_EQUAL(y, 2, 2, 2);
  y = plus_one(2 * x);
  CHECK_EQUAL(y, 3, 5, 7);
  y = of_a_local();
  CHECK_EQUAL(y, 2, 8, 18);
  auto const add = [](auto const& first, auto&&... rest) { return (first + ... + rest); };
  y = add(x, x, 1, x);
  CHECK_EQUAL(y, 4, 7, 10);
  model const m;
  tensor<float, 2> const z = m(x);
  CHECK_EQUAL(z, 2, 4);
  BOOST_TEST(norm_of(tensor<float, 2>{3, 4}) == 5);
  BOOST_TEST(total_of(x) == 6);
  BOOST_TEST(total_of(tensor<float, 2, 2>{{1, 2}, {3, 4}}) == 10);
  auto const f = x + 1;
  auto const copy = f;
  auto const& reference = copy;
  y = copy;
  CHECK_EQUAL(y, 2, 3, 4);
  y = reference % f;
  CHECK_EQUAL(y, 4, 9, 16);
}

BOOST_FIXTURE_TEST_CASE(several_results, vectors) {
  auto const [low, high, doubled] = evaluate(min(x), max(x), x + x);
  BOOST_TEST(low == 1);
  BOOST_TEST(high == 3);
  CHECK_EQUAL(doubled, 2, 4, 6);
  float a = 0, b = 0;
  std::tie(a, b) = evaluate(sum(x), mean(x));
  BOOST_TEST(a == 6);
  BOOST_TEST(b == 2);
}

BOOST_FIXTURE_TEST_CASE(binding_in_binding, vectors) {
  constexpr auto a = var<"a", 3>;
  constexpr auto b = var<"b", 3>;
  constexpr auto k = var<"k">;
  constexpr auto f = a + k * b;
  y = f(a = f(a = x, b = x, k = 2), b = x, k = 10);
  CHECK_EQUAL(y, 13, 26, 39);
  y = f(a = x, b = a, k = 3)(a = 2 * x);  // to a variable first: another `a` than that of f
  CHECK_EQUAL(y, 7, 14, 21);
  y = f(a = b, b = a, k = 2)(a = x, b = 10 * x);  // exchanged
  CHECK_EQUAL(y, 12, 24, 36);
  y = f(a = 1 * x, b = tensor<float, 3>{1, 1, 1}, k = 1_c);
  CHECK_EQUAL(y, 2, 3, 4);
  BOOST_TEST(evaluate(exp(k)(k = 0.0)) == 1);
  holder const h{{}, tensor<float, dyn>(3)};
  y = h.f(var<"x", 3> = x);
  CHECK_EQUAL(y, 1, 4, 9);
}

BOOST_FIXTURE_TEST_CASE(rank_zero, vectors) {
  tensor<float> s;
  s = 3;
  BOOST_TEST(s() == 3);
  s = sum(x);
  s += 1;
  s *= 2.0f;
  BOOST_TEST(s() == 14);
  y = s * x;
  CHECK_EQUAL(y, 14, 28, 42);
  y = x + s;
  CHECK_EQUAL(y, 15, 16, 17);
  s = s + sum(s * x);
  BOOST_TEST(s() == 98);
  BOOST_TEST(evaluate(s * 2) == 196);
  constexpr auto r = var<"r">;
  BOOST_TEST(evaluate((r * r)(r = tensor<float>(x(2) + sum(x)))) == 81);
  BOOST_TEST(evaluate((r + 1)(r = sum(x))) == 7);
  tensor<bool> flag;
  flag = all(x > 0);
  BOOST_TEST(flag());
}

BOOST_FIXTURE_TEST_CASE(extents_of_none_and_of_one, vectors) {
  tensor<float, 0> none;
  none = exp(none + none);
  BOOST_TEST(none.empty());
  BOOST_TEST(evaluate(sum(none)) == 0);
  tensor<float, 0, 3> const wide;
  tensor<float, 3, 0> const tall;
  tensor<float, 0> const nothing = wide * x;
  BOOST_TEST(nothing.size() == 0);
  y = tall * none;
  CHECK_EQUAL(y, 0, 0, 0);
  tensor<float, 3, 3> const zeros = tall * wide;
  BOOST_TEST(evaluate(all(zeros == 0)));
  BOOST_TEST(evaluate(softmax(none)).empty());
  tensor<float, dyn> run_time(0);
  run_time = 2 * run_time;
  BOOST_TEST(run_time.size() == 0);
  run_time = 2 * x;  // empty: takes the formula's extents
  CHECK_EQUAL(run_time, 2, 4, 6);
  model const m;
  tensor<float, batch, 3> const rows(0);
  tensor<float, batch, 2> const out = linear(rows, m.W, m.b);
  BOOST_TEST(out.extent(0) == 0);
  BOOST_TEST(evaluate(sum(rows)) == 0);

  tensor<float, 1> one{5};
  one = one * 2;
  BOOST_TEST(evaluate(softmax(one))(0) == 1);
  tensor<float, 1, 1> single{{2}};
  single = single * single;
  single = transpose(single);
  BOOST_TEST(evaluate(single * one)(0) == 40);
  tensor<float, 1, 3> const row_matrix{{1, 2, 3}};
  tensor<float, 3, 1> const column_matrix{{1}, {2}, {3}};
  BOOST_TEST(evaluate(row_matrix * x)(0) == 14);
  BOOST_TEST(evaluate(one * row_matrix)(2) == 30);
  tensor<float, 3, 3> const products = column_matrix * row_matrix;
  CHECK_EQUAL(products, 1, 2, 3, 2, 4, 6, 3, 6, 9);
}

BOOST_FIXTURE_TEST_CASE(a_target_in_its_own_formula, vectors) {
  tensor<float, 2, 2> S{{1, 2}, {3, 4}};
  S = S * S;
  S = transpose(S);
  CHECK_EQUAL(S, 7, 15, 10, 22);
  y = x;
  y = y + sum(y);
  CHECK_EQUAL(y, 7, 8, 9);
  y += y;
  CHECK_EQUAL(y, 14, 16, 18);
}

BOOST_FIXTURE_TEST_CASE(in_containers, vectors) {
  std::vector<tensor<float, 3>> const many(4, x);
  for (auto const& each : many) y += each;
  CHECK_EQUAL(y, 4, 8, 12);
  std::optional<tensor<float, 3>> const perhaps = x;
  BOOST_TEST((*perhaps)(1) == 2);
  auto const large = std::make_unique<tensor<float, 100, 100>>();
  *large = 1;
  BOOST_TEST(evaluate(sum(*large)) == 10000);
  std::map<int, tensor<float, 3>> by_number;
  by_number[1] = x + x;
  CHECK_EQUAL(by_number[1], 2, 4, 6);
  BOOST_TEST(std::accumulate(x.begin(), x.end(), 0.0f) == 6);
  BOOST_TEST(*std::max_element(x.begin(), x.end()) == 3);
  y = {4, 5, 6};
  CHECK_EQUAL(y, 4, 5, 6);
}

BOOST_FIXTURE_TEST_CASE(element_types, vectors) {
  tensor<std::int32_t, 3> n{1, 2, 3};
  n = n * 2 + 1;
  BOOST_TEST(evaluate(sum(n)) == 15);
  n = n / 2;
  CHECK_EQUAL(n, 1, 2, 3);
  tensor<double, 3> d{1, 2, 3};
  d = 0.5f * d + 1;
  d = cast<double>(x) + d;  // registers of two widths
  CHECK_EQUAL(d, 2.5, 4, 5.5);
  d = where(x > 1, d, -d);
  CHECK_EQUAL(d, -2.5, 4, 5.5);
  y = cast<float>(where(d > 0 && x < 3, d, 0)) + x;
  CHECK_EQUAL(y, 1, 6, 3);
  tensor<bool, 3> mask = x > 1;
  mask = !mask || x > 2;
  CHECK_EQUAL(mask, 1, 0, 1);
  BOOST_TEST(evaluate(sum(cast<std::int32_t>(mask))) == 2);
  y = where(mask, x, 0);
  CHECK_EQUAL(y, 1, 0, 3);
  y = 1L * x + 1u + short(1) + true;
  CHECK_EQUAL(y, 4, 5, 6);
  y = x * 2.0L;
  CHECK_EQUAL(y, 2, 4, 6);
}

BOOST_FIXTURE_TEST_CASE(views, vectors) {
  float memory[6] = {1, 2, 3, 4, 5, 6};
  auto v = view<float, 2, 3>(memory);
  auto const constant_view = view<float const, 2, 3>(memory);
  BOOST_TEST(evaluate(sum(constant_view)) == 21);
  v = v * 2;
  v[0] = x;
  v[1] += 1;
  CHECK_EQUAL(v, 1, 2, 3, 9, 11, 13);
  view<float, 3> const first = v[0];
  first = first + x;
  CHECK_EQUAL(v, 2, 4, 6, 9, 11, 13);
  auto run_time = view<float, batch, 3>(memory, 2);
  run_time = broadcast<batch, 3>(x);
  CHECK_EQUAL(v, 1, 2, 3, 1, 2, 3);
  auto const strides = view<float, 2, strided>(memory, {{3}});
  strides = strides + 1;
  CHECK_EQUAL(v, 2, 2, 3, 2, 2, 3);
  y = transpose(v) * tensor<float, 2>{1, 1};
  CHECK_EQUAL(y, 4, 4, 6);
  auto const lazy = square(view<float, 3>(memory));  // a view is copied, its elements are not
  memory[0] = 5;
  BOOST_TEST(evaluate(lazy)(0) == 25);
}

BOOST_FIXTURE_TEST_CASE(rank_0_is_a_number, vectors) {
  float s = sum(x);
  BOOST_TEST(s == 6);
  s += max(x);
  BOOST_TEST(s == 9);
  BOOST_TEST(std::sqrt(sum(square(x)) + 2) == 4);
  double const wide = mean(x);
  BOOST_TEST(wide == 2);
  std::vector<float> const several{min(x), sum(x), par(max(x))};
  CHECK_EQUAL(several, 1, 6, 3);
  BOOST_TEST((s > 0 ? sum(x) : 0.5f) == 6);
  int reached = 0;
  if (any(x > 2)) ++reached;
  if (all(x > 0) && !any(x > 3)) ++reached;
  if (sum(x) > 6) ++reached;
  BOOST_TEST(reached == 2);
  constexpr auto v = var<"v", 3>;
  constexpr auto k = var<"k">;
  float const bound = (k * sum(v))(v = x, k = 0.5f);
  BOOST_TEST(bound == 3);
  static_assert(float(sum(tensor<float, 3>{1, 2, 3})) == 6);
  static_assert(std::is_empty_v<decltype(k * sum(v))>);
  static_assert(std::is_convertible_v<decltype(sum(x)), float> && !std::is_convertible_v<decltype(x + x), float>);

  tensor<float> stored = 2.5f;
  y = x * stored;
  CHECK_EQUAL(y, 2.5, 5, 7.5);
  stored = sum(x);
  float const read = stored;
  BOOST_TEST(read == 6);
  float target = 1;
  view<float> const there(&target);
  there = there + sum(x);
  BOOST_TEST(target == 7);
  BOOST_TEST(x(argmax(x)) == 3);
}

float total(view<float const, batch> v) { return sum(v); }

BOOST_FIXTURE_TEST_CASE(views_as_parameters, vectors) {
  tensor<float, batch> const run_time{1, 2};
  BOOST_TEST(total(x) == 6);
  BOOST_TEST(total(run_time) == 3);
  BOOST_TEST(total(y.borrow()) == 0);
  BOOST_TEST(total(tensor<float, 2>{4, 5}) == 9);
  view<float, 3> borrowed = y;
  borrowed = x + 1;
  CHECK_EQUAL(y, 2, 3, 4);
  view<float const, 3, strided> const any_strides = borrowed;
  BOOST_TEST(float(max(any_strides)) == 4);
  BOOST_CHECK_THROW((view<float const, 3>(run_time)), shape_error);
  static_assert(!std::is_convertible_v<tensor<float, batch>&, view<float, 3>>);      // checked at run time
  static_assert(!std::is_constructible_v<view<float, 3>, tensor<float, 3> const&>);  // elements that are const
  static_assert(!std::is_constructible_v<view<float, 3>, tensor<float, 3>>);         // and that would be gone
  static_assert(!std::is_constructible_v<view<float, 3>, tensor<float, 4>&>);
  static_assert(!std::is_constructible_v<view<float, 2, 3>, tensor<float, 2, 3, column_major>&>);
}

BOOST_FIXTURE_TEST_CASE(linear_without_a_bias, vectors) {
  tensor<float, 2, 3> const W{{1, 0, 2}, {0, 1, 0}};
  tensor<float, batch, 3> const X{{1, 2, 3}, {0, 1, 1}};
  CHECK_EQUAL(evaluate(linear(x, W)), 7, 2);
  CHECK_EQUAL(evaluate(linear(X, W)), 7, 2, 2, 1);
}

// Numbers are of the type of the tensors around them; where there are none, of their own.
BOOST_FIXTURE_TEST_CASE(element_types_of_numbers, vectors) {
  auto const chosen = evaluate(where(x > 1, 1, 0));
  static_assert(std::is_same_v<decltype(evaluate(where(x > 1, 1.0, 0.0))), tensor<float, 3>>);
  static_assert(std::is_same_v<decltype(evaluate(mean(where(x > 1, 1, 0)))), float>);
  CHECK_EQUAL(chosen, 0, 1, 1);
  tensor<bool, 3> const mask{true, false, true};
  static_assert(std::is_same_v<decltype(evaluate(where(mask, 1.0f, 0.0f))), tensor<float, 3>>);
  static_assert(std::is_same_v<decltype(evaluate(where(mask, 1, 0))), tensor<double, 3>>);
  tensor<float16, 3> const small{1, 2, 3};
  static_assert(std::is_same_v<decltype(evaluate(where(small > 1, 1, 0))), tensor<float16, 3>>);
  constexpr auto k = var<"k">;
  static_assert(std::is_same_v<decltype(evaluate((2_c * k)(k = 0.5f))), float>);
  static_assert(std::is_same_v<decltype(evaluate((2_c * k)(k = 0.5))), double>);
  // Evaluated together, they are of the first type that one of the formulas has.
  auto const [count, of_x, share] = evaluate(sum(where(mask, 1, 0)), x + 1, mean(where(x > 1, 0.5, 0.0)));
  static_assert(std::is_same_v<decltype(count), float const> && std::is_same_v<decltype(share), float const>);
  BOOST_TEST(count == 2);
  CHECK_EQUAL(of_x, 2, 3, 4);
  BOOST_TEST(share == 1 / 3.0f);
}

BOOST_AUTO_TEST_CASE(column_major_and_row_major) {
  tensor<float, 2, 3> const rows{{1, 2, 3}, {4, 5, 6}};
  tensor<float, 2, 3, column_major> columns = rows;
  columns = 2 * columns + rows;
  BOOST_TEST(columns(1, 2) == 18);
  tensor<float, 2, 3> back = columns;
  back = back + columns;
  CHECK_EQUAL(back, 6, 12, 18, 24, 30, 36);
}

BOOST_AUTO_TEST_SUITE_END()
