// SPDX-License-Identifier: BSL-1.0
// Polynomials over packs, and what exponentials and logarithms share. Horner: the fewest operations; the loop over
// packs hides its latency.
#pragma once

#include <type_traits>

#include <oneloop/core/config.hpp>
#include <oneloop/simd/pack.hpp>

namespace ONELOOP_NAMESPACE::math {

template <class P>
inline constexpr bool is_single = std::is_same_v<typename P::element, float>;

// coefficients from the highest power down; Minus: at -x, which costs nothing
template <bool Minus = false, class P, class... C>
ONELOOP_INLINE constexpr P horner(P x, typename P::element highest, C... c) {
  P r(highest);
  if constexpr (Minus)
    ((r = fnma(r, x, P(c))), ...);
  else
    ((r = fma(r, x, P(c))), ...);
  return r;
}

// The same by odd and even powers, which wait for each other at the end only: half of the latency, for one product
// more. For polynomials so long that a loop over packs does not hide it.
template <bool Minus = false, class P, class... C>
ONELOOP_INLINE constexpr P horner_by_twos(P x, typename P::element highest, typename P::element second, C... c) {
  P const square = x * x;
  P before(highest), last(second), next;
  ((next = fma(before, square, P(c)), before = last, last = next), ...);
  return Minus ? fnma(before, x, last) : fma(before, x, last);
}

// ln 2 in two parts, the first short enough for its products with whole n up to 1100 (float: 150) to be exact
template <class T>
inline constexpr T ln2_high = std::is_same_v<T, float> ? T(0x1.62e4p-1) : T(0x1.62e42fefa38p-1);
template <class T>
inline constexpr T ln2_low = std::is_same_v<T, float> ? T(0x1.7f7d1cp-20) : T(0x1.ef35793c7673p-45);

// 2^n for n in [-bias + 1, bias], whole or as in scale2: the exponent field, shifted up from the low bits of a sum
template <class P>
ONELOOP_INLINE constexpr P pow2(P n) {
  using F = simd::format_of<P>;
  if constexpr (simd::has_lookup)
    return scale2(P(1), n);
  else
    return simd::from_bits<P>(simd::bits(n + P(F::magic + F::bias)) << F::fraction);
}

// Copied part by part: g++ 12 copies the whole of two pairs of packs by eight and sixteen bytes through memory, from where
// packs are then loaded before they could be (log1p: 2.2 times the time).
template <class P>
struct two {
  P hi, lo;

  two() = default;
  ONELOOP_INLINE constexpr two(P h, P l) : hi(h), lo(l) {}
  ONELOOP_INLINE constexpr two(two const& x) : hi(x.hi), lo(x.lo) {}
  ONELOOP_INLINE constexpr two& operator=(two const& x) {
    hi = x.hi, lo = x.lo;
    return *this;
  }
};
// hi + lo = a + b exactly, |a| >= |b| or a == 0
template <class P>
ONELOOP_INLINE constexpr two<P> fast_two_sum(P a, P b) {
  P const s = a + b;
  return {s, b - (s - a)};
}
// hi + lo = a + b exactly
template <class P>
ONELOOP_INLINE constexpr two<P> two_sum(P a, P b) {
  P const s = a + b, t = s - a;
  return {s, (a - (s - t)) + (b - t)};
}
// hi + lo = a * b exactly (Dekker's splitting where the target has no fma)
template <class P>
ONELOOP_INLINE constexpr two<P> two_product(P a, P b) {
  P const p = a * b;
  if constexpr (simd::has_fma) {
    return {p, fma(a, b, -p)};
  } else {
    P const factor(is_single<P> ? 4097 : 134217729);
    P const c = factor * a, d = factor * b;
    P const ah = c - (c - a), bh = d - (d - b), al = a - ah, bl = b - bh;
    return {p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
  }
}
// c - a * b where the product is close to c, exact with and without fma: what a quotient left
template <class P>
ONELOOP_INLINE constexpr P residual(P a, P b, P c) {
  if constexpr (simd::has_fma) {
    return fnma(a, b, c);
  } else {
    two<P> const p = two_product(a, b);
    return (c - p.hi) - p.lo;
  }
}

}  // namespace ONELOOP_NAMESPACE::math
