// SPDX-License-Identifier: BSL-1.0
// Runs a program: stage after stage, each into temporaries or results.
#pragma once

#include <limits>

#include <oneloop/eval/check.hpp>
#include <oneloop/eval/loops.hpp>
#include <oneloop/eval/storage.hpp>
#include <oneloop/eval/sweep.hpp>
#include <oneloop/plan/plan.hpp>

namespace ONELOOP_NAMESPACE::eval {

template <class Backend, class Default, class Policy, class Program, class Results>
struct execution {
  Program const& program;
  Results const& results;  // basic_tuple of views and pointers
  using kept_type = temporaries<Program, Default>;
  kept_type kept{};
  using policy = Policy;
  using default_type = Default;
  using backend = Backend;
  using temp_list = typename Program::temps;
  template <int Index>
  static constexpr int stage_of_temp = planner::stage_of<Index>(temp_list{});
  static constexpr auto const& schedule = planner::schedule_of<Program>;

  template <class Sink>
  ONELOOP_INLINE constexpr auto destination() {
    using target = typename Sink::target;
    if constexpr (planner::is_result<target>)
      return hana::at_c<target::index>(results);
    else
      return kept.template writable<target::index>();
  }
  /// A temporary takes the extents that its stage has found.
  template <class Sink, int Rank>
  ONELOOP_INLINE constexpr void prepare(index_list<Rank> const& space) {
    using target = typename Sink::target;
    // Whatever the sink knows: a variable of run-time extents may be bound to data of static ones.
    if constexpr (!planner::is_result<target>) kept.template prepare<target::index>(extents_written<Sink>(space));
  }

  /// Where only an explicit broadcast to a run-time dimension is read, the result's own extents say it.
  template <class Sink, int Rank>
  ONELOOP_INLINE constexpr void complete(index_list<Rank>& space) {
    if constexpr (planner::is_result<typename Sink::target> && !planner::is_fold<Sink>) {
      auto const extents = destination<Sink>().extents();
      for (int axis = 0; axis < Rank; ++axis)
        if (space[axis] == open_extent) space[axis] = extents[axis];
    }
  }

  template <class Stage>
  static constexpr int lanes_of() {
    if constexpr (Stage::space::rank == 0) {
      return 1;
    } else {
      constexpr int bytes = hana_widest(static_cast<decltype(Stage::sinks)*>(nullptr));
      constexpr int most = lanes_for<(bytes ? bytes : static_cast<int>(sizeof(Default)))>;
      constexpr int longest = longest_run<typename Stage::space>(static_cast<decltype(Stage::slots)*>(nullptr));
      // A register of four lanes where no more than four are used: fewer steps across the lanes (2 x 3: 11 ns with 16
      // lanes, 6 ns with 4).
      int lanes = most < 4 ? most : 4;
      while (lanes < most && lanes < longest) lanes *= 2;
      return lanes;
    }
  }
  /// The most elements in a row that the loop can take at once: results, or terms of their sums.
  template <class Space, class... Slots>
  static constexpr int longest_run(hana::basic_tuple<Slots...>*) {
    constexpr int many = std::numeric_limits<int>::max();
    if constexpr (Space::rank != 1 || !shape::is_static<Space>) {
      return many;
    } else {
      int result = shape::extent_of<shape::axis<Space, 0>>;
      [[maybe_unused]] auto const take = [&](int length) {
        if (length == shape::dynamic) length = many;
        if (length > result) result = length;
      };
      (take(planner::inner_extent_v<Slots>), ...);
      return result;
    }
  }
  template <class... Sinks>
  static constexpr int hana_widest(hana::basic_tuple<Sinks...>*) {
    int result = 0;
    ((widest<typename Sinks::formula_type> > result ? void(result = widest<typename Sinks::formula_type>) : void()),
     ...);
    return result;
  }

