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

namespace detail {

/// Which axes of a shape are reduced; `wrong`: the first of those given that is none, or that is given twice.
template <int Rank>
struct axis_set {
  bool has[Rank + 1]{};
  int count = 0, wrong = -1;
};
template <class Shape, auto... Axes>
inline constexpr auto axes_of = [] {
  axis_set<Shape::rank> result;
  int given = 0;
  auto const take = [&](int at) {
    if (result.wrong < 0 && (at < 0 || result.has[at])) result.wrong = given;
    if (at >= 0) result.has[at] = true, ++result.count;
    ++given;
  };
  (take(shape::resolve_axis<Shape, Axes>()), ...);
  return result;
}();

/// The last axis first: its elements lie side by side.
template <class Op, auto const& Axes, int Axis, class A>
constexpr auto reduce_axes(A a) {
  if constexpr (Axis < 0 || any_invalid<A>)
    return a;
  else if constexpr (Axes.has[Axis])
    return reduce_axes<Op, Axes, Axis - 1>(make_reduced<Op, Axis>(std::move(a)));
  else
    return reduce_axes<Op, Axes, Axis - 1>(std::move(a));
}

template <int Wrong, fixed_string Name, class Shape, auto First, auto... Rest>
constexpr auto report_axis() {
  constexpr int at = shape::resolve_axis<Shape, First>();
  if constexpr (Wrong > 0)
    return report_axis<Wrong - 1, Name, Shape, Rest...>();
  else if constexpr (at < 0)
    return report<axis_error<at, Name, First, Shape>>();
  else
    return report<ambiguous_axis<Name, shown_dim<First>, shown<Shape>, hint::rule<"each axis once">>>();
}

}  // namespace detail

/// Along several axes, of operations for which the reduction of reductions is that of all.
template <class Op, auto First, auto Second, auto... Rest, class Arg>
constexpr auto reduction(Arg&& arg) {
  if constexpr (any_invalid<Arg>) {
    return invalid{};
  } else {
    using shape_type = shape_t<formula_t<Arg>>;
    constexpr auto const& axes = detail::axes_of<shape_type, First, Second, Rest...>;
    if constexpr (axes.wrong >= 0)
      return detail::report_axis<axes.wrong, Op::name, shape_type, First, Second, Rest...>();
    else if constexpr (axes.count == shape_type::rank)
      return reduction<Op>(static_cast<Arg&&>(arg));
    else
      return or_report(
          detail::reduce_axes<Op, detail::axes_of<shape_type, First, Second, Rest...>, shape_type::rank - 1>(
              as_formula(static_cast<Arg&&>(arg))));
  }
}

}  // namespace ONELOOP_NAMESPACE
