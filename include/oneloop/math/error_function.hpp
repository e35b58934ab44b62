// SPDX-License-Identifier: BSL-1.0
// erf.
#pragma once

#include <oneloop/core/config.hpp>
#include <oneloop/math/bound.hpp>
#include <oneloop/math/exponential.hpp>
#include <oneloop/simd/pack.hpp>

namespace ONELOOP_NAMESPACE::math {

inline constexpr ulp_bound erf_ulp{1.2, 1.9};

// erf(x). Domain: all; odd, zeros and NaN stay, 1 from 4 (6) on.
// Worst error: 1.19 float, 1.81 double ULP. Method: x + x E(x^2) below 1, 1 - exp(-Q(|x|)) above,
// where Q = -log(erfc) is nearly a parabola. Own Remez fits, Q weighted by erfc: errors below 2^-28
// and 2^-55.
template <class P>
ONELOOP_INLINE constexpr P erf(P x) {
  using T = typename P::element;
  P const one(1), a = abs(x), limit(T(is_single<P> ? 4 : 6)), z = x * x;
  P const t = min(limit, a) - P(T(is_single<P> ? 2.0 : 2.5));
  P e, q;
  if constexpr (is_single<P>) {
    e = horner(z, 0x1.4c344cp-14f, -0x1.a50b1p-11f, 0x1.542e1p-8f, -0x1.b7fe9p-6f, 0x1.ce2d5p-4f, -0x1.81274p-2f,
               0x1.06eba8p-3f);
    q = horner(t, -0x1.88ec32p-13f, 0x1.724c0ep-11f, -0x1.d166cp-9f, 0x1.0e1c28p-6f, 0x1.d8f678p-1f, 0x1.1ac324p2f,
               0x1.575b32p2f);
  } else {
    e = horner_by_twos(z, -0x1.a0b7146036d98p-31, 0x1.d35c408dcafbdp-27, -0x1.5b7a1793c6bf3p-23, 0x1.b96870798f5dap-20,
                       -0x1.f4c7e7071987cp-17, 0x1.f9a2924f6f03ap-14, -0x1.c02dae8c0f604p-11, 0x1.565bccedde76p-8,
                       -0x1.b82ce311a32bap-6, 0x1.ce2f21a03f79p-4, -0x1.812746b03799cp-2, 0x1.06eba8214db68p-3);
    // The last steps one by one: by odd and even powers the largest terms would meet rounded, 2.9 ULP.
    P const high =
        horner_by_twos(t, 0x1.5617599b02467p-38, 0x1.486d76b78e997p-38, -0x1.ee526e1aad9b9p-35, 0x1.dd819811154f5p-34,
                       -0x1.a84e2832f29e2p-31, 0x1.fecc9a3baf252p-29, -0x1.76f78379c00a5p-27, 0x1.a768414cc5778p-27,
                       0x1.4e86755614ad1p-23, -0x1.dad2b7cdc89c8p-20, 0x1.ac0552e1df06dp-17, -0x1.43172e41d9cd8p-14,
                       0x1.b96136272b325p-12, -0x1.1bd5590fa8edep-9, 0x1.63cc1da8e341cp-7);
    q = fma(fma(fma(high, t, P(0x1.e3460a18c8aeap-1)), t, P(0x1.56925248da999p2)), t, P(0x1.f3a2dc8691b86p2));
  }
  exp_parts<P> const s = exp_split(-q);
  P const large = fnma(s.m, pow2(s.n), one);
  return select(a < one, fma(x, e, x), copysign(large, x));
}

}  // namespace ONELOOP_NAMESPACE::math
