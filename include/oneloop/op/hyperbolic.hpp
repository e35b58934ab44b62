// SPDX-License-Identifier: BSL-1.0
// sinh, cosh, tanh.
#pragma once

#include <oneloop/math/hyperbolic.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct sinh_t {
  static constexpr fixed_string name = "sinh";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 41;
  static constexpr auto ulp = math::sinh_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::sinh(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return cosh(x); };
};

/// sinh(x), elementwise. Shape: that of x. Elements: float, double. Special values: sinh(±0) = ±0,
/// sinh(±inf) = ±inf, NaN propagates. Worst error: math::sinh_ulp. Cost: sinh_t::flops. PyTorch,
/// NumPy: sinh.
/// Example: sinh(x) / x
template <operands X>
constexpr auto sinh(X&& x) {
  return elementwise<sinh_t>(static_cast<X&&>(x));
}

struct cosh_t {
  static constexpr fixed_string name = "cosh";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 31;
  static constexpr auto ulp = math::cosh_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::cosh(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return sinh(x); };
};

/// cosh(x), elementwise. Shape: that of x. Elements: float, double. Special values: cosh(±0) = 1,
/// cosh(±inf) = +inf, NaN propagates. Worst error: math::cosh_ulp. Cost: cosh_t::flops. PyTorch,
/// NumPy: cosh.
/// Example: log(cosh(x - y))
template <operands X>
constexpr auto cosh(X&& x) {
  return elementwise<cosh_t>(static_cast<X&&>(x));
}

struct tanh_t {
  static constexpr fixed_string name = "tanh";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 43;
  static constexpr auto ulp = math::tanh_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::tanh(x);
  }
  static constexpr auto derivative = [](auto const& y, auto const&) { return op::c<1>(y) - square(y); };
};

/// tanh(x), elementwise. Shape: that of x. Elements: float, double. Special values: tanh(±0) = ±0,
/// tanh(±inf) = ±1, NaN propagates. Worst error: math::tanh_ulp. Cost: tanh_t::flops. PyTorch,
/// NumPy: tanh.
/// Example: tanh(W * x + b)
template <operands X>
constexpr auto tanh(X&& x) {
  return elementwise<tanh_t>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
