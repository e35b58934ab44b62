// SPDX-License-Identifier: BSL-1.0
// Reductions along one axis: the last one, whose lanes are merged at the end of each row, or any other, where each lane
// is a reduction of its own.
#pragma once

#include <oneloop/eval/frame.hpp>

namespace ONELOOP_NAMESPACE::eval {

template <class Frame, class Sinks = typename Frame::sinks>
struct axis_loop;

template <class Frame, class... Sinks>
struct axis_loop<Frame, hana::basic_tuple<Sinks...>> : Frame {
  using Backend = typename Frame::backend;
  static constexpr int N = Frame::lanes;
  using typename Frame::job_type;
  using typename Frame::sink_indices;
  using typename Frame::states;
  static constexpr int Axis = Frame::axis;
  template <class Sink>
  using runner = typename Frame::template runner<Sink>;
  using Frame::rank, Frame::last, Frame::unroll, Frame::start, Frame::start_all, Frame::merge_all, Frame::last_begin,
      Frame::last_end, Frame::placed;

  static ONELOOP_INLINE constexpr index_list<(rank > 0 ? rank - 1 : 0)> without_axis(index_list<rank> const& at) {
    index_list<(rank > 0 ? rank - 1 : 0)> result;
    for (int axis = 0, to = 0; axis < rank; ++axis)
      if (axis != Axis) result[to++] = at[axis];
    return result;
  }

  template <bool Along, class Point>
  static ONELOOP_INLINE constexpr void steps(job_type const& j, states& s, Point const& p, index_t position) {
    auto const env = without_slots(j.temps);
    [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      (runner<Sinks>::template step<Along>(hana::at_c<I>(j.stage.sinks), hana::at_c<I>(s), p, position, env), ...);
    }(sink_indices{});
  }

  /// The last axis: each row is a reduction, whose lanes are merged at its end.
  static ONELOOP_INLINE constexpr void along_last(job_type const& j) {
    if constexpr (rank > 1 && N > 1)
      Frame::template each_index<last - 1>(j.extents, j.range,
                                           [&](index_list<rank> const& at) ONELOOP_LAMBDA { rows(j, at); });
    else
      Frame::template each_index<last>(j.extents, j.range,
                                       [&](index_list<rank> const& at) ONELOOP_LAMBDA { row(j, at, sink_indices{}); });
  }
  /// Of a row that is too short for several packs at a time there is one state: nothing is merged.
  static constexpr int packs_at_a_time = Frame::open_row || Frame::full_packs >= unroll ? unroll : 1;
  /// What one row folds into goes to take(states).
  template <class Take>
  static ONELOOP_INLINE constexpr void fold_row(job_type const& j, index_list<rank> const& at, Take const& take) {
    states s[packs_at_a_time];
    start_all(s);
    Frame::template packs<packs_at_a_time>(
        last_begin(j), last_end(j), [&](index_t i, auto lanes, auto u) ONELOOP_LAMBDA {
          steps<true>(j, s[u], make_point<Backend, N, last>(placed(at, i), lanes), i);
        });
    merge_all(s);
    take(s[0]);
  }
  template <int... I>
  static ONELOOP_INLINE constexpr void row(job_type const& j, index_list<rank> const& at,
                                           std::integer_sequence<int, I...>) {
    fold_row(j, at, [&](states const& s) ONELOOP_LAMBDA {
      (write_number<Sinks>(hana::at_c<I>(j.destinations), without_axis(at),
                           merge_lanes<typename Sinks::operation>(hana::at_c<I>(s)), j.extents[Axis]),
       ...);
    });
  }

  /// The states of so many rows, of each sink: not a tuple, which would be filled with zeros first.
  template <int I, class Sink>
  struct rows_of_sink {
    typename runner<Sink>::state_type row[N];
  };
  template <class Indices = sink_indices>
  struct rows_of_sinks;
  template <int... I>
  struct rows_of_sinks<std::integer_sequence<int, I...>> : rows_of_sink<I, Sinks>... {
    /// By packs: whole states would go through memory once more.
    ONELOOP_INLINE constexpr void take(int r, states const& s) {
      (take_parts(static_cast<rows_of_sink<I, Sinks>&>(*this).row[r], hana::at_c<I>(s)), ...);
    }
    template <class P, int K>
    static ONELOOP_INLINE constexpr void take_parts(state<P, K>& to, state<P, K> const& from) {
      [&]<int... Part>(std::integer_sequence<int, Part...>)
          ONELOOP_LAMBDA { ((to.part[Part] = from.part[Part]), ...); }(std::make_integer_sequence<int, K>{});
    }
    /// Rows beyond the end are any.
    ONELOOP_INLINE constexpr void fill(int from) {
      for (int r = from; r < N; ++r)
        ((static_cast<rows_of_sink<I, Sinks>&>(*this).row[r] = static_cast<rows_of_sink<I, Sinks>&>(*this).row[0]),
         ...);
    }
    ONELOOP_INLINE constexpr void write(job_type const& j, index_list<rank - 1> const& at, int count) const {
      (write_rows<Sinks>(hana::at_c<I>(j.destinations), at, count,
                         merge_rows<typename Sinks::operation>(static_cast<rows_of_sink<I, Sinks> const&>(*this).row),
                         j.extents[Axis]),
       ...);
    }
  };
  /// As many rows at a time as a pack has lanes: each lane of what is merged, finished and stored has one row's (N - 1
  /// merges for N rows; one by one log2(N) for each, the last ones of single numbers).
  static ONELOOP_INLINE constexpr void rows(job_type const& j, index_list<rank> at) {
    index_t const end = Frame::rows_end(j);
    for (index_t first = Frame::rows_begin(j); first < end; first += N) {
      int const count = static_cast<int>(end - first < N ? end - first : N);
      rows_of_sinks<> all;
      for (int r = 0; r < count; ++r) {
        at[last - 1] = first + r;
        fold_row(j, at, [&](states const& s) ONELOOP_LAMBDA { all.take(r, s); });
      }
      if (count < N) all.fill(count);
      at[last - 1] = first;
      all.write(j, without_axis(at), count);
    }
  }
  template <class Sink, class Destination, class State>
  static ONELOOP_INLINE constexpr void write_rows(Destination const& destination, index_list<rank - 1> const& at,
                                                  int count, State const& s, index_t reduced) {
    auto const result = finished_pack<Sink>(s, reduced);
    if (count == N)
      store(destination, make_point<Backend, N, last - 1>(at, full{}), result);
    else
      store(destination, make_point<Backend, N, last - 1>(at, tail{count}), result);
  }
  template <class Sink, class Destination, class At, class One>
  static ONELOOP_INLINE constexpr void write_number(Destination const& destination, At const& at, One const& merged,
                                                    index_t count) {
    auto const number = finished<typename runner<Sink>::element, typename Sink::operation>(merged, count);
    if constexpr (rank == 1)
      store_number(destination, number);
    else
      put(destination, at, number);
  }

