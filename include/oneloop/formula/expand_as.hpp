// SPDX-License-Identifier: BSL-1.0
// What was reduced along an axis, repeated along it again.
#pragma once

#include <oneloop/formula/operators.hpp>
#include <oneloop/op/expand_as.hpp>

namespace ONELOOP_NAMESPACE {

namespace detail {

template <class Shape, int Axis, class A>
constexpr auto repeat_along(A a) {
  if constexpr (rank_v<A> == 0)
    return a;
  else
    return [&]<int... I>(std::integer_sequence<int, I...>) {
      return broadcasted<Shape, shape::axis_map<(I < Axis ? I : I + 1)...>, false, A>{std::move(a)};
    }(std::make_integer_sequence<int, rank_v<A>>{});
}

}  // namespace detail

/// expand_as<Axis>(a, x): a, repeated along one axis of x (by index, negative from the end, or dimension):
/// x - expand_as<-1>(mean<-1>(x), x). Shapes: a has those of x but for that axis. Elements: any, of one type; x gives the
/// extents only. Cost: none; an index map. PyTorch: x - x.mean(-1, keepdim=True). Dimensions with names need no call.
/// Example: X - expand_as<-1>(mean<-1>(X), X)
template <auto Axis, class A, class X>
  requires operands<A, X>
constexpr auto expand_as(A&& a, X&& x) {
  if constexpr (any_invalid<A, X>) {
    return invalid{};
  } else {
    using from = shape_t<formula_t<A>>;
    using to = shape_t<formula_t<X>>;
    constexpr int at = shape::resolve_axis<to, Axis>();
    if constexpr (at < 0)
      return report<axis_error<at, "expand_as", Axis, to>>();
    else if constexpr (!shape::fitted<shape::unify_t<decltype(shape::reduce<at>(to{})), from>> ||
                       from::rank + 1 != to::rank)
      return report<shapes_do_not_fit<"expand_as", shown<from>, shown<to>, hint::rule<"equal but for the axis">>>();
    else
      return elementwise<expand_as_t>(detail::repeat_along<to, at>(as_formula(static_cast<A&&>(a))),
                                      static_cast<X&&>(x));
  }
}

}  // namespace ONELOOP_NAMESPACE
