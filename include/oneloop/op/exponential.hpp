// SPDX-License-Identifier: BSL-1.0
// exp, exp2, expm1.
#pragma once

#include <oneloop/math/exponential.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct exp_t {
  static constexpr fixed_string name = "exp";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 29;
  static constexpr auto ulp = math::exp_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::exp(x);
  }
  static constexpr auto derivative = [](auto const& y, auto const&) { return y; };
};

/// exp(x), elementwise. Shape: that of x. Elements: float, double. Special values: exp(±0) = 1,
/// exp(-inf) = 0, exp(+inf) = +inf, NaN propagates. Worst error: math::exp_ulp. Cost: exp_t::flops.
/// PyTorch, NumPy: exp.
/// Example: exp(-0.5f * square(x))
template <operands X>
constexpr auto exp(X&& x) {
  return elementwise<exp_t>(static_cast<X&&>(x));
}

struct exp2_t {
  static constexpr fixed_string name = "exp2";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 27;
  static constexpr auto ulp = math::exp2_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::exp2(x);
  }
  static constexpr auto derivative = [](auto const& y, auto const&) {
    return op::c<6931471805599453, 10000000000000000>(y) * y;
  };
};

/// 2 to the power of x, elementwise; exact for whole x. Shape: that of x. Elements: float, double. Special values:
/// exp2(±0) = 1, exp2(-inf) = 0, exp2(+inf) = +inf, NaN propagates. Worst error: math::exp2_ulp. Cost: exp2_t::flops.
/// PyTorch, NumPy: exp2.
/// Example: exp2(x - max(x))
template <operands X>
constexpr auto exp2(X&& x) {
  return elementwise<exp2_t>(static_cast<X&&>(x));
}

struct expm1_t {
  static constexpr fixed_string name = "expm1";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 34;
  static constexpr auto ulp = math::expm1_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::expm1(x);
  }
  static constexpr auto derivative = [](auto const& y, auto const&) { return y + op::c<1>(y); };
};

/// exp(x) - 1 without the cancellation near 0, elementwise. Shape: that of x. Elements: float,
/// double. Special values: expm1(±0) = ±0, expm1(-inf) = -1, expm1(+inf) = +inf, NaN propagates.
/// Worst error: math::expm1_ulp. Cost: expm1_t::flops. PyTorch, NumPy: expm1.
/// Example: expm1(0.01f * x)
template <operands X>
constexpr auto expm1(X&& x) {
  return elementwise<expm1_t>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
