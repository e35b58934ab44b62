// SPDX-License-Identifier: BSL-1.0
// Gradients as formulas: what they look like, and that they are the derivatives.
// options: -O0 -Wno-psabi
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
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
    for (int j = 0; j < 64; ++j) z += (long double)(X(i, j))*x[j];
    sum += std::log1p(std::exp(z)) - z * t[i];
    long double const delta = 1 / (1 + std::exp(-z)) - t[i];
    expected_k += delta / 32;
    for (std::size_t j = 0; j < 64; ++j) expected_w[j] += delta * X(i, index_t(j)) / 32;
  }
  BOOST_TEST(value == float(sum / 32), boost::test_tools::tolerance(1e-6f));
  BOOST_TEST(by_k == float(expected_k), boost::test_tools::tolerance(1e-5f));
  for (std::size_t j = 0; j < 64; ++j) BOOST_TEST(std::abs(by_w[index_t(j)] - expected_w[j]) < 1e-7L);
}

// Forward mode and reverse mode are two ways to the same number; along one direction, and along two.
BOOST_AUTO_TEST_CASE(directional_derivatives) {
  constexpr auto A = var<"A", 3, 4>;
  constexpr auto x = var<"x", 4>;
  constexpr auto u = var<"u", 4>;
  constexpr auto U = var<"U", 3, 4>;
  constexpr auto f = tanh(A * x) % softmax(A * x);
  constexpr auto whole = logsumexp(f) + norm(f) + max(f) + mean(log_softmax(f)) / variance(f);
  static_assert(text(jvp(tanh(A * x), x = u)) == "(1 - square(tanh(A * x))) % (A * u)");
  static_assert(text(jvp(x, x = u)) == "u");
  static_assert(text(jvp(sum(x), x = 1_c)) == "sum(broadcast<4>(1))");
  static_assert(shape_of(jvp(f, x = u)) == extents<3>);
  static_assert(std::is_empty_v<decltype(jvp(f, x = u, A = U))>);

  tensor<double, 3, 4> const a{{0.5, -0.25, 0.1, 0.3}, {0.2, 0.4, -0.1, 0.6}, {-0.3, 0.2, 0.9, 0.1}};
  tensor<double, 3, 4> const da{{0.1, 0.7, -0.2, 0.3}, {-0.6, 0.2, 0.5, -0.1}, {0.4, 0.3, -0.8, 0.2}};
  tensor<double, 4> const at{0.4, -0.3, 0.5, 0.7}, dx{1, -0.5, 0.25, 2};

  double const forward = evaluate(jvp(whole, x = u, A = U)(x = at, A = a, u = dx, U = da));
  auto const [by_x, by_a] = evaluate(gradient(whole, wrt(x, A))(x = at, A = a));
  BOOST_TEST(forward == evaluate(dot(by_x, dx)) + evaluate(sum(by_a % da)), boost::test_tools::tolerance(1e-12));

  // of every element, beside differences
  auto const slopes = evaluate(jvp(f, x = u)(x = at, A = a, u = dx));
  double const h = 1e-5;
  tensor<double, 4> const right = at + h * dx, left = at - h * dx;
  tensor<double, 3> const differences = (f(x = right, A = a) - f(x = left, A = a)) / (2 * h);
  for (int i = 0; i < 3; ++i) BOOST_TEST(std::abs(slopes[i] - differences[i]) < 1e-9);
}

// simplify changes no value beyond rounding, and none that is NaN or infinite.
BOOST_AUTO_TEST_CASE(simple_formulas_have_the_same_values) {
  constexpr auto A = var<"A", 3, 4>;
  constexpr auto x = var<"x", 4>;
  constexpr auto y = var<"y", 3>;
  constexpr auto k = var<"k">;
  constexpr auto f = -(-y) * 2_c + (k * A) * (3_c * x - 0_c) % (y * 0.25_c) - -(0_c * y) + (y - y) +
                     transpose(transpose(A)) * (1_c * x);
  static_assert(!same_formula(simplify(f), f));
  float const inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  tensor<float, 3, 4> const a{{0.5f, -0.25f, 0.1f, 0.3f}, {0.2f, 0.4f, -0.1f, 0.6f}, {-0.3f, 0.2f, 0.9f, 0.1f}};
  tensor<float, 4> const at{0.4f, -0.3f, 0.5f, 0.7f};
  for (tensor<float, 3> const& b : {tensor<float, 3>{1, -2, 0.5f}, tensor<float, 3>{inf, nan, -inf}}) {
    auto const plain = evaluate(f(A = a, x = at, y = b, k = 0.7f)),
               simple = evaluate(simplify(f)(A = a, x = at, y = b, k = 0.7f));
    for (int i = 0; i < 3; ++i)
      BOOST_TEST((std::isnan(plain[i]) ? std::isnan(simple[i])
                                       : std::abs(plain[i] - simple[i]) <= 4e-7f * std::abs(plain[i])));
  }
}

// An operation whose derivative is off by a thousandth: check_gradient says where, and by how much.
struct bent_t {
  static constexpr fixed_string name = "bent";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 1;
  static constexpr math::ulp_bound ulp{1, 1};
  template <class P>
  static constexpr P kernel(P x) {
    return x * x;
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return op::partials(op::c<2001, 1000>(x) * x); };
};

BOOST_AUTO_TEST_CASE(a_wrong_derivative_is_found) {
  constexpr auto x = var<"x", 5>;
  constexpr auto y = var<"y", 5>;
  constexpr auto f = sum(elementwise<bent_t>(x) + 3_c * y);
  tensor<double, 5> const at{0.5, -1.0, 2.0, 0.25, -0.75};
  tensor<double, 5> const other{1.0, 2.0, 3.0, 4.0, 5.0};
  auto const found = check_gradient(f, wrt(y, x), x = at, y = other);
  BOOST_TEST((std::string(found.variable) == "x" && found.element == 2));
  BOOST_TEST(std::fabs(found.worst - 0.0005) < 1e-5);
  BOOST_TEST((std::fabs(found.gradient - 4.002) < 1e-9 && std::fabs(found.difference - 4) < 1e-6));
  BOOST_TEST(check_gradient(f, wrt(y), x = at, y = other).worst < 1e-8);
}

// One pass: the loss, its gradient, the accuracy and the range of the results; norms and variances along rows too.
BOOST_AUTO_TEST_CASE(all_of_a_model_in_one_sweep) {
  constexpr auto batch = dim<"batch">;
  constexpr auto classes = dim<"classes", 10>;
  constexpr auto feature = dim<"feature", 24>;
  constexpr auto X = var<"X", batch, feature>;
  constexpr auto W = var<"W", classes, feature>;
  constexpr auto t = var<"t", batch>;
  constexpr auto logits = linear(X, W);
  constexpr auto loss = mean(cross_entropy(logits, t));
  constexpr auto right = mean(cast<float>(argmax<classes>(logits) == t));
  constexpr auto both = value_and_gradient(loss, wrt(W));
  static_assert(plan(both, right, min(logits), max(logits)).sweeps == 1);
  static_assert(plan(both, right, min(logits), max(logits)).temporaries == 0);
  constexpr auto centred = X - mean<feature>(X);
  constexpr auto normal = centred / sqrt(mean<feature>(square(centred)) + 1_c);
  static_assert(plan(normal).sweeps == 1 && plan(X / norm<feature>(X)).sweeps == 1);
  static_assert(plan(X / norm<feature>(X)).temporaries == 0 && plan(variance<feature>(X) * 2_c, sum(X)).sweeps == 1);
}

BOOST_AUTO_TEST_SUITE_END()
