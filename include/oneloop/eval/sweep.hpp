// SPDX-License-Identifier: BSL-1.0
// Runs the stages of a sweep tile by tile. Each member cuts its stage to the tile and hands it to the loops; what it
// folds or sums is carried from tile to tile, and finished behind the last one.
#pragma once

#include <oneloop/eval/check.hpp>
#include <oneloop/eval/cut.hpp>
#include <oneloop/eval/loops.hpp>
#include <oneloop/eval/space.hpp>
#include <oneloop/eval/storage.hpp>

namespace ONELOOP_NAMESPACE::eval {

// ---- where a sink of a tile writes

/// The state of a reduction of everything: tiles are merged into it.
template <class State>
struct carry {
  State carried{};
};

/// A view whose elements a tile's results are added to.
template <class View>
struct adding {
  using layout_type = typename View::layout_type;
  using element = typename View::element;
  View view;
};
template <class View, class Point, class Value>
ONELOOP_INLINE constexpr void store(adding<View> const& to, Point const& p, Value const& value) {
  store(to.view, p, load<typename View::element>(to.view, p) + value);
}
template <class View, class At, class Number>
ONELOOP_INLINE constexpr void put(adding<View> const& to, At const& at, Number number) {
  to.view.data()[offset_of(to.view, at)] += number;
}

/// body(element) for every element of a view.
template <int Axis, class View, class Body>
constexpr void each_element(View const& view, Body const& body, index_t offset = 0) {
  if constexpr (Axis == View::rank) {
    body(view.data()[offset]);
  } else {
    for (index_t i = 0, n = view.extents()[Axis]; i < n; ++i)
      each_element<Axis + 1>(view, body, offset + i * stride_of<View, Axis>(view));
  }
}

// ---- a stage that runs along an axis of its space

/// A sink's formula over the tile, and what is folded there.
template <int Axis, int StageAxis, int Rank, class Sink>
struct cut_sink;
template <int Axis, int StageAxis, int Rank, class Target, class F>
struct cut_sink<Axis, StageAxis, Rank, planner::store_sink<Target, F>> {
  template <class Interval>
  static ONELOOP_INLINE constexpr auto of(planner::store_sink<Target, F> const& sink, Interval const& part) {
    auto formula = cut<Axis>(sink.formula, part);
    return planner::store_sink<Target, decltype(formula)>{formula};
  }
};
template <int Axis, int StageAxis, int Rank, class Op, int FoldAxis, class Target, class F>
struct cut_sink<Axis, StageAxis, Rank, planner::fold_sink<Op, FoldAxis, Target, F>> {
  // Along the axis that is swept: of a vector it is a fold of everything, and of others the tiles are added.
  static constexpr int fold_axis = FoldAxis == Axis && Rank == 1 ? all_axes : FoldAxis;
  using operation = std::conditional_t<FoldAxis == Axis && Rank != 1, sum_t, Op>;
  template <class Interval>
  static ONELOOP_INLINE constexpr auto of(planner::fold_sink<Op, FoldAxis, Target, F> const& sink,
                                          Interval const& part) {
    auto formula = cut<Axis>(sink.formula, part);
    return planner::fold_sink<operation, fold_axis, Target, decltype(formula)>{formula};
  }
};

template <int Axis, class Space, int StageAxis, class... Slots, class... Sinks, class Interval>
ONELOOP_INLINE constexpr auto cut_stage(
    planner::stage<Space, StageAxis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>> const& stage,
    Interval const& part) {
  auto slots = unpack_inline(stage.slots, [&](auto const&... slot) ONELOOP_LAMBDA {
    return hana::basic_tuple<decltype(cut<Axis>(slot, part))...>(cut<Axis>(slot, part)...);
  });
  constexpr int folded = StageAxis == Axis && Space::rank == 1 ? all_axes : StageAxis;
  return unpack_inline(stage.sinks, [&](auto const&... sink) ONELOOP_LAMBDA {
    return planner::make_stage<cut_shape<Axis, Space>, folded>(
        slots, cut_sink<Axis, StageAxis, Space::rank, std::remove_cvref_t<decltype(sink)>>::of(sink, part)...);
  });
}

/// body(number) for every number of a formula.
template <class Node, class Body>
ONELOOP_INLINE constexpr void each_number(Node&, Body const&) {}
template <class Op, class Shape, class... Args, class Body>
ONELOOP_INLINE constexpr void each_number(applied<Op, Shape, Args...>& node, Body const& body);
template <class T, class Identity, class Body>
ONELOOP_INLINE constexpr void each_number(planner::number_of<T, Identity>& node, Body const& body) {
  body(node);
}
template <class Shape, class Map, bool Explicit, class A, class Body>
ONELOOP_INLINE constexpr void each_number(broadcasted<Shape, Map, Explicit, A>& node, Body const& body) {
  each_number(node.arg, body);
}
template <class Permutation, class A, class Body>
ONELOOP_INLINE constexpr void each_number(permuted<Permutation, A>& node, Body const& body) {
  each_number(node.arg, body);
}
template <class Op, class Shape, class... Args, class Body>
ONELOOP_INLINE constexpr void each_number(applied<Op, Shape, Args...>& node, Body const& body) {
  [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
    (each_number(hana::at_c<I>(node.args), body), ...);
  }(std::make_integer_sequence<int, sizeof...(Args)>{});
}

/// The members of a sweep are behind references, where a compiler does not see that a number of two formulas is one.
/// Taken from one place it is, and so is what both formulas compute of it: x * w + k of a loss and its gradient, with all
/// that follows (logistic regression in L1: 0.86 of the time, most of it for one exponential less).
template <class Sinks>
ONELOOP_INLINE constexpr void share_numbers(Sinks& sinks) {
  auto const share = [](auto& from, auto& to) ONELOOP_LAMBDA {
    each_number(from.formula, [&]<class Number>(Number& one) ONELOOP_LAMBDA {
      each_number(to.formula, [&]<class Other>(Other& other) ONELOOP_LAMBDA {
        if constexpr (std::is_same_v<Number, Other> && planner::identified<Number>) other = one;
      });
    });
  };
  auto const share_behind =
      [&]<int From, int... Behind>(std::integral_constant<int, From>, std::integer_sequence<int, Behind...>)
          ONELOOP_LAMBDA { (share(hana::at_c<From>(sinks), hana::at_c<From + 1 + Behind>(sinks)), ...); };
  [&]<int... From>(std::integer_sequence<int, From...>) ONELOOP_LAMBDA {
    (share_behind(std::integral_constant<int, From>{},
                  std::make_integer_sequence<int, planner::size_of<Sinks> - 1 - From>{}),
     ...);
  }(std::make_integer_sequence<int, planner::size_of<Sinks> - 1>{});
}

template <class Execution, class Stage, int Axis>
struct along_axis_member;
template <class Execution, class Space, int StageAxis, class... Slots, class... Sinks, int Axis>
struct along_axis_member<
    Execution, planner::stage<Space, StageAxis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>, Axis> {
  using stage_type = planner::stage<Space, StageAxis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>;

  template <class Sink>
  static constexpr bool folds_all = planner::is_fold<Sink> && (planner::axis_of<Sink> == all_axes ||
                                                               (planner::axis_of<Sink> == Axis && Space::rank == 1));
  template <class Sink>
  static constexpr bool adds = planner::is_fold<Sink> && planner::axis_of<Sink> == Axis && Space::rank > 1;
  /// The axis of what the sink writes that is cut with the tile, or uncut.
  template <class Sink>
  static constexpr int axis_written = folds_all<Sink> || adds<Sink>                             ? uncut
                                      : planner::is_fold<Sink> && planner::axis_of<Sink> < Axis ? Axis - 1
                                                                                                : Axis;

  /// Whether any of its tiles may be run by another thread: it only stores, each tile its own part.
  static constexpr bool splits = (true && ... && !(folds_all<Sinks> || adds<Sinks>));

  stage_type const& stage;

  template <class Tiled, class Temps>
  struct types {
    using part = interval<Tiled, Temps>;
    using cut_type = decltype(cut_stage<Axis>(std::declval<stage_type const&>(), std::declval<part const&>()));
    static constexpr int lanes = Execution::template lanes_of<cut_type>();
    template <class Sink>
    using runner = sink_runner<std::remove_cvref_t<decltype(cut_sink<Axis, StageAxis, Space::rank, Sink>::of(
                                   std::declval<Sink const&>(), std::declval<part const&>()))>,
                               typename Execution::default_type, typename Execution::backend, lanes>;
    template <class Sink>
    static constexpr auto carried() {
      if constexpr (folds_all<Sink>)
        return carry<typename runner<Sink>::state_type>{runner<Sink>::start()};
      else
        return no_state{};
    }
  };
  using known = types<typename Execution::tiled, decltype(std::declval<Execution const&>().views(0, 0))>;
  hana::basic_tuple<decltype(known::template carried<Sinks>())...> carries{known::template carried<Sinks>()...};
  index_list<Space::rank> all{};  // the extents of the whole space, once a tile has run

  constexpr explicit along_axis_member(stage_type const& s) : stage(s) {}

  /// Steps for the whole range; sums of a length that is known at run time only count as 64.
  constexpr index_t work() const {
    constexpr index_t sums =
        (index_t{4} + ... +
         (2 * index_t{planner::inner_extent_v<Slots> == shape::dynamic ? 64 : planner::inner_extent_v<Slots>}));
    return all.product() * (sums + ... + planner::flops_of<typename Sinks::formula_type>);
  }

  /// Where the sink of a tile writes.
  template <int I, class Sink>
  ONELOOP_INLINE constexpr auto destination(Execution& execution, index_t first, index_t count) {
    if constexpr (folds_all<Sink>)
      return &hana::at_c<I>(carries);
    else if constexpr (adds<Sink>)
      return adding<decltype(execution.template whole_destination<Sink>())>{
          execution.template whole_destination<Sink>()};
    else
      return execution.template tile_destination<Sink, axis_written<Sink>>(first, count);
  }

  template <int... I>
  ONELOOP_INLINE constexpr void run_tile(Execution& execution, index_t first, index_t count, index_t n,
                                         std::integer_sequence<int, I...>) {
    auto const before = execution.views(first, count);
    interval<typename Execution::tiled, std::remove_cvref_t<decltype(before)>> const part{first, count, before};
    auto cut = cut_stage<Axis>(stage, part);
    share_numbers(cut.sinks);
    using cut_type = decltype(cut);
    auto space = Execution::template measured_space<typename cut_type::space>(cut, before);
    space[Axis] = count;
    (execution.template complete_tile<Sinks, StageAxis>(space), ...);
    Execution::template require_known<typename cut_type::space>(space);
    if (first == 0) {
      all = space;
      all[Axis] = n;
      (execution.template prepare_whole<Sinks, axis_written<Sinks>>(all, adds<Sinks>), ...);
    }
    (execution.template prepare_tile<Sinks, axis_written<Sinks>>(space), ...);
    auto const temps = execution.views(first, count);
    hana::basic_tuple<decltype(destination<I, Sinks>(execution, first, count))...> destinations(
        destination<I, Sinks>(execution, first, count)...);
    using job_type = job<cut_type, decltype(destinations), std::remove_cvref_t<decltype(temps)>, whole>;
    loops<typename Execution::backend, known::lanes, typename Execution::default_type, job_type>::run(
        job_type{cut, destinations, temps, space, {}});
  }
  ONELOOP_INLINE constexpr void tile(Execution& execution, index_t first, index_t count, index_t n) {
    run_tile(execution, first, count, n, std::make_integer_sequence<int, sizeof...(Sinks)>{});
  }

  template <int I, class Sink>
  ONELOOP_INLINE constexpr void finish_sink(Execution& execution) {
    if constexpr (folds_all<Sink>) {
      known::template runner<Sink>::finish(execution.template whole_destination<Sink>(), hana::at_c<I>(carries).carried,
                                           all.product());
    } else if constexpr (adds<Sink>) {
      if constexpr (std::is_base_of_v<mean_t, typename Sink::operation>)
        each_element<0>(execution.template whole_destination<Sink>(), [&]<class Element>(Element& element) {
          element = static_cast<Element>(element / static_cast<Element>(all[Axis]));
        });
    }
  }
  ONELOOP_INLINE constexpr void finish(Execution& execution) {
    [&]<int... I>(std::integer_sequence<int, I...>) {
      (finish_sink<I, Sinks>(execution), ...);
    }(std::make_integer_sequence<int, sizeof...(Sinks)>{});
  }
};

// ---- a stage whose contractions sum over the dimension

/// The formula with the sums, which are in memory now, in the places of the slots.
template <class Node>
struct with_sums {
  template <class Views>
  static ONELOOP_INLINE constexpr auto of(Node const& node, Views const& views) {
    if constexpr (planner::is_slot<Node>) {
      auto const view = hana::at_c<Node::index>(views);
      return planner::read<std::remove_const_t<decltype(view)>, shape_t<Node>, planner::anonymous>{view};
    } else {
      return node;
    }
  }
};
template <class Op, class Shape, class... Args>
struct with_sums<applied<Op, Shape, Args...>> {
  template <class Views>
  static ONELOOP_INLINE constexpr auto of(applied<Op, Shape, Args...> const& node, Views const& views) {
    return unpack_inline(node.args, [&](auto const&... arg) ONELOOP_LAMBDA {
      return applied<Op, Shape, decltype(with_sums<Args>::of(arg, views))...>{std::in_place,
                                                                              with_sums<Args>::of(arg, views)...};
    });
  }
};

template <class Execution, class Stage>
struct by_sums_member;
template <class Execution, class Space, int StageAxis, class... Slots, class... Sinks>
struct by_sums_member<Execution,
                      planner::stage<Space, StageAxis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>> {
  using stage_type = planner::stage<Space, StageAxis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>;
  template <class Slot>
  using sum_type = computed<element_or<element_t<Slot>, typename Execution::default_type>>;

  /// The one slot is the result: its sums are gathered where they shall be.
  template <class Sink>
  static constexpr bool takes_sums() {
    if constexpr (planner::is_fold<Sink> || !planner::is_slot<typename Sink::formula_type>)
      return false;
    else
      return (true && ... &&
              std::is_same_v<typename decltype(std::declval<Execution&>().template whole_destination<Sink>())::element,
                             sum_type<Slots>>);
  }
  static constexpr bool in_place =
      sizeof...(Slots) == 1 && sizeof...(Sinks) == 1 && (true && ... && takes_sums<Sinks>());

  static constexpr bool splits = false;
  stage_type const& stage;
  struct nothing {};
  std::conditional_t<in_place, nothing, hana::basic_tuple<scratch<sum_type<Slots>, Space>...>> sums{};

  constexpr explicit by_sums_member(stage_type const& s) : stage(s) {}

  ONELOOP_INLINE constexpr auto writable(Execution& execution) {
    if constexpr (in_place)
      return hana::basic_tuple<decltype(execution.template whole_destination<Sinks>())...>(
          execution.template whole_destination<Sinks>()...);
    else
      return [&]<int... I>(std::integer_sequence<int, I...>) {
        return hana::basic_tuple<decltype(hana::at_c<I>(sums).writable())...>(hana::at_c<I>(sums).writable()...);
      }(std::make_integer_sequence<int, sizeof...(Slots)>{});
  }

  /// What a sum's formula of a tile is: what is there, and the tile's products.
  template <int I, class Product, class View>
  static constexpr auto added(View const& view) {
    using sum = applied<plus_t, Space, planner::read<View, Space, planner::anonymous>, planner::slot<I, Product>>;
    return planner::store_sink<planner::to_result<I>, sum>{
        sum{std::in_place, planner::read<View, Space, planner::anonymous>{view}, planner::slot<I, Product>{}}};
  }

  template <int... I>
  ONELOOP_INLINE constexpr void run_tile(Execution& execution, index_t first, index_t count,
                                         std::integer_sequence<int, I...>) {
    auto const temps = execution.views(first, count);
    interval<typename Execution::tiled, std::remove_cvref_t<decltype(temps)>> const part{first, count, temps};
    auto const products = unpack_inline(stage.slots, [&](auto const&... slot) ONELOOP_LAMBDA {
      return hana::basic_tuple<decltype(cut_sum(slot, part))...>(cut_sum(slot, part)...);
    });
    if (first == 0) {
      auto space = Execution::template measured_space<Space>(stage, temps);
      if constexpr (in_place) {
        (execution.template complete_tile<Sinks, StageAxis>(space), ...);
        (execution.template prepare_whole<Sinks, uncut>(space, false), ...);
      } else {
        (hana::at_c<I>(sums).prepare(space), ...);
      }
      auto const to = writable(execution);
      (each_element<0>(hana::at_c<I>(to), [](auto& element) { element = {}; }), ...);
    }
    auto const to = writable(execution);
    auto const gathered = planner::make_stage<Space, all_axes>(
        products, added<I, std::remove_cvref_t<decltype(hana::at_c<I>(products))>>(hana::at_c<I>(to))...);
    using gathered_type = std::remove_cvref_t<decltype(gathered)>;
    using job_type = job<gathered_type, std::remove_cvref_t<decltype(to)>, std::remove_cvref_t<decltype(temps)>, whole>;
    loops<typename Execution::backend, Execution::template lanes_of<gathered_type>(), typename Execution::default_type,
          job_type>::run(job_type{gathered, to, temps, hana::at_c<0>(to).extents(), {}});
  }
  ONELOOP_INLINE constexpr void tile(Execution& execution, index_t first, index_t count, index_t) {
    run_tile(execution, first, count, std::make_integer_sequence<int, sizeof...(Slots)>{});
  }

  /// What follows the products.
  ONELOOP_INLINE constexpr void finish(Execution& execution) {
    if constexpr (!in_place) {
      auto const views = [&]<int... I>(std::integer_sequence<int, I...>) {
        return hana::basic_tuple<decltype(hana::at_c<I>(sums).readable())...>(hana::at_c<I>(sums).readable()...);
      }(std::make_integer_sequence<int, sizeof...(Slots)>{});
      execution.run(unpack_inline(stage.sinks, [&](auto const&... sink) ONELOOP_LAMBDA {
        return planner::make_stage<Space, StageAxis>(hana::basic_tuple<>{}, with_formula(sink, views)...);
      }));
    }
  }
  template <class Target, class F, class Views>
  static ONELOOP_INLINE constexpr auto with_formula(planner::store_sink<Target, F> const& sink, Views const& views) {
    auto formula = with_sums<F>::of(sink.formula, views);
    return planner::store_sink<Target, decltype(formula)>{formula};
  }
  template <class Op, int Axis, class Target, class F, class Views>
  static ONELOOP_INLINE constexpr auto with_formula(planner::fold_sink<Op, Axis, Target, F> const& sink,
                                                    Views const& views) {
    auto formula = with_sums<F>::of(sink.formula, views);
    return planner::fold_sink<Op, Axis, Target, decltype(formula)>{formula};
  }
};

/// A stage that waits for what the sweep sums.
template <class Execution, class Stage>
struct at_end_member {
  static constexpr bool splits = false;
  Stage const& stage;
  constexpr explicit at_end_member(Stage const& s) : stage(s) {}
  ONELOOP_INLINE constexpr void tile(Execution&, index_t, index_t, index_t) {}
  ONELOOP_INLINE constexpr void finish(Execution& execution) { execution.run(stage); }
};

// ---- the sweep

/// What the members of sweep `Sweep` ask of the evaluation around them.
template <class Execution, int Sweep>
struct sweep_execution {
  using default_type = typename Execution::default_type;
  using backend = typename Execution::backend;
  static constexpr auto const& schedule = Execution::schedule;
  Execution& execution;
  typename Execution::kept_type& tiles;  // where those are of which a tile is kept: each thread has its own

