// SPDX-License-Identifier: BSL-1.0
// Roots, powers, and the algebraic functions of one or two numbers.
#pragma once

#include <limits>

#include <oneloop/core/config.hpp>
#include <oneloop/math/bound.hpp>
#include <oneloop/math/exponential.hpp>
#include <oneloop/math/poly.hpp>
#include <oneloop/simd/pack.hpp>

namespace ONELOOP_NAMESPACE::math {

inline constexpr ulp_bound sqrt_ulp{0.5, 0.5}, fma_ulp{0.5, 0.5}, square_ulp{0.5, 0.5}, rsqrt_ulp{1.5, 1.5},
    cbrt_ulp{0.8, 0.8}, hypot_ulp{1.1, 1.1}, pow_ulp{1.0, 1.1};

// sqrt(x), correctly rounded. NaN below 0, zeros, inf and NaN stay.
template <class P>
ONELOOP_INLINE constexpr P sqrt(P x) {
  return sqrt(x);
}
// a * b + c, one rounding where the target has the instruction, else two
template <class P>
ONELOOP_INLINE constexpr P fma(P a, P b, P c) {
  return fma(a, b, c);
}
template <class P>
ONELOOP_INLINE constexpr P square(P x) {
  return x * x;
}
// 1 / sqrt(x): inf at 0, 0 at inf, NaN below 0.
// Worst error: 1.50 float, 1.50 double ULP. No approximate instruction: those differ between
// processors, and from a constant expression.
template <class P>
ONELOOP_INLINE constexpr P rsqrt(P x) {
  return P(1) / sqrt(x);
}

// Cube root. Domain: all; odd, zeros, inf and NaN stay.
// Worst error: 0.74 float, 0.74 double ULP. Method: polynomial (own Remez fit, relative error
// 2^-13.7 float, 2^-19.6 double) and one step of Halley's iteration, whose correction is too small
// for its roundings to count.
template <class P>
ONELOOP_INLINE constexpr P cbrt(P x) {
  using T = typename P::element;
  P const zero(0), one(1), a = abs(x);
  auto const s = simd::split_exponent(a);
  P const k = round_even(s.e * P(T(0.33333333333333333))), j = fnma(k, P(3), s.e);
  auto const down = j<zero, up = j> zero;  // j is -1, 0 or 1
  P const v = s.m * select(down, P(T(0.5)), select(up, P(2), one));
  P y;
  if constexpr (is_single<P>) {
    y = horner(s.m, 0x1.dcec7ep-5f, -0x1.2957aap-2f, 0x1.7abbecp-1f, 0x1.f8546ep-2f);
  } else {
    y = horner(s.m, 0x1.b995f26207be8p-6, -0x1.6fb54aa1367fep-3, 0x1.059ab2ac7437bp-1, -0x1.ac0f49271d931p-1,
               0x1.0e56a60265ed3p0, 0x1.afcf98c78ece7p-2);
  }
  y = y * select(down, P(T(0.79370052598409973738)), select(up, P(T(1.25992104989487316477)), one));
  P const y2 = y * y, excess = fma(y2, y, -v), slope = fma(y2 + y2, y, v);
  y = fnma(y, excess / slope, y);
  y = copysign(scale2(y, k), x);
  return select((a > zero) & (a < P(std::numeric_limits<T>::infinity())), y, x);
}

// sqrt(x^2 + y^2) without overflow or underflow on the way. Domain: all; inf when either is, even
// beside a NaN.
// Worst error: 0.96 float, 0.98 double ULP. Method: both scaled by one of three powers of two.
template <class P>
ONELOOP_INLINE constexpr P hypot(P x, P y) {
  using T = typename P::element;
  constexpr bool single = is_single<P>;
  P const u = abs(x), v = abs(y), one(1), inf(std::numeric_limits<T>::infinity());
  auto const swapped = u < v;
  P a = select(swapped, v, u), b = select(swapped, u, v);
  auto const large = a > P(single ? T(0x1p62) : T(0x1p500));
  auto const small = a < P(single ? T(0x1p-40) : T(0x1p-400));
  P const scale =
      select(large, P(single ? T(0x1p-66) : T(0x1p-560)), select(small, P(single ? T(0x1p100) : T(0x1p700)), one));
  P const inverse =
      select(large, P(single ? T(0x1p66) : T(0x1p560)), select(small, P(single ? T(0x1p-100) : T(0x1p-700)), one));
  a = a * scale, b = b * scale;
  P const r = sqrt(fma(a, a, b * b)) * inverse;
  return select((u == inf) | (v == inf), inf, r);
}

// log(x) in two parts, relative error below 2^-32 (float), 2^-64 (double), for finite x > 0
template <class P>
ONELOOP_INLINE constexpr two<P> log_in_two(P x) {
  using T = typename P::element;
  constexpr bool single = is_single<P>;
  P const one(1), ln2_hi(single ? T(0x1.62e4p-1) : T(0x1.62e42fefa38p-1)),
      ln2_lo(single ? T(0x1.7f7d1cp-20) : T(0x1.ef35793c7673p-45)), third_hi(T(0.66666666666666666667)),
      third_lo(single ? T(-0x1.555556p-26) : T(0x1.5555555555555p-55));
  auto const a = simd::split_exponent(x);
  // s = f / (2 + f) in two parts; log(1 + f) = 2 s + s^3 (2/3 + s^2 H(s^2))
  P const f = a.m - one, d = a.m + one, d_lo = a.m - (d - one);
  P const inverse = one / d, s = f * inverse;
  P const s_lo = fnma(s, d_lo, residual(s, d, f)) * inverse;
  two<P> z = two_product(s, s);
  z.lo = fma(s + s, s_lo, z.lo);
  P h;
  if constexpr (single) {
    h = horner(z.hi, 0x1.df9e28p-3f, 0x1.245292p-2f, 0x1.999ap-2f);
  } else {
    h = horner(z.hi, 0x1.0e43f0102d2fbp-3, 0x1.0f7fcbc2890b7p-3, 0x1.3b1eed164ce31p-3, 0x1.745ce9df00d93p-3,
               0x1.c71c722d6e843p-3, 0x1.2492492457d36p-2, 0x1.9999999999b3p-2);
  }
  two<P> c = fast_two_sum(third_hi, z.hi * h);
  c.lo = c.lo + third_lo;
  two<P> cube = two_product(s, z.hi);
  cube.lo = fma(s, z.lo, fma(s_lo, z.hi, cube.lo));
  two<P> t = two_product(cube.hi, c.hi);
  t.lo = fma(cube.hi, c.lo, fma(cube.lo, c.hi, t.lo));
  two<P> const u = fast_two_sum(a.e * ln2_hi, s + s);
  two<P> const w = fast_two_sum(u.hi, t.hi);
  return fast_two_sum(w.hi, (fma(a.e, ln2_lo, u.lo) + w.lo) + (s_lo + s_lo + t.lo));
}

// x to the power y. Domain and special values as C's pow: 1 for y = 0 and for x = 1, even beside a
// NaN; NaN for x < 0 unless y is whole; for negative x (and -0) the sign of odd powers.
// Worst error: 0.89 float, 1.01 double ULP. Method: exp(y log x), the logarithm and the product in
// two parts.
template <class P>
ONELOOP_INLINE constexpr P pow(P x, P y) {
  using T = typename P::element;
  using L = std::numeric_limits<T>;
  P const zero(0), one(1), half(T(0.5)), inf(L::infinity()), a = abs(x);
  P const low(T(is_single<P> ? -110 : -760)), high(T(is_single<P> ? 90 : 712));
  two<P> l = log_in_two(a);
  auto const unit = a == one;
  l.hi = select(a == zero, -inf, select(a < inf, l.hi, inf));
  two<P> p = two_product(y, l.hi);
  p.lo = fma(y, l.lo, p.lo);
  p.hi = select(unit, zero, p.hi);
  auto const inside = (p.hi > low) & (p.hi < high);
  p.lo = select(inside & !unit, p.lo, zero);
  p.hi = min(high, max(low, p.hi));
  reduced<P> const q = reduce_ln2(p.hi);
  two<P> const r = fast_two_sum(q.r, q.low + p.lo);
  P const m = one + (r.hi + fma(r.hi * r.hi, exp_tail(r.hi), r.lo));
  P w = scale2(m, q.n);
  // signs and the cases that are not exp(y log x)
  P const h = y * half;
  auto const whole = floor(y) == y, odd = whole & (floor(h) != h);
  w = select(odd, copysign(w, x), w);
  w = select((x < zero) & (a < inf) & !whole, P(L::quiet_NaN()), w);
  w = select(is_nan(x), x, select(is_nan(y), y, w));
  return select((x == one) | (y == zero), one, w);
}

}  // namespace ONELOOP_NAMESPACE::math
