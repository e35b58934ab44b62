// SPDX-License-Identifier: BSL-1.0
// sum, mean, prod.
#pragma once

#include <oneloop/op/facts.hpp>
#include <oneloop/op/reduction_state.hpp>

namespace ONELOOP_NAMESPACE {

namespace op {
// mean is a sum that ends differently.
struct accumulation {
  static constexpr int flops = 1;
  static constexpr int parts = 1;
  template <class T>
  using result = T;
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 1> start() {
    return {{P(0)}};
  }
  template <class P, class I>
  static ONELOOP_INLINE constexpr state<P, 1> step(state<P, 1> s, P x, I) {
    return {{s.part[0] + x}};
  }
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 1> merge(state<P, 1> a, state<P, 1> b) {
    return {{a.part[0] + b.part[0]}};
  }
};
}  // namespace op

struct sum_t : op::accumulation {
  static constexpr fixed_string name = "sum";
  static constexpr auto accepts = elements::arithmetic;
  static constexpr auto derivative = [](auto const&, auto const& x, auto const&) { return op::c<1>(x); };
  template <class P>
  static ONELOOP_INLINE constexpr P finish(state<P, 1> s, index_t) {
    return s.part[0];
  }
};

/// sum(x): the sum of all elements; sum<axes...>(x): along one axis or several, given by index (negative
/// from the end) or by dimension. Shape: a number; without the axes. Elements: float, double, int32 (wraps).
/// Special values: sum of nothing is 0; NaN propagates, inf - inf is NaN. Worst error: that of as
/// many partial sums as there are lanes and accumulators, each in the element type; large ones are
/// sums of blocks of some 40,000 elements (less of long formulas), added two by two. Errors: an axis
/// that x does not have. Cost: 1 flop per element, one pass. PyTorch, NumPy: sum.
/// Example: sum<1>(X)
template <operands X>
constexpr auto sum(X&& x) {
  return reduction<sum_t>(static_cast<X&&>(x));
}
template <auto Axis, auto... More, operands X>
constexpr auto sum(X&& x) {
  return reduction<sum_t, Axis, More...>(static_cast<X&&>(x));
}

struct mean_t : op::accumulation {
  static constexpr fixed_string name = "mean";
  static constexpr auto accepts = elements::floating;
  static constexpr auto derivative = [](auto const&, auto const& x, auto const& along) {
    return op::c<1>(x) / along.count();
  };
  template <class P>
  static ONELOOP_INLINE constexpr P finish(state<P, 1> s, index_t count) {
    return s.part[0] / P(static_cast<typename P::element>(count));
  }
};

/// mean(x), mean<axes...>(x): the sum divided by the number of elements. Shape: a number; without the
/// axis. Elements: float, double. Special values: mean of nothing is NaN; otherwise as sum. Worst
/// error: that of sum, and one rounding. Errors: an axis that x does not have. Cost: as sum.
/// PyTorch, NumPy: mean.
/// Example: mean(square(x - y))
template <operands X>
constexpr auto mean(X&& x) {
  return reduction<mean_t>(static_cast<X&&>(x));
}
template <auto Axis, auto... More, operands X>
constexpr auto mean(X&& x) {
  return reduction<mean_t, Axis, More...>(static_cast<X&&>(x));
}

struct prod_t {
  static constexpr fixed_string name = "prod";
  static constexpr auto accepts = elements::arithmetic;
  template <class T>
  using result = T;
  static constexpr int flops = 1;
  static constexpr int parts = 1;
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 1> start() {
    return {{P(1)}};
  }
  template <class P, class I>
  static ONELOOP_INLINE constexpr state<P, 1> step(state<P, 1> s, P x, I) {
    return {{s.part[0] * x}};
  }
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 1> merge(state<P, 1> a, state<P, 1> b) {
    return {{a.part[0] * b.part[0]}};
  }
  template <class P>
  static ONELOOP_INLINE constexpr P finish(state<P, 1> s, index_t) {
    return s.part[0];
  }
  // The product of the others, also where an element is 0: by the one zero it is the product of all that are not, by
  // the others 0.
  static constexpr auto derivative = [](auto const&, auto const& x, auto const& along) {
    auto const zero = op::c<0>(x);
    auto const one = op::c<1>(x);
    auto const zeros = along.template fold<sum_t>(where(x == zero, one, zero));
    auto const others = along.template fold<prod_t>(where(x == zero, one, x));
    return where(x == zero, where(zeros == one, others, zero),
                 where(zeros == zero, others / where(x == zero, one, x), zero));
  };
};

/// prod(x), prod<axes...>(x): the product of the elements. Shape: a number; without the axis.
/// Elements: float, double, int32 (wraps). Special values: prod of nothing is 1; NaN propagates,
/// 0·inf is NaN; partial products may overflow where the result does not. Worst error: half an ULP
/// per factor. Errors: an axis that x does not have. Cost: 1 flop per element, one pass. PyTorch,
/// NumPy: prod.
/// Example: prod(1 - p)
template <operands X>
constexpr auto prod(X&& x) {
  return reduction<prod_t>(static_cast<X&&>(x));
}
template <auto Axis, auto... More, operands X>
constexpr auto prod(X&& x) {
  return reduction<prod_t, Axis, More...>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
