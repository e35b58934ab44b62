// SPDX-License-Identifier: BSL-1.0
// Where an element is read: broadcasting by name and by request, transposes, outer, dot, linear.
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <boost/mpl/list.hpp>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(broadcasting)

using floating = boost::mpl::list<float, double>;

inline constexpr auto batch = dim<"batch">;
inline constexpr auto channel = dim<"channel", 5>;
inline constexpr auto time_ = dim<"time">;

real add_times(real a, real b) { return 2 * a + b; }

// x + y: one rounding of the sum (2a is exact), relative to the result.
constexpr double one_sum = 1;

BOOST_AUTO_TEST_CASE_TEMPLATE(by_name, T, floating) {
  for (int b : {0, 1, 3, 8}) {
    for (int t : {0, 1, 4, 17}) {
      auto const x = random_tensor<T, batch, time_, channel>(1, -2, 2, b, t);
      auto const of_batch = random_tensor<T, batch>(2, -2, 2, b);
      auto const of_channel = random_tensor<T, channel>(3, -2, 2);
      auto const of_both = random_tensor<T, batch, channel>(4, -2, 2, b);
      grid const rx = read(x);
      compare("batch", run(2 * x + of_batch), map(add_times, rx, spread(read(of_batch), rx.extents, {0})), one_sum);
      compare("channel", run(2 * of_channel + x), map(add_times, spread(read(of_channel), rx.extents, {2}), rx),
              one_sum);
      compare("batch, channel", run(2 * x + of_both), map(add_times, rx, spread(read(of_both), rx.extents, {0, 2})),
              one_sum);
    }
  }
}

