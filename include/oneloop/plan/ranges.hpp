// SPDX-License-Identifier: BSL-1.0
// Which axes of a program run over one range of indices. A name says it, and so does a static extent; of a range that
// is sized at run time and has no name (dyn) only the structure does. Axes are tied where one is the other's, or where
// the evaluation has compared them before it began (eval/check.hpp):
//
//   a temporary             as it is written, and as each formula reads it
//   an array under a name   wherever it is read within one scope
//   operands, factors       of an elementwise operation axis by axis, of a product also what it sums
//
// Two formulas of one type tie nothing: their ranges may differ.
#pragma once

#include <string_view>

#include <oneloop/plan/program.hpp>

namespace ONELOOP_NAMESPACE::planner {

/// No axis of it is cut: it is there as a whole.
inline constexpr int uncut = -1;

/// A range of indices, as data: a name, a static extent, or the number of a set of axes that are tied.
struct range {
  char const* name = "";
  int extent = shape::dynamic;
  int set = -1;

  constexpr bool is_named() const { return *name != '\0'; }
  constexpr bool is_anonymous() const { return !is_named() && extent == shape::dynamic; }
};
template <auto Dim>
inline constexpr range range_of{shape::name_of<Dim>.c_str(), shape::extent_of<Dim>};
template <class Shape>
struct ranges_in;
template <auto... Dims>
struct ranges_in<shape::extents<Dims...>> {
  static constexpr range value[sizeof...(Dims) + 1] = {range_of<Dims>..., range{}};
};

/// Whether both are known to be one range: by name, by their static extents where one has no name, or as one set.
constexpr bool same_range(range const& a, range const& b) {
  if (a.is_named() && b.is_named()) return std::string_view(a.name) == b.name;
  if (a.extent != shape::dynamic) return a.extent == b.extent;
  return a.set >= 0 && a.set == b.set && b.extent == shape::dynamic && !a.is_named() && !b.is_named();
}

// ---- ties

/// Axes by number; those that are tied lead to the same one.
struct ties {
  /// An axis of an array under a name, and where it was first met.
  struct named_axis {
    char const* name;
    int scope, axis, number;
  };
  /// As many are remembered; of one more it is not known that it is met again.
  static constexpr int most_named = 64;

  int* next;
  int const* temps;  // the number of each temporary's first axis
  int space = 0;     // that of the stage's space
  named_axis named[most_named]{};
  int named_count = 0;

