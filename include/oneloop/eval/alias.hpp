// SPDX-License-Identifier: BSL-1.0
// Whether writing the target while the formula is read changes what is read. In place is safe where each element
// is read at the very index that is written, and no product needs it again.
#pragma once

#include <oneloop/eval/value.hpp>
#include <oneloop/plan/sweep.hpp>

namespace ONELOOP_NAMESPACE::eval {

/// The bytes between the first and the last element that a view can reach.
struct byte_range {
  char const* begin;
  char const* end;
  bool overlaps(byte_range const& other) const { return begin < other.end && other.begin < end; }
};

template <class View>
ONELOOP_INLINE byte_range range_of(View const& view) {
  auto const extents = view.extents();
  index_t low = 0, high = 0;
  if constexpr (View::layout_type::contiguous) {
    high = extents.product();
  } else {
    auto const strides = view.strides();
    for (int axis = 0; axis < View::rank; ++axis) {
      if (extents[axis] == 0) return {nullptr, nullptr};
      auto const reach = (extents[axis] - 1) * strides[axis];
      (reach < 0 ? low : high) += reach;
    }
    ++high;
  }
  return {reinterpret_cast<char const*>(view.data() + low), reinterpret_cast<char const*>(view.data() + high)};
}

/// with(node, target, same_index): `same_index` where the node is evaluated at the index that is written.
template <class Node>
struct aliased {
  template <class Target>
  static ONELOOP_INLINE bool with(Node const& node, Target const& target, bool same_index) {
    if constexpr (children_t<Node>::size == 0) {
      return false;
    } else {
      bool any = false;
      node.each_child([&]<class Child>(Child const& child)
                          ONELOOP_LAMBDA { any = any || aliased<Child>::with(child, target, same_index); });
      return any;
    }
  }
};

/// Of its own, for the compiler's sake: each function on the way from the root copies what lies below it.
template <class Op, class Shape, class... Args>
struct aliased<applied<Op, Shape, Args...>> {
  template <class Target>
  static ONELOOP_INLINE bool with(applied<Op, Shape, Args...> const& node, Target const& target, bool same_index) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) ONELOOP_LAMBDA {
      return (false || ... || aliased<Args>::with(hana::at_c<I>(node.args), target, same_index));
    }(std::index_sequence_for<Args...>{});
  }
};

template <class View, class Shape, class Identity>
struct aliased<planner::read<View, Shape, Identity>> {
  template <class Target>
  static ONELOOP_INLINE bool with(planner::read<View, Shape, Identity> const& node, Target const& target,
                                  bool same_index) {
    if (!range_of(node.view).overlaps(range_of(target))) return false;
    if constexpr (in_panels<View>)
      return true;
    else if constexpr (View::rank == Target::rank && std::is_same_v<typename View::element, typename Target::element>)
      return !(same_index && node.view.data() == target.data() && node.view.strides() == target.strides());
    else
      return true;
  }
};

template <class Shape, class Map, bool Explicit, class A>
struct aliased<broadcasted<Shape, Map, Explicit, A>> {
  template <class Target>
  static ONELOOP_INLINE bool with(broadcasted<Shape, Map, Explicit, A> const& node, Target const& target, bool) {
    return aliased<A>::with(node.arg, target, false);
  }
};

template <int... Axes, class A>
struct aliased<permuted<shape::axis_map<Axes...>, A>> {
  template <class Target>
  static ONELOOP_INLINE bool with(permuted<shape::axis_map<Axes...>, A> const& node, Target const& target,
                                  bool same_index) {
    if constexpr (planner::is_read<A> && requires { node.arg.view.strides(); }) {
      // Column-major data under a reversal is read at the index written if its strides, reversed, are the target's.
      auto const strides = node.arg.view.strides();
      index_list<sizeof...(Axes)> const turned{{strides[Axes]...}};
      if constexpr (A::shape_type::rank == Target::rank)
        if (same_index && static_cast<void const*>(node.arg.view.data()) == target.data() &&
            turned == target.strides() && sizeof(typename A::element) == sizeof(typename Target::element))
          return false;
    }
    return aliased<A>::with(node.arg, target, false);
  }
};

template <int Index, class Contraction>
struct aliased<planner::slot<Index, Contraction>> {
  template <class Target>
  static ONELOOP_INLINE bool with(planner::slot<Index, Contraction> const&, Target const&, bool) {
    return false;  // asked of the stage's contractions
  }
};

template <class Node, class Target>
ONELOOP_INLINE bool clashes(Node const& node, Target const& target, bool same_index) {
  return aliased<Node>::with(node, target, same_index);
}

/// `same_index`: whether the stage's formulas are read at the index that is written, or before it is.
template <bool Writes, class Stage, class Target>
ONELOOP_INLINE bool stage_clashes(Stage const& stage, Target const& target, bool same_index) {
  bool result = false;
  unpack_inline(stage.slots, [&](auto const&... slot) ONELOOP_LAMBDA {
    ((result = result || clashes(slot.left, target, false) || clashes(slot.right, target, false)), ...);
  });
  unpack_inline(stage.sinks, [&](auto const&... sink) ONELOOP_LAMBDA {
    ((result = result || clashes(sink.formula, target,
                                 same_index && !(Writes && planner::is_fold<std::remove_cvref_t<decltype(sink)>>))),
     ...);
  });
  return result;
}

/// Within a tile the stage that writes the result runs last, so a formula may read it where its own tile is written.
template <int Sweep, class Program, class Target>
ONELOOP_INLINE bool any_stage_clashes(Program const& program, Target const& target) {
  constexpr auto const& schedule = planner::schedule_of<Program>;
  return [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
    return (false || ... ||
            (schedule.place[I].sweep == Sweep &&
             stage_clashes<(I == schedule.stages - 1)>(hana::at_c<I>(program.stages), target,
                                                       schedule.place[I].role == planner::sweep_role::along_axis)));
  }(std::make_integer_sequence<int, schedule.stages>{});
}

/// What is read after the result has begun to be written: by the stage that writes it, which is the last; in a sweep by
/// all its stages, tile after tile. Sums of a sweep that something follows are written when it has ended.
template <class Program, class Target>
ONELOOP_INLINE bool needs_copy(Program const& program, Target const& target) {
  constexpr auto const& schedule = planner::schedule_of<Program>;
  constexpr int last = planner::size_of<std::remove_cvref_t<decltype(program.stages)>> - 1;
  auto const& writer = hana::at_c<last>(program.stages);
  if constexpr (schedule.tile[schedule.place[last].sweep] == 0 ||
                schedule.place[last].role == planner::sweep_role::at_end) {
    return stage_clashes<true>(writer, target, true);
  } else if constexpr (schedule.place[last].role == planner::sweep_role::by_sums) {
    bool result = false;
    unpack_inline(writer.sinks, [&](auto const&... sink) ONELOOP_LAMBDA {
      if constexpr ((false || ... || planner::is_slot<std::remove_cvref_t<decltype(sink.formula)>>))
        result = true;
      else
        ((result = result || clashes(sink.formula, target, !planner::is_fold<std::remove_cvref_t<decltype(sink)>>)),
         ...);
    });
    if (!result) return false;
    return any_stage_clashes<schedule.place[last].sweep>(program, target);
  } else {
    return any_stage_clashes<schedule.place[last].sweep>(program, target);
  }
}

}  // namespace ONELOOP_NAMESPACE::eval
