// SPDX-License-Identifier: BSL-1.0
// log, log1p, log2, log10.
#pragma once

#include <oneloop/math/logarithm.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct log_t {
  static constexpr fixed_string name = "log";
  static constexpr auto accepts = elements::floating;
  static constexpr op::interval domain[] = {op::not_negative};
  static constexpr int flops = 29;
  static constexpr auto ulp = math::log_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::log(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return op::c<1>(x) / x; };
};

/// The natural logarithm of x, elementwise. Shape: that of x. Elements: float, double. Special
/// values: log(±0) = -inf, log(1) = +0, log(+inf) = +inf, NaN for x < 0; NaN propagates. Worst
/// error: math::log_ulp. Cost: log_t::flops. PyTorch, NumPy: log.
/// Example: -sum(p % log(p))
template <operands X>
constexpr auto log(X&& x) {
  return elementwise<log_t>(static_cast<X&&>(x));
}

struct log1p_t {
  static constexpr fixed_string name = "log1p";
  static constexpr auto accepts = elements::floating;
  static constexpr op::interval domain[] = {{-1, op::unbounded}};
  static constexpr int flops = 40;
  static constexpr auto ulp = math::log1p_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::log1p(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return op::c<1>(x) / (op::c<1>(x) + x); };
};

/// log(1 + x) without the cancellation near 0, elementwise. Shape: that of x. Elements: float,
/// double. Special values: log1p(±0) = ±0, log1p(-1) = -inf, log1p(+inf) = +inf, NaN for x < -1;
/// NaN propagates. Worst error: math::log1p_ulp. Cost: log1p_t::flops. PyTorch, NumPy: log1p.
/// Example: log1p(exp(-abs(x)))
template <operands X>
constexpr auto log1p(X&& x) {
  return elementwise<log1p_t>(static_cast<X&&>(x));
}

struct log2_t {
  static constexpr fixed_string name = "log2";
  static constexpr auto accepts = elements::floating;
  static constexpr op::interval domain[] = {op::not_negative};
  static constexpr int flops = 35;
  static constexpr auto ulp = math::log2_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::log2(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) {
    return op::c<14426950408889634, 10000000000000000>(x) / x;
  };
};

/// The logarithm of x to base 2, elementwise. Shape: that of x. Elements: float, double. Special
/// values: log2(±0) = -inf, log2(1) = +0, log2(+inf) = +inf, NaN for x < 0; NaN propagates. Worst
/// error: math::log2_ulp. Cost: log2_t::flops. PyTorch, NumPy: log2.
/// Example: -sum(p % log2(p))
template <operands X>
constexpr auto log2(X&& x) {
  return elementwise<log2_t>(static_cast<X&&>(x));
}

struct log10_t {
  static constexpr fixed_string name = "log10";
  static constexpr auto accepts = elements::floating;
  static constexpr op::interval domain[] = {op::not_negative};
  static constexpr int flops = 39;
  static constexpr auto ulp = math::log10_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::log10(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) {
    return op::c<4342944819032518, 10000000000000000>(x) / x;
  };
};

/// The logarithm of x to base 10, elementwise. Shape: that of x. Elements: float, double. Special
/// values: log10(±0) = -inf, log10(1) = +0, log10(+inf) = +inf, NaN for x < 0; NaN propagates. Worst
/// error: math::log10_ulp. Cost: log10_t::flops. PyTorch, NumPy: log10.
/// Example: 10 * log10(square(x))
template <operands X>
constexpr auto log10(X&& x) {
  return elementwise<log10_t>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
