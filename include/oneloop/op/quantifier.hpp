// SPDX-License-Identifier: BSL-1.0
// all, any: of masks, which a driver feeds as packs of 1 and 0.
#pragma once

#include <oneloop/op/reduction_state.hpp>

namespace ONELOOP_NAMESPACE {

namespace op {
template <bool All>
struct quantifier {
  static constexpr auto accepts = elements::boolean;
  static constexpr bool of_masks = true;
  template <class T>
  using result = bool;
  static constexpr int flops = 1;
  static constexpr int parts = 1;
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 1> start() {
    return {{P(All ? 1 : 0)}};
  }
  template <class P, class I>
  static ONELOOP_INLINE constexpr state<P, 1> step(state<P, 1> s, P x, I) {
    return merge(s, state<P, 1>{{x}});
  }
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 1> merge(state<P, 1> a, state<P, 1> b) {
    if constexpr (All)
      return {{min(a.part[0], b.part[0])}};
    else
      return {{max(a.part[0], b.part[0])}};
  }
  // 1 or 0
  template <class P>
  static ONELOOP_INLINE constexpr P finish(state<P, 1> s, index_t) {
    return s.part[0];
  }
};
}  // namespace op

struct all_t : op::quantifier<true> {
  static constexpr fixed_string name = "all";
};

/// all(c), all<axes...>(c): whether every element is true. Shape: a bool; without the axis. Elements:
/// bool. Special values: all of nothing is true. Worst error: exact. Errors: elements that are not
/// bool, an axis that c does not have. Cost: 1 operation per element, one pass, not cut short.
/// PyTorch, NumPy: all.
/// Example: all(x == x)
template <operands X>
constexpr auto all(X&& x) {
  return reduction<all_t>(static_cast<X&&>(x));
}
template <auto Axis, auto... More, operands X>
constexpr auto all(X&& x) {
  return reduction<all_t, Axis, More...>(static_cast<X&&>(x));
}

struct any_t : op::quantifier<false> {
  static constexpr fixed_string name = "any";
};

/// any(c), any<axes...>(c): whether some element is true; any of nothing is false. Otherwise as all.
/// Example: any(abs(x) > 100)
template <operands X>
constexpr auto any(X&& x) {
  return reduction<any_t>(static_cast<X&&>(x));
}
template <auto Axis, auto... More, operands X>
constexpr auto any(X&& x) {
  return reduction<any_t, Axis, More...>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
