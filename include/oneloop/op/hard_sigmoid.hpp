// SPDX-License-Identifier: BSL-1.0
// hard_sigmoid, hard_swish: piecewise polynomials in place of the sigmoid.
#pragma once

#include <limits>

#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct hard_sigmoid_t {
  static constexpr fixed_string name = "hard_sigmoid";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 4;
  static constexpr math::ulp_bound ulp{1.5, 1.5};
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return min(P(6), max(P(0), x + P(3))) / P(6);  // a NaN as second operand stays
  }
  static constexpr auto derivative = [](auto const&, auto const& x) {
    return where(abs(x) < op::c<3>(x), op::c<1>(x) / op::c<6>(x), op::c<0>(x));
  };
};

/// hard_sigmoid(x) = min(max(x + 3, 0), 6) / 6, elementwise. Shape: that of x. Elements: float,
/// double. Special values: 0 at -inf, 1 at +inf, NaN propagates. Worst error: hard_sigmoid_t::ulp.
/// Cost: 4 flops, one of them a division. PyTorch: nn.functional.hardsigmoid.
/// Example: hard_sigmoid(W * x + b)
template <operands X>
constexpr auto hard_sigmoid(X&& x) {
  return elementwise<hard_sigmoid_t>(static_cast<X&&>(x));
}

struct hard_swish_t {
  static constexpr fixed_string name = "hard_swish";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 6;
  static constexpr math::ulp_bound ulp{2, 2};
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    using T = typename P::element;
    // divided before it is multiplied, or large x would overflow; a finite x makes the limit of
    // inf·0
    return max(P(std::numeric_limits<T>::lowest()), x) * hard_sigmoid_t::kernel(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) {
    auto const three = op::c<3>(x);
    return where(x < op::c<-3>(x), op::c<0>(x), where(x <= three, x / three + op::c<1, 2>(x), op::c<1>(x)));
  };
};

/// hard_swish(x) = x·hard_sigmoid(x), elementwise. Shape: that of x. Elements: float, double.
/// Special values: hard_swish(-inf) = -0 (the limit; PyTorch: NaN), hard_swish(+inf) = +inf, NaN
/// propagates. Worst error: hard_swish_t::ulp. Cost: hard_swish_t::flops. PyTorch:
/// nn.functional.hardswish.
/// Example: hard_swish(W * x + b)
template <operands X>
constexpr auto hard_swish(X&& x) {
  return elementwise<hard_swish_t>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