BOOST_AUTO_TEST_CASE(by_name_beside_unnamed_dimensions) {
  auto const x = random_tensor<float, batch, 7>(1, -2, 2, 5);
  auto const v = random_tensor<float, batch>(2, -2, 2, 5);
  grid const rx = read(x);
  auto const y = run(2 * x + v);
  static_assert(std::is_same_v<decltype(y), tensor<float, batch, 7> const>);
  compare("[batch, 7] + [batch]", y, map(add_times, rx, spread(read(v), rx.extents, {0})), one_sum);
  // A name meets an unnamed dimension of the same rank; the result keeps the name.
  auto const w = random_tensor<float, 5, dyn>(3, -2, 2, 7);
  auto const z = run(2 * x + w);
  static_assert(std::is_same_v<decltype(z), tensor<float, dim<"batch", 5>, 7> const>);
  compare("[batch, 7] + [5, dyn]", z, map(add_times, rx, read(w)), one_sum);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(on_request, T, floating) {
  auto const row = random_tensor<T, 5>(1, -2, 2);
  auto const column = random_tensor<T, 3, 1>(2, -2, 2);
  auto const matrix = random_tensor<T, 3, 5>(3, -2, 2);
  auto const cube = random_tensor<T, 2, 3, 5>(4, -2, 2);
  list const m{3, 5}, c{2, 3, 5};
  compare("row", run(2 * matrix + broadcast<3, 5>(row)), map(add_times, read(matrix), spread(read(row), m, {1})),
          one_sum);
  compare("column", run(2 * matrix + broadcast<3, 5>(column)),
          map(add_times, read(matrix), spread(read(column), m, {0, -1})), one_sum);
  compare("matrix", run(2 * cube + broadcast<2, 3, 5>(matrix)),
          map(add_times, read(cube), spread(read(matrix), c, {1, 2})), one_sum);
  compare("computed", run(2 * cube + broadcast<2, 3, 5>(broadcast<3, 5>(row) + 0 * matrix)),
          map(add_times, read(cube), spread(read(row), c, {2})), one_sum);
  compare("alone", run(broadcast<2, 3, 5>(row)), spread(read(row), c, {2}), 0);
  compare("a number", run(broadcast<3, 5>(sum(row) * 0 + 4)), map([](real) { return 4; }, grid(m)), 0);
}

BOOST_AUTO_TEST_CASE(on_request_to_run_time_extents) {
  for (int b : {0, 1, 6}) {
    auto const x = random_tensor<float, batch, 9>(1, -2, 2, b);
    auto const row = random_tensor<float, 9>(2, -2, 2);
    grid const rx = read(x);
    compare("row", run(2 * x + broadcast<batch, 9>(row)), map(add_times, rx, spread(read(row), rx.extents, {1})),
            one_sum);
    tensor<float, batch, 9> y(b);
    put(y, broadcast<batch, 9>(row));
    compare("assigned", y, spread(read(row), rx.extents, {1}), 0);
  }
  BOOST_CHECK_THROW(run(broadcast<batch, 9>(tensor<float, 9>{})), shape_error);
  BOOST_CHECK_THROW(run(sum(broadcast<batch, 9>(tensor<float, 9>{}))), shape_error);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(transposes, T, floating) {
  for (int m : {0, 1, 2, 7, 16}) {
    for (int n : {0, 1, 3, 8, 33}) {
      auto const a = random_tensor<T, dyn, dyn>(1, -2, 2, m, n);
      auto const b = random_tensor<T, dyn, dyn>(2, -2, 2, n, m);
      grid const ra = read(a), rb = read(b);
      compare("transpose", run(transpose(a)), transpose(ra), 0);
      compare("a' + b", run(2 * transpose(a) + b), map(add_times, transpose(ra), rb), one_sum);
      compare("(2a + b')'", run(transpose(2 * a + transpose(b))), map(add_times, transpose(ra), rb), one_sum);
    }
  }
  auto const a = random_tensor<T, 4, 7>(3, -2, 2);
  static_assert(std::is_same_v<formula_t<decltype(transpose(transpose(a)))>, formula_t<decltype((a))>>);
}

BOOST_AUTO_TEST_CASE(transposes_of_batches) {
  auto const a = random_tensor<float, batch, 3, 5>(1, -2, 2, 4);
  auto const y = run(transpose(2 * a));
  static_assert(std::is_same_v<decltype(y), tensor<float, batch, 5, 3> const>);
  compare("batch", y, map([](real x) { return 2 * x; }, transpose(read(a))), 0);
  tensor<float, 2, 3, 2, 4> four;
  source random(5);
  fill(four, random);
  compare("rank 4", run(transpose(four)), transpose(read(four)), 0);
  auto const row = random_tensor<float, 3>(3, -2, 2);
  compare("of a broadcast", run(transpose(broadcast<5, 3>(row))), spread(read(row), {3, 5}, {0}), 0);
  compare("of reductions", run(transpose(sum<0>(a))), transpose(fold(read(a), 0, reference::sum)), 4,
          transpose(fold(read(a), 0, sum_of_sizes)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(outer_products, T, floating) {
  for (int m : {0, 1, 3, 8}) {
    for (int n : {0, 1, 5, 9, 20}) {
      auto const a = random_tensor<T, dyn>(1, -2, 2, m), b = random_tensor<T, dyn>(2, -2, 2, n);
      grid expected({m, n});
      each_index(expected.extents, [&](list const& at) { expected(at) = real(a(at[0])) * real(b(at[1])); });
      compare("outer", run(outer(a, b)), expected, 1);
      compare("outer of formulas", run(1 + outer(2 * a, -b)), map([](real x) { return 1 - 2 * x; }, expected), 3,
              map([](real x) { return 1 + 2 * std::fabs(x); }, expected));
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(dots, T, floating) {
  for (int n = 0; n <= 40; ++n) {
    auto const a = whole_tensor<T, dyn>(1, n), b = whole_tensor<T, dyn>(2, n);
    real expected = 0;
    for (int i = 0; i < n; ++i) expected += real(a(i)) * real(b(i));
    compare("dot", run(dot(a, b)), grid(expected), 0);
    compare("dot of formulas", run(3 - dot(2 * a, b - 1)), grid(3 - 2 * (expected - reference::sum(read(a).values))),
            0);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(linear_is_x_times_w_transposed_plus_b, T, floating) {
  for (int rows : {0, 1, 3, 4, 9}) {
    auto const x = whole_tensor<T, batch, 13>(1, rows);
    auto const w = whole_tensor<T, 11, 13>(2);
    auto const b = whole_tensor<T, 11>(3);
    grid const product = multiply(read(x), transpose(read(w)));
    auto const y = run(linear(x, w, b));
    static_assert(std::is_same_v<decltype(y), tensor<T, batch, 11> const>);
    compare("linear", y, map([](real p, real q) { return p + q; }, product, spread(read(b), product.extents, {1})), 0);
    compare("a number as bias", run(linear(x, w, 2)), map([](real p) { return p + 2; }, product), 0);
  }
  auto const x = whole_tensor<T, 13>(1);
  auto const w = whole_tensor<T, 11, 13>(2);
  auto const b = whole_tensor<T, 11>(3);
  compare("a vector", run(linear(x, w, b)),
          map([](real p, real q) { return p + q; }, multiply(read(w), read(x)), read(b)), 0);
}

// A flat loop located them by the index of the element.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_tensor_of_rank_0_is_repeated, T, floating) {
  tensor<T> const s = T(0.5);
  for (int n : {0, 1, 3, 20}) {
    auto const x = whole_tensor<T, dyn, 7>(1, n);
    tensor<T, dyn, 7> y(n);
    y = s;
    compare("alone", y, map([](real) { return 0.5L; }, read(x)), 0);
    y = broadcast<dyn, 7>(s) + x;
    compare("explicitly", y, map([](real p) { return p + 0.5L; }, read(x)), 0);
    y = broadcast<dyn, 7>(2 * s) % x;
    compare("a formula", y, read(x), 0);
  }
  auto const w = whole_tensor<T, 7, 5>(2);
  tensor<T, 3, 7> halves;
  for (auto& one : halves) one = T(0.5);
  compare("as a factor", run(broadcast<3, 7>(s) * w), multiply(read(halves), read(w)), 0);
}

// What was reduced along any axis beside the whole, without names: of equal extents too.
BOOST_AUTO_TEST_CASE_TEMPLATE(expanded_along_an_axis, T, floating) {
  for (int n : {0, 1, 3, 5}) {
    auto const x = random_tensor<T, dyn, 5, dyn>(1, -2, 2, n, 5);
    grid const rx = read(x);
    auto const check = [&](char const* what, auto const& y, auto const& reduced, std::vector<int> axes) {
      compare(what, y, map(add_times, rx, spread(read(reduced), rx.extents, axes)), one_sum);
    };
    check("first", run(2 * x + expand_as<0>(run(max<0>(x)), x)), run(max<0>(x)), {1, 2});
    check("second", run(2 * x + expand_as<1>(max<1>(x), x)), run(max<1>(x)), {0, 2});
    check("last", run(2 * x + expand_as<-1>(max<-1>(x), x)), run(max<-1>(x)), {0, 1});
  }
  auto const named = random_tensor<T, time_, channel>(2, -2, 2, 7);
  auto const by_name = run(named - mean<channel>(named));
  BOOST_TEST(evaluate(all(by_name == named - expand_as<channel>(mean<channel>(named), named))));
  constexpr auto X = var<"X", 4, 4>;
  static_assert(text(X - expand_as<-1>(mean<-1>(X), X)) == "X - expand_as<1>(mean<1>(X), X)");
  static_assert(text(X - expand_as<0>(mean<-1>(X), X)) == "X - expand_as<0>(mean<1>(X), X)");
}

// Of [n, n] the name tells no axis; the index does, and the words for repeating do.
BOOST_AUTO_TEST_CASE(a_name_of_two_axes) {
  constexpr auto n = dim<"n">;
  using n_by_n = shape::extents<n, n>;
  static_assert(!shape::fitted<shape::unify_t<shape::extents<n>, n_by_n>>);
  static_assert(shape::fitted<shape::unify_t<n_by_n, shape::extents<time_, n, n>>>);
  static_assert(shape::fitted<shape::unify_t<shape::extents<time_, n>, shape::extents<time_, channel, n>>>);
  static_assert(shape::resolve_axis<n_by_n, n>() == shape::several_axes);
  static_assert(shape::resolve_axis<shape::extents<time_, n>, n>() == 1);
  static_assert(shape::resolve_axis<n_by_n, -3>() == -1 && shape::resolve_axis<n_by_n, -4>() == -1);
  tensor<double, n, n> const S{{1, 2}, {3, 4}};
  auto const sums = run(sum<0>(S));
  BOOST_TEST(evaluate(all(S + expand_as<0>(sums, S) == tensor<double, n, n>{{5, 8}, {7, 10}})));
  BOOST_TEST(evaluate(all(S + expand_as<1>(sums, S) == tensor<double, n, n>{{5, 6}, {9, 10}})));
  BOOST_TEST(evaluate(all(S + broadcast<n, n>(sums) == tensor<double, n, n>{{5, 8}, {7, 10}})));
  static_assert(std::is_same_v<shape_t<decltype(rows(S, 0, 1))>,
                               shape::extents<shape::dim<"", shape::dynamic>{}, n>>);  // another size
  BOOST_TEST(evaluate(all(rows(S, 1, 1) * 2 == tensor<double, dyn, n>{{6, 8}})));
  constexpr auto X = var<"X", n, n>;
  static_assert(text(sum<0>(X)) == "sum<0>(X)" && text(softmax<0>(X)) == "softmax<0>(X)");
  static_assert(text(gradient(sum(square(sum<0>(X))), X)) == "expand_as<0>(2 * sum<0>(X), X)");
}

BOOST_AUTO_TEST_SUITE_END()