  /// The temporaries that this sweep writes tile by tile.
  struct tiled {
    template <int Index>
    static constexpr bool has =
        schedule.tile_axis[Index] != uncut && schedule.place[Execution::template stage_of_temp<Index>].sweep == Sweep;
  };
  template <int Index>
  static constexpr bool tile_only = tiled::template has<Index> && schedule.tile_only[Index];

  template <class Stage>
  static constexpr int lanes_of() {
    return Execution::template lanes_of<Stage>();
  }
  template <class Stage>
  ONELOOP_INLINE constexpr void run(Stage const& stage) {
    execution.run(stage);
  }

  // ---- what is read

  template <int Index>
  ONELOOP_INLINE constexpr auto view_of(index_t first, index_t count) const {
    if constexpr (tile_only<Index>)
      return tiles.template readable<Index>();
    else if constexpr (tiled::template has<Index>)
      return cut_view<schedule.tile_axis[Index]>(execution.kept.template readable<Index>(), first, count);
    else
      return execution.kept.template readable<Index>();
  }
  /// Every temporary as a tile at these indices reads it.
  ONELOOP_INLINE constexpr auto views(index_t first, index_t count) const {
    return [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      return hana::basic_tuple<decltype(view_of<I>(first, count))...>(view_of<I>(first, count)...);
    }(std::make_integer_sequence<int, Execution::temps::size>{});
  }

