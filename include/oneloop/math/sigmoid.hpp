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

inline constexpr ulp_bound sigmoid_ulp{2.6, 2.5}, stable_sigmoid_ulp{1.5, 1.5},
    log_sigmoid_ulp{1.4, 1.4}, softplus_ulp{1.4, 1.4}, logit_ulp{1.0, 1.0};

// 1 / (1 + exp(-x)), the textbook form. Domain: all; 0 at -inf, 1 at inf, NaN stays. exp overflows
// below -88.72 (float): the result is 0 there, where stable_sigmoid still has subnormals.
// Worst error: 2.48 float, 2.44 double ULP.
template <class P> ONELOOP_INLINE constexpr P sigmoid(P x) {
    using T = typename P::element;
    P const one(1);
    if constexpr (simd::has_lookup) return one / (one + exp_rounded<true>(-x));
    else return one / fma(half_of_exp(-x), P(T(2)), one);
}

// The same function with e = exp(-|x|), which cannot overflow: 1 / (1 + e) for x >= 0, e / (1 + e)
// below. A subnormal result is rounded once: there 1 + e is 1, and the result is e. Domain: all; 0 at
// -inf, 1 at inf, NaN stays. Raises inexact and underflow only, a quiet NaN nothing.
// Worst error: 1.49 float, 1.47 double ULP. The quotient is corrected by what its rounding and that
// of the sum lost: without that 2.3 ULP.
template <class P> ONELOOP_INLINE constexpr P stable_sigmoid(P x) {
    using T = typename P::element;
    using F = simd::format_of<P>;
    using I = simd::integer_pack<P>;
    using Integer = typename F::integer;
    // -min(|x|, limit) on the bits, because compilers are free to compare floats by instructions
    // that signal for NaN: an offset makes the bits of infinity the largest integer and those of
    // NaN negative, so that NaN survives the minimum
    constexpr Integer highest = std::numeric_limits<Integer>::max();
    constexpr Integer offset = (Integer(1) << F::fraction) - 1;
    constexpr Integer limit = __builtin_bit_cast(Integer, T(is_single<P> ? 104 : 746)) + offset;
    I const i = min((simd::bits(x) & I(highest)) + I(offset), I(limit));
    // takes the offset away and sets the sign
    exp_parts<P> const s = exp_split(simd::from_bits<P>(i + I(highest - offset + 1)));
    auto const negative = mask_cast<T>(simd::bits(x) < I(0));
    P const one(1), e = joined_down(s), sum = one + e;
    P const top = select(negative, e, one), q = top / sum;
    // top - q is exact: q lies between top / 2 and top. A remainder needs no more of 1 / sum than a line.
    constexpr Integer line = __builtin_bit_cast(Integer, T(1)) + __builtin_bit_cast(Integer, T(0.985));
    P const inverse = simd::from_bits<P>(I(line) - simd::bits(sum));
    return fma(residual(q, e, top - q), inverse, q);
}

// log(1 + exp(-|x|)) = k ln2_high<T> + rest, k 0 or 1: what softplus and log_sigmoid have in common. In [0, ln 2];
// relative accuracy down to the smallest subnormal.
template <class P> struct softplus_parts {
    P k, rest;
};
template <class P> ONELOOP_INLINE constexpr softplus_parts<P> split_softplus(P x) {
    using T = typename P::element;
    P const zero(0), half(T(0.5)), lowest(T(is_single<P> ? -104 : -746));
    exp_parts<P> const s = exp_split(max(lowest, -abs(x)));
    P const e = joined_down(s), rest = scale2(s.low, s.n);
    // 1 + e = 2^k (1 + f) with f = e, or beyond sqrt(2) (e - 1) / 2
    auto const upper = e > P(T(0.41421356237309504880));
    P const g = fma(e, half, -half);
    P const f = select(upper, g, e);
    P const low = select(upper, fma(rest, half, fma(e, half, -half - g)), rest);
    P const k = select(upper, P(1), zero);
    return {k, log_rest(k, f, fnma(low, f, low))};
}
template <class P> ONELOOP_INLINE constexpr P softplus_of_minus_abs(P x) {
    softplus_parts<P> const s = split_softplus(x);
    return fma(s.k, P(ln2_high<typename P::element>), s.rest);
}

// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)). Domain: all; 0 at -inf, inf at inf, NaN stays.
// Worst error: 1.32 float, 1.29 double ULP. max(x, 0) goes to the small part of the logarithm: added to the rounded whole
// of it, 2836 of the steps between every 1021st float and the next came out backwards, first at 2^-24.
template <class P> ONELOOP_INLINE constexpr P softplus(P x) {
    P const zero(0);
    softplus_parts<P> const s = split_softplus(x);
    return fma(s.k, P(ln2_high<typename P::element>), select(x < zero, zero, x) + s.rest);
}

// log(sigmoid(x)) = min(x, 0) - log(1 + exp(-|x|)). Domain: all; -inf at -inf, -0 where it is too small, NaN stays.
// Worst error: 1.29 float, 1.30 double ULP. As softplus.
template <class P> ONELOOP_INLINE constexpr P log_sigmoid(P x) {
    using T = typename P::element;
    softplus_parts<P> const s = split_softplus(x);
    return fnma(s.k, P(ln2_high<T>), select(x > P(0), P(T(-0.0)), x) - s.rest);
}

// log(p / (1 - p)), the inverse of sigmoid. Domain: [0, 1]; -inf at 0, inf at 1, NaN outside.
// Worst error: 0.83 float, 0.92 double ULP. Method: the quotient q with its rounding error, so that
// log(q) near q = 1 keeps its relative accuracy.
template <class P> ONELOOP_INLINE constexpr P logit(P p) {
    using L = std::numeric_limits<typename P::element>;
    P const zero(0), one(1);
    P const d = one - p, d_low = (one - d) - p, q = p / d;
    P const low = fnma(q, d_low, residual(q, d, p)) / p;   // relative to q
    auto const a = simd::split_exponent(q);
    P y = log_of_parts(a.e, a.m - one, low);
    y = select(p > zero, y, select(p == zero, P(-L::infinity()), P(L::quiet_NaN())));
    return select(p < one, y, select(p == one, P(L::infinity()), P(L::quiet_NaN())));
}

}  // namespace ONELOOP_NAMESPACE::math
