// SPDX-License-Identifier: BSL-1.0
// exp, exp2, expm1, and the parts of exp that the hyperbolic and sigmoid families are made of.
#pragma once

#include <limits>

#include <oneloop/core/config.hpp>
#include <oneloop/math/bound.hpp>
#include <oneloop/math/poly.hpp>
#include <oneloop/simd/pack.hpp>

namespace ONELOOP_NAMESPACE::math {

inline constexpr ulp_bound exp_ulp{1.2, 1.1}, exp2_ulp{1.1, 1.15}, expm1_ulp{1.15, 1.25};

// x = n ln 2 + r + low, |r| <= ln 2 / 2 (Cody and Waite), for |x| <= 1100 (float: 150); shifted: what n was rounded in
template <class P>
struct reduced {
  P n, r, low, shifted;
};
template <class P>
ONELOOP_INLINE constexpr reduced<P> reduce_ln2(P x) {
  using T = typename P::element;
  using F = simd::format_of<P>;
  P const first(ln2_high<T>), second(ln2_low<T>);
  // adding 1.5 * 2^fraction rounds to a whole number
  P const shifted = fma(x, P(T(1.4426950408889634074)), P(F::magic)), n = shifted - P(F::magic);
  P const t = fnma(n, first, x), r = fnma(n, second, t);
  return {n, r, fnma(n, second, t - r), shifted};
}
// q with exp(r) = 1 + r + r^2 q(r) for |r| <= ln 2 / 2; own Remez fits, error below 2^-26 r
// (float) and 2^-57 r (double); Minus: q(-r)
template <bool Minus = false, class P>
ONELOOP_INLINE constexpr P exp_tail(P r) {
  if constexpr (is_single<P>) {
    return horner<Minus>(r, 0x1.6ce96ap-10f, 0x1.123f2ap-7f, 0x1.55552ap-5f, 0x1.55548ap-3f, 0.5f);
  } else {
    return horner_by_twos<Minus>(r, 0x1.1fa190a6d21dcp-29, 0x1.af5eabe5de9c9p-26, 0x1.27e4c49efa77cp-22,
                                 0x1.71ddf84fd0d98p-19, 0x1.a01a01ad90a1ap-16, 0x1.a01a01aff253bp-13,
                                 0x1.6c16c16c159efp-10, 0x1.111111110f65fp-7, 0x1.5555555555556p-5,
                                 0x1.5555555555559p-3, 0.5);
  }
}

// 2^(k/16), and the relative error of its rounding: exact value = v (1 + error)
template <class T>
inline constexpr simd::table<T> root16{{0x1p0f, 0x1.0b5586p0f, 0x1.172b84p0f, 0x1.2387a6p0f, 0x1.306fep0f,
                                        0x1.3dea64p0f, 0x1.4bfdaep0f, 0x1.5ab07ep0f, 0x1.6a09e6p0f, 0x1.7a1148p0f,
                                        0x1.8ace54p0f, 0x1.9c4918p0f, 0x1.ae89fap0f, 0x1.c199bep0f, 0x1.d5818ep0f,
                                        0x1.ea4afap0f}};
template <class T>
inline constexpr simd::table<T> root16_error{{0, 0x1.8d96d4p-25f, -0x1.9c0c22p-27f, 0x1.964904p-25f, 0x1.125002p-25f,
                                              0x1.370be4p-25f, -0x1.0a355p-25f, -0x1.00d8acp-27f, 0x1.26055cp-26f,
                                              -0x1.05cb44p-25f, 0x1.67a1cap-28f, 0x1.a3b5e4p-28f, -0x1.f9c304p-27f,
                                              -0x1.6961b4p-28f, -0x1.a5217cp-28f, 0x1.61428ep-28f}};
template <>
inline constexpr simd::table<double> root16<double>{
    {0x1p0, 0x1.0b5586cf9890fp0, 0x1.172b83c7d517bp0, 0x1.2387a6e756238p0, 0x1.306fe0a31b715p0, 0x1.3dea64c123422p0,
     0x1.4bfdad5362a27p0, 0x1.5ab07dd485429p0, 0x1.6a09e667f3bcdp0, 0x1.7a11473eb0187p0, 0x1.8ace5422aa0dbp0,
     0x1.9c49182a3f09p0, 0x1.ae89f995ad3adp0, 0x1.c199bdd85529cp0, 0x1.d5818dcfba487p0, 0x1.ea4afa2a490dap0}};
template <>
inline constexpr simd::table<double> root16_error<double>{
    {0, 0x1.79aa65d837b6dp-54, -0x1.01b15eaa59348p-55, 0x1.68efde3a8a894p-54, 0x1.34d754db0abb6p-55,
     0x1.59f48a72a4c6dp-55, 0x1.690cebb7aafbp-56, 0x1.063e1e21c5409p-54, -0x1.3b3efbf5e2228p-54, -0x1.b32dcb94da51dp-56,
     0x1.db72fc1f0eab4p-55, 0x1.1affc2b91ce27p-56, 0x1.c1a7792cb3387p-55, 0x1.36eae30af0cb3p-56, 0x1.4a385a63d07a7p-56,
     -0x1.ff7128fd391fp-55}};

// The reduction by sixteenths relies on fma: n * ln2_high has up to 57 bits then (float: 27).
static_assert(!simd::has_lookup || simd::has_fma);

// exp(x) = (m + low) 2^n: m in [0.7, 1.42], n whole, |low| < 2^-24 (2^-53), what the rounding of m lost; where there
// are lookups m in [0.97, 2.05], |low| < 2^-23 (2^-52), and n in sixteenths, which pow2 and scale2 cut off.
// Same domain as reduce_ln2; a caller that does not use low does not pay for it. Lookups: a short polynomial on
// |r| <= ln 2 / 32, times the root of two that the fraction of n says; Exact: with the error of that root.
template <class P>
struct exp_parts {
  P m, low, n, shifted;
};
// m 2^n; joined_down: of an exp_split of x <= 0
template <class P>
ONELOOP_INLINE constexpr P joined(exp_parts<P> const& e) {
  if constexpr (simd::has_lookup)
    return scale2(e.m, e.n);
  else
    return simd::scale2_shifted(e.m, e.shifted);
}
template <class P>
ONELOOP_INLINE constexpr P joined_down(exp_parts<P> const& e) {
  return simd::scale2_down(e.m, e.n, e.shifted);
}
// f(root, s, n, shifted) with exp(r) = root (1 + s), and 2^n beside it; sum is what n was rounded in.
template <bool Exact, class P, class F>
ONELOOP_INLINE constexpr auto with_factors_of_rest(P r, P n, P sum, F const& f) {
  using T = typename P::element;
  if constexpr (simd::has_lookup) {
    auto const index = simd::bits(sum);
    // (exp(r) - 1) / r: Taylor's, for float its last term spread over the range. Without the error of the root exp
    // would go back where the root changes, twice of all floats; too small by 2^-20 r it does not, for 0.2 ULP.
    P u;
    if constexpr (is_single<P>)
      u = horner(r, T(1) / 6, 0x1.00029p-1f, Exact ? 1.0f : 0x1.ffffep-1f);
    else
      u = horner(r, T(1) / 5040, T(1) / 720, T(1) / 120, T(1) / 24, T(1) / 6, 0.5, 1);
    P p;
    if constexpr (Exact)
      p = fma(r, u, simd::lookup(root16_error<T>, index));
    else
      p = r * u;
    return f(simd::lookup(root16<T>, index), p, n, sum);
  } else {
    // r^2 tail, not r (1 + r tail): where the rounded factor changes the product would go back
    return f(P(1), fma(r * r, exp_tail(r), r), n, sum);
  }
}
// f(root, s, n, shifted): exp(x) = root (1 + s) 2^n, before that product is rounded, for a caller with a factor of its
// own. Without lookups root is 1. (A struct of the four, and g++ stores one of them in each step of a loop with
// AVX-512.)
template <bool Exact = true, class P, class F>
ONELOOP_INLINE constexpr auto with_factors_of_exp(P x, F const& f) {
  using T = typename P::element;
  if constexpr (simd::has_lookup) {
    P const magic(simd::format_of<P>::magic / 16);
    P const sum = fma(x, P(T(1.4426950408889634074)), magic), n = sum - magic;
    return with_factors_of_rest<Exact>(fnma(n, P(ln2_low<T>), fnma(n, P(ln2_high<T>), x)), n, sum, f);
  } else {
    reduced<P> const a = reduce_ln2(x);
    return with_factors_of_rest<Exact>(a.r, a.n, a.shifted, f);
  }
}
struct parts_of_factors {
  template <class P>
  ONELOOP_INLINE constexpr exp_parts<P> operator()(P root, P s, P n, P shifted) const {
    P m, low;
    if constexpr (simd::has_lookup)
      m = fma(root, s, root), low = fma(root, s, root - m);
    else
      m = root + s, low = s - (m - root);
    return {m, low, n, shifted};
  }
};
template <bool Exact = true, class P>
ONELOOP_INLINE constexpr exp_parts<P> exp_split(P x) {
  return with_factors_of_exp<Exact>(x, parts_of_factors{});
}

// exp(x); Exact: where there are lookups, for one more instruction, to 0.78 instead of 1.18 float ULP (0.76 and 1.02
// double).
template <bool Exact, class P>
ONELOOP_INLINE constexpr P exp_rounded(P x) {
  using T = typename P::element;
  // the bare instructions keep a NaN in their second operand
  x = min(P(T(is_single<P> ? 89 : 710)), max(P(T(is_single<P> ? -104 : -746)), x));
  return joined(exp_split<Exact>(x));
}

// exp(x). Domain: all. exp(-inf) = 0, exp(inf) = inf, NaN stays; overflows to inf above 88.722839
// (709.78), underflows gradually below -87.3 (-708.4) to 0 below -103.97 (-745.13).
// Worst error: 1.18 float, 1.02 double ULP (1.04 and 0.98 without lookups). Float: monotonic. Method: Cody-Waite by
// ln 2, polynomial, one scaling; with lookups a shorter polynomial, times a root of two.
template <class P>
ONELOOP_INLINE constexpr P exp(P x) {
  return exp_rounded<false>(x);
}

// 2^x. Domain: all. exp2(-inf) = 0, exp2(inf) = inf, NaN stays; overflows to inf from 128 (1024) on, underflows
// gradually below -126 (-1022) to 0 from -150 (-1075) on; exact for whole x.
// Worst error: 1.04 float, 1.11 double ULP (with lookups 0.78 and 0.76). Method: as exp with the error of the root, and
// an exact reduction.
template <class P>
ONELOOP_INLINE constexpr P exp2(P x) {
  using T = typename P::element;
  x = min(P(T(is_single<P> ? 128.25 : 1024.25)), max(P(T(is_single<P> ? -150.5 : -1075.5)), x));
  P const magic(simd::has_lookup ? simd::format_of<P>::magic / 16 : simd::format_of<P>::magic);
  P const sum = x + magic, n = sum - magic;
  return joined(with_factors_of_rest<true>((x - n) * P(T(0.69314718055994530942)), n, sum, parts_of_factors{}));
}

// exp(x) - 1 without cancellation. Domain: all. -1 at -inf, inf at inf, zeros and NaN stay.
// Worst error: 1.10 float, 1.24 double ULP. Method: as exp; with s = 2^(n-1), which stays finite,
// the result is 2 ((s r + (s - 1/2)) + s (exp(r) - 1 - r)), the inner sum with its rounding error.
template <class P>
ONELOOP_INLINE constexpr P expm1(P x) {
  using T = typename P::element;
  P const c = min(P(T(is_single<P> ? 89 : 710)), max(P(T(is_single<P> ? -20 : -40)), x));
  reduced<P> const a = reduce_ln2(c);
  P const p = fma(a.r * a.r, exp_tail(a.r), a.low);
  P const s = pow2(a.n - P(T(1)));
  two<P> const u = fast_two_sum(s - P(T(0.5)), s * a.r);
  P const y = u.hi + fma(s, p, u.lo);
  // tiny x is its own result, with the sign of zero and the last bit of subnormals
  return select(abs(x) < P(is_single<P> ? T(0x1p-26) : T(0x1p-55)), x, y + y);
}

}  // namespace ONELOOP_NAMESPACE::math