  template <class Space, class Stage, class Temps>
  static ONELOOP_INLINE constexpr auto measured_space(Stage const& stage, Temps const& temps) {
    return space_of<Space>(stage, hana::at_c<0>(stage.sinks), temps);
  }
  template <class Space>
  static ONELOOP_INLINE constexpr void require_known(index_list<Space::rank> const& space) {
    for (int axis = 0; axis < Space::rank; ++axis)
      if (space[axis] == open_extent) throw_open<Space>(space);
  }

  // ---- what is written

  template <class Sink>
  static constexpr bool keeps_tile = [] {
    if constexpr (planner::is_result<typename Sink::target>)
      return false;
    else
      return tile_only<Sink::target::index>;
  }();
  template <class Sink>
  ONELOOP_INLINE constexpr auto whole_destination() {
    if constexpr (keeps_tile<Sink>)
      return tiles.template writable<Sink::target::index>();
    else
      return execution.template destination<Sink>();
  }
  template <class Sink, int AxisWritten>
  ONELOOP_INLINE constexpr auto tile_destination(index_t first, index_t count) {
    if constexpr (keeps_tile<Sink>)
      return whole_destination<Sink>();
    else
      return cut_view<AxisWritten>(whole_destination<Sink>(), first, count);
  }
  /// Where only an explicit broadcast to a run-time dimension is read, the result's own extents say it.
  template <class Sink, int StageAxis, int Rank>
  ONELOOP_INLINE constexpr void complete_tile(index_list<Rank>& space) {
    if constexpr (planner::is_result<typename Sink::target> && !planner::is_fold<Sink>) {
      auto const extents = whole_destination<Sink>().extents();
      for (int axis = 0; axis < Rank; ++axis)
        if (space[axis] == open_extent) space[axis] = extents[axis];
    }
  }
  template <class Sink, int AxisWritten, int Rank>
  ONELOOP_INLINE constexpr void prepare_whole(index_list<Rank> const& all, bool zero) {
    if constexpr (!planner::is_result<typename Sink::target> && !keeps_tile<Sink>)
      execution.kept.template prepare<Sink::target::index>(extents_written<Sink>(all));
    if constexpr (Sink::shape_type::rank > 0 && !keeps_tile<Sink>)
      if (zero) each_element<0>(whole_destination<Sink>(), [](auto& element) { element = {}; });
  }
  template <class Sink, int AxisWritten, int Rank>
  ONELOOP_INLINE constexpr void prepare_tile(index_list<Rank> const& space) {
    if constexpr (keeps_tile<Sink>) tiles.template prepare<Sink::target::index>(extents_written<Sink>(space));
  }

