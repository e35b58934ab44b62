// SPDX-License-Identifier: BSL-1.0
// The stages of a sweep as its members. Each cuts its stage to a tile and hands it to the loops; what it folds or sums is
// carried from tile to tile, and finished behind the last one. They ask the sweep around them (sweep.hpp) where arrays
// are, whole and as a tile.
#pragma once

#include <oneloop/eval/carried.hpp>
#include <oneloop/eval/cut.hpp>
#include <oneloop/eval/loops.hpp>
#include <oneloop/eval/space.hpp>

namespace ONELOOP_NAMESPACE::eval {

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

// `Apart`: a member of a part that may run beside others. What it adds up has a memory of its own.

template <class Execution, class Stage, int Axis, bool Apart>
struct along_axis_member;
template <class Execution, class Space, int StageAxis, class... Slots, class... Sinks, int Axis, bool Apart>
struct along_axis_member<Execution,
                         planner::stage<Space, StageAxis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>,
                         Axis, Apart> {
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
  };
  using known = types<typename Execution::tiled, decltype(std::declval<Execution const&>().views(0, 0))>;
  /// What is kept of a sink here: a state, or sums that are not where they shall be.
  template <class Sink>
  static constexpr auto kept() {
    if constexpr (folds_all<Sink>)
      return std::type_identity<carry<typename known::template runner<Sink>>>{};
    else if constexpr (adds<Sink> && Apart)
      return std::type_identity<
          scratch<typename decltype(std::declval<Execution&>().template whole_destination<Sink>())::element,
                  typename Sink::shape_type>>{};
    else
      return std::type_identity<no_state>{};
  }
  hana::basic_tuple<typename decltype(kept<Sinks>())::type...> own{};
  index_list<Space::rank> all{};  // the extents of the whole space, once a tile has run
  bool begun = false;

  constexpr explicit along_axis_member(stage_type const& s) : stage(s) {}

  /// Steps for the whole range; sums of a length that is known at run time only count as 64.
  constexpr index_t work() const {
    constexpr index_t sums =
        (index_t{4} + ... +
         (2 * index_t{planner::inner_extent_v<Slots> == shape::dynamic ? 64 : planner::inner_extent_v<Slots>}));
    return all.product() * (sums + ... + planner::flops_of<typename Sinks::formula_type>);
  }

  template <int I, class Sink>
  ONELOOP_INLINE constexpr auto carried_of(Execution& execution) {
    if constexpr (folds_all<Sink>)
      return &hana::at_c<I>(own);
    else if constexpr (adds<Sink> && Apart)
      return hana::at_c<I>(own).writable();
    else if constexpr (adds<Sink>)
      return execution.template whole_destination<Sink>();
    else
      return no_state{};
  }
  /// What the tiles are merged into or added to, of each sink.
  ONELOOP_INLINE constexpr auto carried(Execution& execution) {
    return [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      return hana::basic_tuple<decltype(carried_of<I, Sinks>(execution))...>(carried_of<I, Sinks>(execution)...);
    }(std::make_integer_sequence<int, sizeof...(Sinks)>{});
  }
  /// Where the sink of a tile writes.
  template <int I, class Sink>
  ONELOOP_INLINE constexpr auto destination(Execution& execution, index_t first, index_t count) {
    if constexpr (folds_all<Sink>)
      return &hana::at_c<I>(own);
    else if constexpr (adds<Sink>)
      return adding<decltype(carried_of<I, Sink>(execution))>{carried_of<I, Sink>(execution)};
    else
      return execution.template tile_destination<Sink, axis_written<Sink>>(first, count);
  }
  template <int I, class Sink>
  ONELOOP_INLINE constexpr void begin_sums() {
    if constexpr (adds<Sink> && Apart) {
      hana::at_c<I>(own).prepare(extents_written<Sink>(all));
      each_element<0>(hana::at_c<I>(own).writable(), [](auto& element) { element = {}; });
    }
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
    if (Apart ? !begun : first == 0) {
      all = space;
      all[Axis] = n;
      if (first == 0) (execution.template prepare_whole<Sinks, axis_written<Sinks>>(all, adds<Sinks> && !Apart), ...);
      (begin_sums<I, Sinks>(), ...);
      begun = true;
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
      known::template runner<Sink>::finish(execution.template whole_destination<Sink>(), hana::at_c<I>(own).carried,
                                           all.product());
    } else if constexpr (adds<Sink>) {
      if constexpr (Apart)
        each_pair<0>(execution.template whole_destination<Sink>(), hana::at_c<I>(own).readable(),
                     [](auto& element, auto sum) { element = sum; });
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

template <class Execution, class Stage, bool Apart>
struct by_sums_member;
template <class Execution, class Space, int StageAxis, class... Slots, class... Sinks, bool Apart>
struct by_sums_member<
    Execution, planner::stage<Space, StageAxis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>, Apart> {
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
      !Apart && sizeof...(Slots) == 1 && sizeof...(Sinks) == 1 && (true && ... && takes_sums<Sinks>());

  static constexpr bool splits = false;
  stage_type const& stage;
  struct nothing {};
  std::conditional_t<in_place, nothing, hana::basic_tuple<scratch<sum_type<Slots>, Space>...>> sums{};
  bool begun = false;

  constexpr explicit by_sums_member(stage_type const& s) : stage(s) {}

  /// The sums that the tiles are added to.
  ONELOOP_INLINE constexpr auto carried(Execution& execution) {
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
    if (Apart ? !begun : first == 0) {
      begun = true;
      auto space = Execution::template measured_space<Space>(stage, temps);
      if constexpr (in_place) {
        (execution.template complete_tile<Sinks, StageAxis>(space), ...);
        (execution.template prepare_whole<Sinks, uncut>(space, false), ...);
      } else {
        (hana::at_c<I>(sums).prepare(space), ...);
      }
      auto const to = carried(execution);
      (each_element<0>(hana::at_c<I>(to), [](auto& element) { element = {}; }), ...);
    }
    auto const to = carried(execution);
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
  static constexpr hana::basic_tuple<> carried(Execution&) { return {}; }
  ONELOOP_INLINE constexpr void tile(Execution&, index_t, index_t, index_t) {}
  ONELOOP_INLINE constexpr void finish(Execution& execution) { execution.run(stage); }
};

}  // namespace ONELOOP_NAMESPACE::eval
