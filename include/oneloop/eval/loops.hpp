// SPDX-License-Identifier: BSL-1.0
// The loop driver of a stage, chosen by traits of the stage (run, at the end), and how its work is cut into parts.
//
//   elementwise   no contraction; flattened to one loop where all arrays are contiguous
//   turned        the same where arrays lie across the rows of the result: blocks are transposed in registers
//   along_axis    reductions along one axis
//   rows          contractions, one row of results at a time (all vectors of results; few rows)
//   matrix        contractions over a matrix of results, in register tiles over packed panels (large ones by a BLAS
//                 where one is linked: blas.hpp)
#pragma once

#include <oneloop/eval/along_axis.hpp>
#include <oneloop/eval/elementwise.hpp>
#include <oneloop/eval/matrix.hpp>
#include <oneloop/eval/turned.hpp>

namespace ONELOOP_NAMESPACE::eval {

/// As many steps as a thread takes some 10 us for.
inline constexpr index_t grain_work = 200'000;

/// A block takes about 1 us (exp of 2^22 floats: 350 us for 420), handing it over as much: some are one task.
inline constexpr index_t blocks_of_task = 16;

/// Whether a stage folds everything into numbers, and may be work for several blocks.
template <class Space, int Axis, class... Slots, class... Sinks>
constexpr bool folds_in_blocks(
    planner::stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>> const*) {
  if constexpr (Space::rank == 0 || (Axis != all_axes && Space::rank > 1) ||
                !(false || ... || planner::is_fold<Sinks>)) {
    return false;
  } else if constexpr (shape::is_static<Space> && (true && ... && (planner::inner_extent_v<Slots> != shape::dynamic))) {
    index_t const work =
        (4 + ... + planner::flops_of<typename Sinks::formula_type>)+(0 + ... + (2 * planner::inner_extent_v<Slots>));
    return shape::static_size<Space> * work > grain_work;
  } else {
    return true;
  }
}

template <class Backend, int N, class Default, class Job>
struct loops : frame<Backend, N, Default, Job> {
  using Frame = frame<Backend, N, Default, Job>;
  using Frame::finish, Frame::start, Frame::shares_columns, Frame::splits_columns;
  using Frame::rank, Frame::last, Frame::folds, Frame::flat, Frame::flops, Frame::length_of, Frame::all_elements;
  using typename Frame::states;
  static constexpr int Axis = Frame::axis;
  static constexpr bool contracts = !std::is_same_v<typename Frame::slots, hana::basic_tuple<>>;

  // ---- in parts

  /// Reductions along the only axis are over everything.
  static constexpr bool over_all = Axis == all_axes || rank == 1;
  static constexpr bool splittable = rank > 0 && (over_all ? !folds : !contracts);
  static constexpr bool splits_elements = rank == 1 || (flat && over_all);
  /// Parts begin where groups of packs, or tiles of rows with their panel, would begin anyway.
  static constexpr index_t granule(Job const& j) {
    if constexpr (has_blas && shares_columns && contracts)
      if (matrix_loop<Frame>::blas::takes(j)) return matrix_loop<Frame>::blas::granule;
    // A block of a sum packs its panels anew, so it is four times as high.
    return splits_elements || splits_columns ? 4 * N : rank == 2 && contracts ? (folds ? 256 : 64) : 1;
  }

  static constexpr index_t units(Job const& j) {
    return splits_elements ? all_elements(j) : splits_columns ? j.extents[last] : j.extents[0];
  }
  /// Steps for one element.
  static ONELOOP_INLINE constexpr index_t work(Job const& j) {
    index_t result = flops + 4;
    unpack_inline(j.stage.slots, [&](auto const&... c) { ((result += 2 * Frame::length_of(c, j.temps)), ...); });
    return result;
  }
  /// Units that keep a thread busy for some 10 us, which is several times what handing them over costs.
  static constexpr index_t grain(Job const& j) {
    index_t const all = all_elements(j), count = units(j);
    return grain_work / (work(j) * (count > 0 ? all / count : 1) + 1) + granule(j);
  }

  // ---- folds over everything, in blocks
  //
  // Sums of a grain each, added two by two: which blocks there are and which meet follows from the formula and its
  // extents alone, so one thread and any number of threads give the same bits, and the error of a large sum grows
  // with that of a block and the logarithm of their number. What is less work than a grain is one block.

  /// The result from the whole job, whose range is a part that is not yet set.
  template <class Policy>
  static ONELOOP_INLINE constexpr void fold(Job const& j) {
    if (all_elements(j) * work(j) > grain_work) [[unlikely]]
      finish(j, all_blocks<Policy>(j.stage, j.destinations, j.temps, j.extents));
    else
      run(of(j, part{0, units(j)}));
  }

  // ---- the choice

  static ONELOOP_INLINE constexpr void run(Job const& j) {
    if constexpr (rank > 0) {
      // Nothing to visit; what an empty reduction gives is its finished start.
      if constexpr (over_all)
        if (j.extents.product() == 0) {
          finish(j, start());
          return;
        }
    }
    if constexpr (turned_loop<Frame>::pays)
      turned_loop<Frame>::run(j);
    else if constexpr (!contracts && over_all)
      elementwise_loop<Frame>::run(j);
    else if constexpr (!contracts)
      axis_loop<Frame>::run(j);
    else if constexpr (shares_columns)
      matrix_loop<Frame>::run(j);
    else
      row_loop<Frame>::run(j);
  }

 private:
  static ONELOOP_INLINE constexpr Job of(Job const& j, part range) {
    return {j.stage, j.destinations, j.temps, j.extents, range};
  }
  /// By value, and apart, as elementwise_loop's streamed: small formulas stay in registers.
  template <class Policy>
  [[gnu::noinline]] static constexpr states all_blocks(typename Frame::stage_type stage,
                                                       typename Frame::destinations destinations,
                                                       typename Frame::temps temps, index_list<rank> extents) {
    Job const j{stage, destinations, temps, extents, part{0, 0}};
    index_t const count = units(j), step = granule(j), size = grain(j) / step * step;
    states all = start();
    blocks<Policy>(all, j, 0, (count + size - 1) / size, size, count);
    return all;
  }
  /// Not by its result: clang 19 cannot emit code for one that is a register of integers of AVX2.
  template <class Policy>
  static constexpr void blocks(states& all, Job const& j, index_t first, index_t past, index_t size, index_t count) {
    if (past - first <= 1) {
      all = folded(of(j, part{first * size, past * size < count ? past * size : count}));
      return;
    }
    index_t const middle = first + (past - first) / 2;
    states high = start();
    auto const lower = [&] { blocks<Policy>(all, j, first, middle, size, count); };
    auto const upper = [&] { blocks<Policy>(high, j, middle, past, size, count); };
    if (past - first > blocks_of_task)
      Policy::both(lower, upper);
    else
      one_thread::both(lower, upper);
    Frame::merge(all, high);
  }
  static ONELOOP_INLINE constexpr states folded(Job const& j) {
    if constexpr (!contracts)
      return elementwise_loop<Frame>::folded(j);
    else if constexpr (shares_columns)
      return matrix_loop<Frame>::folded(j);
    else
      return row_loop<Frame>::folded(j);
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
