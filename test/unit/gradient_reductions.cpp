// SPDX-License-Identifier: BSL-1.0
// The gradients of reductions, softmax and losses, also of gradients, beside differences of the values; what holds
// where there is no derivative, and for logits of any size.
// options: -O0 -Wno-psabi
#include "gradients.hpp"

#include <array>

using namespace gradients;

BOOST_AUTO_TEST_SUITE(gradient_of_reductions)

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

// Twice: the gradient of |gradient|².
BOOST_FIXTURE_TEST_CASE(twice, data) {
  constexpr auto f = mean(cross_entropy(linear(Xv, Wv, bv), cv));
  constexpr auto by_b = gradient(f, bv);
  agrees(sum(square(by_b)), wrt(bv), Xv = X, Wv = W, bv = b, cv = c);
  constexpr auto g = norm(tanh(Wv * xv)) + logsumexp(Wv * xv);
  agrees(sum(square(gradient(g, xv))), wrt(xv, Wv), Wv = W, xv = x);
  agrees(sum(square(gradient(variance(xv) + square(mean(xv)), xv))), xv, xv = x);
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