  /// Any other axis: the lanes run along the last axis, each its own reduction; of short formulas four packs of them
  /// side by side, so that several cache lines of a row are read at a time and four chains are under way (512 columns
  /// of 4096 rows of floats: 366 us one by one, 109 so). Of those that are left two (32 x 32: 23 ns one by one, 13 so).
  static ONELOOP_INLINE constexpr void along_other(job_type const& j) {
    auto outer = j.extents;
    outer[Axis] = 1;
    auto const columns_from = [&](index_list<rank> const& start_at) ONELOOP_LAMBDA {
      index_t i = Frame::splits_columns ? j.range.begin() : last_begin(j);
      index_t const end = Frame::splits_columns ? j.range.end(last_end(j)) : last_end(j);
      if constexpr (unroll > 1)
        for (; i + unroll * N <= end; i += unroll * N) columns<unroll>(j, placed(start_at, i), full{});
      if constexpr (leaves_two)
        for (; i + 2 * N <= end; i += 2 * N) columns<2>(j, placed(start_at, i), full{});
      Frame::template packs<1>(i, end, [&](index_t column, auto lanes, auto) ONELOOP_LAMBDA {
        columns<1>(j, placed(start_at, column), lanes);
      });
    };
    if constexpr (Frame::splits_columns)
      Frame::template each_index<last>(outer, whole{}, columns_from);
    else
      Frame::template each_index<last>(outer, j.range, columns_from);
  }
  /// Whether groups of four may leave two whole packs of a row.
  static constexpr bool leaves_two = unroll > 2 && Frame::full_packs % unroll >= 2;

  /// The reductions of so many packs from at[last] on.
  template <int Packs, class Lanes>
  static ONELOOP_INLINE constexpr void columns(job_type const& j, index_list<rank> at, Lanes lanes) {
    index_t const first = at[last];
    [&]<int... U>(std::integer_sequence<int, U...>) ONELOOP_LAMBDA {
      states s[] = {(void(U), start())...};
      for (index_t k = 0; k < j.extents[Axis]; ++k) {
        at[Axis] = k;
        (steps<false>(j, s[U], make_point<Backend, N, last>(placed(at, first + U * N), lanes), k), ...);
      }
      (write_columns(j, s[U], make_point<Backend, N, last - 1>(without_axis(placed(at, first + U * N)), lanes),
                     sink_indices{}),
       ...);
    }(std::make_integer_sequence<int, Packs>{});
  }
  template <class Point, int... I>
  static ONELOOP_INLINE constexpr void write_columns(job_type const& j, states const& s, Point const& p,
                                                     std::integer_sequence<int, I...>) {
    (write_pack<Sinks>(hana::at_c<I>(j.destinations), p, hana::at_c<I>(s), j.extents[Axis]), ...);
  }
  template <class Sink, class Destination, class Point, class State>
  static ONELOOP_INLINE constexpr void write_pack(Destination const& destination, Point const& p, State const& s,
                                                  index_t count) {
    store(destination, p, finished_pack<Sink>(s, count));
  }
  /// The results of the lanes, as they are stored.
  template <class Sink, class State>
  static ONELOOP_INLINE constexpr auto finished_pack(State const& s, index_t count) {
    auto const result = Sink::operation::finish(s, count);
    using pack = std::remove_cvref_t<decltype(result)>;
    using element = typename runner<Sink>::element;
    if constexpr (std::is_same_v<element, bool>)
      return result != pack(typename pack::element(0));
    else if constexpr (std::is_same_v<typename pack::element, element>)
      return result;
    else
      return simd::cast<element>(result);
  }

  static ONELOOP_INLINE constexpr void run(job_type const& j) {
    if constexpr (Axis == last)
      along_last(j);
    else
      along_other(j);
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
