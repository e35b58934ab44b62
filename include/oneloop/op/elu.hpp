// SPDX-License-Identifier: BSL-1.0
// elu, selu, celu. The derivatives take exp of min(x, 0), because exp(x) may be inf in the branch
// not taken, and a second derivative would multiply it by 0.
#pragma once

#include <oneloop/math/exponential.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct elu_t {
  static constexpr fixed_string name = "elu";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 35;
  static constexpr math::ulp_bound ulp{2, 2};
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x, P alpha) {
    return select(x > P(0), x, alpha * math::expm1(x));
  }
  static constexpr auto derivative = [](auto const&, auto const& x, auto const& alpha) {
    auto const zero = op::c<0>(x);
    return op::partials(where(x > zero, op::c<1>(x), alpha % exp(min(x, zero))), expm1(min(x, zero)));
  };
};

/// elu(x, alpha = 1) = x for x > 0, else alpha·(exp(x) - 1), elementwise. Shapes: that of x; alpha
/// equal or a scalar. Elements: float, double. Special values: elu(±0) = ±0, elu(-inf) = -alpha,
/// NaN propagates. Worst error: elu_t::ulp. Cost: elu_t::flops. PyTorch: nn.functional.elu.
/// Example: elu(W * x + b, 1)
template <class X, class Alpha = constant<1, 1>>
  requires operands<X, Alpha>
constexpr auto elu(X&& x, Alpha&& alpha = Alpha{}) {
  return elementwise<elu_t>(static_cast<X&&>(x), static_cast<Alpha&&>(alpha));
}

struct selu_t {
  static constexpr fixed_string name = "selu";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 36;
  static constexpr math::ulp_bound ulp{2.1, 2};
  static constexpr double scale = 1.0507009873554804934193349852946;
  static constexpr double scaled_alpha = 1.7580993408473768599402175208123;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    using T = typename P::element;
    return select(x > P(0), P(T(scale)) * x, P(T(scaled_alpha)) * math::expm1(x));
  }
  static constexpr auto derivative = [](auto const&, auto const& x) {
    auto const zero = op::c<0>(x);
    return where(x > zero, op::c<10507009873554805, 10000000000000000>(x),
                 op::c<17580993408473769, 10000000000000000>(x) * exp(min(x, zero)));
  };
};

/// selu(x) = scale·elu(x, alpha), scale = 1.0507..., alpha = 1.6732..., elementwise. Shape: that of
/// x. Elements: float, double. Special values: selu(±0) = ±0, selu(-inf) = -scale·alpha, NaN
/// propagates. Worst error: selu_t::ulp. Cost: selu_t::flops. Klambauer et al., 2017. PyTorch:
/// selu.
/// Example: selu(W * x + b)
template <operands X>
constexpr auto selu(X&& x) {
  return elementwise<selu_t>(static_cast<X&&>(x));
}

struct celu_t {
  static constexpr fixed_string name = "celu";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 36;
  static constexpr auto ulp = elu_t::ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x, P alpha) {
    return select(x > P(0), x, alpha * math::expm1(x / alpha));
  }
  static constexpr auto derivative = [](auto const&, auto const& x, auto const& alpha) {
    auto const zero = op::c<0>(x);
    auto const z = min(x, zero) / alpha;
    return op::partials(where(x > zero, op::c<1>(x), exp(z)), expm1(z) - z % exp(z));
  };
};

/// celu(x, alpha = 1) = x for x > 0, else alpha·(exp(x / alpha) - 1), elementwise; alpha is
/// positive. Shapes: that of x; alpha equal or a scalar. Elements: float, double. Special values:
/// celu(±0) = ±0, celu(-inf) = -alpha, NaN propagates. Worst error: celu_t::ulp for alpha = 1; else
/// also that of x / alpha, times x / alpha. Cost: celu_t::flops. PyTorch: celu.
/// Example: celu(W * x + b, 2)
template <class X, class Alpha = constant<1, 1>>
  requires operands<X, Alpha>
constexpr auto celu(X&& x, Alpha&& alpha = Alpha{}) {
  return elementwise<celu_t>(static_cast<X&&>(x), static_cast<Alpha&&>(alpha));
}

}  // namespace ONELOOP_NAMESPACE
