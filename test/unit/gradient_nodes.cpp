// SPDX-License-Identifier: BSL-1.0
// The gradients of products and of what repeats, beside differences of the values; and what gradients look like.
// options: -O0 -Wno-psabi
#include "gradients.hpp"

using namespace gradients;

// ---- what they look like

static_assert(text(gradient(mean(square(layer)), wrt(Xv, Wv, bv))) ==
              "(0.4 / size<batch>(X) * ((X * transpose(W) + b) * W), "
              "0.4 / size<batch>(X) * (transpose(X * transpose(W) + b) * X), "
              "0.4 / size<batch>(X) * sum<batch>(X * transpose(W) + b))");
static_assert(text(gradient(sum(Xv * xv), wrt(Xv, xv))) == "(expand_as<batch>(x, X), sum<batch>(X))");
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
static_assert(std::is_empty_v<decltype(value_and_gradient(mean(cross_entropy(layer, cv)), wrt(Wv, bv)))>);
static_assert(std::is_empty_v<decltype(gradient(mean(square(layer)), wrt(Xv, Wv, bv)))>);
static_assert(text(gradient(sum(gradient(sum(xv % xv % xv), xv)), xv)) == "6 * x");
static_assert(text(gradient(gradient(tanh(kv), kv), kv)) == "-2 * (tanh(k) * (1 - square(tanh(k))))");

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

BOOST_FIXTURE_TEST_CASE(what_repeats, data) {
  agrees(sum(square(broadcast<5, 6>(xv) % Wv)), wrt(xv, Wv), xv = x, Wv = W);
  agrees(sum(exp(uv + kv) % mean<1>(Xv)), wrt(uv, kv, Xv), uv = u, kv = 0.3, Xv = X);
  agrees(sum(Xv), Xv, Xv = X);
  agrees(kv * sum(Xv) + square(kv), wrt(Xv, kv), Xv = X, kv = 0.7);
}

// The adjoint of a sum knows no extent along the axis that was summed: the node tells it, or it is not asked for.
BOOST_FIXTURE_TEST_CASE(run_time_extents, data) {
  constexpr auto Xd = var<"X", dyn, dyn>;
  constexpr auto Wd = var<"W", dyn, dyn>;
  constexpr auto bd = var<"b", dyn>;
  constexpr auto xd = var<"x", dyn>;
  agrees(sum(square(sum<1>(linear(Xd, Wd, bd)))), wrt(Xd, Wd, bd), Xd = X, Wd = W, bd = b);
  agrees(sum(square(sum<0>(Xd + expand_as<0>(xd, Xd)))), wrt(Xd, xd), Xd = X, xd = x);
  agrees(sum(square(mean<1>(Xd + expand_as<0>(xd, Xd)))), wrt(Xd, xd), Xd = X, xd = x);
  agrees(sum(square(sum<0>(outer(bd, xd)))), wrt(bd, xd), bd = b, xd = x);
  agrees(sum(tanh(kv * sum<1>(Xd + kv))), wrt(Xd, kv), Xd = X, kv = 0.3);
  agrees(sum(u % cross_entropy(linear(Xd, Wd, bd), c)), wrt(Wd, bd), Xd = X, Wd = W, bd = b);

  constexpr auto column = dim<"column">;
  constexpr auto Xn = var<"X", batch, column>;
  constexpr auto xn = var<"x", column>;
  tensor<double, batch, column> M(7, 6);
  tensor<double, column> v(6);
  std::ranges::copy(X, M.begin());
  std::ranges::copy(x, v.begin());
  agrees(sum(u % sum<1>(Xn - xn)), wrt(Xn, xn), Xn = M, xn = v);
  agrees(sum(u % logsumexp<1>(Xn + xn)), wrt(Xn, xn), Xn = M, xn = v);
  agrees(sum(u % cross_entropy(Xn + xn, c)), wrt(Xn, xn), Xn = M, xn = v);
}

// A formula that was bound inside of another one.
BOOST_FIXTURE_TEST_CASE(bound_inside, data) {
  constexpr auto zv = var<"z", 6>;
  constexpr auto inner = tanh(zv) % zv;
  agrees(sum(square(inner(zv = exp(xv)))), xv, xv = x);
  // data in the formula
  agrees(mean(square(W * xv + b)), xv, xv = x);
}

BOOST_AUTO_TEST_SUITE_END()
