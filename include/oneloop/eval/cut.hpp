// SPDX-License-Identifier: BSL-1.0
// A planned formula over a part of one axis: the same nodes over views of a part, so that a tile of a sweep is run by
// the loops that run whole arrays.
//
// Locals that hold nodes are not const: g++ 12 does not take const structs apart ("store to a read-only decl" in its
// SRA pass), and each step would leave a copy of the formula's pointers on the stack at run time.
#pragma once

#include <oneloop/eval/measure.hpp>
#include <oneloop/eval/point.hpp>
#include <oneloop/plan/sweep.hpp>

namespace ONELOOP_NAMESPACE::eval {

using planner::uncut;

/// Indices first..first+count-1. `Tiled`: which temporaries are tiles already (Tiled::has<Index>); the others are there
/// as a whole, as views in `temps`.
template <class Tiled, class Temps>
struct interval {
  using tiled = Tiled;
  index_t first, count;
  Temps const& temps;
};

namespace detail {

template <int Axis, class Shape, class Indices>
struct cut_shape;
template <int Axis, auto... Dims, int... I>
struct cut_shape<Axis, shape::extents<Dims...>, std::integer_sequence<int, I...>> {
  template <auto Dim, bool Cut>
  static constexpr auto one() {
    if constexpr (Cut)
      return shape::cut<Dim>();
    else
      return Dim;
  }
  using type = shape::extents<one<Dims, I == Axis>()...>;
};

/// What a part of an array is laid out as.
template <class Layout, int Axis, int Rank>
constexpr auto cut_layout() {
  if constexpr (std::is_same_v<Layout, layouts::strided>)
    return layouts::strided{};
  else if constexpr (std::is_same_v<Layout, layouts::column_major> && Rank > 1) {
    if constexpr (Axis == Rank - 1)
      return layouts::column_major{};
    else
      return layouts::strided{};
  } else if constexpr (std::is_same_v<Layout, layouts::row_major> && Axis == 0)
    return layouts::row_major{};
  else
    return layouts::pitched{};
}

}  // namespace detail

template <int Axis, class Shape>
using cut_shape = typename detail::cut_shape<Axis, Shape, std::make_integer_sequence<int, Shape::rank>>::type;

/// A view of a part of the axis.
template <int Axis, class View>
ONELOOP_INLINE constexpr auto cut_view(View const& view, index_t first, index_t count) {
  using T = std::remove_pointer_t<decltype(view.data())>;
  using layout = decltype(detail::cut_layout<typename View::layout_type, Axis, View::rank>());
  auto extents = view.extents();
  extents[Axis] = count;
  auto const strides = view.strides();
  return view_of_t<T, cut_shape<Axis, typename View::shape_type>, layout>::make(view.data() + first * strides[Axis],
                                                                                extents, strides);
}

template <int Axis, class Node>
struct cut_node {
  // Variables, numbers, constants: the same for every index.
  template <class Interval>
  static ONELOOP_INLINE constexpr Node of(Node const& node, Interval const&) {
    return node;
  }
};

/// The node over a part of its axis `Axis`; the node itself where that is uncut.
template <int Axis, class Node, class Interval>
ONELOOP_INLINE constexpr auto cut(Node const& node, Interval const& part) {
  if constexpr (Axis == uncut)
    return node;
  else
    return cut_node<Axis, Node>::of(node, part);
}

template <class View, class Shape, class Identity>
constexpr auto make_read(View const& view) {
  return planner::read<View, Shape, Identity>{view};
}

template <int Axis, class View, class Shape, class Identity>
struct cut_node<Axis, planner::read<View, Shape, Identity>> {
  template <class Interval>
  static ONELOOP_INLINE constexpr auto of(planner::read<View, Shape, Identity> const& node, Interval const& part) {
    auto view = cut_view<Axis>(node.view, part.first, part.count);
    return planner::read<decltype(view), cut_shape<Axis, Shape>, planner::passing>{view};
  }
};
template <int Axis, int Index, class Shape, class Element>
struct cut_node<Axis, planner::temp<Index, Shape, Element>> {
  template <class Interval>
  static ONELOOP_INLINE constexpr auto of(planner::temp<Index, Shape, Element> const&, Interval const& part) {
    if constexpr (Interval::tiled::template has<Index>) {
      return planner::temp<Index, cut_shape<Axis, Shape>, Element>{};
    } else {
      auto view = cut_view<Axis>(hana::at_c<Index>(part.temps), part.first, part.count);
      return planner::read<decltype(view), cut_shape<Axis, Shape>, planner::anonymous>{view};
    }
  }
};
template <int Axis, class Shape, int IndexAxis>
struct cut_node<Axis, index_along<Shape, IndexAxis>> {
  template <class Interval>
  static ONELOOP_INLINE constexpr auto of(index_along<Shape, IndexAxis> const&, Interval const&) {
    return index_along<cut_shape<Axis, Shape>, IndexAxis>{};
  }
};
template <int Axis, class Op, class Shape, class... Args>
struct cut_node<Axis, applied<Op, Shape, Args...>> {
  template <class Arg, class Interval>
  static ONELOOP_INLINE constexpr auto argument(Arg const& arg, Interval const& part) {
    return cut<(rank_v<Arg> == 0 ? uncut : Axis)>(arg, part);
  }
  template <class Interval>
  static ONELOOP_INLINE constexpr auto of(applied<Op, Shape, Args...> const& node, Interval const& part) {
    return unpack_inline(node.args, [&](auto const&... arg) ONELOOP_LAMBDA {
      return applied<Op, cut_shape<Axis, Shape>, decltype(argument(arg, part))...>{std::in_place,
                                                                                   argument(arg, part)...};
    });
  }
};
template <int Axis, class Shape, int... Map, bool Explicit, class A>
struct cut_node<Axis, broadcasted<Shape, shape::axis_map<Map...>, Explicit, A>> {
  using node_type = broadcasted<Shape, shape::axis_map<Map...>, Explicit, A>;
  template <class Interval>
  static ONELOOP_INLINE constexpr auto of(node_type const& node, Interval const& part) {
    auto arg = cut<planner::cuttable<node_type>::inner(Axis)>(node.arg, part);
    return broadcasted<cut_shape<Axis, Shape>, shape::axis_map<Map...>, Explicit, decltype(arg)>{arg};
  }
};
template <int Axis, class Permutation, class A>
struct cut_node<Axis, permuted<Permutation, A>> {
  template <class Interval>
  static ONELOOP_INLINE constexpr auto of(permuted<Permutation, A> const& node, Interval const& part) {
    auto arg = cut<planner::cuttable<permuted<Permutation, A>>::inner(Axis)>(node.arg, part);
    return permuted<Permutation, decltype(arg)>{arg};
  }
};
template <int Axis, class Shape, class A, class B>
struct cut_node<Axis, contraction<Shape, A, B>> {
  using axes = planner::factor_axes<contraction<Shape, A, B>>;
  template <class Interval>
  static ONELOOP_INLINE constexpr auto of(contraction<Shape, A, B> const& node, Interval const& part) {
    auto left = cut<axes::left(Axis)>(node.left, part);
    auto right = cut<axes::right(Axis)>(node.right, part);
    return contraction<cut_shape<Axis, Shape>, decltype(left), decltype(right)>{left, right};
  }
};
/// The contraction over a part of what it sums.
template <class Shape, class A, class B, class Interval>
ONELOOP_INLINE constexpr auto cut_sum(contraction<Shape, A, B> const& node, Interval const& part) {
  using axes = planner::factor_axes<contraction<Shape, A, B>>;
  auto left = cut<axes::left_summed>(node.left, part);
  auto right = cut<axes::right_summed>(node.right, part);
  return contraction<Shape, decltype(left), decltype(right)>{left, right};
}
template <int Axis, int Index, class Contraction>
struct cut_node<Axis, planner::slot<Index, Contraction>> {
  template <class Interval>
  static ONELOOP_INLINE constexpr auto of(planner::slot<Index, Contraction> const&, Interval const&) {
    using contraction_type = decltype(cut<Axis>(std::declval<Contraction const&>(), std::declval<Interval const&>()));
    return planner::slot<Index, contraction_type>{};
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
