// SPDX-License-Identifier: BSL-1.0
// exp, expm1, and the parts of exp that the hyperbolic and sigmoid families are made of.
#pragma once

#include <limits>

#include <oneloop/core/config.hpp>
#include <oneloop/math/bound.hpp>
#include <oneloop/math/poly.hpp>
#include <oneloop/simd/pack.hpp>

namespace ONELOOP_NAMESPACE::math {

inline constexpr ulp_bound exp_ulp{1.1, 1.1}, expm1_ulp{1.15, 1.2};

// x = n ln 2 + r + low, |r| <= ln 2 / 2 (Cody-Waite: ln 2 in two parts, the first short enough for
// n * first to be exact), for |x| <= 1100 (float: 150)
template <class P> struct reduced {
    P n, r, low;
};
template <class P> ONELOOP_INLINE constexpr reduced<P> reduce_ln2(P x) {
    using T = typename P::element;
    using F = simd::format_of<P>;
    P const first(is_single<P> ? T(0x1.62e4p-1) : T(0x1.62e42fefa38p-1));
    P const second(is_single<P> ? T(0x1.7f7d1cp-20) : T(0x1.ef35793c7673p-45));
    // adding 1.5 * 2^fraction rounds to a whole number
    P const n = fma(x, P(T(1.4426950408889634074)), P(F::magic)) - P(F::magic);
    P const t = fnma(n, first, x), r = fnma(n, second, t);
    return {n, r, fnma(n, second, t - r)};
}
// q with exp(r) = 1 + r + r^2 q(r) for |r| <= ln 2 / 2; own Remez fits, error below 2^-26 r
// (float) and 2^-57 r (double)
template <class P> ONELOOP_INLINE constexpr P exp_tail(P r) {
    if constexpr (is_single<P>) {
        return horner(r, 0x1.6cd246p-10f, 0x1.122c8p-7f, 0x1.55553cp-5f, 0x1.5554aap-3f, 0.5f);
    } else {
        return horner(r, 0x1.1fa190a6d21dcp-29, 0x1.af5eabe5de9c9p-26, 0x1.27e4c49efa77cp-22,
                      0x1.71ddf84fd0d98p-19, 0x1.a01a01ad90a1ap-16, 0x1.a01a01aff253bp-13,
                      0x1.6c16c16c159efp-10, 0x1.111111110f65fp-7, 0x1.5555555555556p-5,
                      0x1.5555555555559p-3, 0.5);
    }
}

// exp(x) = (m + low) 2^n, m in [0.7, 1.42], |low| < 2^-24 (2^-53): what the rounding of m lost.
// Same domain as reduce_ln2; a caller that does not use low does not pay for it.
template <class P> struct exp_parts {
    P m, low, n;
};
template <class P> ONELOOP_INLINE constexpr exp_parts<P> exp_split(P x) {
    reduced<P> const a = reduce_ln2(x);
    P const s = fma(a.r * a.r, exp_tail(a.r), a.r);
    P const one(1), m = one + s;
    return {m, s - (m - one), a.n};
}

// exp(x). Domain: all. exp(-inf) = 0, exp(inf) = inf, NaN stays; overflows to inf above 88.722839
// (709.78), underflows gradually below -87.3 (-708.4) to 0 below -103.97 (-745.13).
// Worst error: 1.02 float, 0.97 double ULP. Method: Cody-Waite by ln 2, polynomial, one scaling.
template <class P> ONELOOP_INLINE constexpr P exp(P x) {
    using T = typename P::element;
    // the bare instructions keep a NaN in their second operand
    x = min(P(T(is_single<P> ? 89 : 710)), max(P(T(is_single<P> ? -104 : -746)), x));
    exp_parts<P> const e = exp_split(x);
    return scale2(e.m, e.n);
}

// exp(x) - 1 without cancellation. Domain: all. -1 at -inf, inf at inf, zeros and NaN stay.
// Worst error: 1.05 float, 1.09 double ULP. Method: as exp; with s = 2^(n-1), which stays finite,
// the result is 2 ((s r + (s - 1/2)) + s (exp(r) - 1 - r)), the inner sum with its rounding error.
template <class P> ONELOOP_INLINE constexpr P expm1(P x) {
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
