// SPDX-License-Identifier: BSL-1.0
// sin, cos, tan.
#pragma once

#include <oneloop/math/trigonometric.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct sin_t {
  static constexpr fixed_string name = "sin";
  static constexpr auto accepts = elements::floating;
  static constexpr op::interval domain[] = {op::every_finite_number};
  static constexpr int flops = 44;
  static constexpr auto ulp = math::sin_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::sin(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return cos(x); };
};

/// sin(x), x in radians, elementwise. Shape: that of x. Elements: float, double. Special values:
/// sin(±0) = ±0, sin(±inf) = NaN, NaN propagates. Worst error: math::sin_ulp. Cost: sin_t::flops.
/// PyTorch, NumPy: sin.
/// Example: sin(6.2831853f * x)
template <operands X>
constexpr auto sin(X&& x) {
  return elementwise<sin_t>(static_cast<X&&>(x));
}

struct cos_t {
  static constexpr fixed_string name = "cos";
  static constexpr auto accepts = elements::floating;
  static constexpr op::interval domain[] = {op::every_finite_number};
  static constexpr int flops = 44;
  static constexpr auto ulp = math::cos_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::cos(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return -sin(x); };
};

/// cos(x), x in radians, elementwise. Shape: that of x. Elements: float, double. Special values:
/// cos(±0) = 1, cos(±inf) = NaN, NaN propagates. Worst error: math::cos_ulp. Cost: cos_t::flops.
/// PyTorch, NumPy: cos.
/// Example: cos(x) + 0.5f * cos(2 * x)
template <operands X>
constexpr auto cos(X&& x) {
  return elementwise<cos_t>(static_cast<X&&>(x));
}

struct tan_t {
  static constexpr fixed_string name = "tan";
  static constexpr auto accepts = elements::floating;
  static constexpr op::interval domain[] = {op::every_finite_number};
  static constexpr int flops = 45;
  static constexpr auto ulp = math::tan_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::tan(x);
  }
  static constexpr auto derivative = [](auto const& y, auto const&) { return op::c<1>(y) + square(y); };
};

/// tan(x), x in radians, elementwise. Shape: that of x. Elements: float, double. Special values:
/// tan(±0) = ±0, tan(±inf) = NaN, NaN propagates. Worst error: math::tan_ulp. Cost: tan_t::flops.
/// PyTorch, NumPy: tan.
/// Example: tan(x)
template <operands X>
constexpr auto tan(X&& x) {
  return elementwise<tan_t>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