  // ---- the range

  template <int Index>
  ONELOOP_INLINE constexpr auto view_before() const {
    if constexpr (tiled::template has<Index>)
      return not_there{};
    else
      return execution.kept.template readable<Index>();
  }
  /// Every temporary as it is before the first tile.
  ONELOOP_INLINE constexpr auto views_before() const {
    return [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      return hana::basic_tuple<decltype(view_before<I>())...>(view_before<I>()...);
    }(std::make_integer_sequence<int, Execution::temps::size>{});
  }

  /// The extent of an axis of the space as one formula of the stage tells it, or open_extent.
  template <int Axis, int Rank, class Node, class Temps>
  static ONELOOP_INLINE constexpr index_t told_by(Node const& node, Temps const& temps) {
    if constexpr (rank_v<Node> == Rank)
      return inner_extent<Axis>(node, temps);
    else
      return open_extent;
  }
  template <int Axis, class Sink>
  ONELOOP_INLINE constexpr index_t told_by_result() {
    if constexpr (planner::is_result<typename Sink::target> && !planner::is_fold<Sink>)
      return whole_destination<Sink>().extents()[Axis];
    else
      return open_extent;
  }
  /// All that is told of an axis of the stage's space: a dimension of one name may have two sizes in two formulas.
  template <int Axis, class Space, int StageAxis, class... Slots, class... Sinks, class Temps>
  ONELOOP_INLINE constexpr void take_axis(
      planner::stage<Space, StageAxis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>> const& stage,
      Temps const& temps, index_t& extent) {
    unpack_inline(stage.sinks, [&](auto const&... sink) ONELOOP_LAMBDA {
      (take(told_by<Axis, Space::rank>(sink.formula, temps), extent), ...);
    });
    unpack_inline(stage.slots, [&](auto const&... slot)
                                   ONELOOP_LAMBDA { (take(told_by<Axis, Space::rank>(slot, temps), extent), ...); });
    (take(told_by_result<Axis, Sinks>(), extent), ...);
  }
  template <class Shape, class A, class B, class Temps>
  static ONELOOP_INLINE constexpr void take_sum(contraction<Shape, A, B> const& product, Temps const& temps,
                                                index_t& extent) {
    using axes = planner::factor_axes<contraction<Shape, A, B>>;
    take(inner_extent<axes::left_summed>(product.left, temps), extent);
    take(inner_extent<axes::right_summed>(product.right, temps), extent);
  }
  static ONELOOP_INLINE constexpr void take(index_t told, index_t& extent) {
    if (told == open_extent) return;
    if (extent == open_extent) extent = told;
    if (extent != told) {
      using one_axis = shape::extents<shape::dim<"", shape::dynamic>{}>;
      throw_misfit<one_axis, one_axis>("evaluate", index_list<1>{{extent}}, index_list<1>{{told}},
                                       {"equal extents of dimensions of one name"});
    }
  }

