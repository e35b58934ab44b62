// SPDX-License-Identifier: BSL-1.0
// expand_as: a, repeated to the shape of x. What the gradient of sum(x) by x is made of: as many ones as x has
// elements, which only x knows where its extents are known at run time.
#pragma once

#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct expand_as_t {
  static constexpr fixed_string name = "expand_as";
  static constexpr auto accepts = elements::all;
  static constexpr int flops = 0;
  static constexpr auto ulp = op::exact;
  template <class A>
  static ONELOOP_INLINE constexpr A kernel(A a, A) {
    return a;
  }
  static constexpr auto derivative = [](auto const& y, auto const&, auto const&) {
    return op::partials(op::c<1>(y), op::c<0>(y));
  };
};

/// expand_as(a, x) = a, elementwise, in the shape of x. Shapes: equal, or a scalar a. Elements: any, of one type.
/// Special values: those of x have no influence. Worst error: exact. Cost: none; x gives the extents only.
/// PyTorch: a.expand_as(x).
/// Example: x - expand_as(mean(x), x)
template <class A, class X>
  requires operands<A, X>
constexpr auto expand_as(A&& a, X&& x) {
  return elementwise<expand_as_t>(static_cast<A&&>(a), static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
