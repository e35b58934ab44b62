// SPDX-License-Identifier: BSL-1.0
// Variables and what they are bound to.
// labels: sanitize
// options: -O0 -Wno-psabi
#include "reference.hpp"

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(bindings)

inline constexpr auto batch = dim<"batch">;
constexpr auto Wv = var<"W", 3, 4>;
constexpr auto xv = var<"x", 4>;
constexpr auto bv = var<"b", 3>;
constexpr auto kv = var<"k">;

tensor<float, 3, 4> const W = whole_tensor<float, 3, 4>(1);
tensor<float, 4> const x = whole_tensor<float, 4>(2);
tensor<float, 4> const x2 = whole_tensor<float, 4>(3);
tensor<float, 3> const b = whole_tensor<float, 3>(4);

grid affine(grid const& w, grid const& v, grid const& c, real k) {
  return map([k](real p, real q) { return k * p + q; }, multiply(w, v), c);
}

BOOST_AUTO_TEST_CASE(in_any_order) {
  constexpr auto f = kv * (Wv * xv) + bv;
  static_assert(std::is_empty_v<decltype(f)>);
  grid const expected = affine(read(W), read(x), read(b), 2);
  compare("W x b k", run(f(Wv = W, xv = x, bv = b, kv = 2)), expected, 0);
  compare("k b x W", run(f(kv = 2, bv = b, xv = x, Wv = W)), expected, 0);
  compare("x k W b", run(f(xv = x, kv = 2, Wv = W, bv = b)), expected, 0);
  tensor<float, 3> y;
  y = f(bv = b, kv = 2, Wv = W, xv = x);
  compare("assigned", y, expected, 0);
  y += f(bv = b, kv = 2, Wv = W, xv = x);
  compare("added", y, map([](real e) { return 2 * e; }, expected), 0);
}

BOOST_AUTO_TEST_CASE(to_views_numbers_and_formulas) {
  constexpr auto f = kv * (Wv * xv) + bv;
  std::vector<float> store(40);
  for (int i = 0; i < 40; ++i) store[std::size_t(i)] = float(i % 7 - 3);
  view<float, 3, 4, strided> const w(store.data() + 1, {9, 2});
  view<float const, 4> const v(store.data() + 5);
  compare("views", run(f(Wv = w, xv = v, bv = b, kv = 0.5)), affine(read(w), read(v), read(b), 0.5L), 0);
  compare("formulas", run(f(Wv = 2 * W - 1, xv = x % x2, bv = relu(b), kv = sum(x))),
          affine(map([](real p) { return 2 * p - 1; }, read(W)),
                 map([](real p, real q) { return p * q; }, read(x), read(x2)),
                 map([](real p) { return std::max(p, real(0)); }, read(b)), reference::sum(read(x).values)),
          0);
  tensor<float, 4, 3> turned;
  turned = transpose(W);
  compare("a transpose", run(f(Wv = transpose(turned), xv = x, bv = b, kv = 1_c)), affine(read(W), read(x), read(b), 1),
          0);
  compare("a temporary", run(f(Wv = tensor<float, 3, 4>(W), xv = x, bv = b, kv = 1)),
          affine(read(W), read(x), read(b), 1), 0);
}

BOOST_AUTO_TEST_CASE(the_element_type_is_that_of_the_data) {
  constexpr auto f = 2 * xv + kv;
  tensor<double, 4> const d{1, 2, 3, 4};
  tensor<std::int32_t, 4> const i{1, 2, 3, 4};
  static_assert(std::is_same_v<decltype(evaluate(f(xv = d, kv = 1))), tensor<double, 4>>);
  BOOST_TEST(run(f(xv = d, kv = 0.1))(3) == 8.1);
  BOOST_TEST(run(f(xv = i, kv = 1))(3) == 9);
}