  /// The extent of the range as the stage knows it.
  template <int Index, class Stage, class Temps>
  ONELOOP_INLINE constexpr void take_range(Stage const& stage, Temps const& temps, index_t& extent) {
    constexpr auto place = schedule.place[Index];
    if constexpr (place.role == planner::sweep_role::along_axis) {
      take_axis<place.axis>(stage, temps, extent);
      if constexpr (planner::size_of<decltype(Stage::sinks)> > 1)
        [&]<int... Axis>(std::integer_sequence<int, Axis...>) ONELOOP_LAMBDA {
          (take_other<Axis, place.axis>(stage, temps), ...);
        }(std::make_integer_sequence<int, Stage::space::rank>{});
    } else if constexpr (place.role == planner::sweep_role::by_sums) {
      unpack_inline(stage.slots, [&](auto const&... slot) ONELOOP_LAMBDA { (take_sum(slot, temps, extent), ...); });
    }
  }
  template <int Axis, int Swept, class Stage, class Temps>
  ONELOOP_INLINE constexpr void take_other(Stage const& stage, Temps const& temps) {
    index_t extent = open_extent;
    if constexpr (Axis != Swept && shape::is_dynamic<shape::axis<typename Stage::space, Axis>>)
      take_axis<Axis>(stage, temps, extent);
  }

