// SPDX-License-Identifier: BSL-1.0
// sqrt, rsqrt, cbrt, square, pow, hypot.
#pragma once

#include <oneloop/math/power.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct sqrt_t {
  static constexpr fixed_string name = "sqrt";
  static constexpr auto accepts = elements::floating;
  static constexpr op::interval domain[] = {op::not_negative};
  static constexpr int flops = 1;
  static constexpr auto ulp = math::sqrt_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::sqrt(x);
  }
  static constexpr auto derivative = [](auto const& y, auto const&) { return op::c<1, 2>(y) / y; };
};

/// The square root of x, elementwise. Shape: that of x. Elements: float, double. Special values:
/// sqrt(±0) = ±0, sqrt(+inf) = +inf, NaN for x < 0; NaN propagates. Worst error: math::sqrt_ulp.
/// Cost: one instruction. PyTorch, NumPy: sqrt.
/// Example: sqrt(mean(square(x)))
template <operands X>
constexpr auto sqrt(X&& x) {
  return elementwise<sqrt_t>(static_cast<X&&>(x));
}

struct rsqrt_t {
  static constexpr fixed_string name = "rsqrt";
  static constexpr auto accepts = elements::floating;
  static constexpr op::interval domain[] = {op::not_negative};
  static constexpr int flops = 2;
  static constexpr auto ulp = math::rsqrt_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::rsqrt(x);
  }
  static constexpr auto derivative = [](auto const& y, auto const&) { return -(op::c<1, 2>(y) * (y % square(y))); };
};

/// 1 / sqrt(x), elementwise. Shape: that of x. Elements: float, double. Special values: rsqrt(±0) =
/// ±inf, rsqrt(+inf) = +0, NaN for x < 0; NaN propagates. Worst error: math::rsqrt_ulp. Cost:
/// rsqrt_t::flops. PyTorch: rsqrt.
/// Example: x % rsqrt(1 + square(x))
template <operands X>
constexpr auto rsqrt(X&& x) {
  return elementwise<rsqrt_t>(static_cast<X&&>(x));
}

struct cbrt_t {
  static constexpr fixed_string name = "cbrt";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 26;
  static constexpr auto ulp = math::cbrt_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::cbrt(x);
  }
  static constexpr auto derivative = [](auto const& y, auto const&) { return op::c<1>(y) / (op::c<3>(y) * square(y)); };
};

/// The cube root of x, negative for x < 0, elementwise. Shape: that of x. Elements: float, double.
/// Special values: cbrt(±0) = ±0, cbrt(±inf) = ±inf, NaN propagates. Worst error: math::cbrt_ulp.
/// Cost: cbrt_t::flops. NumPy: cbrt.
/// Example: cbrt(x)
template <operands X>
constexpr auto cbrt(X&& x) {
  return elementwise<cbrt_t>(static_cast<X&&>(x));
}

struct square_t {
  static constexpr fixed_string name = "square";
  static constexpr auto accepts = elements::arithmetic;
  static constexpr int flops = 1;
  static constexpr auto ulp = op::correctly_rounded;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::square(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return op::c<2>(x) * x; };
};

/// x·x, elementwise. Shape: that of x. Elements: float, double, int32 (wraps). Special values:
/// square(±inf) = +inf, NaN propagates. Worst error: square_t::ulp. Cost: 1 flop. PyTorch, NumPy:
/// square.
/// Example: sum(square(x - y))
template <operands X>
constexpr auto square(X&& x) {
  return elementwise<square_t>(static_cast<X&&>(x));
}

// The derivatives are PyTorch's: by the base 0 where the exponent is 0, by the exponent 0 where the
// base is 0 and the power vanishes; the bare formulas would give 0·inf there.
struct pow_t {
  static constexpr fixed_string name = "pow";
  static constexpr auto accepts = elements::floating;
  static constexpr op::interval domain[] = {op::not_negative};  // or a whole exponent
  static constexpr int flops = 99;
  static constexpr auto ulp = math::pow_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P a, P b) {
    return math::pow(a, b);
  }
  static constexpr auto derivative = [](auto const& y, auto const& a, auto const& b) {
    auto const zero = op::c<0>(y);
    auto const one = op::c<1>(y);
    return op::partials(where(b == zero, zero, b % pow(a, b - one)), where(a == zero && b >= zero, zero, y % log(a)));
  };
};

/// a to the power b, elementwise. Shapes: equal, or scalars. Elements: float, double. Special
/// values: those of C's pow: pow(a, 0) = pow(1, b) = 1 even for NaN; NaN for a < 0 unless b is
/// whole. Worst error: math::pow_ulp. Cost: pow_t::flops; square(x), sqrt(x) and rsqrt(x) are far
/// cheaper. PyTorch: pow; NumPy: power.
/// Example: pow(p, 2.2f)
template <class A, class B>
  requires operands<A, B>
constexpr auto pow(A&& a, B&& b) {
  return elementwise<pow_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}

struct hypot_t {
  static constexpr fixed_string name = "hypot";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 7;
  static constexpr auto ulp = math::hypot_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P a, P b) {
    return math::hypot(a, b);
  }
  static constexpr auto derivative = [](auto const& y, auto const& a, auto const& b) {
    return op::partials(a / y, b / y);
  };
};

/// sqrt(a² + b²) that overflows only where the result does, elementwise. Shapes: equal, or scalars.
/// Elements: float, double. Special values: +inf if either is ±inf, even for NaN; NaN propagates
/// otherwise. Worst error: math::hypot_ulp. Cost: hypot_t::flops. PyTorch, NumPy: hypot.
/// Example: hypot(x, y)
template <class A, class B>
  requires operands<A, B>
constexpr auto hypot(A&& a, B&& b) {
  return elementwise<hypot_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}

}  // namespace ONELOOP_NAMESPACE
