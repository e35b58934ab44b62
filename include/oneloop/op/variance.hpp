// SPDX-License-Identifier: BSL-1.0
// variance in one pass: Welford's update per lane, Chan's to merge. Sums of x and x² would cancel.
#pragma once

#include <oneloop/op/facts.hpp>
#include <oneloop/op/reduction_state.hpp>
#include <oneloop/op/sum.hpp>

namespace ONELOOP_NAMESPACE {

struct variance_t {
  static constexpr fixed_string name = "variance";
  static constexpr auto accepts = elements::floating;
  template <class T>
  using result = T;
  static constexpr int flops = 7;
  static constexpr int parts = 3;  // count, mean, sum of squared distances from the mean
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 3> start() {
    return {{P(0), P(0), P(0)}};
  }
  template <class P, class I>
  static ONELOOP_INLINE constexpr state<P, 3> step(state<P, 3> s, P x, I) {
    P const count = s.part[0] + P(1);
    P const distance = x - s.part[1];
    P const mean = s.part[1] + distance / count;
    return {{count, mean, fma(distance, x - mean, s.part[2])}};
  }
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 3> merge(state<P, 3> a, state<P, 3> b) {
    P const count = a.part[0] + b.part[0];
    P const share = b.part[0] / select(count == P(0), P(1), count);
    P const distance = b.part[1] - a.part[1];
    P const shift = distance * share;
    return {{count, a.part[1] + shift, fma(distance * a.part[0], shift, a.part[2] + b.part[2])}};
  }
  template <class P>
  static ONELOOP_INLINE constexpr P finish(state<P, 3> s, index_t count) {
    return s.part[2] / P(static_cast<typename P::element>(count > 1 ? count - 1 : 0));
  }
  static constexpr auto derivative = [](auto const&, auto const& x, auto const& along) {
    return (op::c<2>(x) / (along.count() - op::c<1>(x))) * (x - along.template fold<mean_t>(x));
  };
};

/// variance(x), variance<axis>(x): sum of (x - mean)² / (n - 1), unbiased. Shape: a number; without
/// the axis. Elements: float, double. Special values: NaN of less than two elements; NaN and ±inf
/// give NaN. Worst error: grows with |mean| / deviation, as the mean has only so many digits (from
/// the sums of x and x² it would grow with the square of that). Errors: an axis that x does not
/// have. Cost: 7 flops per element, one of them a division; one pass. PyTorch: var; NumPy: var with
/// ddof=1.
/// Example: (x - mean(x)) / sqrt(variance(x))
template <operands X>
constexpr auto variance(X&& x) {
  return reduction<variance_t>(static_cast<X&&>(x));
}
template <auto Axis, operands X>
constexpr auto variance(X&& x) {
  return reduction<variance_t, Axis>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