  /// The largest product of the run-time extents that one index of the range takes, as far as it is told: tiles are cut by
  /// that. (A softmax of 512 x 32768 floats without static extents: a quarter of the time that tiles of 512 rows took.)
  template <int Index, class Stage, class Temps>
  ONELOOP_INLINE constexpr void take_slice(Stage const& stage, Temps const& temps, index_t& largest) {
    constexpr auto place = schedule.place[Index];
    if constexpr (place.role == planner::sweep_role::along_axis) {
      index_t size = 1;
      [&]<int... Axis>(std::integer_sequence<int, Axis...>) ONELOOP_LAMBDA {
        (multiply_by_axis<Axis, place.axis>(stage, temps, size), ...);
      }(std::make_integer_sequence<int, Stage::space::rank>{});
      if (size > largest) largest = size;
    }
  }
  template <int Axis, int Swept, class Space, int StageAxis, class... Slots, class... Sinks, class Temps>
  ONELOOP_INLINE constexpr void multiply_by_axis(
      planner::stage<Space, StageAxis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>> const& stage,
      Temps const& temps, index_t& size) {
    if constexpr (Axis != Swept && shape::is_dynamic<shape::axis<Space, Axis>>) {
      index_t told = 1;
      auto const take_larger = [&](index_t extent) ONELOOP_LAMBDA {
        if (extent != open_extent && extent > told) told = extent;
      };
      unpack_inline(stage.sinks, [&](auto const&... sink) ONELOOP_LAMBDA {
        (take_larger(told_by<Axis, Space::rank>(sink.formula, temps)), ...);
      });
      unpack_inline(stage.slots, [&](auto const&... slot)
                                     ONELOOP_LAMBDA { (take_larger(told_by<Axis, Space::rank>(slot, temps)), ...); });
      size *= told;
    }
  }