BOOST_AUTO_TEST_CASE(run_time_extents) {
  constexpr auto Xv = var<"X", batch, 4>;
  constexpr auto tv = var<"t", batch>;
  constexpr auto loss = mean(square(Xv * xv + kv - tv));
  for (int n : {1, 3, 9, 50}) {
    auto const X = whole_tensor<float, batch, 4>(1, n);
    auto const t = whole_tensor<float, batch>(2, n);
    grid const z = multiply(read(X), read(x));
    grid const squares = map([](real p, real q) { return (p + 3 - q) * (p + 3 - q); }, z, read(t));
    compare("loss", run(loss(Xv = X, tv = t, kv = 3, xv = x)), grid(reference::sum(squares.values) / n), 1);
  }
  auto const X = whole_tensor<float, batch, 4>(1, 5);
  auto const t = whole_tensor<float, batch>(2, 6);
  BOOST_CHECK_THROW(run(loss(Xv = X, tv = t, kv = 3, xv = x)), shape_error);
}

// ---- one name, several values

BOOST_AUTO_TEST_CASE(the_same_formula_bound_twice) {
  constexpr auto f = exp(xv) + 1_c;
  auto const difference = f(xv = x) - f(xv = x2);
  grid const expected = map([](real p, real q) { return std::exp(p) - std::exp(q); }, read(x), read(x2));
  compare("f(a) - f(b)", run(difference), expected, 8,
          map([](real p, real q) { return std::exp(p) + std::exp(q) + 2; }, read(x), read(x2)));
  BOOST_TEST(same_values(run(f(xv = x) - f(xv = x)), tensor<float, 4>{}));
}

BOOST_AUTO_TEST_CASE(products_of_one_name_bound_twice) {
  constexpr auto g = Wv * xv;
  grid const p = multiply(read(W), read(x)), q = multiply(read(W), read(x2));
  compare("W a - 2 W b", run(g(Wv = W, xv = x) - 2 * g(Wv = W, xv = x2)),
          map([](real s, real t) { return s - 2 * t; }, p, q), 0);
  auto const [first, second] = run(g(Wv = W, xv = x), g(Wv = W, xv = x2));
  compare("first", first, p, 0);
  compare("second", second, q, 0);
}

BOOST_AUTO_TEST_CASE(reductions_of_one_name_bound_twice) {
  constexpr auto f = xv - sum(xv);
  real const s = reference::sum(read(x).values), t = reference::sum(read(x2).values);
  compare("f(a) + 2 f(b)", run(f(xv = x) + 2 * f(xv = x2)),
          map([&](real p, real q) { return p - s + 2 * (q - t); }, read(x), read(x2)), 0);
}

BOOST_AUTO_TEST_CASE(softmax_twice) {
  auto const both = run(softmax(x) - softmax(x2)), first = run(softmax(x)), second = run(softmax(x2));
  for (int i = 0; i < 4; ++i) BOOST_TEST(both(i) == first(i) - second(i));
}

BOOST_AUTO_TEST_CASE(a_variable_bound_to_a_variable) {
  constexpr auto f = 3 * xv - var<"y", 4>;
  constexpr auto yv = var<"y", 4>;
  grid const rx = read(x), ry = read(x2);
  auto const combined = [](real p, real q) { return 3 * p - q; };
  compare("renamed", run(f(xv = var<"z", 4>, yv = x2)(var<"z", 4> = x)), map(combined, rx, ry), 0);
  compare("exchanged", run(f(xv = yv, yv = xv)(xv = x, yv = x2)), map(combined, ry, rx), 0);
  // The y inside and the y outside are two variables.
  compare("the name is free again", run(f(xv = yv, yv = x2)(yv = x)), map(combined, rx, ry), 0);
  compare("also where it stands for a formula", run(f(xv = yv, yv = floor(exp(x2)))(yv = floor(exp(x)))),
          map([](real p, real q) { return 3 * std::floor(std::exp(p)) - std::floor(std::exp(q)); }, rx, ry), 0);
}

BOOST_AUTO_TEST_CASE(formulas_composed_of_formulas) {
  constexpr auto layer = relu(Wv * xv + bv);
  constexpr auto head = dot(var<"v", 3>, var<"h", 3>);
  constexpr auto network = head(var<"h", 3> = layer, var<"v", 3> = var<"u", 3>);
  tensor<float, 3> const v{1, -2, 3};
  grid const hidden = map([](real p, real q) { return std::max(p + q, real(0)); }, multiply(read(W), read(x)), read(b));
  real expected = 0;
  for (int i = 0; i < 3; ++i) expected += real(v(i)) * hidden({i});
  compare("network", run(network(Wv = W, xv = x, bv = b, var<"u", 3> = v)), grid(expected), 0);
}

