// SPDX-License-Identifier: BSL-1.0
// The loop of a formula whose arrays lie across the rows of its result: a transpose, column-major arrays in a row-major
// result. The lanes run along the axis before the last, where the arrays are contiguous; blocks of as many packs as a
// pack has lanes are turned in registers, and stored along the rows.
#pragma once

#include <oneloop/eval/frame.hpp>

namespace ONELOOP_NAMESPACE::eval {

/// How many arrays below a node are not contiguous along one of its axes.
template <class Node, int Axis>
inline constexpr int reads_across = 0;
template <class View, class Shape, class Identity, int Axis>
inline constexpr int reads_across<planner::read<View, Shape, Identity>, Axis> = [] {
  if constexpr (Axis == no_lane)
    return 0;
  else if constexpr (in_panels<View>)
    return 1;
  else
    return known_stride<View, Axis> == 1 ? 0 : 1;
}();
template <int Index, class Shape, class Element, int Axis>
inline constexpr int reads_across<planner::temp<Index, Shape, Element>, Axis> =
    Axis == no_lane || Axis == Shape::rank - 1 ? 0 : 1;
template <class Op, class Shape, class... Args, int Axis>
inline constexpr int reads_across<applied<Op, Shape, Args...>, Axis> =
    (0 + ... + reads_across<Args, (rank_v<Args> == 0 ? no_lane : Axis)>);
template <class Shape, int... Map, bool Explicit, class A, int Axis>
inline constexpr int reads_across<broadcasted<Shape, shape::axis_map<Map...>, Explicit, A>, Axis> =
    reads_across<A, broadcast_lane<Axis, Map...>>;
template <int... Axes, class A, int Axis>
inline constexpr int reads_across<permuted<shape::axis_map<Axes...>, A>, Axis> =
    reads_across<A, permuted_lane<Axis, Axes...>>;

template <class Frame, class Sinks = typename Frame::sinks>
struct turned_loop {
  static constexpr bool pays = false;
};

template <class Frame, class Target, class F>
struct turned_loop<Frame, hana::basic_tuple<planner::store_sink<Target, F>>> : Frame {
  using Backend = typename Frame::backend;
  static constexpr int N = Frame::lanes;
  using Frame::rank, Frame::last, Frame::last_extent;
  using typename Frame::job_type;
  using run_sink = typename Frame::template runner<planner::store_sink<Target, F>>;

  static constexpr bool long_enough(int extent) { return extent == shape::dynamic || extent >= N; }
  static constexpr bool pays = [] {
    if constexpr (rank >= 2 && N > 1 && std::is_same_v<typename Frame::slots, hana::basic_tuple<>>) {
      using space = typename job_type::space;
      using destination =
          std::remove_cvref_t<decltype(hana::at_c<0>(std::declval<typename Frame::destinations const&>()))>;
      return known_stride<destination, last> == 1 && !std::is_same_v<element_t<F>, bool> &&
             !std::is_same_v<typename destination::element, bool> &&
             long_enough(shape::extent_of<shape::axis<space, last>>) &&
             long_enough(shape::extent_of<shape::axis<space, last - 1>>) &&
             reads_across<F, last - 1> < reads_across<F, last>;
    } else {
      return false;
    }
  }();

  /// So many blocks one below the other take whole cache lines of what they read.
  static constexpr int high = [] {
    constexpr int packs = 64 / (N * static_cast<int>(sizeof(typename run_sink::T)));
    return packs > 1 ? packs : 1;
  }();

  static ONELOOP_INLINE constexpr void run(job_type const& j) {
    Frame::template each_index<last - 1>(j.extents, j.range,
                                         [&](index_list<rank> const& at) ONELOOP_LAMBDA { matrix(j, at); });
  }
  static ONELOOP_INLINE constexpr void matrix(job_type const& j, index_list<rank> const& at) {
    index_t const begin = Frame::rows_begin(j), end = Frame::rows_end(j);
    index_t const columns = last_extent(j), past = begin + (end - begin) / N * N, wide = columns / N * N;
    for (index_t row = begin; row < past; row += high * N)
      for (index_t column = 0; column < wide; column += N)
        for (index_t r = row; r < row + high * N && r < past; r += N) block(j, at, r, column);
    rest(j, at, begin, past, wide, columns);
    rest(j, at, past, end, 0, columns);
  }
  static ONELOOP_INLINE constexpr index_list<rank> in_row(index_list<rank> at, index_t row, index_t column) {
    at[last - 1] = row;
    at[last] = column;
    return at;
  }
  static ONELOOP_INLINE constexpr void block(job_type const& j, index_list<rank> const& at, index_t row,
                                             index_t column) {
    auto const env = without_slots(j.temps);
    auto const& sink = hana::at_c<0>(j.stage.sinks);
    [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      using pack = decltype(run_sink::value(sink, make_point<Backend, N, last - 1>(at, full{}), env));
      pack values[] = {
          run_sink::value(sink, make_point<Backend, N, last - 1>(in_row(at, row, column + I), full{}), env)...};
      simd::transpose(values);
      (store(hana::at_c<0>(j.destinations), make_point<Backend, N, last>(in_row(at, row + I, column), full{}),
             values[I]),
       ...);
    }(std::make_integer_sequence<int, N>{});
  }
  /// What is left beside the blocks and below them. Of short formulas number by number, where only run time knows how
  /// many there are: a partial pack is gathered so, too, and goes through memory. Transposes of floats, of 10 x 10: 79 ns
  /// by packs, 31 so; 33 x 33: 306, 111; and of 16 x 16, where nothing is left: 48, 20.
  static ONELOOP_INLINE constexpr void rest(job_type const& j, index_list<rank> const& at, index_t row, index_t past,
                                            index_t begin, index_t end) {
    auto const env = without_slots(j.temps);
    auto const& sink = hana::at_c<0>(j.stage.sinks);
    constexpr int width = Frame::open_row && Frame::flops <= 16 ? 1 : N;
    auto const take = [&](index_t i, auto lanes) ONELOOP_LAMBDA {
      auto const p = make_point<Backend, width, last>(in_row(at, row, i), lanes);
      store(hana::at_c<0>(j.destinations), p, run_sink::value(sink, p, env));
    };
    for (; row < past; ++row)
      if constexpr (width == 1)
        for (index_t i = begin; i < end; ++i) take(i, full{});
      else
        Frame::template packs<1>(begin, end, [&](index_t i, auto lanes, auto) ONELOOP_LAMBDA { take(i, lanes); });
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
