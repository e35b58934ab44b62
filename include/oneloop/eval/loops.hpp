// SPDX-License-Identifier: BSL-1.0
// The loop driver of a stage, chosen by traits of the stage (run, at the end), and how its work is cut into parts.
//
//   elementwise   no contraction; flattened to one loop where all arrays are contiguous
//   along_axis    reductions along one axis
//   rows          contractions, one row of results at a time (all vectors of results; few rows)
//   matrix        contractions over a matrix of results, in register tiles over packed panels (large ones by a BLAS
//                 where one is linked: blas.hpp)
#pragma once

#include <oneloop/eval/along_axis.hpp>
#include <oneloop/eval/elementwise.hpp>
#include <oneloop/eval/matrix.hpp>

namespace ONELOOP_NAMESPACE::eval {

template <class Backend, int N, class Default, class Job>
struct loops : frame<Backend, N, Default, Job> {
  using Frame = frame<Backend, N, Default, Job>;
  using Frame::rank, Frame::last, Frame::folds, Frame::flat, Frame::flops, Frame::length_of, Frame::all_elements;
  using Frame::finish, Frame::start, Frame::shares_columns;
  static constexpr int Axis = Frame::axis;
  static constexpr bool contracts = !std::is_same_v<typename Frame::slots, hana::basic_tuple<>>;

  // ---- in parts

  static constexpr bool splittable = rank > 0 && !folds && Axis == all_axes;
  static constexpr bool splits_elements = rank == 1 || flat;
  /// Parts begin where groups of packs, or tiles of rows with their panel, would begin anyway.
  static constexpr index_t granule(Job const& j) {
    if constexpr (has_blas && shares_columns && contracts)
      if (matrix_loop<Frame>::blas::takes(j)) return matrix_loop<Frame>::blas::granule;
    return splits_elements ? 4 * N : rank == 2 && contracts ? 64 : 1;
  }

  static constexpr index_t units(Job const& j) { return splits_elements ? all_elements(j) : j.extents[0]; }
  /// Units that keep a thread busy for some 10 us, which is several times what handing them over costs.
  static constexpr index_t grain(Job const& j) {
    index_t work = flops + 4;
    unpack_inline(j.stage.slots, [&](auto const&... c) { ((work += 2 * length_of(c, j.temps)), ...); });
    index_t const all = all_elements(j), count = units(j);
    return 200'000 / (work * (count > 0 ? all / count : 1) + 1) + granule(j);
  }

  // ---- the choice

  static ONELOOP_INLINE constexpr void run(Job const& j) {
    if constexpr (rank > 0) {
      // Nothing to visit; what an empty reduction gives is its finished start.
      if constexpr (Axis == all_axes)
        if (j.extents.product() == 0) {
          finish(j, start());
          return;
        }
    }
    if constexpr (!contracts && Axis == all_axes)
      elementwise_loop<Frame>::run(j);
    else if constexpr (!contracts)
      axis_loop<Frame>::run(j);
    else if constexpr (shares_columns)
      matrix_loop<Frame>::run(j);
    else
      row_loop<Frame>::run(j);
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
