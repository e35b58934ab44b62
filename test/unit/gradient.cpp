// SPDX-License-Identifier: BSL-1.0
// Gradients as formulas: what they look like, and that they are the derivatives.
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

namespace {

inline constexpr auto batch = dim<"batch">;

constexpr auto Xv = var<"X", batch, 64>;
constexpr auto wv = var<"w", 64>;
constexpr auto kv = var<"k">;
constexpr auto tv = var<"t", batch>;
constexpr auto loss = mean(bce_with_logits(Xv * wv + kv, tv));
constexpr auto both = value_and_gradient(loss, wrt(wv, kv));

static_assert(std::is_empty_v<decltype(both)>);
static_assert(shape_of(gradient(loss, wv)) == extents<64>);
static_assert(shape_of(gradient(loss, kv)) == extents<>);
static_assert(text(gradient(loss, wv)) == "transpose(X) * (stable_sigmoid(X * w + k) - t) / size<batch>(X)");
static_assert(text(gradient(loss, kv)) == "sum(stable_sigmoid(X * w + k) - t) / size<batch>(X)");

}  // namespace

BOOST_AUTO_TEST_SUITE(gradients)

BOOST_AUTO_TEST_CASE(logistic_regression) {
  tensor<float, batch, 64> X(32);
  tensor<float, 64> x;
  tensor<float, batch> t(32);
  for (int i = 0; i < 32 * 64; ++i) X.data()[i] = float(i * 37 % 101) / 101 - 0.5f;
  for (int i = 0; i < 64; ++i) x[i] = float(i * 13 % 17) / 17 - 0.5f;
  for (int i = 0; i < 32; ++i) t[i] = float(i % 2);

  auto [value, grads] = evaluate(both(Xv = X, wv = x, kv = 0.1f, tv = t));
  auto const& [by_w, by_k] = grads;
  static_assert(std::is_same_v<decltype(value), float>);
  static_assert(std::is_same_v<decltype(grads), std::tuple<tensor<float, 64>, float>>);

  long double sum = 0, expected_k = 0;
  std::array<long double, 64> expected_w{};
  for (int i = 0; i < 32; ++i) {
    long double z = 0.1f;
    for (int j = 0; j < 64; ++j) z += (long double)(X(i, j)) * x[j];
    sum += std::log1p(std::exp(z)) - z * t[i];
    long double const delta = 1 / (1 + std::exp(-z)) - t[i];
    expected_k += delta / 32;
    for (std::size_t j = 0; j < 64; ++j) expected_w[j] += delta * X(i, index_t(j)) / 32;
  }
  BOOST_TEST(value == float(sum / 32), boost::test_tools::tolerance(1e-6f));
  BOOST_TEST(by_k == float(expected_k), boost::test_tools::tolerance(1e-5f));
  for (std::size_t j = 0; j < 64; ++j) BOOST_TEST(std::abs(by_w[index_t(j)] - expected_w[j]) < 1e-7L);
}

BOOST_AUTO_TEST_SUITE_END()