  template <class Space, int Axis, class Slots, class... Sinks>
  ONELOOP_INLINE constexpr void run(planner::stage<Space, Axis, Slots, hana::basic_tuple<Sinks...>> const& stage) {
    using stage_type = planner::stage<Space, Axis, Slots, hana::basic_tuple<Sinks...>>;
    auto before = kept.all();
    auto space = space_of<Space>(stage, hana::at_c<0>(stage.sinks), before);
    if constexpr (!shape::is_static<Space>) {
      // What no operand says (y = 0 where y is sized at run time), the destination says.
      (complete<Sinks>(space), ...);
      for (int axis = 0; axis < Space::rank; ++axis)
        if (space[axis] == open_extent) throw_open<Space>(space);
    }
    if constexpr (sizeof...(Sinks) > 1 && !shape::is_static<Space>) {
      auto other = space;  // that of the first sink which differs
      unpack_inline(stage.sinks, [&](auto const&... sink) {
        auto const compare = [&]<class Sink>(Sink const& one) {
          if (!(other == space)) return;
          other = space_of<Space>(stage, one, before);
          complete<Sink>(other);
        };
        (compare(sink), ...);
      });
      if (!(other == space)) {
        if constexpr (planner::has_anonymous_extent<Space>) {
          // Formulas of one type and of different sizes: each in a loop of its own.
          unpack_inline(stage.sinks,
                        [&](auto const&... sink) { (run(planner::make_stage<Space, Axis>(stage.slots, sink)), ...); });
          return;
        } else {
          throw_misfit<Space, Space>("evaluate", space, other, {"equal extents of dimensions of one name"});
        }
      }
    }
    (prepare<Sinks>(space), ...);
    auto temps = kept.all();
    using temps_type = decltype(temps);
    hana::basic_tuple<decltype(destination<Sinks>())...> destinations(destination<Sinks>()...);
    constexpr int lanes = lanes_of<stage_type>();
    constexpr bool in_blocks = folds_in_blocks(static_cast<stage_type const*>(nullptr));
    using job_type = job<stage_type, decltype(destinations), temps_type, std::conditional_t<in_blocks, part, whole>>;
    using loop = loops<Backend, lanes, Default, job_type>;
    if constexpr (in_blocks) {
      loop::template fold<Policy>(job_type{stage, destinations, temps, space, {}});
    } else if constexpr (Policy::threads && loop::splittable) {
      using part_type = job<stage_type, decltype(destinations), temps_type, part>;
      job_type const all{stage, destinations, temps, space, {}};
      Policy::run(loop::units(all), loop::granule(all), loop::grain(all), [&](part range) {
        loops<Backend, lanes, Default, part_type>::run(part_type{stage, destinations, temps, space, range});
      });
    } else {
      loop::run(job_type{stage, destinations, temps, space, {}});
    }
  }

  ONELOOP_INLINE constexpr void run() {
    if constexpr (planner::size_of<decltype(Program::stages)> == 1)
      run(hana::at_c<0>(program.stages));
    else if constexpr (schedule.together == 0)
      unpack_inline(program.stages, [&](auto const&... stage) ONELOOP_LAMBDA { (run(stage), ...); });
    else
      [&]<int... Sweep>(std::integer_sequence<int, Sweep...>) {
        (run_sweep<Sweep>(), ...);
      }(std::make_integer_sequence<int, schedule.sweeps>{});
  }

  /// The stages of one sweep, in their order.
  template <int Sweep>
  static constexpr int members = [] {
    int result = 0;
    for (int s = 0; s < schedule.stages; ++s) result += schedule.place[s].sweep == Sweep;
    return result;
  }();
  template <int Sweep, int Nth>
  static constexpr int member = [] {
    int left = Nth;
    for (int s = 0; s < schedule.stages; ++s)
      if (schedule.place[s].sweep == Sweep && left-- == 0) return s;
    return -1;
  }();
  template <int Sweep>
  constexpr void run_sweep() {
    [&]<int... Nth>(std::integer_sequence<int, Nth...>) {
      if constexpr (members<Sweep> == 1 || schedule.tile[Sweep] == 0)
        (run(hana::at_c<member<Sweep, Nth>>(program.stages)), ...);
      else
        sweep_execution<execution, Sweep>{*this, kept}.template run_members<member<Sweep, Nth>...>(program.stages);
    }(std::make_integer_sequence<int, members<Sweep>>{});
  }
};

/// In a constant expression the same loops run over arrays of the same number of lanes: the same bits. Formulas
/// beyond this many operations are left to run time (compilers stop constant evaluation about there).
inline constexpr long long constant_flops = 1 << 22;

template <class Default, class Policy, class Program, class Results>
ONELOOP_INLINE constexpr void execute(Program const& program, Results const& results) {
  constexpr auto plan = planner::describe(static_cast<Program const*>(nullptr));
  if constexpr (plan.flops <= constant_flops) {
    if (__builtin_is_constant_evaluated()) {
      execution<simd::constant_backend, Default, one_thread, Program, Results>{program, results}.run();
      return;
    }
  }
  execution<simd::native_backend, Default, Policy, Program, Results>{program, results}.run();
}

}  // namespace ONELOOP_NAMESPACE::eval
