// SPDX-License-Identifier: BSL-1.0
// The logistic function, its logarithm, softplus and the inverse.
#pragma once

#include <limits>

#include <oneloop/core/config.hpp>
#include <oneloop/math/bound.hpp>
#include <oneloop/math/exponential.hpp>
#include <oneloop/math/logarithm.hpp>
#include <oneloop/simd/pack.hpp>

namespace ONELOOP_NAMESPACE::math {

inline constexpr ulp_bound sigmoid_ulp{2.6, 2.5}, stable_sigmoid_ulp{1.5, 1.5}, log_sigmoid_ulp{1.2, 1.3},
    softplus_ulp{1.2, 1.3}, logit_ulp{1.0, 1.0}, logistic_density_ulp{1.4, 1.4};

// (1 + exp(-x)) / 2, without lookups. With exp(-x) = (1 + s) 2^n it is s 2^(n-1) + (2^(n-1) + 1/2): one fma behind s. As a
// half, because 2^n may be beyond the range where exp(-x) is not; below -86 (-707) exp(-x) no longer tells. x is reduced
// itself, to -r, and the polynomial taken at that: a change of sign less. (exp(-x) with its parts joined: 1.1 times the
// time of sigmoid.)
template <class P>
ONELOOP_INLINE constexpr P half_of_one_and_exp_of_minus(P x) {
  using T = typename P::element;
  using F = simd::format_of<P>;
  using I = simd::integer_pack<P>;
  // the bare instructions keep a NaN in their second operand
  x = max(P(T(is_single<P> ? -89 : -710)), min(P(T(is_single<P> ? 86 : 707)), x));
  P const shifted = fnma(x, P(T(1.4426950408889634074)), P(F::magic)), n = shifted - P(F::magic);
  P const minus_r = fma(n, P(ln2_low<T>), fma(n, P(ln2_high<T>), x));
  P const minus_s = fnma(minus_r * minus_r, exp_tail<true>(minus_r), minus_r);
  constexpr auto bias = typename F::integer(F::bias - 1) << F::fraction;
  P const power = simd::from_bits<P>((simd::bits(shifted) << F::fraction) + I(bias));
  return fnma(minus_s, power, power + P(T(0.5)));
}

// 1 / (1 + exp(-x)), the textbook form. Domain: all; 0 at -inf, 1 at inf, NaN stays. exp overflows
// below -88.72 (float): the result is 0 there, where stable_sigmoid still has subnormals.
// Worst error: 2.49 float (2.45 with AVX2), 2.16 double ULP.
template <class P>
ONELOOP_INLINE constexpr P sigmoid(P x) {
  P const one(1);
  if constexpr (simd::has_lookup) {
    return one / (one + exp_rounded<true>(-x));
  } else {
    P const half = half_of_one_and_exp_of_minus(x);
    return one / (half + half);
  }
}

// exp(-|x|) in parts; a quiet NaN raises nothing. -min(|x|, limit) is taken on the bits, because compilers are free to
// compare floats by instructions that signal for NaN: an offset makes the bits of infinity the largest integer and
// those of NaN negative, so that NaN survives the minimum.
template <class P>
ONELOOP_INLINE constexpr exp_parts<P> split_exp_of_minus_abs(P x) {
  using T = typename P::element;
  using F = simd::format_of<P>;
  using I = simd::integer_pack<P>;
  using Integer = typename F::integer;
  constexpr Integer highest = std::numeric_limits<Integer>::max();
  constexpr Integer offset = (Integer(1) << F::fraction) - 1;
  constexpr Integer limit = __builtin_bit_cast(Integer, T(is_single<P> ? 104 : 746)) + offset;
  I const i = min((simd::bits(x) & I(highest)) + I(offset), I(limit));
  // takes the offset away and sets the sign
  return exp_split(simd::from_bits<P>(i + I(highest - offset + 1)));
}

// A line through the bits of x for 1 / x, x in [1, 4]: at most 13 % too large. What a remainder is multiplied by needs
// no more.
template <class P>
ONELOOP_INLINE constexpr P rough_inverse(P x) {
  using T = typename P::element;
  using I = simd::integer_pack<P>;
  using Integer = typename simd::format_of<P>::integer;
  constexpr Integer line = __builtin_bit_cast(Integer, T(1)) + __builtin_bit_cast(Integer, T(0.99));
  return simd::from_bits<P>(I(line) - simd::bits(x));
}

// The same function with e = exp(-|x|), which cannot overflow: 1 / (1 + e) for x >= 0, e / (1 + e)
// below. A subnormal result is rounded once: there 1 + e is 1, and the result is e. Domain: all; 0 at
// -inf, 1 at inf, NaN stays. Raises inexact and underflow only, a quiet NaN nothing. Monotonic.
// Worst error: 1.50 float, 1.48 double ULP. The quotient is corrected by what its rounding and that
// of the sum lost: without that 2.3 ULP.
template <class P>
ONELOOP_INLINE constexpr P stable_sigmoid(P x) {
  using T = typename P::element;
  using I = simd::integer_pack<P>;
  exp_parts<P> const s = split_exp_of_minus_abs(x);
  auto const negative = mask_cast<T>(simd::bits(x) < I(0));
  P const one(1), e = joined_down(s), sum = one + e;
  P const top = select(negative, e, one), q = top / sum;
  // top - q is exact: q lies between top / 2 and top
  return fma(residual(q, e, top - q), rough_inverse(sum), q);
}

// Its derivative, sigmoid(x) sigmoid(-x) = e / (1 + e)^2 with e = exp(-|x|). Domain: all; 0 at both ends, NaN stays;
// exceptions and subnormal results as stable_sigmoid.
// Worst error: 1.36 float, 1.33 double ULP. 1 + (e^2 + 2 e) is rounded, what that lost goes to the remainder, and so
// does what exp lost: low 2^n, here low e, as m is near 1 where it matters, times (1 - e) for d log / d log e = (1 - e)
// / (1 + e).
template <class P>
ONELOOP_INLINE constexpr P logistic_density(P x) {
  exp_parts<P> const s = split_exp_of_minus_abs(x);
  P const one(1), e = joined_down(s);
  P const w = fma(e, e, e + e), d = one + w, lost = w - (d - one), q = e / d;
  P const remainder = fma(s.low, fnma(e, e, e), fnma(q, lost, residual(q, d, e)));
  return fma(remainder, rough_inverse(d), q);
}

// log(1 + exp(x)), x <= 0, for softplus and log_sigmoid in two ways. Around 0 the result hardly moves from one x to the
// next: rounding errors of a logarithm of a rounded exponential are larger than its steps, and some go backwards. There
// it is x / 2 + log(2 cosh(x / 2)), an exact half and an even function; its error is below the steps, or constant.
template <class P>
inline constexpr typename P::element softplus_seam = 1;

// log(2 cosh(x / 2)) = ln2_high<T> + the result, |x| <= softplus_seam; z: x^2. Own Remez fits of
// log(cosh(sqrt(z) / 2)) / z, error of the logarithm below 2^-26 (float) and 2^-57 (double)
template <class P>
ONELOOP_INLINE constexpr P log_2_cosh_half(P z) {
  using T = typename P::element;
  P h;
  if constexpr (is_single<P>) {
    h = horner(z, -0x1.6b25b2p-16f, 0x1.67f538p-12f, -0x1.553ebp-8f, 0x1.ffffd8p-4f);
  } else {
    h = horner(z, -0x1.e96b85af2fe43p-38, 0x1.fb49eecb0f272p-34, -0x1.7a2f15b5f42afp-30, 0x1.0cddec644543fp-26,
               -0x1.833a960534945p-23, 0x1.1ea5c2f4c1084p-19, -0x1.ba1ba147bda8fp-16, 0x1.6c16c16b32f28p-12,
               -0x1.555555555471fp-8, 0x1.ffffffffffffbp-4);
  }
  return fma(z, h, P(ln2_low<T>));
}

// log(1 + exp(x)) = ln2_high<T> + the result, |x| <= softplus_seam
template <class P>
ONELOOP_INLINE constexpr P softplus_near_zero(P x) {
  return fma(x, P(typename P::element(0.5)), log_2_cosh_half(x * x));
}

// log(1 + exp(-|x|)), |x| >= softplus_seam: relative accuracy down to the smallest subnormal. With e = m 2^n and what
// its rounding lost, low 2^n = e low / m, it is e + e (e Q(e) + low / m); own Remez fits of Q(e) = (log(1 + e) - e) / e^2,
// error below 2^-26 (float) and 2^-57 (double). s: the parts of e.
template <class P>
ONELOOP_INLINE constexpr P softplus_far_from_zero(exp_parts<P> const& s) {
  P const e = joined_down(s);
  P q;
  if constexpr (is_single<P>) {
    q = horner(e, 0x1.cf8e4ap-5f, -0x1.13ff32p-3f, 0x1.8ceebcp-3f, -0x1.fecf1cp-3f, 0x1.555008p-2f, -0.5f);
  } else {
    // odd and even powers apart: half of the latency, which is what a pack of doubles waits for
    P const z = e * e;
    q = fma(e,
            horner(z, 0x1.6a96d6ecdf0f3p-6, 0x1.0b5326473a408p-4, 0x1.70849944281f6p-4, 0x1.c70450dfdb802p-4,
                   0x1.24923469d496cp-3, 0x1.999999927031fp-3, 0x1.55555555553d9p-2),
            horner(z, -0x1.6cbe5c047cdddp-8, -0x1.70d831bc1ca4dp-5, -0x1.45a37b94b5353p-4, -0x1.98e626667582bp-4,
                   -0x1.fffda57dc1799p-4, -0x1.5555545f082a6p-3, -0x1.ffffffffe2cd8p-3, -0.5));
  }
  return fma(e, fma(e, q, s.low * rough_inverse(s.m)), e);
}

template <class P>
ONELOOP_INLINE constexpr P softplus_far_from_zero(P x) {
  using T = typename P::element;
  P const lowest(T(is_single<P> ? -104 : -746));
  return softplus_far_from_zero(exp_split(max(lowest, -abs(x))));
}

// max(x, 0) - x t + log(1 + exp(-|x|)), the loss of a logit x whose target is t, without a difference of large numbers:
// away from 0 the first two are x (1 - t) above and x (0 - t) below, >= 0 for t in [0, 1]. Around 0 log(1 + exp(-|x|)) is
// log(2 cosh(x / 2)) - |x| / 2, and the three together x (1 / 2 - t) and that logarithm. Where the factor of x is 0 so is
// the product, also for an infinite x. Domain: all x, all finite t; for x = inf and -inf 0 where t is 1 and 0, else inf (t
// in [0, 1]); NaN stays. Worst error: 1.47 float, 1.38 double ULP for t in [0, 1].
// The exponential is that of stable_sigmoid, operation by operation: where a loss and its gradient share a loop it is
// computed once (logistic regression in L1: 0.90 of the time).
template <class P>
ONELOOP_INLINE constexpr P logistic_loss(P x, P t) {
  using T = typename P::element;
  using I = simd::integer_pack<P>;
  P const zero(0), far = softplus_far_from_zero(split_exp_of_minus_abs(x)), z = x * x;
  auto const negative = mask_cast<T>(simd::bits(x) < I(0)), near = z < P(softplus_seam<P>);  // whose square it is
  P const rest = select(near, log_2_cosh_half(z), far);
  P const factor = select(near, P(T(0.5)), select(negative, zero, P(1))) - t;
  return select(factor == zero, rest, fma(x, factor, rest)) + select(near, P(ln2_high<T>), zero);
}

// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)). Domain: all; 0 at -inf, inf at inf, NaN stays. Monotonic.
// Worst error: 1.09 float, 1.19 double ULP.
template <class P>
ONELOOP_INLINE constexpr P softplus(P x) {
  P const near = P(ln2_high<typename P::element>) + softplus_near_zero(x);
  // the bare instruction keeps a NaN in its second operand
  P const far = max(P(0), x) + softplus_far_from_zero(x);
  return select(abs(x) < P(softplus_seam<P>), near, far);
}

// log(sigmoid(x)) = -softplus(-x), to the bit. Domain: all; -inf at -inf, -0 where it is too small, NaN stays.
// Monotonic.
template <class P>
ONELOOP_INLINE constexpr P log_sigmoid(P x) {
  using T = typename P::element;
  P const near = -softplus_near_zero(-x) - P(ln2_high<T>);
  P const far = min(P(T(-0.0)), x) - softplus_far_from_zero(x);
  return select(abs(x) < P(softplus_seam<P>), near, far);
}

// log(p / (1 - p)), the inverse of sigmoid. Domain: [0, 1]; -inf at 0, inf at 1, NaN outside.
// Worst error: 0.99 float, 0.94 double ULP. Method: the quotient q with its rounding error, so that
// log(q) near q = 1 keeps its relative accuracy.
template <class P>
ONELOOP_INLINE constexpr P logit(P p) {
  using L = std::numeric_limits<typename P::element>;
  P const zero(0), one(1);
  P const d = one - p, d_low = (one - d) - p, q = p / d;
  P const low = fnma(q, d_low, residual(q, d, p)) / p;  // relative to q
  auto const a = simd::split_exponent(q);
  P y = log_of_parts(a.e, a.m - one, low);
  y = select(p > zero, y, select(p == zero, P(-L::infinity()), P(L::quiet_NaN())));
  return select(p < one, y, select(p == one, P(L::infinity()), P(L::quiet_NaN())));
}

}  // namespace ONELOOP_NAMESPACE::math
