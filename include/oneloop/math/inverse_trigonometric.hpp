// SPDX-License-Identifier: BSL-1.0
// asin, acos, atan, atan2, in radians.
#pragma once

#include <limits>

#include <oneloop/core/config.hpp>
#include <oneloop/math/bound.hpp>
#include <oneloop/math/poly.hpp>
#include <oneloop/simd/pack.hpp>

namespace ONELOOP_NAMESPACE::math {

inline constexpr ulp_bound asin_ulp{2.4, 2.3}, acos_ulp{1.2, 1.2}, atan_ulp{1.9, 1.9}, atan2_ulp{2.0, 2.0};

// pi/2 in two parts
template <class P>
inline constexpr typename P::element half_pi_hi = typename P::element(1.57079632679489661923);
template <class P>
inline constexpr typename P::element half_pi_lo =
    typename P::element(is_single<P> ? -0x1.777a5cf72cecep-25 : 0x1.1a62633145c07p-54);

// atan(top / bottom), both >= 0, not both zero or inf. The quotient is brought below tan(pi/8) by
// -bottom / top beyond tan(3 pi/8), (top - bottom) / (top + bottom) in between: one division.
template <class P>
ONELOOP_INLINE constexpr P atan_of_quotient(P top, P bottom) {
  using T = typename P::element;
  auto const steep = top > bottom * P(T(2.41421356237309504880));
  auto const middle = (top > bottom * P(T(0.41421356237309504880))) & !steep;
  P const t = select(steep, -bottom, select(middle, top - bottom, top)) /
              select(steep, top, select(middle, top + bottom, bottom));
  P const z = t * t;
  P a;
  if constexpr (is_single<P>) {
    a = horner(z, -0x1.f308acp-5f, 0x1.b22b1p-4f, -0x1.23ba0cp-3f, 0x1.9991e6p-3f, -0x1.55554ap-2f);
  } else {
    a = horner_by_twos(z, -0x1.257f14df5fe81p-6, 0x1.37dfb86db5333p-5, -0x1.9cd6eebb04365p-5, 0x1.df104540267f1p-5,
                       -0x1.10ebca200abbp-4, 0x1.3b111ab83160fp-4, -0x1.745cf8f3a829bp-4, 0x1.c71c70e6d7894p-4,
                       -0x1.24924922af29dp-3, 0x1.999999999589ep-3, -0x1.555555555553dp-2);
  }
  P const zero(0), hi(half_pi_hi<P>), lo(half_pi_lo<P>), half(T(0.5));
  P const base = select(steep, hi, select(middle, hi * half, zero));
  P const rest = select(steep, lo, select(middle, lo * half, zero));
  return base + (t + fma(t * z, a, rest));
}

// atan(x). Domain: all; odd, zeros and NaN stay, pi/2 at inf.
// Worst error: 1.89 float, 1.86 double ULP. Method: reduction to |t| <= tan(pi/8), odd polynomial
// (own Remez fit, 2^-30 and 2^-59).
template <class P>
ONELOOP_INLINE constexpr P atan(P x) {
  P const y = atan_of_quotient(abs(x), P(1));
  return copysign(y, x);
}

// The angle of the point (x, y), in [-pi, pi]. Special values as C's atan2: signed zeros tell the
// sides of the cut apart, infinities give multiples of pi/4.
// Worst error: 1.89 float, 1.89 double ULP.
template <class P>
ONELOOP_INLINE constexpr P atan2(P y, P x) {
  using T = typename P::element;
  P const zero(0), one(1), two(2), inf(std::numeric_limits<T>::infinity());
  P u = abs(y), v = abs(x);
  auto const both_infinite = (u == inf) & (v == inf);
  u = select(both_infinite, one, u);
  v = select(both_infinite, one, select((u == zero) & (v == zero), one, v));
  // u + v must not overflow
  P const huge(is_single<P> ? T(0x1p120) : T(0x1p1000));
  P const scale = select((u > huge) | (v > huge), P(T(0.0625)), one);
  P const a = atan_of_quotient(u * scale, v * scale);
  P const left = two * P(half_pi_hi<P>) - (a - two * P(half_pi_lo<P>));
  return copysign(select(copysign(one, x) < zero, left, a), y);
}

// asin(s) for 0 <= s <= 1/2, z = s^2: own Remez fit, relative error 2^-27 and 2^-59
template <class P>
ONELOOP_INLINE constexpr P asin_tail(P z) {
  if constexpr (is_single<P>) {
    return horner(z, 0x1.59dd14p-5f, 0x1.8ba4d2p-6f, 0x1.748b74p-5f, 0x1.330162p-4f, 0x1.5555cap-3f);
  } else {
    return horner_by_twos(z, 0x1.0be13736f8745p-5, -0x1.59eca224b11d9p-6, 0x1.64fb401ff295dp-6, 0x1.e170ad595ccbcp-9,
                          0x1.61895dedc743dp-7, 0x1.7577c8a09073bp-7, 0x1.ca213d61623b6p-7, 0x1.1c49de472afacp-6,
                          0x1.6e8bdfe2fc3f1p-6, 0x1.f1c71a8bba737p-6, 0x1.6db6db722b208p-5, 0x1.333333332df1ap-4,
                          0x1.5555555555578p-3);
  }
}
// asin(x). Domain: [-1, 1], NaN outside; odd, zeros stay. Worst error: 2.35 float, 2.11 double ULP.
// Method: polynomial below 1/2, pi/2 - 2 asin(sqrt((1 - |x|) / 2)) above.
template <class P>
ONELOOP_INLINE constexpr P asin(P x) {
  using T = typename P::element;
  P const half(T(0.5)), a = abs(x);
  auto const outer = a > half;
  P const z = select(outer, fnma(a, half, half), a * a), s = select(outer, sqrt(z), a);
  P const p = fma(s * z, asin_tail(z), s);
  P const y = P(half_pi_hi<P>) - (p + p - P(half_pi_lo<P>));
  return copysign(select(outer, y, p), x);
}
// acos(x). Domain: [-1, 1], NaN outside; 0 at 1, pi at -1.
// Worst error: 1.14 float, 1.12 double ULP.
template <class P>
ONELOOP_INLINE constexpr P acos(P x) {
  using T = typename P::element;
  P const half(T(0.5)), zero(0), hi(half_pi_hi<P>), lo(half_pi_lo<P>), a = abs(x);
  auto const outer = a > half;
  P const z = select(outer, fnma(a, half, half), a * a), s = select(outer, sqrt(z), x);
  P const tail = s * z * asin_tail(z), p = s + tail;
  P const inner = hi - (s + (tail - lo));
  P const right = p + p, left = (hi + hi) - (right - (lo + lo));
  return select(outer, select(x < zero, left, right), inner);
}

}  // namespace ONELOOP_NAMESPACE::math
