// SPDX-License-Identifier: BSL-1.0
// mish: x times tanh of its softplus.
#pragma once

#include <oneloop/math/exponential.hpp>
#include <oneloop/op/silu.hpp>

namespace ONELOOP_NAMESPACE {

struct mish_t {
  static constexpr fixed_string name = "mish";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 44;
  static constexpr math::ulp_bound ulp{4, 4};
  // With e = exp(-|x|), tanh(log(1 + exp(x))) is e·(e + 2) / (e·(e + 2) + 2) for x < 0 and
  // (1 + 2e) / (1 + 2e + 2e²) otherwise: one exp, no log, no cancellation, no overflow.
  // The power of two comes last, and x is bounded, as in silu.hpp.
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    P const bound(op::underflow_bound<P>);
    auto const negative = x < P(0);
    auto const split = math::exp_split(max(bound, -abs(x)));
    P const e = scale2(split.m, split.n), twice = e + e;
    P const one(1), two(2), factor = select(negative, e, twice), base = factor + select(negative, two, one);
    P const numerator = select(negative, fma(split.m, e, split.m + split.m), base);
    // for x >= 0 the rounding of 1 + 2e is in both, and cancels
    P const denominator = fma(factor, select(negative, base, e), select(negative, two, base));
    return scale2(max(bound, x) * (numerator / denominator), select(negative, split.n, P(0)));
  }
  // t + x·sigmoid(x)·(1 - t²), t = tanh(softplus(x)); the bounds as in silu.hpp.
  static constexpr auto derivative = [](auto const&, auto const& x) {
    auto const t = tanh(softplus(x));
    return t + clamp(x, op::c<-1000>(x), op::c<1000>(x)) % (stable_sigmoid(x) % (op::c<1>(x) - square(t)));
  };
};

/// mish(x) = x·tanh(softplus(x)), elementwise. Shape: that of x. Elements: float, double. Special
/// values: mish(±0) = ±0, mish(-inf) = -0 (the limit; PyTorch: NaN), mish(+inf) = +inf, NaN
/// propagates. Worst error: mish_t::ulp. Cost: mish_t::flops. Misra, 2019. PyTorch:
/// nn.functional.mish.
/// Example: mish(linear(X, W, b))
template <operands X>
constexpr auto mish(X&& x) {
  return elementwise<mish_t>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
