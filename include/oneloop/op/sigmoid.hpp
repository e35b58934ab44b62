// SPDX-License-Identifier: BSL-1.0
// sigmoid as in the textbooks, the stable one, and what belongs to it: its logarithm, its integral,
// its inverse.
#pragma once

#include <oneloop/math/sigmoid.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct sigmoid_t {
  static constexpr fixed_string name = "sigmoid";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 30;
  static constexpr auto ulp = math::sigmoid_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::sigmoid(x);
  }
  static constexpr auto derivative = [](auto const& y, auto const&) { return y % (op::c<1>(y) - y); };
};

/// sigmoid(x) = 1 / (1 + exp(-x)), the textbook formula, elementwise. Shape: that of x. Elements:
/// float, double. Special values: sigmoid(±0) = 0.5, sigmoid(-inf) = 0, sigmoid(+inf) = 1, NaN
/// propagates. As in PyTorch the result is flushed to 0 once exp(-x) overflows (below -88.7 for
/// float). Worst error above that: math::sigmoid_ulp. Cost: sigmoid_t::flops. PyTorch: sigmoid;
/// SciPy: special.expit.
/// Example: sigmoid(W * x + b)
template <operands X>
constexpr auto sigmoid(X&& x) {
  return elementwise<sigmoid_t>(static_cast<X&&>(x));
}

struct stable_sigmoid_t {
  static constexpr fixed_string name = "stable_sigmoid";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 42;
  static constexpr auto ulp = math::stable_sigmoid_ulp;
  static constexpr auto derivative_ulp = math::logistic_density_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::stable_sigmoid(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return logistic_density(x); };
};

/// stable_sigmoid(x) = 1 / (1 + exp(-x)), computed from exp(-|x|), elementwise. Shape: that of x.
/// Elements: float, double. Special values: as sigmoid, and full relative accuracy down to the
/// smallest subnormal result; no floating-point exception but inexact and underflow. Worst error:
/// math::stable_sigmoid_ulp. Cost: stable_sigmoid_t::flops. Its derivative is logistic_density(x).
/// Example: stable_sigmoid(linear(X, W, b))
template <operands X>
constexpr auto stable_sigmoid(X&& x) {
  return elementwise<stable_sigmoid_t>(static_cast<X&&>(x));
}

struct logistic_density_t {
  static constexpr fixed_string name = "logistic_density";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 53;
  static constexpr auto ulp = math::logistic_density_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::logistic_density(x);
  }
  // Gradients are read by people: there it is the product that everyone knows.
  static constexpr auto written = [](auto const& x) { return stable_sigmoid(x) % stable_sigmoid(-x); };
  static constexpr auto derivative = [](auto const& y, auto const& x) { return -(y % tanh(op::c<1, 2>(x) * x)); };
};

/// logistic_density(x) = σ(x)·σ(-x), the derivative of the sigmoid, from exp(-|x|) in one go, elementwise: no product
/// of rounded sigmoids, at the cost of one of them. Its text is that product. Shape: that of x. Elements: float,
/// double. Special values: logistic_density(±inf) = 0, NaN propagates; full relative accuracy down to the smallest
/// subnormal result; no floating-point exception but inexact and underflow. Worst error: math::logistic_density_ulp.
/// Cost: logistic_density_t::flops. SciPy: stats.logistic.pdf.
/// Example: logistic_density(x)
template <operands X>
constexpr auto logistic_density(X&& x) {
  return elementwise<logistic_density_t>(static_cast<X&&>(x));
}

struct log_sigmoid_t {
  static constexpr fixed_string name = "log_sigmoid";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 61;
  static constexpr auto ulp = math::log_sigmoid_ulp;
  static constexpr auto derivative_ulp = math::stable_sigmoid_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::log_sigmoid(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return stable_sigmoid(-x); };
};

/// log(sigmoid(x)) = min(x, 0) - log1p(exp(-|x|)), elementwise. Shape: that of x. Elements: float,
/// double. Special values: log_sigmoid(-inf) = -inf, log_sigmoid(+inf) = -0, NaN propagates; no
/// overflow. Worst error: math::log_sigmoid_ulp. Cost: log_sigmoid_t::flops. PyTorch:
/// nn.functional.logsigmoid.
/// Example: -mean(log_sigmoid(x))
template <operands X>
constexpr auto log_sigmoid(X&& x) {
  return elementwise<log_sigmoid_t>(static_cast<X&&>(x));
}

struct softplus_t {
  static constexpr fixed_string name = "softplus";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 61;
  static constexpr auto ulp = math::softplus_ulp;
  static constexpr auto derivative_ulp = math::stable_sigmoid_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::softplus(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return stable_sigmoid(x); };
};

/// log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)), elementwise. Shape: that of x. Elements: float,
/// double. Special values: softplus(-inf) = 0, softplus(+inf) = +inf, NaN propagates; no overflow.
/// Worst error: math::softplus_ulp. Cost: softplus_t::flops. PyTorch: nn.functional.softplus, which
/// is x itself above 20.
/// Example: softplus(W * x + b)
template <operands X>
constexpr auto softplus(X&& x) {
  return elementwise<softplus_t>(static_cast<X&&>(x));
}

struct logit_t {
  static constexpr fixed_string name = "logit";
  static constexpr auto accepts = elements::floating;
  static constexpr op::interval domain[] = {op::probability};
  static constexpr int flops = 38;
  static constexpr auto ulp = math::logit_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x) {
    return math::logit(x);
  }
  static constexpr auto derivative = [](auto const&, auto const& x) { return op::c<1>(x) / (x % (op::c<1>(x) - x)); };
};

/// log(x / (1 - x)), the inverse of sigmoid, elementwise. Shape: that of x. Elements: float,
/// double. Special values: logit(0) = -inf, logit(1) = +inf, NaN outside of [0, 1]; NaN propagates.
/// Worst error: math::logit_ulp. Cost: logit_t::flops. PyTorch, SciPy: special.logit.
/// Example: logit(p)
template <operands X>
constexpr auto logit(X&& x) {
  return elementwise<logit_t>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
