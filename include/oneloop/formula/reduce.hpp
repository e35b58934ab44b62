// SPDX-License-Identifier: BSL-1.0
// Reductions: of everything, or along one axis.
#pragma once

#include <oneloop/formula/apply.hpp>

namespace ONELOOP_NAMESPACE {

inline constexpr int all_axes = -1;

namespace detail {

template <int Axis, class Shape>
constexpr auto reduced_shape(Shape s) {
  if constexpr (Axis == all_axes)
    return shape::extents<>{};
  else
    return shape::reduce<Axis>(s);
}

template <class Op, class A>
using reduced_element = std::conditional_t<std::is_same_v<element_t<A>, any_element>, any_element,
                                           typename Op::template result<element_t<A>>>;

}  // namespace detail

template <class Op, int Axis, class A>
struct reduced : node_base<reduced<Op, Axis, A>, decltype(detail::reduced_shape<Axis>(shape_t<A>{})),
                           detail::reduced_element<Op, A>, A> {
  using operation = Op;
  static constexpr int axis = Axis;
  using shape_type = decltype(detail::reduced_shape<Axis>(shape_t<A>{}));
  using element = detail::reduced_element<Op, A>;
  [[no_unique_address]] A arg;
  constexpr reduced() = default;
  constexpr explicit reduced(A a) : arg(std::move(a)) {}

  template <class F>
  constexpr auto map_children(F&& f) const;
  template <class F>
  constexpr void each_child(F&& f) const {
    f(arg);
  }
};

template <class T>
inline constexpr bool is_reduced = false;
template <class Op, int Axis, class A>
inline constexpr bool is_reduced<reduced<Op, Axis, A>> = true;

namespace detail {

template <class Op>
inline constexpr bool of_masks = false;
template <class Op>
  requires requires { Op::of_masks; }
inline constexpr bool of_masks<Op> = Op::of_masks;

template <class Op, int Axis, class A>
constexpr auto make_reduced(A a) {
  if constexpr (!accepted<element_t<A>>(of_masks<Op> ? elements::boolean : Op::accepts))
    return failure<
        wrong_element_type<Op::name, element_t<A>, other_elements<of_masks<Op> ? elements::boolean : Op::accepts>>>{};
  else
    return reduced<Op, Axis, A>{std::move(a)};
}

}  // namespace detail

template <class Op, int Axis, class A>
template <class F>
constexpr auto reduced<Op, Axis, A>::map_children(F&& f) const {
  auto child = f(arg);
  if constexpr (any_invalid<decltype(child)>)
    return child;
  else
    return detail::make_reduced<Op, Axis>(std::move(child));
}

template <class Op, class Arg>
constexpr auto reduction(Arg&& arg) {
  if constexpr (any_invalid<Arg>)
    return invalid{};
  else
    return or_report(detail::make_reduced<Op, all_axes>(as_formula(static_cast<Arg&&>(arg))));
}

template <class Op, auto Axis, class Arg>
constexpr auto reduction(Arg&& arg) {
  if constexpr (any_invalid<Arg>) {
    return invalid{};
  } else {
    constexpr int at = shape::resolve_axis<shape_t<formula_t<Arg>>, Axis>();
    if constexpr (at < 0)
      return report<axis_error<at, Op::name, Axis, shape_t<formula_t<Arg>>>>();
    else
      return or_report(detail::make_reduced<Op, at>(as_formula(static_cast<Arg&&>(arg))));
  }
}

}  // namespace ONELOOP_NAMESPACE
