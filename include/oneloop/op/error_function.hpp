// SPDX-License-Identifier: BSL-1.0
// erf.
#pragma once

#include <oneloop/math/error_function.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct erf_t {
  static constexpr fixed_string name = "erf";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 56;
  static constexpr auto ulp = math::erf_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::erf(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) {
    return op::c<11283791670955126, 10000000000000000>(x) * exp(-square(x));
  };
};

/// The error function, 2/√π · the integral of exp(-t²) from 0 to x, elementwise. Shape: that of x.
/// Elements: float, double. Special values: erf(±0) = ±0, erf(±inf) = ±1, NaN propagates. Worst
/// error: math::erf_ulp. Cost: erf_t::flops. PyTorch: erf; SciPy: special.erf.
/// Example: 0.5f * (1 + erf(0.70710678f * x))
template <operands X>
constexpr auto erf(X&& x) {
  return elementwise<erf_t>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
