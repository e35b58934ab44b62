// SPDX-License-Identifier: BSL-1.0
// How many elements there are along an axis, as a formula: a constant where the type tells it, otherwise a number that
// is found when the formula is planned. The gradient of a mean over a run-time extent needs it.
#pragma once

#include <oneloop/formula/bind.hpp>
#include <oneloop/formula/operators.hpp>
#include <oneloop/formula/softmax.hpp>

namespace ONELOOP_NAMESPACE {

/// The extent of one axis of `A`, which is measured and not computed.
template <int Axis, class A>
struct size_along : node_base<size_along<Axis, A>> {
  using shape_type = shape::extents<>;
  using element = any_element;
  static constexpr int axis = Axis;
  [[no_unique_address]] A arg;
  constexpr size_along() = default;
  constexpr explicit size_along(A a) : arg(std::move(a)) {}

  template <class F>
  constexpr auto map_children(F&& f) const {
    auto child = f(arg);
    if constexpr (any_invalid<decltype(child)>)
      return child;
    else
      return size_along<Axis, decltype(child)>{std::move(child)};
  }
  template <class F>
  constexpr void each_child(F&& f) const {
    f(arg);
  }
};

template <int Axis, class A>
struct children_of<size_along<Axis, A>> {
  using type = type_list<A>;
};

namespace detail {

struct no_source {};

/// The leaf that has the axis, so that the text is size<batch>(X) and not that of the whole formula around X.
template <int Axis, class Node>
constexpr auto size_at(Node const& node);

template <int Axis, int Rank, class First, class... Rest>
constexpr auto first_size_of_rank(First const& first, Rest const&... rest) {
  if constexpr (rank_v<First> == Rank) {
    auto found = size_at<Axis>(first);
    if constexpr (!std::is_same_v<decltype(found), no_source>)
      return found;
    else if constexpr (sizeof...(Rest) > 0)
      return first_size_of_rank<Axis, Rank>(rest...);
    else
      return no_source{};
  } else if constexpr (sizeof...(Rest) > 0) {
    return first_size_of_rank<Axis, Rank>(rest...);
  } else {
    return no_source{};
  }
}

template <class Node>
struct size_source {
  template <int Axis>
  static constexpr auto at(Node const& node) {
    return size_along<Axis, Node>{node};
  }
};
template <class Shape, int IndexAxis>
struct size_source<index_along<Shape, IndexAxis>> {
  template <int Axis>
  static constexpr auto at(index_along<Shape, IndexAxis> const&) {
    return no_source{};
  }
};
// What a name stands for is measured without the name: that means something else outside of its formula.
template <fixed_string Name, class Shape, class Value>
struct size_source<named<Name, Shape, Value>> {
  template <int Axis>
  static constexpr auto at(named<Name, Shape, Value> const& node) {
    return size_at<Axis>(node.value);
  }
};
template <class Body>
struct size_source<bound<Body>> {
  template <int Axis>
  static constexpr auto at(bound<Body> const& node) {
    return size_at<Axis>(node.body);
  }
};
template <class Op, class Shape, class... Args>
struct size_source<applied<Op, Shape, Args...>> {
  template <int Axis>
  static constexpr auto at(applied<Op, Shape, Args...> const& node) {
    return hana::unpack(node.args, [](auto const&... arg) { return first_size_of_rank<Axis, Shape::rank>(arg...); });
  }
};
template <class Shape, class A, class B>
struct size_source<contraction<Shape, A, B>> {
  template <int Axis>
  static constexpr auto at(contraction<Shape, A, B> const& node) {
    constexpr int rows = rank_v<A> >= 2 ? 1 : 0, columns = rank_v<B> >= 2 ? 1 : 0;
    constexpr int batch = Shape::rank - rows - columns;
    if constexpr (Axis < batch && rank_v<A> - 2 == batch)
      return size_at<Axis>(node.left);
    else if constexpr (Axis < batch)
      return size_at<Axis>(node.right);
    else if constexpr (rows && Axis == batch)
      return size_at<rank_v<A> - 2>(node.left);
    else
      return size_at<rank_v<B> - 1>(node.right);
  }
};
template <class Op, int ReducedAxis, class A>
struct size_source<reduced<Op, ReducedAxis, A>> {
  template <int Axis>
  static constexpr auto at(reduced<Op, ReducedAxis, A> const& node) {
    return size_at<(Axis < ReducedAxis ? Axis : Axis + 1)>(node.arg);
  }
};
template <class Shape, int... Map, bool Explicit, class A>
struct size_source<broadcasted<Shape, shape::axis_map<Map...>, Explicit, A>> {
  template <int Axis>
  static constexpr auto at(broadcasted<Shape, shape::axis_map<Map...>, Explicit, A> const& node) {
    constexpr int from = [] {
      int axis = 0, found = -1;
      ((Map == Axis ? void(found = axis) : void(), ++axis), ...);
      return found;
    }();
    if constexpr (from >= 0)
      return size_at<from>(node.arg);
    else
      return no_source{};
  }
};
template <int... Axes, class A>
struct size_source<permuted<shape::axis_map<Axes...>, A>> {
  template <int Axis>
  static constexpr auto at(permuted<shape::axis_map<Axes...>, A> const& node) {
    constexpr int axes[] = {Axes...};
    return size_at<axes[Axis]>(node.arg);
  }
};

template <int Axis, class Node>
constexpr auto size_at(Node const& node) {
  constexpr auto dim = shape::axis<shape_t<Node>, Axis>;
  if constexpr (!shape::is_dynamic<dim>)
    return constant<shape::extent_of<dim>, 1>{};
  else
    return size_source<Node>::template at<Axis>(node);
}

/// Whether every run-time extent of the formula can be found in what it reads: not of broadcast<batch>(1).
template <class Node>
constexpr bool tells_extents() {
  return []<int... I>(std::integer_sequence<int, I...>) {
    return (true && ... && !std::is_same_v<decltype(size_at<I>(std::declval<Node const&>())), no_source>);
  }(std::make_integer_sequence<int, rank_v<Node>>{});
}

}  // namespace detail

}  // namespace ONELOOP_NAMESPACE
