// SPDX-License-Identifier: BSL-1.0
// asin, acos, atan, atan2.
#pragma once

#include <oneloop/math/inverse_trigonometric.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct asin_t {
  static constexpr fixed_string name = "asin";
  static constexpr auto accepts = elements::floating;
  static constexpr op::interval domain[] = {{-1, 1}};
  static constexpr int flops = 18;
  static constexpr auto ulp = math::asin_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::asin(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return rsqrt(op::c<1>(x) - square(x)); };
};

/// The angle in [-π/2, π/2] whose sine is x, elementwise. Shape: that of x. Elements: float,
/// double. Special values: asin(±0) = ±0, NaN for |x| > 1; NaN propagates. Worst error:
/// math::asin_ulp. Cost: asin_t::flops. PyTorch: asin; NumPy: arcsin.
/// Example: asin(clamp(x, -1, 1))
template <operands X>
constexpr auto asin(X&& x) {
  return elementwise<asin_t>(static_cast<X&&>(x));
}

struct acos_t {
  static constexpr fixed_string name = "acos";
  static constexpr auto accepts = elements::floating;
  static constexpr op::interval domain[] = {{-1, 1}};
  static constexpr int flops = 23;
  static constexpr auto ulp = math::acos_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::acos(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return -rsqrt(op::c<1>(x) - square(x)); };
};

/// The angle in [0, π] whose cosine is x, elementwise. Shape: that of x. Elements: float, double.
/// Special values: acos(1) = +0, NaN for |x| > 1; NaN propagates. Worst error: math::acos_ulp.
/// Cost: acos_t::flops. PyTorch: acos; NumPy: arccos.
/// Example: acos(dot(x, y) / (norm(x) * norm(y)))
template <operands X>
constexpr auto acos(X&& x) {
  return elementwise<acos_t>(static_cast<X&&>(x));
}

struct atan_t {
  static constexpr fixed_string name = "atan";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 21;
  static constexpr auto ulp = math::atan_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::atan(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return op::c<1>(x) / (op::c<1>(x) + square(x)); };
};

/// The angle in [-π/2, π/2] whose tangent is x, elementwise. Shape: that of x. Elements: float,
/// double. Special values: atan(±0) = ±0, atan(±inf) = ±π/2, NaN propagates. Worst error:
/// math::atan_ulp. Cost: atan_t::flops. PyTorch: atan; NumPy: arctan.
/// Example: atan(y / x)
template <operands X>
constexpr auto atan(X&& x) {
  return elementwise<atan_t>(static_cast<X&&>(x));
}

struct atan2_t {
  static constexpr fixed_string name = "atan2";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 27;
  static constexpr auto ulp = math::atan2_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P a, P b) {
    return math::atan2(a, b);
  }
  static constexpr auto derivative = [](auto const&, auto const& a, auto const& b) {
    auto const squares = square(a) + square(b);
    return op::partials(b / squares, -a / squares);
  };
};

/// atan2(y, x): the angle of the point (x, y) in [-π, π], elementwise. Shapes: equal, or scalars.
/// Elements: float, double. Special values: those of C's atan2, signs of zeros and infinities
/// included; NaN propagates. Worst error: math::atan2_ulp. Cost: atan2_t::flops. PyTorch: atan2;
/// NumPy: arctan2.
/// Example: atan2(y, x)
template <class A, class B>
  requires operands<A, B>
constexpr auto atan2(A&& a, B&& b) {
  return elementwise<atan2_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}

}  // namespace ONELOOP_NAMESPACE
