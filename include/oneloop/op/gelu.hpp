// SPDX-License-Identifier: BSL-1.0
// gelu: x times the normal distribution function.
#pragma once

#include <oneloop/math/exponential.hpp>
#include <oneloop/math/poly.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

namespace op {
// Φ(-t)·exp(t²/2) for t >= 0 up to 14.5 (float) and 39 (double), Φ the normal distribution
// function, is value·(1 + error): a polynomial in u = (t - 5) / (t + 5) = 1 - 10 / (t + 5), divided by t + 5, whose
// inverse lost `error`, which u has. Remez fits, relative error below
// 2^-26 (float) and 2^-56 (double) before the coefficients are rounded.
template <class P>
struct normal_tail {
  P value, error;
};
template <class P>
ONELOOP_INLINE constexpr normal_tail<P> scaled_normal_tail(P t) {
  P const five(5), ten(10), one(1), inverse = one / (t + five);
  P const error = fnma(inverse, t, fnma(inverse, five, one));
  P const u = fnma(ten * inverse, error, fnma(ten, inverse, one));
  P p;
  if constexpr (math::is_single<P>)
    p = math::horner(u, 0x1.a8b034p-12f, -0x1.fd5b34p-11f, -0x1.8427bp-9f, 0x1.560abap-6f, -0x1.1b195p-4f,
                     0x1.51ef0cp-3f, -0x1.410f0cp-2f, 0x1.fb319ap-2f, -0x1.54ad04p-1f, 0x1.89d3acp-1f);
  else
    p = math::horner(u, 0x1.14c9e4877fd43p-29, 0x1.ed8a1442a90a8p-28, -0x1.5ed7b461efbeap-27,
                     -0x1.188bd3d786f7ap-24, 0x1.76a07c81679c9p-25, 0x1.d097ea044e895p-22,
                     -0x1.6aa61ed328e0ep-22, -0x1.73a8029d6fdc2p-19, 0x1.0b317fa28dd9cp-18,
                     0x1.17dcf8aef50d4p-16, -0x1.a1714031fa59ep-15, -0x1.f2145e7a58aadp-15,
                     0x1.1daf1eb6f075bp-11, -0x1.a25037e2fed51p-11, -0x1.88590eb662785p-9,
                     0x1.54b4d4f4cfaf9p-6, -0x1.1b1c254c93e15p-4, 0x1.51f6329f01539p-3,
                     -0x1.410ed5f875b43p-2, 0x1.fb31653876f9ap-2, -0x1.54ad03f27ca16p-1,
                     0x1.89d3abe1f95aep-1);
  return {inverse * p, error};
}
}  // namespace op

struct gelu_t {
  static constexpr fixed_string name = "gelu";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 71;
  static constexpr math::ulp_bound ulp{5.2, 5.2};
  // x·Φ(x) for x < 0, x·(1 - Φ(-x)) otherwise. The textbook's 1 + erf(x/√2) has no digits left
  // below -5; here Φ(-|x|) is exp(-x²/2), its argument exact in two parts, times a factor of
  // moderate size. Its power of two comes last, so that a subnormal result is rounded once. Beyond
  // the bound the tail is 0, also in the limit.
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    using T = typename P::element;
    P const bound(T(math::is_single<P> ? 14.5 : 39)), one(1);
    P const t = min(bound, abs(x));
    auto const square = math::two_product(t, t * P(T(0.5)));
    auto const e = math::exp_split(-square.hi);
    auto const factor = op::scaled_normal_tail(t);
    P const product = e.m * factor.value, tail = fma(product, factor.error - square.lo, product);
    auto const negative = x < P(0);
    P const share = select(negative, tail, one - scale2(tail, e.n));
    return scale2(max(-bound, x) * share, select(negative, e.n, P(0)));
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
template <operands X>
constexpr auto gelu(X&& x) {
  return elementwise<gelu_t>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
