// SPDX-License-Identifier: BSL-1.0
// isnan, isinf, isfinite: masks. An integer is neither infinite nor NaN.
#pragma once

#include <limits>
#include <type_traits>

#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

namespace op {
struct classification {
  static constexpr auto accepts = elements::arithmetic;
  static constexpr int flops = 1;
  static constexpr auto ulp = exact;
  static constexpr bool yields_mask = true;
  static constexpr auto derivative = [](auto const& y, auto const&) { return c<0>(y); };
};
}  // namespace op

struct isnan_t : op::classification {
  static constexpr fixed_string name = "isnan";
  template <class P>
  static ONELOOP_INLINE constexpr auto kernel(P x) {
    return x != x;
  }
};

/// Whether an element is NaN, elementwise. Shape: that of x. Elements: float, double, int32; the result is a mask.
/// Worst error: exact. Cost: 1 flop. PyTorch, NumPy: isnan.
/// Example: any(isnan(log(x)))
template <operands X>
constexpr auto isnan(X&& x) {
  return elementwise<isnan_t>(static_cast<X&&>(x));
}

struct isinf_t : op::classification {
  static constexpr fixed_string name = "isinf";
  template <class P>
  static ONELOOP_INLINE constexpr auto kernel(P x) {
    using T = typename P::element;
    if constexpr (std::is_floating_point_v<T>)
      return abs(x) == P(std::numeric_limits<T>::infinity());
    else
      return x != x;
  }
};

/// Whether an element is +inf or -inf, elementwise. Shape: that of x. Elements: float, double, int32; the result is a
/// mask. Worst error: exact. Cost: 1 flop. PyTorch, NumPy: isinf.
/// Example: where(isinf(x), 0, x)
template <operands X>
constexpr auto isinf(X&& x) {
  return elementwise<isinf_t>(static_cast<X&&>(x));
}

struct isfinite_t : op::classification {
  static constexpr fixed_string name = "isfinite";
  template <class P>
  static ONELOOP_INLINE constexpr auto kernel(P x) {
    using T = typename P::element;
    if constexpr (std::is_floating_point_v<T>)
      return abs(x) < P(std::numeric_limits<T>::infinity());
    else
      return x == x;
  }
};

/// Whether an element is neither infinite nor NaN, elementwise. Shape: that of x. Elements: float, double, int32; the
/// result is a mask. Worst error: exact. Cost: 1 flop. PyTorch, NumPy: isfinite.
/// Example: all(isfinite(x / y))
template <operands X>
constexpr auto isfinite(X&& x) {
  return elementwise<isfinite_t>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
