// SPDX-License-Identifier: BSL-1.0
// A planned formula: stages that run one after the other. A stage is one fused loop nest over its space; at
// each tile it computes its contractions, then the formulas of its sinks on them, each of which is stored or
// folded into a reduction. Stages that run tile by tile over one range are a sweep (plan/sweep.hpp). While it is planned a
// program has lists of types where it has tuples afterwards.
#pragma once

#include <oneloop/plan/nodes.hpp>

namespace ONELOOP_NAMESPACE::planner {

/// Whether a sweep may run along a range: the arrays along a short one without a name stay in a cache anyway.
constexpr bool may_be_swept(bool named, int extent) { return named || extent == shape::dynamic || extent > 256; }

/// Where a sink's value goes.
template <int Index>
struct to_temp {
  static constexpr int index = Index;
};
template <int Index>
struct to_result {
  static constexpr int index = Index;
};

/// Stores every element of the formula.
template <class Target, class F>
struct store_sink {
  using target = Target;
  using formula_type = F;
  using shape_type = shape_t<F>;
  using element = element_t<F>;
  [[no_unique_address]] F formula;
};

/// Folds the formula into one value, or into one per index of the other axes.
template <class Op, int Axis, class Target, class F>
struct fold_sink {
  using operation = Op;
  static constexpr int axis = Axis;
  using target = Target;
  using formula_type = F;
  using shape_type = decltype(oneloop::detail::reduced_shape<Axis>(shape_t<F>{}));
  using element = typename Op::template result<element_t<F>>;
  [[no_unique_address]] F formula;
};

template <class Target>
inline constexpr bool is_result = false;
template <int Index>
inline constexpr bool is_result<to_result<Index>> = true;

template <class T>
inline constexpr bool is_fold = false;
template <class Op, int Axis, class Target, class F>
inline constexpr bool is_fold<fold_sink<Op, Axis, Target, F>> = true;

/// The axis that a sink reduces, all_axes if it reduces them all; a store reduces none.
template <class Sink>
inline constexpr int axis_of = all_axes - 1;
template <class Op, int Axis, class Target, class F>
inline constexpr int axis_of<fold_sink<Op, Axis, Target, F>> = Axis;

/// `Axis`: the axis that its sinks reduce, or all_axes where they store or reduce everything.
template <class Space, int Axis, class Slots, class Sinks>
struct stage {
  using space = Space;
  static constexpr int axis = Axis;
  using slots_type = Slots;
  using sinks_type = Sinks;
  [[no_unique_address]] Slots slots;  // basic_tuple of contractions
  [[no_unique_address]] Sinks sinks;  // basic_tuple of sinks
};

/// A dimension without a name and without an extent may differ between formulas of one type.
template <class Space>
inline constexpr bool has_anonymous_extent = false;
template <auto... Dims>
inline constexpr bool has_anonymous_extent<shape::extents<Dims...>> =
    (false || ... || (shape::is_dynamic<Dims> && !shape::is_named<Dims>));

/// What is known of a temporary: which formula it is (to find it again), the stage that writes it, and whether it holds
/// the transpose of that formula.
template <class Key, class Shape, class Element, int Stage, bool Transposed>
struct temp_info {
  static constexpr bool transposed = Transposed;
  using key = Key;
  using shape_type = Shape;
  using element = Element;
  static constexpr int stage = Stage;
};

template <class Node>
inline constexpr bool is_matrix_product = false;
template <class Shape, class A, class B>
inline constexpr bool is_matrix_product<contraction<Shape, A, B>> = rank_v<A> == 2 && rank_v<B> == 2;

/// The stage that writes temporary `Index`.
template <int Index, class... Infos>
constexpr int stage_of(type_list<Infos...>) {
  constexpr int stages[] = {Infos::stage...};
  return stages[Index];
}

/// How many products each result of a contraction sums, if either factor's type tells it.
template <class Contraction>
inline constexpr int inner_extent_v = shape::dynamic;
template <class Shape, class A, class B>
inline constexpr int inner_extent_v<contraction<Shape, A, B>> = [] {
  constexpr int left = shape::extent_of<shape::axis<shape_t<A>, rank_v<A> - 1>>;
  constexpr int right = shape::extent_of<shape::axis<shape_t<B>, (rank_v<B> >= 2 ? rank_v<B> - 2 : 0)>>;
  return left != shape::dynamic ? left : right;
}();

struct no_key {};
template <class Node, int Scope>
struct key {};

template <class Stages, class Temps, int Scopes>
struct program {
  using stages_type = Stages;
  using temps = Temps;
  static constexpr int scopes = Scopes;
  [[no_unique_address]] Stages stages;  // basic_tuple of stages
};

template <class Space, int Axis, class Slots, class... Sinks>
ONELOOP_INLINE constexpr auto make_stage(Slots const& slots, Sinks const&... sinks) {
  return stage<Space, Axis, Slots, hana::basic_tuple<Sinks...>>{slots, hana::basic_tuple<Sinks...>(sinks...)};
}

template <class Tuple>
inline constexpr int size_of = 0;
template <class... T>
inline constexpr int size_of<hana::basic_tuple<T...>> = sizeof...(T);

}  // namespace ONELOOP_NAMESPACE::planner
