// SPDX-License-Identifier: BSL-1.0
// Runs a program: stage after stage, each into temporaries or results.
#pragma once

#include <limits>

#include <oneloop/eval/loops.hpp>
#include <oneloop/eval/check.hpp>
#include <oneloop/plan/plan.hpp>
#include <oneloop/tensor/tensor.hpp>

namespace ONELOOP_NAMESPACE::eval {

namespace detail {
template <class T, class Shape>
struct tensor_with;
template <class T, auto... Dims>
struct tensor_with<T, shape::extents<Dims...>> {
  using type = tensor<T, Dims...>;
};
}  // namespace detail

/// The tensor that owns elements of this type and shape.
template <class T, class Shape>
using tensor_with_t = typename detail::tensor_with<T, Shape>::type;

/// Where a stage's value is kept: a number, or a tensor whose run-time extents come with the stage.
template <class T, class Shape>
struct storage {
  using owner = tensor_with_t<T, Shape>;
  owner values;
  constexpr storage()
    requires(owner::dynamics == 0)
      : values(uninitialized) {}
  constexpr storage()
    requires(owner::dynamics > 0)
  {}
  constexpr auto readable() const { return values.borrow(); }
  constexpr auto writable() { return values.borrow(); }
  constexpr void prepare(index_list<Shape::rank> const& extents) {
    if constexpr (owner::dynamics > 0) values.resize(extents);
  }
};
template <class T>
struct storage<T, shape::extents<>> {
  T values{};
  constexpr T readable() const { return values; }
  constexpr T* writable() { return &values; }
  constexpr void prepare(index_list<0> const&) {}
};

/// Static extents promise that there is no heap, and a stack is 8 MiB as a rule: beyond this a temporary is allocated.
inline constexpr index_t largest_on_stack = 1 << 20;

template <class T, class Shape>
struct large_storage {
  tensor<T, dyn> values;
  constexpr large_storage() : values(uninitialized, shape::static_size<Shape>) {}
  constexpr auto readable() const { return view_of_t<T const, Shape, layouts::row_major>(values.data()); }
  constexpr auto writable() { return view_of_t<T, Shape, layouts::row_major>(values.data()); }
  constexpr void prepare(index_list<Shape::rank> const&) {}
};

/// Where something is kept for the time of an evaluation.
template <class T, class Shape>
using scratch = std::conditional_t<shape::is_static<Shape> && (shape::static_size<Shape> >
                                                               largest_on_stack / index_t{sizeof(T)}),
                                   large_storage<T, Shape>, storage<T, Shape>>;

template <class Info, class Default>
using storage_of = scratch<element_or<typename Info::element, Default>, typename Info::shape_type>;

template <class Default, class... Infos>
constexpr auto make_storages(type_list<Infos...>) -> hana::basic_tuple<storage_of<Infos, Default>...>;

template <class... Storages>
ONELOOP_INLINE constexpr auto readable(hana::basic_tuple<Storages...> const& storages) {
  return unpack_inline(storages, [](auto const&... s) {
    return hana::basic_tuple<decltype(s.readable())...>(s.readable()...);
  });
}

/// The extents of the space that a sink's formula runs over, from the formula and the stage's contractions.
template <class Space, class Stage, class Sink, class Temps>
constexpr index_list<Space::rank> space_of(Stage const& stage, Sink const& sink, Temps const& temps) {
  index_list<Space::rank> result = extents_storage<Space>::from({}).all();
  if constexpr (!shape::is_static<Space>) {
    if constexpr (rank_v<typename Sink::formula_type> == Space::rank)
      result = extents_of(sink.formula, temps);
    unpack_inline(stage.slots, [&](auto const&... slot) {
      [[maybe_unused]] auto const add = [&](auto const& one) {
        auto const more = extents_of(one, temps);
        for (int axis = 0; axis < Space::rank; ++axis)
          if (result[axis] == open_extent) result[axis] = more[axis];
      };
      (add(slot), ...);
    });
  }
  return result;
}

/// The extents of what a sink writes: the space's, without the axis that it reduces.
template <class Sink, int Rank>
constexpr auto extents_written(index_list<Rank> const& space) {
  constexpr int Axis = planner::axis_of<Sink>;
  index_list<Sink::shape_type::rank> result;
  if constexpr (Sink::shape_type::rank > 0)
    for (int axis = 0, to = 0; axis < Rank; ++axis)
      if (axis != Axis) result[to++] = space[axis];
  return result;
}

template <class Backend, class Default, class Policy, class Program, class Results>
struct execution {
  Program const& program;
  Results const& results;  // basic_tuple of views and pointers
  decltype(make_storages<Default>(typename Program::temps{})) storages{};

  template <class Sink>
  ONELOOP_INLINE constexpr auto destination() {
    using target = typename Sink::target;
    if constexpr (planner::is_result<target>)
      return hana::at_c<target::index>(results);
    else
      return hana::at_c<target::index>(storages).writable();
  }
  /// A temporary takes the extents that its stage has found.
  template <class Sink, int Rank>
  ONELOOP_INLINE constexpr void prepare(index_list<Rank> const& space) {
    using target = typename Sink::target;
    if constexpr (!planner::is_result<target> && !shape::is_static<typename Sink::shape_type>) {
      hana::at_c<target::index>(storages).prepare(extents_written<Sink>(space));
    }
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
  ONELOOP_INLINE constexpr void run(
      planner::stage<Space, Axis, Slots, hana::basic_tuple<Sinks...>> const& stage) {
    using stage_type = planner::stage<Space, Axis, Slots, hana::basic_tuple<Sinks...>>;
    auto before = readable(storages);
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
          unpack_inline(stage.sinks, [&](auto const&... sink) {
            (run(planner::make_stage<Space, Axis>(stage.slots, sink)), ...);
          });
          return;
        } else {
          throw_misfit<Space, Space>("evaluate", space, other, {"equal extents of dimensions of one name"});
        }
      }
    }
    (prepare<Sinks>(space), ...);
    auto temps = readable(storages);
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
    unpack_inline(program.stages, [&](auto const&... stage) ONELOOP_LAMBDA { (run(stage), ...); });
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
