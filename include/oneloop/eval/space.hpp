// SPDX-License-Identifier: BSL-1.0
// The extents that a stage runs over, and those of what it writes.
#pragma once

#include <oneloop/core/unpack.hpp>
#include <oneloop/eval/measure.hpp>

namespace ONELOOP_NAMESPACE::eval {

/// The extents of the space that a sink's formula runs over, from the formula and the stage's contractions.
template <class Space, class Stage, class Sink, class Temps>
constexpr index_list<Space::rank> space_of(Stage const& stage, Sink const& sink, Temps const& temps) {
  index_list<Space::rank> result = extents_storage<Space>::from({}).all();
  if constexpr (!shape::is_static<Space>) {
    if constexpr (rank_v<typename Sink::formula_type> == Space::rank) result = extents_of(sink.formula, temps);
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

}  // namespace ONELOOP_NAMESPACE::eval
