// SPDX-License-Identifier: BSL-1.0
// min, max, argmin, argmax of the elements. The elementwise min(a, b) and max(a, b) are in
// minmax.hpp.
#pragma once

#include <oneloop/op/facts.hpp>
#include <oneloop/op/reduction_state.hpp>
#include <oneloop/op/sum.hpp>
#include <oneloop/simd/pack.hpp>

namespace ONELOOP_NAMESPACE {

namespace op {

template <bool Largest>
struct extremum {
  static constexpr auto accepts = elements::arithmetic;
  template <class T>
  using result = T;
  static constexpr int flops = 1;
  static constexpr int parts = 1;
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 1> start() {
    using T = typename P::element;
    return {{P(Largest ? minus_infinity<T> : infinity<T>)}};
  }
  template <class P, class I>
  static ONELOOP_INLINE constexpr state<P, 1> step(state<P, 1> s, P x, I) {
    return merge(s, state<P, 1>{{x}});
  }
  template <class P>
  static ONELOOP_INLINE constexpr P of(P a, P b) {
    if constexpr (Largest)
      return maximum(a, b);
    else
      return minimum(a, b);
  }
  // Where instructions take masks, what is new stands first: whether it is NaN is asked beside the steps before, not
  // behind them (4096 floats: 0.7 of the time). Elsewhere it would need one more register.
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 1> merge(state<P, 1> a, state<P, 1> b) {
    if constexpr (requires { requires P::mask::is_bits; })
      return {{of(b.part[0], a.part[0])}};
    else
      return {{of(a.part[0], b.part[0])}};
  }
  template <class P>
  static ONELOOP_INLINE constexpr P finish(state<P, 1> s, index_t) {
    return s.part[0];
  }
  // Elements that tie share, as in PyTorch's amin and amax.
  static constexpr auto derivative = [](auto const& y, auto const& x, auto const& along) {
    auto const zero = op::c<0>(x);
    auto const one = op::c<1>(x);
    return where(x == y, one / along.template fold<sum_t>(where(x == y, one, zero)), zero);
  };
};

// Value and, as bits, position. A lane that saw nothing holds the worst value at position 0; it can
// only tie if everything has that value, and then 0 is the right answer.
template <bool Largest>
struct position_of_extremum {
  static constexpr auto accepts = elements::arithmetic;
  template <class T>
  using result = std::int32_t;
  static constexpr int flops = 2;
  static constexpr int parts = 2;
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 2> start() {
    using T = typename P::element;
    return {{P(Largest ? minus_infinity<T> : infinity<T>), P(0)}};
  }

  // Whether x beats the value. NaN beats everything but NaN.
  template <class P>
  static ONELOOP_INLINE constexpr auto beats(P x, P value) {
    if constexpr (!std::is_floating_point_v<typename P::element>)
      return Largest ? x > value : x < value;
    else
      return !((Largest ? x <= value : x >= value) | is_nan(value));
  }
  template <class P, class I>
  static ONELOOP_INLINE constexpr state<P, 2> step(state<P, 2> s, P x, I index) {
    auto const better = beats(x, s.part[0]);  // not on a tie: positions only grow
    P const position = simd::bit_cast<typename P::element>(index);
    return {{select(better, x, s.part[0]), select(better, position, s.part[1])}};
  }
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 2> merge(state<P, 2> a, state<P, 2> b) {
    using I = index_element<P>;
    auto const better = beats(b.part[0], a.part[0]);
    auto const tie = !(better | beats(a.part[0], b.part[0]));
    auto const first =
        simd::mask_cast<typename P::element>(simd::bit_cast<I>(b.part[1]) < simd::bit_cast<I>(a.part[1]));
    return select(better | (tie & first), b, a);
  }
  template <class P>
  static ONELOOP_INLINE constexpr auto finish(state<P, 2> s, index_t) {
    return simd::bit_cast<index_element<P>>(s.part[1]);
  }
};

}  // namespace op

struct min_t : op::extremum<false> {
  static constexpr fixed_string name = "min";
};

/// min(x), min<axes...>(x): the smallest element. Shape: a number; without the axis. Elements: float,
/// double, int32. Special values: any NaN gives NaN; of -0 and +0 either; min of nothing is +inf,
/// the largest int32 (PyTorch and NumPy throw). Worst error: exact. Errors: an axis that x does not
/// have. Cost: 1 flop per element, one pass. PyTorch: amin; NumPy: min.
/// Example: x - min(x)
template <operands X>
constexpr auto min(X&& x) {
  return reduction<min_t>(static_cast<X&&>(x));
}
template <auto Axis, auto... More, operands X>
constexpr auto min(X&& x) {
  return reduction<min_t, Axis, More...>(static_cast<X&&>(x));
}

struct max_t : op::extremum<true> {
  static constexpr fixed_string name = "max";
};

/// max(x), max<axes...>(x): the largest element. Shape: a number; without the axis. Elements: float,
/// double, int32. Special values: any NaN gives NaN; of -0 and +0 either; max of nothing is -inf,
/// the smallest int32 (PyTorch and NumPy throw). Worst error: exact. Errors: an axis that x does
/// not have. Cost: 1 flop per element, one pass. PyTorch: amax; NumPy: max.
/// Example: x / max(abs(x))
template <operands X>
constexpr auto max(X&& x) {
  return reduction<max_t>(static_cast<X&&>(x));
}
template <auto Axis, auto... More, operands X>
constexpr auto max(X&& x) {
  return reduction<max_t, Axis, More...>(static_cast<X&&>(x));
}

struct argmin_t : op::position_of_extremum<false> {
  static constexpr fixed_string name = "argmin";
};

/// argmin(x), argmin<axis>(x): the position of the first smallest element, counted in row-major
/// order or along the axis. Shape: a number; without the axis. Elements: float, double, int32; the
/// result is int32. Special values: the first NaN if there is one; argmin of nothing is 0 (PyTorch
/// and NumPy throw). Worst error: exact. Errors: an axis that x does not have. Cost: a comparison
/// and two blends per element, one pass. PyTorch, NumPy: argmin.
/// Example: argmin(abs(x - y))
template <operands X>
constexpr auto argmin(X&& x) {
  return reduction<argmin_t>(static_cast<X&&>(x));
}
template <auto Axis, operands X>
constexpr auto argmin(X&& x) {
  return reduction<argmin_t, Axis>(static_cast<X&&>(x));
}

struct argmax_t : op::position_of_extremum<true> {
  static constexpr fixed_string name = "argmax";
};

/// argmax(x), argmax<axis>(x): the position of the first largest element; otherwise as argmin.
/// Example: argmax<1>(linear(X, W, b))
template <operands X>
constexpr auto argmax(X&& x) {
  return reduction<argmax_t>(static_cast<X&&>(x));
}
template <auto Axis, operands X>
constexpr auto argmax(X&& x) {
  return reduction<argmax_t, Axis>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
