// SPDX-License-Identifier: BSL-1.0
// < <= > >= == != : masks. The operators are in formula/operators.hpp. A NaN is unequal to
// everything and neither less nor greater, as in IEEE 754, NumPy and PyTorch.
#pragma once

#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

namespace op {
struct comparison {
  static constexpr int flops = 1;
  static constexpr auto ulp = exact;
  static constexpr bool yields_mask = true;
  static constexpr auto derivative = [](auto const& y, auto const&, auto const&) { return partials(c<0>(y), c<0>(y)); };
};
struct order : comparison {
  static constexpr auto accepts = elements::arithmetic;
};
// Masks compare as well: all(prediction == label).
struct equality : comparison {
  static constexpr auto accepts = elements::all;
};
}  // namespace op

struct less_t : op::order, op::infix_operation<"<", 9> {
  static constexpr fixed_string name = "less";
  template <class P>
  static ONELOOP_INLINE constexpr auto kernel(P a, P b) {
    return a < b;
  }
};

struct less_equal_t : op::order, op::infix_operation<"<=", 9> {
  static constexpr fixed_string name = "less_equal";
  template <class P>
  static ONELOOP_INLINE constexpr auto kernel(P a, P b) {
    return a <= b;
  }
};

struct greater_t : op::order, op::infix_operation<">", 9> {
  static constexpr fixed_string name = "greater";
  template <class P>
  static ONELOOP_INLINE constexpr auto kernel(P a, P b) {
    return a > b;
  }
};

struct greater_equal_t : op::order, op::infix_operation<">=", 9> {
  static constexpr fixed_string name = "greater_equal";
  template <class P>
  static ONELOOP_INLINE constexpr auto kernel(P a, P b) {
    return a >= b;
  }
};

struct equal_t : op::equality, op::infix_operation<"==", 10> {
  static constexpr fixed_string name = "equal";
  template <class P>
  static ONELOOP_INLINE constexpr auto kernel(P a, P b) {
    if constexpr (op::mask_pack<P>)
      return !(a ^ b);
    else
      return a == b;
  }
};

struct not_equal_t : op::equality, op::infix_operation<"!=", 10> {
  static constexpr fixed_string name = "not_equal";
  template <class P>
  static ONELOOP_INLINE constexpr auto kernel(P a, P b) {
    if constexpr (op::mask_pack<P>)
      return a ^ b;
    else
      return a != b;
  }
};

}  // namespace ONELOOP_NAMESPACE
