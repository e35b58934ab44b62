// SPDX-License-Identifier: BSL-1.0
// silu: x times its sigmoid.
#pragma once

#include <oneloop/math/exponential.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

namespace op {
// Below it x·exp(x) is 0.
template <class P>
inline constexpr typename P::element underflow_bound = math::is_single<P> ? -110 : -760;
}  // namespace op

struct silu_t {
  static constexpr fixed_string name = "silu";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 35;
  static constexpr math::ulp_bound ulp{3.5, 3.5};
  // The stable sigmoid, with x multiplied in before its power of two: sigmoid(x) itself is
  // subnormal, with few digits, where x·sigmoid(x) is not yet. Below the bound the result is 0,
  // also in the limit.
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    P const bound(op::underflow_bound<P>);
    auto const negative = x < P(0);
    auto const e = math::exp_split(max(bound, -abs(x)));
    P const share = select(negative, e.m, P(1)) / (scale2(e.m, e.n) + P(1));
    return scale2(max(bound, x) * share, select(negative, e.n, P(0)));
  }
  // sigmoid(x) + x·sigmoid(x)·sigmoid(-x); beyond ±1000 the product is 0, the bounds only keep x
  // finite.
  static constexpr auto derivative = [](auto const&, auto const& x) {
    auto const s = stable_sigmoid(x);
    return s + clamp(x, op::c<-1000>(x), op::c<1000>(x)) % (s % stable_sigmoid(-x));
  };
};

/// silu(x) = x·sigmoid(x), also called swish, elementwise. Shape: that of x. Elements: float,
/// double. Special values: silu(±0) = ±0, silu(-inf) = -0 (the limit; PyTorch: NaN), silu(+inf) =
/// +inf, NaN propagates; no overflow, and full relative accuracy as long as the result is not
/// subnormal. Worst error: silu_t::ulp. Cost: silu_t::flops. PyTorch: nn.functional.silu.
/// Example: silu(linear(X, W, b))
template <operands X>
constexpr auto silu(X&& x) {
  return elementwise<silu_t>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