  template <int... Members, class Stages>
  constexpr void run_members(Stages const& stages) {
    index_t n = open_extent;
    index_t bytes = schedule.bytes[Sweep];
    {
      auto const temps = views_before();
      (take_range<Members>(hana::at_c<Members>(stages), temps, n), ...);
      if constexpr (schedule.open[Sweep]) {
        index_t largest = 1;
        (take_slice<Members>(hana::at_c<Members>(stages), temps, largest), ...);
        bytes *= largest;
      }
    }
    if (n == open_extent) throw_open<shape::extents<shape::dim<"", shape::dynamic>{}>>(index_list<1>{{n}});
    bool const far = n >= ONELOOP_STREAM_BYTES / bytes;
    index_t rows = far ? schedule.far_tile[Sweep] : schedule.tile[Sweep];
    if constexpr (schedule.open[Sweep])
      rows = planner::indices_of_tile(far ? planner::far_tile_bytes : planner::tile_bytes, bytes, false);
    using members_type = hana::basic_tuple<member_of<Members, Stages>...>;
    members_type members(member_of<Members, Stages>(hana::at_c<Members>(stages))...);
    if constexpr (Execution::policy::threads && (true && ... && member_of<Members, Stages>::splits)) {
      // The first tile prepares what the others write to as well.
      run_part(members, 0, 1, rows, n);
      index_t work = 1;
      unpack_each(members, [&](auto& member) { work += member.work(); });
      if (n > rows)
        Execution::policy::run(n - rows, rows, grain_work / (work / n + 1) + rows, [&](part range) {
          struct owner {
            typename Execution::kept_type* tiles = new typename Execution::kept_type;  // a thread's stack may be small
            ~owner() { delete tiles; }
          } own;
          members_type own_members(member_of<Members, Stages>(hana::at_c<Members>(stages))...);
          sweep_execution{execution, *own.tiles}.run_part(own_members, rows + range.first, rows + range.past, rows, n);
        });
    } else {
      run_tiles(members, 0, n > 0 ? n : 1, rows, n);  // a tile of no index too: what a reduction of nothing is
    }
    unpack_each(members, [&](auto& member) { member.finish(*this); });
  }
  template <class AllMembers>
  ONELOOP_INLINE constexpr void run_tiles(AllMembers& members, index_t first, index_t past, index_t rows, index_t n) {
    for (; first < past; first += rows) {
      index_t const count = n - first < rows ? n - first : rows;
      unpack_each(members, [&](auto& member) { member.tile(*this, first, count, n); });
    }
  }
  /// The same, compiled once for all threads.
  template <class AllMembers>
  [[gnu::noinline]] void run_part(AllMembers& members, index_t first, index_t past, index_t rows, index_t n) {
    run_tiles(members, first, past, rows, n);
  }
  template <int Index, class Stage>
  static constexpr auto member_type(Stage const&) {
    constexpr auto place = schedule.place[Index];
    if constexpr (place.role == planner::sweep_role::along_axis)
      return std::type_identity<along_axis_member<sweep_execution, Stage, place.axis>>{};
    else if constexpr (place.role == planner::sweep_role::at_end)
      return std::type_identity<at_end_member<sweep_execution, Stage>>{};
    else
      return std::type_identity<by_sums_member<sweep_execution, Stage>>{};
  }
  template <int Index, class Stages>
  using member_of = typename decltype(member_type<Index>(hana::at_c<Index>(std::declval<Stages const&>())))::type;
  template <class... M, class Body>
  static constexpr void unpack_each(hana::basic_tuple<M...>& members, Body const& body) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (body(hana::at_c<I>(members)), ...);
    }(std::index_sequence_for<M...>{});
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