  constexpr int end_of(int number) const {
    while (next[number] != number) number = next[number];
    return number;
  }
  constexpr void tie(int a, int b) {
    if (a < 0 || b < 0) return;
    a = end_of(a), b = end_of(b);
    next[a < b ? b : a] = a < b ? a : b;
  }
  constexpr void meet(char const* name, int scope, int axis, int number) {
    if (number < 0) return;
    for (int i = 0; i < named_count; ++i)
      if (named[i].axis == axis && named[i].scope == scope && std::string_view(named[i].name) == name)
        return tie(named[i].number, number);
    if (named_count < most_named) named[named_count++] = {name, scope, axis, number};
  }
};

/// walk(ties, at): ties the axes below a node whose own have the numbers `at`; -1 is no axis of the space.
template <class Node>
struct tied {
  // Numbers, constants, and data that nothing identifies.
  static constexpr void walk(ties&, int const*) {}
};
template <class Node>
constexpr void tie_below(ties& all, int const* at) {
  if constexpr (rank_v<Node> > 0) tied<std::remove_cvref_t<Node>>::walk(all, at);
}

template <fixed_string Name, class Shape>
struct tied<var_t<Name, Shape>> {
  static constexpr void walk(ties& all, int const* at) {
    for (int axis = 0; axis < Shape::rank; ++axis) all.meet(Name.c_str(), -1, axis, at[axis]);
  }
};
template <class View, class Shape, fixed_string Name, int Scope>
struct tied<read<View, Shape, known<Name, Scope>>> {
  static constexpr void walk(ties& all, int const* at) {
    for (int axis = 0; axis < Shape::rank; ++axis) all.meet(Name.c_str(), Scope, axis, at[axis]);
  }
};
template <int Index, class Shape, class Element>
struct tied<temp<Index, Shape, Element>> {
  static constexpr void walk(ties& all, int const* at) {
    for (int axis = 0; axis < Shape::rank; ++axis) all.tie(all.temps[Index] + axis, at[axis]);
  }
};
template <class Op, class Shape, class... Args>
struct tied<applied<Op, Shape, Args...>> {
  static constexpr void walk(ties& all, int const* at) { (tie_below<Args>(all, at), ...); }
};
template <class Shape, int... Map, bool Explicit, class A>
struct tied<broadcasted<Shape, shape::axis_map<Map...>, Explicit, A>> {
  static constexpr void walk(ties& all, int const* at) {
    int const inner[sizeof...(Map) + 1] = {(Map < 0 ? -1 : at[Map < 0 ? 0 : Map])..., -1};
    tie_below<A>(all, inner);
  }
};
template <int... Axes, class A>
struct tied<permuted<shape::axis_map<Axes...>, A>> {
  static constexpr void walk(ties& all, int const* at) {
    int inner[sizeof...(Axes) + 1]{};
    int axis = 0;
    ((inner[Axes] = at[axis++]), ...);
    tie_below<A>(all, inner);
  }
};
template <int Index, class Contraction>
struct tied<slot<Index, Contraction>> {
  static constexpr void walk(ties& all, int const* at) {
    for (int axis = 0; axis < rank_v<Contraction>; ++axis) all.tie(all.space + axis, at[axis]);
  }
};

/// The axes of both factors that an axis of the product's space cuts, and those that are summed.
template <class Contraction>
struct factor_axes;
template <class Shape, class A, class B>
struct factor_axes<contraction<Shape, A, B>> {
  static constexpr int row = rank_v<A> >= 2 ? 1 : 0, column = rank_v<B> >= 2 ? 1 : 0;
  static constexpr int batch = Shape::rank - row - column;
  static constexpr int left(int axis) {
    if (axis == uncut) return uncut;
    if (axis < batch) return rank_v<A> - 2 == batch ? axis : uncut;
    return row && axis == batch ? rank_v<A> - 2 : uncut;
  }
  static constexpr int right(int axis) {
    if (axis == uncut) return uncut;
    if (axis < batch) return rank_v<B> - 2 == batch ? axis : uncut;
    return row && axis == batch ? uncut : rank_v<B> - 1;
  }
  static constexpr int left_summed = rank_v<A> - 1;
  static constexpr int right_summed = rank_v<B> >= 2 ? rank_v<B> - 2 : 0;

  static constexpr range left_range = ranges_in<shape_t<A>>::value[left_summed];
  static constexpr range right_range = ranges_in<shape_t<B>>::value[right_summed];

  /// As tied::walk; `summed` and the number after it are those of what both factors sum.
  static constexpr void walk(ties& all, int const* at, int summed) {
    int in_left[rank_v<A>], in_right[rank_v<B>];
    for (int& number : in_left) number = -1;
    for (int& number : in_right) number = -1;
    for (int axis = 0; axis < Shape::rank; ++axis) {
      if (left(axis) != uncut) in_left[left(axis)] = at[axis];
      if (right(axis) != uncut) in_right[right(axis)] = at[axis];
    }
    in_left[left_summed] = summed;
    in_right[right_summed] = summed + 1;
    all.tie(summed, summed + 1);
    tie_below<A>(all, in_left);
    tie_below<B>(all, in_right);
  }
};

// ---- the ranges of a program

template <class Stage>
struct stage_axes;
template <class Space, int Axis, class... Slots, class... Sinks>
struct stage_axes<stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>> {
  static constexpr int rank = Space::rank;
  /// The space of each sink, then both factors of each slot.
  static constexpr int sums = rank * static_cast<int>(sizeof...(Sinks));
  static constexpr int count = sums + 2 * static_cast<int>(sizeof...(Slots));

