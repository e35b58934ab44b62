// SPDX-License-Identifier: BSL-1.0
// The listing of the public names, as the documentation shows it, run against plain loops.
// labels: sanitize
// options: -O0 -Wno-psabi
#include <boost/test/unit_test.hpp>
#include <oneloop/oneloop.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <type_traits>
#include <vector>

using namespace oneloop;

namespace {

inline constexpr auto batch = dim<"batch">;  // run-time size, compile-time identity
constexpr auto Wv = var<"W", 128, 64>;
constexpr auto xv = var<"x", 64>;
constexpr auto bv = var<"b", 128>;
constexpr auto layer = sigmoid(Wv * xv + bv);

double plain_sigmoid(double t) { return 1 / (1 + std::exp(-t)); }

template <class Array>
void fill(Array& array, double seed) {
  int i = 0;
  for (auto& element : array) element = static_cast<float>(std::sin(seed + 0.37 * i++) / 4);
}

struct data {
  tensor<float, 128, 64> W;
  tensor<float, 64> x;
  tensor<float, 128> b;  // owning; row-major; aligned
  std::array<double, 128> expected{};
  data() {
    fill(W, 1);
    fill(x, 2);
    fill(b, 3);
    for (int i = 0; i < 128; ++i) expected[i] = row(i);
  }
  double row(int i) const {
    double sum = b(i);
    for (int j = 0; j < 64; ++j) sum += double(W(i, j)) * x(j);
    return plain_sigmoid(sum);
  }
};

template <class Array>
void check(Array const& actual, std::array<double, 128> const& expected) {
  for (int i = 0; i < 128; ++i) BOOST_TEST(std::abs(actual(i) - expected[i]) < 1e-6);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(listing)

// What stands in the first column is the listing, word for word.
// clang-format off

BOOST_FIXTURE_TEST_CASE(formulas_over_data, data) {
  tensor<float, 128> x2;
  fill(x2, 4);

tensor<float, batch, 64> X(32);                   // run-time extents are given in order
tensor<float, 128> y = sigmoid(W * x + b);        // evaluates: one loop
  check(y, expected);
y  = stable_sigmoid(W * x + b);                   // assigns: one loop, correct under aliasing
  check(y, expected);
auto f = sigmoid(W * x + b);                      // a lazy formula; nothing has run
y += 0.5f * x2;
  for (int i = 0; i < 128; ++i) BOOST_TEST(std::abs(y(i) - (expected[i] + 0.5 * x2(i))) < 1e-6);
noalias(y) = f;                                   // compound; promise of no alias
  check(y, expected);
auto z = evaluate(f);                             // tensor<float, 128>
  static_assert(std::is_same_v<decltype(z), tensor<float, 128>>);
  check(z, expected);
auto [lo, hi] = evaluate(min(f), max(f));         // several results, one pass, f never stored
  float low = 1, high = 0;
  for (float element : z) low = std::min(low, element), high = std::max(high, element);
  BOOST_TEST(lo == low);
  BOOST_TEST(hi == high);

  float memory[] = {1, 2, 3, 4, 5, 6};
auto v = view<float, 2, 3>(memory);               // borrowed; also strided
  BOOST_TEST(v(1, 2) == 6);
  v = 2 * v;
  BOOST_TEST(memory[5] == 12);
  std::vector<float> owner(6, 1.0f);
  auto w = view<float, 2, 3>(std::span<float>(owner));
  w += v;
  BOOST_TEST(owner[5] == 13);
  auto every_second = view<float, 3, strided>(memory, {{2}});
  BOOST_TEST(every_second(2) == 10);

  BOOST_TEST(X.extent(0) == 32);
  BOOST_TEST(X.size() == 32 * 64);
  BOOST_TEST(X(31, 63) == 0);
}

BOOST_FIXTURE_TEST_CASE(formulas_over_variables, data) {
  tensor<float, 128> y;
y = layer(Wv = W, xv = x, bv = b);                // binds by name, in any order; evaluates on assignment
  check(y, expected);
  y = 0;
  y = layer(bv = b, xv = x, Wv = W);
  check(y, expected);
}

// The formula sees the data as it is when it is evaluated.
BOOST_FIXTURE_TEST_CASE(lazy, data) {
  auto f = layer(Wv = W, xv = x, bv = b);
  x = -x;
  for (int i = 0; i < 128; ++i) expected[i] = row(i);
  check(evaluate(f), expected);
}

// A formula can be returned: rvalues are moved in.
BOOST_AUTO_TEST_CASE(returned) {
  auto const make = [](float scale) { return scale * exp(tensor<float, 3>{0, 1, 2}); };
  auto const f = make(2);
  tensor<float, 3> const y = f;
  BOOST_TEST(y(0) == 2);
  BOOST_TEST(std::abs(y(2) - 2 * std::exp(2.0f)) < 1e-5);
}

BOOST_FIXTURE_TEST_CASE(over_a_batch, data) {
  tensor<float, batch, 64> X(32);
  fill(X, 5);
tensor<float, batch, 128> Y(32);
Y = stable_sigmoid(linear(X, W, b));              // X Wᵀ + b over the batch
  for (int i = 0; i < 32; ++i) {
    for (int j = 0; j < 64; ++j) x(j) = X(i, j);
    for (int j = 0; j < 128; ++j) BOOST_TEST(std::abs(Y(i, j) - row(j)) < 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(loss_over_a_batch) {
constexpr auto Xv = var<"X", batch, 64>;  constexpr auto wv = var<"w", 64>;
constexpr auto kv = var<"k">;             constexpr auto tv = var<"t", batch>;   // rank 0: binds to a plain number
constexpr auto loss = mean(bce_with_logits(Xv * wv + kv, tv));
constexpr auto both = value_and_gradient(loss, wrt(wv, kv));        // a formula with several results; gradient(loss, wv) has one
  tensor<float, batch, 64> X(32);
  tensor<float, 64> x;
  tensor<float, batch> t(32);
  fill(X, 6);
  fill(x, 7);
  for (int i = 0; i < 32; ++i) t(i) = float(i % 2);
  double total = 0, slope_k = 0, slope_w[64] = {};
  for (int i = 0; i < 32; ++i) {
    double logit = 0.1f;
    for (int j = 0; j < 64; ++j) logit += double(X(i, j)) * x(j);
    double const delta = 1 / (1 + std::exp(-logit)) - t(i);
    slope_k += delta;
    for (int j = 0; j < 64; ++j) slope_w[j] += delta * X(i, j);
    total += std::max(logit, 0.0) - logit * t(i) + std::log1p(std::exp(-std::abs(logit)));
  }
auto [value, grads] = evaluate(both(Xv = X, wv = x, kv = 0.1f, tv = t));     // value: float; grads: (tensor<float, 64>, float)
  static_assert(std::is_same_v<decltype(value), float>);
  static_assert(std::is_same_v<decltype(grads), std::tuple<tensor<float, 64>, float>>);
  BOOST_TEST(std::abs(value - total / 32) < 1e-6);
  BOOST_TEST(value == evaluate(loss(Xv = X, wv = x, kv = 0.1f, tv = t)));
  auto const& [by_w, by_k] = grads;
  BOOST_TEST(std::abs(by_k - slope_k / 32) < 1e-7);
  for (int j = 0; j < 64; ++j) BOOST_TEST(std::abs(by_w[j] - slope_w[j] / 32) < 1e-7);
  auto const alone = evaluate(gradient(loss, wv)(Xv = X, wv = x, kv = 0.1f, tv = t));
  for (int j = 0; j < 64; ++j) BOOST_TEST(std::abs(by_w[j] - alone[j]) < 1e-7);
}

BOOST_AUTO_TEST_CASE(sizes_that_only_run_time_knows) {
  tensor<float, batch, 64> X(32);
  tensor<float, batch, 64> Z(31);
  BOOST_CHECK_THROW(X = X + Z, shape_error);
  BOOST_CHECK_THROW(X = 2 * Z, std::invalid_argument);
  BOOST_TEST(X.extent(0) == 32);
}

BOOST_AUTO_TEST_SUITE_END()
