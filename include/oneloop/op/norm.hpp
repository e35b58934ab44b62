// SPDX-License-Identifier: BSL-1.0
// norm: the Euclidean length.
#pragma once

#include <oneloop/op/facts.hpp>
#include <oneloop/op/reduction_state.hpp>

namespace ONELOOP_NAMESPACE {

struct norm_t {
  static constexpr fixed_string name = "norm";
  static constexpr auto accepts = elements::floating;
  template <class T>
  using result = T;
  static constexpr int flops = 2;
  static constexpr int parts = 1;
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 1> start() {
    return {{P(0)}};
  }
  template <class P, class I>
  static ONELOOP_INLINE constexpr state<P, 1> step(state<P, 1> s, P x, I) {
    return {{fma(x, x, s.part[0])}};
  }
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 1> merge(state<P, 1> a, state<P, 1> b) {
    return {{a.part[0] + b.part[0]}};
  }
  template <class P>
  static ONELOOP_INLINE constexpr P finish(state<P, 1> s, index_t) {
    return sqrt(s.part[0]);
  }
  // Of all zeros the subgradient 0, as in PyTorch.
  static constexpr auto derivative = [](auto const& y, auto const& x, auto const&) {
    auto const zero = op::c<0>(x);
    return x % where(y == zero, zero, op::c<1>(x) / y);
  };
};

/// norm(x), norm<axes...>(x): sqrt(sum of x²). Shape: a number; without the axis. Elements: float,
/// double. Special values: norm of nothing is 0; NaN propagates; any ±inf gives +inf. As in
/// PyTorch, the squares overflow for |x| above the square root of the largest number, and vanish
/// near zero. Worst error: half that of sum, relative, and one rounding. Errors: an axis that x
/// does not have. Of several axes each has its root. Cost: 2 flops per element, one pass. PyTorch: linalg.vector_norm; NumPy:
/// linalg.norm.
/// Example: x / norm(x)
template <operands X>
constexpr auto norm(X&& x) {
  return reduction<norm_t>(static_cast<X&&>(x));
}
template <auto Axis, auto... More, operands X>
constexpr auto norm(X&& x) {
  return reduction<norm_t, Axis, More...>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