  static constexpr void fill(range* at) {
    for (unsigned sink = 0; sink < sizeof...(Sinks); ++sink)
      for (int axis = 0; axis < rank; ++axis) *at++ = ranges_in<Space>::value[axis];
    ((*at++ = factor_axes<Slots>::left_range, *at++ = factor_axes<Slots>::right_range), ...);
  }

  template <class Sink>
  static constexpr void tie_sink(ties& all, int first) {
    int at[rank + 1]{};
    for (int axis = 0; axis < rank; ++axis) at[axis] = first + axis;
    if constexpr (rank_v<typename Sink::formula_type> == rank) tie_below<typename Sink::formula_type>(all, at);
    if constexpr (!is_result<typename Sink::target>)
      for (int axis = 0; axis < Sink::shape_type::rank; ++axis)
        all.tie(all.temps[Sink::target::index] + axis,
                first + axis + (axis_of<Sink> >= 0 && axis >= axis_of<Sink> ? 1 : 0));
  }
  static constexpr void tie_axes(ties& all, int first) {
    all.space = first;
    [[maybe_unused]] int sink = first, slot = first + sums;
    (..., (tie_sink<Sinks>(all, sink), sink += rank));
    [[maybe_unused]] int at[rank + 1]{};
    for (int axis = 0; axis < rank; ++axis) at[axis] = first + axis;
    (..., (factor_axes<Slots>::walk(all, at, slot), slot += 2));
  }
  /// Whether all sinks are known to run over the same indices.
  static constexpr bool one_space(ties const& all, int first) {
    for (int sink = first + rank; sink < first + sums; sink += rank)
      for (int axis = 0; axis < rank; ++axis)
        if (ranges_in<Space>::value[axis].is_anonymous() && all.end_of(sink + axis) != all.end_of(first + axis))
          return false;
    return true;
  }
};

/// What is known of the ranges of a program: of each stage's space, and of what its contractions sum.
template <int Stages, int Axes>
struct program_ranges {
  range of[Axes + 1]{};
  int first[Stages]{};       // the number of the space's first axis
  int sums[Stages]{};        // and that of the first slot's left factor, which its right one follows
  bool one_space[Stages]{};  // all sinks of the stage have the same extents
};

template <class... Stages, class... Infos>
constexpr auto ranges_of(type_list<Stages...>, type_list<Infos...>) {
  constexpr int count = sizeof...(Stages);
  constexpr int axes = (0 + ... + stage_axes<Stages>::count);
  program_ranges<count, axes> result;
  int number = 0, s = 0;
  ((result.first[s] = number, result.sums[s] = number + stage_axes<Stages>::sums, result.one_space[s] = true,
    stage_axes<Stages>::fill(result.of + number), number += stage_axes<Stages>::count, ++s),
   ...);
  if constexpr ((false || ... || has_anonymous_extent<typename Stages::space>)) {
    constexpr int all_axes_count = (axes + ... + Infos::shape_type::rank);
    int temps[sizeof...(Infos) + 1]{}, next[all_axes_count + 1]{};
    [[maybe_unused]] int t = 0;
    ((temps[t++] = number, number += Infos::shape_type::rank), ...);
    for (int i = 0; i < number; ++i) next[i] = i;
    ties all{next, temps};
    s = 0;
    ((stage_axes<Stages>::tie_axes(all, result.first[s]), ++s), ...);
    s = 0;
    ((result.one_space[s] = stage_axes<Stages>::one_space(all, result.first[s]), ++s), ...);
    // A range without a name is what one that is tied to it is called, by name before by extent, or its set.
    range known[all_axes_count + 1]{};
    for (int i = 0; i < axes; ++i) {
      range& here = known[all.end_of(i)];
      if (here.is_anonymous() || (result.of[i].is_named() && !here.is_named())) here = result.of[i];
    }
    for (int i = 0; i < axes; ++i) {
      if (!result.of[i].is_anonymous()) continue;
      result.of[i] = known[all.end_of(i)];
      result.of[i].set = all.end_of(i);
    }
  }
  return result;
}

}  // namespace ONELOOP_NAMESPACE::planner
