// SPDX-License-Identifier: BSL-1.0
// Extents that are known at run time only, found in the data. A formula whose shapes are all static costs nothing
// here.
#pragma once

#include <oneloop/plan/lower.hpp>
#include <oneloop/tensor/view.hpp>

namespace ONELOOP_NAMESPACE::eval {

/// The extent of an axis is open where only an explicit broadcast to a run-time dimension says it.
inline constexpr index_t open_extent = -1;

/// An extent as data has it: never negative, so that what follows about open extents is gone before it runs.
constexpr index_t extent_of_data(index_t extent) {
  if (extent < 0) __builtin_unreachable();
  return extent;
}

template <class Node>
struct measured;

/// The run-time extent of an axis of the formula, or open_extent.
template <int Axis, class Node, class Temps>
constexpr index_t inner_extent(Node const& node, Temps const& temps) {
  constexpr auto dim = shape::axis<shape_t<Node>, Axis>;
  if constexpr (!shape::is_dynamic<dim>)
    return shape::extent_of<dim>;
  else
    return measured<Node>::template extent<Axis>(node, temps);
}

template <class Node, class Temps>
constexpr index_list<rank_v<Node>> extents_of(Node const& node, Temps const& temps) {
  return [&]<int... I>(std::integer_sequence<int, I...>) {
    return index_list<rank_v<Node>>{{inner_extent<I>(node, temps)...}};
  }(std::make_integer_sequence<int, rank_v<Node>>{});
}

template <class Array>
struct measured_array {
  template <int Axis, class Temps>
  static constexpr index_t extent(auto const& node, Temps const&) {
    return extent_of_data(node.data().extents()[Axis]);
  }
};
template <class Array>
struct measured<referenced<Array>> : measured_array<Array> {};
template <class Array>
struct measured<owned<Array>> : measured_array<Array> {};

template <class View, class Shape, class Identity>
struct measured<planner::read<View, Shape, Identity>> {
  template <int Axis, class Temps>
  static constexpr index_t extent(planner::read<View, Shape, Identity> const& node, Temps const&) {
    return extent_of_data(node.view.extents()[Axis]);
  }
};
/// Stands for a temporary that is not there yet.
struct not_there {};
template <int Index, class Shape, class Element>
struct measured<planner::temp<Index, Shape, Element>> {
  template <int Axis, class Temps>
  static constexpr index_t extent(planner::temp<Index, Shape, Element> const&, Temps const& temps) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(hana::at_c<Index>(temps))>, not_there>)
      return open_extent;
    else
      return extent_of_data(hana::at_c<Index>(temps).extents()[Axis]);
  }
};
template <class Shape, int IndexAxis>
struct measured<index_along<Shape, IndexAxis>> {
  template <int Axis, class Temps>
  static constexpr index_t extent(index_along<Shape, IndexAxis> const&, Temps const&) {
    return open_extent;
  }
};
template <fixed_string Name, class Shape, class Value>
struct measured<named<Name, Shape, Value>> {
  template <int Axis, class Temps>
  static constexpr index_t extent(named<Name, Shape, Value> const& node, Temps const& temps) {
    return inner_extent<Axis>(node.value, temps);
  }
};
template <class Body>
struct measured<bound<Body>> {
  template <int Axis, class Temps>
  static constexpr index_t extent(bound<Body> const& node, Temps const& temps) {
    return inner_extent<Axis>(node.body, temps);
  }
};
template <class Op, class Shape, class... Args>
struct measured<applied<Op, Shape, Args...>> {
  template <int Axis, class Temps>
  static constexpr index_t extent(applied<Op, Shape, Args...> const& node, Temps const& temps) {
    return hana::unpack(node.args, [&](auto const&... arg) {
      index_t result = open_extent;
      auto const take = [&](auto const& one) {
        if constexpr (rank_v<decltype(one)> == Shape::rank)
          if (result == open_extent) result = inner_extent<Axis>(one, temps);
      };
      (take(arg), ...);
      return result;
    });
  }
};
template <class Shape, class A, class B>
struct measured<contraction<Shape, A, B>> {
  template <int Axis, class Temps>
  static constexpr index_t extent(contraction<Shape, A, B> const& node, Temps const& temps) {
    constexpr int rows = rank_v<A> >= 2 ? 1 : 0, columns = rank_v<B> >= 2 ? 1 : 0;
    constexpr int batch = Shape::rank - rows - columns;
    if constexpr (Axis < batch) {
      if constexpr (rank_v<A> - 2 == batch) {
        index_t const left = inner_extent<Axis>(node.left, temps);
        if (left != open_extent) return left;
      }
      if constexpr (rank_v<B> - 2 == batch)
        return inner_extent<Axis>(node.right, temps);
      else
        return open_extent;
    } else if constexpr (rows && Axis == batch) {
      return inner_extent<rank_v<A> - 2>(node.left, temps);
    } else {
      return inner_extent<rank_v<B> - 1>(node.right, temps);
    }
  }
};
template <int Index, class Contraction>
struct measured<planner::slot<Index, Contraction>> {
  // A slot does not hold its contraction; the sinks are measured with the stage's own (see execute.hpp).
  template <int Axis, class Temps>
  static constexpr index_t extent(planner::slot<Index, Contraction> const&, Temps const&) {
    return open_extent;
  }
};
template <class Op, int ReducedAxis, class A>
struct measured<reduced<Op, ReducedAxis, A>> {
  template <int Axis, class Temps>
  static constexpr index_t extent(reduced<Op, ReducedAxis, A> const& node, Temps const& temps) {
    return inner_extent<(Axis < ReducedAxis ? Axis : Axis + 1)>(node.arg, temps);
  }
};
template <class Shape, int... Map, bool Explicit, class A>
struct measured<broadcasted<Shape, shape::axis_map<Map...>, Explicit, A>> {
  template <int Axis, class Temps>
  static constexpr index_t extent(broadcasted<Shape, shape::axis_map<Map...>, Explicit, A> const& node,
                                  Temps const& temps) {
    constexpr int from = [] {
      int axis = 0, found = -1;
      ((Map == Axis ? void(found = axis) : void(), ++axis), ...);
      return found;
    }();
    if constexpr (from >= 0)
      return inner_extent<from>(node.arg, temps);
    else
      return open_extent;
  }
};
template <int... Axes, class A>
struct measured<permuted<shape::axis_map<Axes...>, A>> {
  template <int Axis, class Temps>
  static constexpr index_t extent(permuted<shape::axis_map<Axes...>, A> const& node, Temps const& temps) {
    constexpr int axes[] = {Axes...};
    return inner_extent<axes[Axis]>(node.arg, temps);
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
