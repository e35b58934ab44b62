// SPDX-License-Identifier: BSL-1.0
// where: one of two values, by a mask.
#pragma once

#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct where_t {
  static constexpr fixed_string name = "where";
  static constexpr auto accepts = elements::all;  // of a and b
  static constexpr int mask_arguments = 1;
  static constexpr int flops = 1;
  static constexpr auto ulp = op::exact;
  template <class Mask, class P>
  static ONELOOP_INLINE constexpr P kernel(Mask c, P a, P b) {
    if constexpr (op::mask_pack<P>)
      return (c & a) | ((!c) & b);
    else
      return select(c, a, b);
  }
  static constexpr auto derivative = [](auto const&, auto const& c, auto const&, auto const&) {
    auto const one = op::c<1>(c);
    auto const zero = op::c<0>(c);
    return op::partials(zero, where(c, one, zero), where(c, zero, one));
  };
};

/// where(c, a, b) = c ? a : b, elementwise; both a and b are always computed. Shapes: all equal, or
/// scalars. Elements: c is bool, a and b of one type, any. Special values: what is not chosen has
/// no influence, NaN included. Worst error: where_t::ulp (exact). Errors: shapes that do not fit, a
/// condition that is no mask. Cost: one blend. PyTorch and NumPy: where.
/// Example: where(x > 0, x, 0.1f * x)
template <class C, class A, class B>
  requires operands<C, A, B>
constexpr auto where(C&& c, A&& a, B&& b) {
  return elementwise<where_t>(static_cast<C&&>(c), static_cast<A&&>(a), static_cast<B&&>(b));
}

}  // namespace ONELOOP_NAMESPACE
