// SPDX-License-Identifier: BSL-1.0
// floor, ceil, round, trunc.
#pragma once

#include <oneloop/math/rounding.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct floor_t {
  static constexpr fixed_string name = "floor";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 1;
  static constexpr auto ulp = op::exact;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::floor(x);
  }
  static constexpr auto derivative = [](auto const& y, auto const&) { return op::c<0>(y); };
};

/// The largest whole number not above x, elementwise. Shape: that of x. Elements: float, double.
/// Special values: ±0, ±inf and NaN stay. Worst error: exact. Cost: 1 flop. PyTorch, NumPy: floor.
/// Example: x - floor(x)
template <operands X>
constexpr auto floor(X&& x) {
  return elementwise<floor_t>(static_cast<X&&>(x));
}

struct ceil_t {
  static constexpr fixed_string name = "ceil";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 1;
  static constexpr auto ulp = op::exact;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::ceil(x);
  }
  static constexpr auto derivative = [](auto const& y, auto const&) { return op::c<0>(y); };
};

/// The smallest whole number not below x, elementwise. Shape: that of x. Elements: float, double.
/// Special values: ±0, ±inf and NaN stay; ceil of (-1, 0) is -0. Worst error: exact. Cost: 1 flop.
/// PyTorch, NumPy: ceil.
/// Example: ceil(x / 8) * 8
template <operands X>
constexpr auto ceil(X&& x) {
  return elementwise<ceil_t>(static_cast<X&&>(x));
}

struct round_t {
  static constexpr fixed_string name = "round";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 1;
  static constexpr auto ulp = op::exact;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::round(x);
  }
  static constexpr auto derivative = [](auto const& y, auto const&) { return op::c<0>(y); };
};

/// The nearest whole number, of two equally near the even one, elementwise. Shape: that of x.
/// Elements: float, double. Special values: ±0, ±inf and NaN stay; the sign stays. Worst error:
/// exact. Cost: 1 flop. PyTorch, NumPy: round. (std::round takes the number away from zero;
/// std::nearbyint is this one.)
/// Example: round(x * 100) / 100
template <operands X>
constexpr auto round(X&& x) {
  return elementwise<round_t>(static_cast<X&&>(x));
}

struct trunc_t {
  static constexpr fixed_string name = "trunc";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 1;
  static constexpr auto ulp = op::exact;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::trunc(x);
  }
  static constexpr auto derivative = [](auto const& y, auto const&) { return op::c<0>(y); };
};

/// The whole number next to x towards zero, elementwise. Shape: that of x. Elements: float, double. Special values: ±0,
/// ±inf and NaN stay; the sign stays. Worst error: exact. Cost: 1 flop. PyTorch, NumPy: trunc; torch.frac is the example.
/// Example: x - trunc(x)
template <operands X>
constexpr auto trunc(X&& x) {
  return elementwise<trunc_t>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
