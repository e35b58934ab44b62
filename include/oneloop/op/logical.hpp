// SPDX-License-Identifier: BSL-1.0
// && || ! of masks. The operators are in formula/operators.hpp. Both sides are always computed.
#pragma once

#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

namespace op {
struct logical {
  static constexpr auto accepts = elements::boolean;
  static constexpr int flops = 1;
  static constexpr auto ulp = exact;
  static constexpr bool yields_mask = true;
};
struct binary_logical : logical {
  static constexpr auto derivative = [](auto const& y, auto const&, auto const&) { return partials(c<0>(y), c<0>(y)); };
};
}  // namespace op

struct logical_and_t : op::binary_logical, op::infix_operation<"&&", 14> {
  static constexpr fixed_string name = "logical_and";
  template <class Mask>
  static ONELOOP_INLINE constexpr Mask kernel(Mask a, Mask b) {
    return a & b;
  }
};

struct logical_or_t : op::binary_logical, op::infix_operation<"||", 15> {
  static constexpr fixed_string name = "logical_or";
  template <class Mask>
  static ONELOOP_INLINE constexpr Mask kernel(Mask a, Mask b) {
    return a | b;
  }
};

struct logical_not_t : op::logical, op::prefix_operation<"!"> {
  static constexpr fixed_string name = "logical_not";
  template <class Mask>
  static ONELOOP_INLINE constexpr Mask kernel(Mask a) {
    return !a;
  }
  static constexpr auto derivative = [](auto const& y, auto const&) { return op::c<0>(y); };
};

}  // namespace ONELOOP_NAMESPACE