// ---- what is shared is computed once

constexpr auto shared = [](auto const& value) {
  constexpr auto yv = var<"y", 4>;
  return (yv % yv + yv)(yv = value);
};

BOOST_AUTO_TEST_CASE(shared_subformulas_are_computed_once) {
  // An expensive value stands in the formula twice and is stored: one loop for it, one for the rest.
  constexpr auto p = plan_v<decltype(shared(exp(x)))>;
  static_assert(p.loops == 2 && p.temporaries == 1 && p.temporary_bytes == 4 * 4);
  static_assert(p.flops == 4 * (exp_t::flops + 2));
  // A cheap one is computed again: cheaper than a store and two loads.
  constexpr auto q = plan_v<decltype(shared(x + 1))>;
  static_assert(q.loops == 1 && q.temporaries == 0);
  grid const expected = map([](real v) { return (v + 1) * (v + 1) + (v + 1); }, read(x));
  compare("cheap", run(shared(x + 1)), expected, 0);
  auto const e = run(exp(x)), y = run(shared(exp(x)));
  for (int i = 0; i < 4; ++i) BOOST_TEST(y(i) == std::fma(e(i), e(i), e(i)));
}

BOOST_AUTO_TEST_CASE(equal_products_are_computed_once) {
  constexpr auto f = tanh(Wv * xv) + sigmoid(Wv * xv);
  constexpr auto g = tanh(Wv * xv);
  static_assert(plan_v<decltype(f(Wv = W, xv = x))>.loops == 1);
  // The second product costs nothing: flops differ by the sigmoid and the sum.
  static_assert(plan_v<decltype(f(Wv = W, xv = x))>.flops ==
                plan_v<decltype(g(Wv = W, xv = x))>.flops + 3 * (sigmoid_t::flops + 1));
  grid const z = multiply(read(W), read(x));
  compare("f", run(f(Wv = W, xv = x)), map([](real p) { return std::tanh(p) + reference::sigmoid(p); }, z), 16,
          map([](real p) { return std::fabs(std::tanh(p)) + reference::sigmoid(p); }, z));
}

BOOST_AUTO_TEST_CASE(equal_reductions_are_computed_once) {
  constexpr auto f = xv / sum(xv) + sum(xv);
  static_assert(plan_v<decltype(f(xv = x))>.loops == 2);
  static_assert(plan_v<decltype(f(xv = x))>.flops == 4 * 1 + 4 * 2);
  tensor<float, 4> const v{1, 2, 3, 2};
  compare("f", run(f(xv = v)), map([](real p) { return p / 8 + 8; }, read(v)), 0);
}

BOOST_AUTO_TEST_CASE(named_data_is_read_once) {
  constexpr auto f = exp(xv) - xv;
  static_assert(plan_v<decltype(f(xv = x))>.bytes_read == 4 * 4);
  static_assert(plan_v<decltype(f)>.bytes_read == 4 * 4);
  static_assert(plan_v<decltype(f(xv = x))>.bytes_written == 4 * 4);
}

// What a name stands for may know its extents where the name does not; temporaries are of the name's shape.
BOOST_AUTO_TEST_CASE(run_time_extents_bound_to_static_data) {
  constexpr auto X = var<"X", dim<"rows">, 3>;
  auto const data = random_tensor<float, 5, 3>(1, -1, 1);
  tensor<float, dim<"rows">, 3> same(5);
  same = reshape<dim<"rows">, 3>(data, 5);
  BOOST_TEST(same_values(run(softmax(exp(X))(X = data)), run(softmax(exp(X))(X = same))));
  BOOST_TEST(same_values(run(gradient(sum(square(softmax(exp(X)))), X)(X = data)),
                         run(gradient(sum(square(softmax(exp(X)))), X)(X = same))));
  constexpr auto Y = var<"Y", dyn, 3>;
  auto const w = random_tensor<float, 3, 4>(2, -1, 1);
  tensor<std::int32_t, 5> const classes{0, 1, 2, 3, 0};
  BOOST_TEST(run(mean(cross_entropy(Y * w, classes))(Y = data)) == run(mean(cross_entropy(data * w, classes))));
}

BOOST_AUTO_TEST_SUITE_END()
