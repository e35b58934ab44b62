// SPDX-License-Identifier: BSL-1.0
// min, max, clamp, elementwise. The reductions min(x) and max(x) are in extremum.hpp.
#pragma once

#include <oneloop/math/minmax.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

namespace op {
// Where both arguments are equal, each gets half of the derivative, as in PyTorch.
template <class Tie, class Wins>
constexpr auto share(Tie tie, Wins wins) {
  return where(tie, c<1, 2>(tie), where(wins, c<1>(tie), c<0>(tie)));
}
}  // namespace op

struct minimum_t {
  static constexpr fixed_string name = "min";
  static constexpr auto accepts = elements::arithmetic;
  static constexpr int flops = 1;
  static constexpr auto ulp = op::exact;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P a, P b) {
    return math::min(a, b);
  }
  static constexpr auto derivative = [](auto const&, auto const& a, auto const& b) {
    return op::partials(op::share(a == b, a < b), op::share(a == b, b < a));
  };
};

/// min(a, b): the smaller of both, elementwise. Shapes: equal, or scalars. Elements: float, double,
/// int32. Special values: NaN if either is NaN; of -0 and +0 either. Worst error: exact. Cost: 1
/// flop and a blend. PyTorch, NumPy: minimum.
/// Example: min(x, y)
template <class A, class B>
  requires operands<A, B>
constexpr auto min(A&& a, B&& b) {
  return elementwise<minimum_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}

struct maximum_t {
  static constexpr fixed_string name = "max";
  static constexpr auto accepts = elements::arithmetic;
  static constexpr int flops = 1;
  static constexpr auto ulp = op::exact;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P a, P b) {
    return math::max(a, b);
  }
  static constexpr auto derivative = [](auto const&, auto const& a, auto const& b) {
    return op::partials(op::share(a == b, a > b), op::share(a == b, b > a));
  };
};

/// max(a, b): the larger of both, elementwise. Shapes: equal, or scalars. Elements: float, double,
/// int32. Special values: NaN if either is NaN; of -0 and +0 either. Worst error: exact. Cost: 1
/// flop and a blend. PyTorch, NumPy: maximum.
/// Example: max(x, 0)
template <class A, class B>
  requires operands<A, B>
constexpr auto max(A&& a, B&& b) {
  return elementwise<maximum_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}

struct clamp_t {
  static constexpr fixed_string name = "clamp";
  static constexpr auto accepts = elements::arithmetic;
  static constexpr int flops = 2;
  static constexpr auto ulp = op::exact;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x, P low, P high) {
    return math::clamp(x, low, high);
  }
  static constexpr auto derivative = [](auto const&, auto const& x, auto const& low, auto const& high) {
    auto const one = op::c<1>(x);
    auto const zero = op::c<0>(x);
    return op::partials(where(x >= low && x <= high, one, zero), where(x < low && low < high, one, zero),
                        where(x > high || high < low, one, zero));
  };
};

/// clamp(x, low, high) = min(max(x, low), high), elementwise. Shapes: equal, or scalars. Elements:
/// float, double, int32. Special values: NaN stays, a NaN bound bounds nothing; high if low > high.
/// Worst error: exact. Cost: 2 flops. PyTorch: clamp; NumPy: clip.
/// Example: clamp(x, 0, 1)
template <class X, class Low, class High>
  requires operands<X, Low, High>
constexpr auto clamp(X&& x, Low&& low, High&& high) {
  return elementwise<clamp_t>(static_cast<X&&>(x), static_cast<Low&&>(low), static_cast<High&&>(high));
}

}  // namespace ONELOOP_NAMESPACE
