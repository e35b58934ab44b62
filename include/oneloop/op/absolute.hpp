// SPDX-License-Identifier: BSL-1.0
// abs, sign.
#pragma once

#include <oneloop/math/minmax.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct abs_t {
  static constexpr fixed_string name = "abs";
  static constexpr auto accepts = elements::arithmetic;
  static constexpr int flops = 1;
  static constexpr auto ulp = op::exact;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return abs(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return sign(x); };
};

/// |x|, elementwise. Shape: that of x. Elements: float, double, int32 (the smallest stays itself).
/// Special values: abs(-0) = +0, abs(±inf) = +inf, NaN propagates. Worst error: exact. Cost: 1
/// flop. PyTorch, NumPy: abs.
/// Example: max(abs(x - y))
template <operands X>
constexpr auto abs(X&& x) {
  return elementwise<abs_t>(static_cast<X&&>(x));
}

struct sign_t {
  static constexpr fixed_string name = "sign";
  static constexpr auto accepts = elements::arithmetic;
  static constexpr int flops = 2;
  static constexpr auto ulp = op::exact;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::sign(x);
  }
  static constexpr auto derivative = [](auto const& y, auto const&) { return op::c<0>(y); };
};

/// 1 for x > 0, -1 for x < 0, else x itself, elementwise. Shape: that of x. Elements: float,
/// double, int32. Special values: sign(±0) = ±0, NaN propagates. Worst error: exact. Cost: 2
/// comparisons and blends. NumPy: sign; PyTorch: sign, which is 0 for NaN.
/// Example: sign(x) % sqrt(abs(x))
template <operands X>
constexpr auto sign(X&& x) {
  return elementwise<sign_t>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
