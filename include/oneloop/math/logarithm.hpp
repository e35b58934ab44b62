// SPDX-License-Identifier: BSL-1.0
// log, log2, log10, log1p, and log of a sum of two parts.
#pragma once

#include <limits>

#include <oneloop/core/config.hpp>
#include <oneloop/math/bound.hpp>
#include <oneloop/math/poly.hpp>
#include <oneloop/simd/pack.hpp>

namespace ONELOOP_NAMESPACE::math {

inline constexpr ulp_bound log_ulp{1.0, 1.0}, log2_ulp{1.0, 1.0}, log10_ulp{0.85, 0.8}, log1p_ulp{1.1, 1.1};

// w with log(1 + f) = f - w, for 1 + f in [sqrt(1/2), sqrt(2)]. Float: w = f^2 (1/2 - f R(f)), a
// polynomial. Double: w = f^2/2 - s (f^2/2 + s^2 G(s^2)) with s = f / (2 + f), as a polynomial
// would need 20 terms. Own Remez fits, relative error of the logarithm below 2^-30 and 2^-58.
template <class P>
ONELOOP_INLINE constexpr P log_deficit(P f) {
  if constexpr (is_single<P>) {
    P const r = horner_by_twos(f, 0x1.1b480ep-4f, -0x1.e2e64p-4f, 0x1.e64dp-4f, -0x1.fb43cp-4f, 0x1.233308p-3f,
                               -0x1.5562ep-3f, 0x1.99a542p-3f, -0x1.ffffeep-3f, 0x1.555546p-2f);
    return f * f * fnma(f, r, P(0.5f));
  } else {
    P const s = f / (f + P(2.0)), z = s * s, half = f * f * P(0.5);
    P const g = horner(z, 0x1.2f057340d3c06p-3, 0x1.39a1c0cef0184p-3, 0x1.74663e4a6968dp-3, 0x1.c71c520edea7p-3,
                       0x1.24924941e6075p-2, 0x1.999999997fef4p-2, 0x1.5555555555592p-1);
    return fnma(s, fma(z, g, half), half);
  }
}

// What e ln2_high<T> lacks of the logarithm of 2^e (1 + f) (1 + low). ln2_high has few enough bits for that product to
// be exact; a summand of a caller's goes in between the two, and the sum is rounded once where e is not 0.
template <class P>
ONELOOP_INLINE constexpr P log_rest(P e, P f, P low) {
  using T = typename P::element;
  return f - fnma(e, P(ln2_low<T>), log_deficit(f) - low);
}

// e ln 2 + log(1 + f) + low: the logarithm of 2^e (1 + f) (1 + low)
template <class P>
ONELOOP_INLINE constexpr P log_of_parts(P e, P f, P low) {
  return fma(e, P(ln2_high<typename P::element>), log_rest(e, f, low));
}

// what log gives outside (0, inf): NaN below 0, -inf at zeros, inf and NaN stay
template <class P>
ONELOOP_INLINE constexpr P log_special(P x, P y) {
  using L = std::numeric_limits<typename P::element>;
  P const zero(0);
  y = select(x < P(L::infinity()), y, x);
  y = select(x < zero, P(L::quiet_NaN()), y);
  return select(x == zero, P(-L::infinity()), y);
}

// log(x), natural. Domain: x >= 0; log(0) = -inf, NaN for x < 0, inf and NaN stay; subnormals exact
// as any other.
// Worst error: 0.90 float, 0.86 double ULP. Method: exponent split off, polynomial on the rest.
template <class P>
ONELOOP_INLINE constexpr P log(P x) {
  auto const a = simd::split_exponent(x);
  return log_special(x, log_of_parts(a.e, a.m - P(1), P(0)));
}

// log to base 2, exact for powers of two. Domain and special values as log.
// Worst error: 0.99 float, 0.91 double ULP. Method: log(1 + f) in two parts times log2(e) in two
// parts, plus the exponent.
template <class P>
ONELOOP_INLINE constexpr P log2(P x) {
  using T = typename P::element;
  auto const a = simd::split_exponent(x);
  P const first(is_single<P> ? T(0x1.715476p+0) : T(0x1.71547652b82fep+0));
  P const second(is_single<P> ? T(0x1.4ae0cp-26) : T(0x1.777d0ffda0d24p-56));
  P const f = a.m - P(1), w = log_deficit(f);
  P const hi = f - w, lo = (f - hi) - w;
  two<P> const p = two_product(hi, first);
  P const rest = fma(lo, first, fma(hi, second, p.lo));
  return log_special(x, a.e + (p.hi + rest));
}

// log to base 10, exact for powers of ten. Domain and special values as log.
// Worst error: 0.83 float, 0.77 double ULP. Method: as log2, times log10(e); the exponent times log10(2) in two parts,
// the first product exact.
template <class P>
ONELOOP_INLINE constexpr P log10(P x) {
  using T = typename P::element;
  auto const a = simd::split_exponent(x);
  P const first(is_single<P> ? T(0x1.bcb7b2p-2) : T(0x1.bcb7b1526e50ep-2));
  P const second(is_single<P> ? T(-0x1.5b235ep-27) : T(0x1.95355baaafad3p-57));
  P const two_high(is_single<P> ? T(0x1.3442p-2) : T(0x1.34413509f78p-2));
  P const two_low(is_single<P> ? T(-0x1.95ec1p-19) : T(0x1.fef311f12b358p-46));
  P const f = a.m - P(1), w = log_deficit(f);
  P const hi = f - w, lo = (f - hi) - w;
  two<P> const p = two_product(hi, first);
  two<P> const sum = fast_two_sum(a.e * two_high, p.hi);
  P const rest = fma(lo, first, fma(hi, second, p.lo));
  return log_special(x, sum.hi + (sum.lo + fma(a.e, two_low, rest)));
}

// log(1 + x) without cancellation. Domain: x >= -1; -inf at -1, NaN below, inf, zeros and NaN stay.
// Worst error: 1.07 float, 0.97 double ULP. Method: log of u = 1 + x; what the sum lost comes back
// as low / u, but where u keeps its exponent f is x itself.
template <class P>
ONELOOP_INLINE constexpr P log1p(P x) {
  using T = typename P::element;
  P const one(1), zero(0);
  two<P> const u = two_sum(one, x);
  auto const a = simd::split_exponent(u.hi);
  auto const near = a.e == zero;
  P const f = select(near, x, a.m - one);
  // 2^-e up to 2^-64, beyond that low is too small to matter; 1 / m as 1 - f
  P const low = u.lo * pow2(-min(a.e, P(64)));
  P const y = log_of_parts(a.e, f, select(near, zero, fnma(low, f, low)));
  return select(abs(x) < P(is_single<P> ? T(0x1p-26) : T(0x1p-55)), x, log_special(u.hi, y));
}

}  // namespace ONELOOP_NAMESPACE::math
