// SPDX-License-Identifier: BSL-1.0
// The gradients of products, reductions, softmax and what repeats, beside differences of the values; and what their
// formulas look like.
#include "reference.hpp"

#include <string>

using namespace oneloop;

namespace {

inline constexpr auto batch = dim<"batch">;

constexpr auto Xv = var<"X", batch, 6>;
constexpr auto Wv = var<"W", 5, 6>;
constexpr auto bv = var<"b", 5>;
constexpr auto xv = var<"x", 6>;
constexpr auto uv = var<"u", batch>;
constexpr auto cv = var<"c", batch>;
constexpr auto Av = var<"A", 3, 4, 6>;
constexpr auto Bv = var<"B", 3, 6, 5>;
constexpr auto Cv = var<"C", 6, 5>;
constexpr auto kv = var<"k">;
constexpr auto layer = linear(Xv, Wv, bv);

// ---- what they look like

static_assert(text(gradient(mean(square(layer)), wrt(Xv, Wv, bv))) ==
              "(0.4 / size<batch>(X) * ((X * transpose(W) + b) * W), "
              "0.4 / size<batch>(X) * (transpose(X * transpose(W) + b) * X), "
              "0.4 / size<batch>(X) * sum<batch>(X * transpose(W) + b))");
static_assert(text(gradient(sum(Xv * xv), wrt(Xv, xv))) == "(expand_as(x, X), sum<batch>(X))");
static_assert(text(gradient(sum(uv * Xv), wrt(Xv, uv))) == "(u, sum<1>(X))");
static_assert(text(gradient(sum(tanh(Wv * xv)), Wv)) == "outer(1 - square(tanh(W * x)), x)");
static_assert(text(gradient(mean(cross_entropy(layer, cv)), bv)) ==
              "sum<batch>(softmax(X * transpose(W) + b) % sum<1>(where(index<1> == c, 1, 0)) - "
              "where(index<1> == c, 1, 0)) / size<batch>(c)");
static_assert(text(gradient(sum(exp(xv)), xv)) == "exp(x)");
static_assert(text(gradient(sum(relu(xv)), xv)) == "where(relu(x) > 0, 1, 0)");
static_assert(text(gradient(sum(square(relu(xv))), xv)) == "2 * where(relu(x) > 0, relu(x), 0)");
static_assert(text(gradient(mean(xv % xv), xv)) == "1 / 3 * x");
static_assert(text(gradient(sum(kv * xv), kv)) == "sum(x)");
static_assert(text(gradient(sum(log(kv * xv)), xv)) == "k * (1 / (k * x))");
static_assert(text(gradient(norm(xv), xv)) == "where(norm(x) == 0, 0, 1 / norm(x)) * x");
static_assert(text(gradient(variance(xv), xv)) == "0.4 * (x - mean(x))");
static_assert(text(gradient(dot(xv, xv), xv)) == "2 * x");
static_assert(text(gradient(sum(transpose(Wv) * Wv), Wv)) == "sum<0>(transpose(W)) + transpose(sum<1>(W))");
// What is known to be zero is gone.
static_assert(text(gradient(sum(softmax(xv)), xv)) == "broadcast<6>(0)");
static_assert(text(gradient(sum(floor(xv)), xv)) == "broadcast<6>(0)");
// What is used twice is passed once.
static_assert(text(gradient(sum(tanh(Wv * xv) + 3_c * tanh(Wv * xv)), xv)) ==
              "4 * (transpose(W) * (1 - square(tanh(W * x))))");
// Empty, and differentiable again.
static_assert(std::is_empty_v<decltype(gradient(mean(square(layer)), wrt(Xv, Wv, bv)))>);
static_assert(text(gradient(sum(gradient(sum(xv % xv % xv), xv)), xv)) == "6 * x");
static_assert(text(gradient(gradient(tanh(kv), kv), kv)) == "-2 * (tanh(k) * (1 - square(tanh(k))))");

// ---- data

template <class A>
A filled(A a, int seed) {
  int i = 0;
  for (auto& v : a) v = double((i++ * seed + seed) % 23) / 23 - 0.47;
  return a;
}

struct data {
  tensor<double, batch, 6> X = filled(tensor<double, batch, 6>(7), 7);
  tensor<double, 5, 6> W = filled(tensor<double, 5, 6>(), 5);
  tensor<double, 5> b = filled(tensor<double, 5>(), 3);
  tensor<double, 6> x = filled(tensor<double, 6>(), 11);
  tensor<double, batch> u = filled(tensor<double, batch>(7), 4);
  tensor<double, 3, 4, 6> A = filled(tensor<double, 3, 4, 6>(), 9);
  tensor<double, 3, 6, 5> B = filled(tensor<double, 3, 6, 5>(), 10);
  tensor<double, 6, 5> C = filled(tensor<double, 6, 5>(), 13);
  tensor<std::int32_t, batch> c = tensor<std::int32_t, batch>(7);
  data() {
    for (int i = 0; i < 7; ++i) c[i] = i % 5;
  }
};

/// Four-point differences of the values have about 11 digits in double.
template <class F, class By, class... Bindings>
[[gnu::noinline]] void agrees(F const& f, By const& by, Bindings const&... bindings) {
  auto const found = check_gradient(f, by, bindings...);
  BOOST_TEST(found.worst < 1e-9, text(f).c_str() << " by " << found.variable << "[" << found.element << "]: "
                                                 << found.gradient << ", by differences " << found.difference);
  BOOST_TEST(*found.variable);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gradient_of_nodes)

BOOST_FIXTURE_TEST_CASE(products, data) {
  agrees(mean(square(layer)), wrt(Xv, Wv, bv), Xv = X, Wv = W, bv = b);
  agrees(sum(Xv * xv), wrt(Xv, xv), Xv = X, xv = x);
  agrees(sum(tanh(uv * Xv)), wrt(Xv, uv), Xv = X, uv = u);
  agrees(sum(uv * Xv), wrt(Xv, uv), Xv = X, uv = u);
  agrees(sum(tanh(transpose(Wv) * Wv)), Wv, Wv = W);
  agrees(sum(transpose(Wv) * Wv), Wv, Wv = W);
  agrees(sum(tanh(outer(xv, bv))), wrt(xv, bv), xv = x, bv = b);
  agrees(square(dot(xv, tanh(xv))), xv, xv = x);
}

BOOST_FIXTURE_TEST_CASE(batches, data) {
  agrees(sum(square(Av * Bv)), wrt(Av, Bv), Av = A, Bv = B);
  agrees(sum(Av * Bv), wrt(Av, Bv), Av = A, Bv = B);
  agrees(sum(square(Av * Cv)), wrt(Av, Cv), Av = A, Cv = C);
  agrees(sum(Av * Cv), wrt(Av, Cv), Av = A, Cv = C);
  agrees(sum(square(Av * xv)), wrt(Av, xv), Av = A, xv = x);
  agrees(sum(Av * xv), wrt(Av, xv), Av = A, xv = x);
  agrees(sum(square(xv * Bv)), wrt(Bv, xv), Bv = B, xv = x);
  agrees(sum(xv * Bv), wrt(Bv, xv), Bv = B, xv = x);
  agrees(sum(square(Wv * Bv)), wrt(Wv, Bv), Wv = W, Bv = B);
}

BOOST_FIXTURE_TEST_CASE(reductions, data) {
  agrees(square(mean(tanh(Wv))), Wv, Wv = W);
  agrees(sum(square(mean<0>(Xv))), Xv, Xv = X);
  agrees(sum(square(sum<0>(Xv * Cv))), wrt(Xv, Cv), Xv = X, Cv = C);
  agrees(sum(square(sum<0>(layer))), wrt(Wv, bv), Xv = X, Wv = W, bv = b);
  agrees(variance(Xv) + norm(Xv) + logsumexp(Xv), Xv, Xv = X);
  agrees(sum(square(variance<1>(Xv)) + square(logsumexp<1>(Xv)) + norm<1>(Xv)), Xv, Xv = X);
  agrees(sum(square(shifted_logsumexp<1>(Wv))) + shifted_logsumexp(Wv), Wv, Wv = W);
  agrees(sum(square(max<1>(Wv)) % tanh(min<1>(Wv))) + max(Wv), Wv, Wv = W);
  agrees(prod(xv) + sum(prod<0>(Wv)), wrt(xv, Wv), xv = x, Wv = W);
}

BOOST_FIXTURE_TEST_CASE(softmax_and_losses, data) {
  agrees(mean(cross_entropy(layer, cv)), wrt(Wv, bv), Xv = X, Wv = W, bv = b, cv = c);
  agrees(sum(square(softmax(layer))), Wv, Xv = X, Wv = W, bv = b);
  agrees(sum(square(softmax<0>(Xv))) + sum(log_softmax(Xv)), Xv, Xv = X);
  agrees(mean(cross_entropy(Wv, softmax(transpose(Cv)))), wrt(Wv, Cv), Wv = W, Cv = C);
}

BOOST_FIXTURE_TEST_CASE(what_repeats, data) {
  agrees(sum(square(broadcast<5, 6>(xv) % Wv)), wrt(xv, Wv), xv = x, Wv = W);
  agrees(sum(exp(uv + kv) % mean<1>(Xv)), wrt(uv, kv, Xv), uv = u, kv = 0.3, Xv = X);
  agrees(sum(Xv), Xv, Xv = X);
  agrees(kv * sum(Xv) + square(kv), wrt(Xv, kv), Xv = X, kv = 0.7);
}

// Twice: the gradient of |gradient|².
BOOST_FIXTURE_TEST_CASE(twice, data) {
  constexpr auto f = mean(cross_entropy(linear(Xv, Wv, bv), cv));
  constexpr auto by_b = gradient(f, bv);
  agrees(sum(square(by_b)), wrt(bv), Xv = X, Wv = W, bv = b, cv = c);
  constexpr auto g = norm(tanh(Wv * xv)) + logsumexp(Wv * xv);
  agrees(sum(square(gradient(g, xv))), wrt(xv, Wv), Wv = W, xv = x);
  agrees(sum(square(gradient(variance(xv) + square(mean(xv)), xv))), xv, xv = x);
}

// A formula that was bound inside of another one.
BOOST_FIXTURE_TEST_CASE(bound_inside, data) {
  constexpr auto zv = var<"z", 6>;
  constexpr auto inner = tanh(zv) % zv;
  agrees(sum(square(inner(zv = exp(xv)))), xv, xv = x);
  // data in the formula
  agrees(mean(square(W * xv + b)), xv, xv = x);
}

// Ties share, zeros do not divide.
BOOST_AUTO_TEST_CASE(conventions) {
  tensor<double, 6> x;
  for (int i = 0; i < 6; ++i) x[i] = std::array{2, 3, 3, 1, 1, 3}[std::size_t(i)];
  auto const slope_max = evaluate(gradient(max(xv), xv)(xv = x)), slope_min = evaluate(gradient(min(xv), xv)(xv = x));
  for (int i = 0; i < 6; ++i) {
    BOOST_TEST(slope_max[i] == (x[i] == 3 ? 1. / 3 : 0));
    BOOST_TEST(slope_min[i] == (x[i] == 1 ? 0.5 : 0));
  }
  tensor<double, 6> const zeros;
  auto const slope_norm = evaluate(gradient(norm(xv), xv)(xv = zeros));
  auto const slope_prod = evaluate(gradient(prod(xv), xv)(xv = zeros));
  for (int i = 0; i < 6; ++i) BOOST_TEST((slope_norm[i] == 0 && slope_prod[i] == 0));
  x[1] = 0;
  auto const one_zero = evaluate(gradient(prod(xv), xv)(xv = x));
  for (int i = 0; i < 6; ++i) BOOST_TEST(one_zero[i] == (i == 1 ? 2 * 3 * 1 * 1 * 3 : 0));
}

// Finite for logits of any size.
BOOST_AUTO_TEST_CASE(large_logits) {
  constexpr auto Zv = var<"Z", batch, 4>;
  tensor<float, batch, 4> Z(5);
  tensor<std::int32_t, batch> c(5);
  float const far[] = {1e30f, -1e30f, 88.f, 3e38f, -3e38f};
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 4; ++j) Z(i, j) = far[(i + j) % 5];
  auto const [loss, slope] = evaluate(value_and_gradient(mean(cross_entropy(Zv, cv)), Zv)(Zv = Z, cv = c));
  auto const by_lse = evaluate(gradient(sum(logsumexp<1>(Zv)), Zv)(Zv = Z));
  for (int i = 0; i < 5; ++i) {
    float sum = 0, whole = 0;
    for (int j = 0; j < 4; ++j) {
      BOOST_TEST(std::isfinite(slope(i, j)));
      BOOST_TEST((by_lse(i, j) >= 0 && by_lse(i, j) <= 1));
      sum += slope(i, j), whole += by_lse(i, j);
    }
    BOOST_TEST(std::abs(sum) < 1e-6f);
    BOOST_TEST(whole == 1, boost::test_tools::tolerance(1e-6f));
  }
}

BOOST_AUTO_TEST_SUITE_END()
