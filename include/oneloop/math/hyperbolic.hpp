// SPDX-License-Identifier: BSL-1.0
// tanh, sinh, cosh.
#pragma once

#include <oneloop/core/config.hpp>
#include <oneloop/math/bound.hpp>
#include <oneloop/math/exponential.hpp>
#include <oneloop/simd/pack.hpp>

namespace ONELOOP_NAMESPACE::math {

inline constexpr ulp_bound tanh_ulp{1.4, 1.4}, sinh_ulp{1.7, 1.7}, cosh_ulp{1.6, 1.6};

// tanh(x). Domain: all; odd, zeros and NaN stay, 1 at inf.
// Worst error: 1.34 float, 1.34 double ULP. Method: x + x^3 T(x^2) below 0.625 (own Remez fit),
// else 1 - 2 / (exp(2 |x|) + 1), where the fraction is below a half and its error counts little.
template <class P>
ONELOOP_INLINE constexpr P tanh(P x) {
  using T = typename P::element;
  P const one(1), two(2), limit(T(is_single<P> ? 20 : 40));
  P const a = abs(x), z = x * x;
  P t;
  if constexpr (is_single<P>) {
    t = horner(z, -0x1.7678dcp-8f, 0x1.524c14p-6f, -0x1.b842c2p-5f, 0x1.11075ep-3f, -0x1.555534p-2f);
  } else {
    t = horner(z, -0x1.0e0d583aa005dp-16, 0x1.43c93a8918975p-14, -0x1.df7009a75cb75p-13, 0x1.33699f3e09635p-11,
               -0x1.7d693994b15ep-10, 0x1.d6cf3802eea1dp-9, -0x1.226e16b68c11cp-7, 0x1.664f4780ae33ep-6,
               -0x1.ba1ba1b52a6e7p-5, 0x1.111111110b04bp-3, -0x1.5555555555503p-2);
  }
  P const small = fma(a * z, t, a);
  P const b = a + a;
  exp_parts<P> const e = exp_split(min(limit, b));
  P const large = one - two / fma(e.m, pow2(e.n), one);
  return copysign(select(a < P(T(0.625)), small, large), x);
}

// exp(|x|) / 2, finite as long as sinh and cosh are
template <class P>
ONELOOP_INLINE constexpr P half_exp_of_abs(P x) {
  using T = typename P::element;
  P const a = abs(x), limit(T(is_single<P> ? 90 : 711));
  exp_parts<P> const e = exp_split(min(limit, a));
  return scale2(e.m, e.n - P(1));
}

// sinh(x). Domain: all; odd, zeros, inf and NaN stay; overflows beyond 89.4 (710.4).
// Worst error: 1.64 float, 1.63 double ULP. Method: odd polynomial below 1 (own Remez fit), else h
// - 1 / (4 h), h = exp(|x|) / 2.
template <class P>
ONELOOP_INLINE constexpr P sinh(P x) {
  using T = typename P::element;
  P const z = x * x, h = half_exp_of_abs(x);
  P s;
  if constexpr (is_single<P>) {
    s = horner(z, 0x1.75ae58p-19f, 0x1.a02126p-13f, 0x1.1110e2p-7f, 0x1.555556p-3f);
  } else {
    s = horner(z, 0x1.b5bb709c503dbp-41, 0x1.61171cf9b4157p-33, 0x1.ae646f97d4ad2p-26, 0x1.71de3a3b6a5bfp-19,
               0x1.a01a01a036c69p-13, 0x1.111111111102p-7, 0x1.5555555555556p-3);
  }
  return select(abs(x) < P(1), fma(x * z, s, x), copysign(h - P(T(0.25)) / h, x));
}

// cosh(x) = h + 1 / (4 h). Domain: all; inf at both ends, NaN stays.
// Worst error: 1.49 float, 1.45 double ULP.
template <class P>
ONELOOP_INLINE constexpr P cosh(P x) {
  P const h = half_exp_of_abs(x);
  return h + P(typename P::element(0.25)) / h;
}

}  // namespace ONELOOP_NAMESPACE::math
