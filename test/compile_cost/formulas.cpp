// SPDX-License-Identifier: BSL-1.0
// A fixed set of formulas: what they cost to compile is counted.
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto batch = dim<"batch">;

void layer(tensor<float, 128>& y, tensor<float, 128, 64> const& W, tensor<float, 64> const& x,
           tensor<float, 128> const& b) {
  y = sigmoid(W * x + b);
}

void batched(tensor<float, batch, 128>& Y, tensor<float, batch, 64> const& X, tensor<float, 128, 64> const& W,
             tensor<float, 128> const& b) {
  Y = stable_sigmoid(linear(X, W, b));
}

void chain(tensor<double, batch>& y, double a, tensor<double, batch> const& x, tensor<double, batch> const& b) {
  y = (a * x + b) % (x - b) + abs(x) % b;
}

float loss(tensor<float, batch, 32> const& X, tensor<float, 32> const& w, float k, tensor<float, batch> const& t) {
  return evaluate(mean(bce_with_logits(X * w + k, t)));
}

constexpr auto Wv = var<"W", 128, 64>;
constexpr auto xv = var<"x", 64>;
constexpr auto bv = var<"b", 128>;
constexpr auto over_variables = sigmoid(Wv * xv + bv);
static_assert(plan(over_variables).loops == 1);
static_assert(text(over_variables) == "sigmoid(W * x + b)");

void bound_layer(tensor<float, 128>& y, tensor<float, 128, 64> const& W, tensor<float, 64> const& x,
                 tensor<float, 128> const& b) {
  y = over_variables(Wv = W, xv = x, bv = b);
}
