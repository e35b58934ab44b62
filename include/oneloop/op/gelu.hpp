// SPDX-License-Identifier: BSL-1.0
// gelu: x times the normal distribution function.
#pragma once

#include <oneloop/math/exponential.hpp>
#include <oneloop/math/poly.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

namespace op {
// Φ(-t)·exp(t²/2)·(t + 2) for t >= 0 up to 14.5 (float) and 39 (double), Φ the normal distribution
// function, is a polynomial in u = (t - 2) / (t + 2). It hardly changes, so that a rounded u will do. fpminimax
// fits, relative error below 2^-24.7 (float) and 2^-53.5 (double), most of it the rounding of the coefficients.
template <class P>
ONELOOP_INLINE constexpr P scaled_normal_tail(P u) {
  P rest;
  if constexpr (math::is_single<P>)
    rest = math::horner_by_twos(u, -0x1.3b3fb8p-14f, 0x1.01942ep-15f, 0x1.7a00b2p-11f, 0x1.cf8dd6p-11f, -0x1.eed5dp-10f,
                                -0x1.ba77a4p-8f, -0x1.fbeb1ap-12f, 0x1.2cd2c4p-5f, 0x1.d7d604p-6f, -0x1.535bb8p-2f);
  else
    rest = math::horner_by_twos(
        u, 0x1.01106ead4ae02p-26, 0x1.76aa17d05b9dcp-25, -0x1.585888f04a1a9p-25, -0x1.115d9e1a5761cp-22,
        -0x1.440e8a693fa88p-23, 0x1.dd438c14ec8c5p-22, 0x1.8ed4f1d712888p-21, 0x1.3ba29893c621fp-22,
        -0x1.a83acf8867f69p-22, -0x1.6cad915f2e3p-20, -0x1.780da324a2badp-19, -0x1.7e3c689f3e95ap-19,
        0x1.0587a36ed4953p-19, 0x1.a5aac4a625455p-17, 0x1.6c987f2f725cap-16, 0x1.44ebd0947cf3ap-17,
        -0x1.826345e692dffp-15, -0x1.0d98083e30787p-13, -0x1.e53f546ee2ab2p-14, 0x1.b217e122bf79ap-13,
        0x1.b1b0c08720a6ap-11, 0x1.9ba0c63533a7fp-11, -0x1.ff79b9bbc19ddp-10, -0x1.b8b937f7c0d03p-8,
        -0x1.ec6870c1e5ba7p-12, 0x1.2ccbfbf0c64ep-5, 0x1.d7d0e2393f54ep-6, -0x1.535bafa73c584p-2);
  return fma(rest, u, P(math::is_single<P> ? 0x1.5845dcp-1f : 0x1.5845dcad2a54ep-1));
}
}  // namespace op

struct gelu_t {
  static constexpr fixed_string name = "gelu";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 71;
  static constexpr math::ulp_bound ulp{3.8, 3.9};
  // max(0, x) - |x|·Φ(-|x|), which is rounded once, also to a subnormal result. The textbook's 1 + erf(x/√2) has no
  // digits left below -5; here Φ(-t) is exp(-t²/2), its argument exact in two parts, times g / (t + 2), and what the
  // roundings of this quotient, its parts and t² lost is added to it. Beyond the bound the result is max(0, x), also in
  // the limit.
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    using T = typename P::element;
    P const bound(T(math::is_single<P> ? 14.5 : 39)), one(1), two(2);
    P const t = min(bound, abs(x));
    auto const square = math::two_product(t, t * P(T(0.5)));
    return math::with_factors_of_exp(-square.hi, [&](P root, P s, P n, P shifted) ONELOOP_LAMBDA {
      // 2 has no digit below the last of any sum, so that sum - 2 is exact
      P const sum = t + two, sum_low = t - (sum - two), inverse = one / sum;
      P f = op::scaled_normal_tail(fnma(P(4), inverse, one));
      if constexpr (simd::has_lookup) f = f * root;
      P const g = fma(f, s, f), g_low = fma(f, s, f - g);
      P q, rest;
      if constexpr (simd::has_fma)
        q = g * inverse, rest = fnma(q, sum, g);
      else
        q = g / sum, rest = P(0);
      rest = fnma(q, sum_low, rest) + g_low;
      P const tail = fma(inverse, fnma(g, square.lo, rest), q);
      // -0 below: 0 - 0 would be 0. The bare instruction keeps a NaN and a zero of the second operand.
      P const positive = max(P(T(-0.0)), x);
      return fnma(simd::scale2_raised(t, n, shifted), tail * P(simd::lowered<P>), positive);
    });
  }
  // Φ(x) + x·φ(x); beyond ±40 the product is 0, the bounds only keep x finite.
  static constexpr auto derivative = [](auto const&, auto const& x) {
    auto const half = op::c<1, 2>(x);
    auto const near = clamp(x, op::c<-40>(x), op::c<40>(x));
    return half * (op::c<1>(x) + erf(op::c<7071067811865476, 10000000000000000>(x) * x)) +
           op::c<3989422804014327, 10000000000000000>(x) * (near % exp(-(half * square(near))));
  };
};

/// gelu(x) = x·Φ(x) = x/2·(1 + erf(x/√2)), elementwise. Shape: that of x. Elements: float, double.
/// Special values: gelu(±0) = ±0, gelu(-inf) = -0 (the limit; PyTorch: NaN), gelu(+inf) = +inf, NaN
/// propagates. Worst error: gelu_t::ulp. Cost: gelu_t::flops. Hendrycks and Gimpel, 2016. PyTorch:
/// nn.functional.gelu.
/// Example: gelu(linear(X, W, b))
template <operands X>
constexpr auto gelu(X&& x) {
  return elementwise<gelu_t>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
