// SPDX-License-Identifier: BSL-1.0
// relu, leaky_relu.
#pragma once

#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct relu_t {
  static constexpr fixed_string name = "relu";
  static constexpr auto accepts = elements::arithmetic;
  static constexpr int flops = 1;
  static constexpr auto ulp = op::exact;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return max(P(0), x);  // in this order: of a NaN the second operand is the result
  }
  static constexpr auto derivative = [](auto const& y, auto const&) {
    return where(y > op::c<0>(y), op::c<1>(y), op::c<0>(y));
  };
};

/// relu(x) = max(x, 0), elementwise. Shape: that of x. Elements: float, double, int32. Special
/// values: relu(±0) = ±0, NaN propagates. Worst error: exact. Cost: one instruction. PyTorch: relu.
/// Example: relu(W * x + b)
template <operands X>
constexpr auto relu(X&& x) {
  return elementwise<relu_t>(static_cast<X&&>(x));
}

struct leaky_relu_t {
  static constexpr fixed_string name = "leaky_relu";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 2;
  static constexpr auto ulp = op::correctly_rounded;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x, P slope) {
    return select(x > P(0), x, x * slope);
  }
  static constexpr auto derivative = [](auto const&, auto const& x, auto const& slope) {
    auto const zero = op::c<0>(x);
    return op::partials(where(x > zero, op::c<1>(x), slope), where(x > zero, zero, x));
  };
};

/// leaky_relu(x, slope = 0.01) = x for x > 0, else slope·x, elementwise. Shapes: that of x; slope
/// equal or a scalar. Elements: float, double. Special values: NaN propagates. Worst error:
/// leaky_relu_t::ulp. Cost: 2 flops. PyTorch: nn.functional.leaky_relu.
/// Example: leaky_relu(W * x + b, 0.1f)
template <class X, class Slope = constant<1, 100>>
  requires operands<X, Slope>
constexpr auto leaky_relu(X&& x, Slope&& slope = Slope{}) {
  return elementwise<leaky_relu_t>(static_cast<X&&>(x), static_cast<Slope&&>(slope));
}

}  // namespace ONELOOP_NAMESPACE
