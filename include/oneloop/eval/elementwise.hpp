// SPDX-License-Identifier: BSL-1.0
// The loop of a stage without a contraction, over all axes: results are stored, or everything is folded into numbers.
// Flattened to one loop where all arrays are contiguous; past the caches where the result is large.
#pragma once

#include <utility>

#include <oneloop/eval/alias.hpp>
#include <oneloop/eval/frame.hpp>

namespace ONELOOP_NAMESPACE::eval {

template <class Frame>
struct elementwise_loop : Frame {
  using Backend = typename Frame::backend;
  static constexpr int N = Frame::lanes;
  using typename Frame::job_type;
  using typename Frame::states;
  using Space = typename Frame::job_type::space;
  template <class Sink>
  using runner = typename Frame::template runner<Sink>;
  using Destinations = typename Frame::destinations;
  using Frame::rank, Frame::last, Frame::unroll, Frame::grouped, Frame::flat, Frame::tile, Frame::start_all,
      Frame::merge_all, Frame::finish, Frame::all_elements, Frame::last_begin, Frame::last_end, Frame::placed,
      Frame::linear;

  /// A row has two packs at least.
  static constexpr bool in_pairs = Frame::in_pairs && (Frame::full_packs >= 2 || (flat && rank > 1));

  /// Of rows one after the other in memory: a load waits where it meets a partial store, also beside what that has
  /// written, and the next row begins there. In place, Z -= c * outer(x, b) of 20 to 100 columns: 0.5 to 0.6 of the time.
  static constexpr bool partial_first = rank > 1 && !flat && !Frame::folds;

  /// The packs of the one formula from point_at(i) on, `unroll` of them: all read, then all stored.
  template <class PointAt>
  static ONELOOP_INLINE constexpr void store_group(job_type const& j, index_t i, PointAt const& point_at) {
    auto const env = without_slots(j.temps);
    auto const& sink = hana::at_c<0>(j.stage.sinks);
    auto const& to = hana::at_c<0>(j.destinations);
    using run = runner<std::remove_cvref_t<decltype(sink)>>;
    using pack = decltype(run::value(sink, point_at(i, full{}), env));
    [&]<int... U>(std::integer_sequence<int, U...>) ONELOOP_LAMBDA {
      pack const values[] = {run::value(sink, point_at(i + U * N, full{}), env)...};
      (store(to, point_at(i + U * N, full{}), values[U]), ...);
    }(std::make_integer_sequence<int, unroll>{});
  }

  /// One run of packs, whose points point_at(i, lanes) gives and whose first element is the `base`-th.
  template <class PointAt>
  static ONELOOP_INLINE constexpr void elementwise_row(job_type const& j, states (&s)[unroll], index_t begin,
                                                       index_t end, index_t base, PointAt const& point_at) {
    auto const body = [&](index_t i, auto lanes, auto u)
                          ONELOOP_LAMBDA { tile(j, s[u], point_at(i, lanes), base + i, no_slots); };
    if constexpr (in_pairs) {
      for (; begin + 2 * N <= end; begin += 2 * N)
        Frame::pair_of_tiles(j, s[0], point_at(begin, full{}), base + begin, no_slots);
      if constexpr (!Frame::is_long) {
        Frame::template packs<1>(begin, end, body);
      } else {
        // One kind of pack for all that is left: at most two of them, and it is compiled once.
        for (; begin < end; begin += N)
          body(begin, tail{static_cast<int>(begin + N <= end ? N : end - begin)}, std::integral_constant<int, 0>{});
      }
    } else if constexpr (grouped) {
      Frame::template packs<unroll, partial_first>(begin, end, body,
                                                   [&](index_t i) ONELOOP_LAMBDA { store_group(j, i, point_at); });
    } else {
      Frame::template packs<unroll, partial_first>(begin, end, body);
    }
  }

  /// row(begin, end, base, point_at) for each run of packs.
  template <class Row>
  static ONELOOP_INLINE constexpr void each_row(job_type const& j, Row const& row) {
    if constexpr (flat && rank > 1) {
      row(j.range.begin(), j.range.end(all_elements(j)), 0,
          [](index_t i, auto lanes) ONELOOP_LAMBDA { return make_flat_point<Backend, N>(i, lanes); });
    } else if constexpr (rank == 1) {
      row(last_begin(j), last_end(j), 0,
          [](index_t i, auto lanes) ONELOOP_LAMBDA { return make_point<Backend, N, last>(index_list<1>{{i}}, lanes); });
    } else {
      Frame::template each_index<last>(j.extents, j.range, [&](index_list<rank> const& at) ONELOOP_LAMBDA {
        row(last_begin(j), last_end(j), linear(j.extents, at),
            [&](index_t i, auto lanes) ONELOOP_LAMBDA { return make_point<Backend, N, last>(placed(at, i), lanes); });
      });
    }
  }

  // A store into memory that is not in a cache reads its line first; a streamed one does not, and leaves the caches to
  // what is read (2^24 floats, a * x + y: 0.70 of the time; sigmoid: 0.76 to 0.88; stable_sigmoid, which waits for its
  // chains: 0.9 to 1.1). Not in place, where the line is there already (2^20 floats: 2.5 times), and not where a cache
  // could keep the result (2^18: 1.15 times).
  static constexpr bool streams = [] {
    if constexpr (grouped && !Frame::is_long) {
      using destination = std::remove_cvref_t<decltype(hana::at_c<0>(std::declval<Destinations const&>()))>;
      using element = typename destination::element;
      if constexpr (!Backend::template streams<element, N> || known_stride<destination, last> != 1)
        return false;
      else if constexpr (shape::is_static<Space>)
        return shape::static_size<Space> * index_t{sizeof(element)} >= ONELOOP_STREAM_BYTES;
      else
        return true;
    } else {
      return false;
    }
  }();
  static ONELOOP_INLINE bool large(job_type const& j) {
    using element = typename std::remove_cvref_t<decltype(hana::at_c<0>(j.destinations))>::element;
    return j.extents.product() >= ONELOOP_STREAM_BYTES / index_t{sizeof(element)};
  }
  /// Whole packs between the first and the last element whose address is a multiple of a pack's size, then both ends.
  template <class Destination, class PointAt>
  static ONELOOP_INLINE void streamed_row(typename Frame::stage_type const& stage, Destination const& to,
                                          typename Frame::temps const& temps, index_t begin, index_t end,
                                          PointAt const& point_at) {
    auto const env = without_slots(temps);
    auto const& sink = hana::at_c<0>(stage.sinks);
    using run = runner<std::remove_cvref_t<decltype(sink)>>;
    auto const* const from = address_of(to, point_at(begin, full{}));
    index_t const before = -(reinterpret_cast<std::intptr_t>(from) / index_t{sizeof(*from)}) & (N - 1);
    index_t const first = begin + (before < end - begin ? before : end - begin), past = first + (end - first) / N * N;
    for (index_t i = first; i < past; i += N)
      run::value(sink, point_at(i, full{}), env).stream(address_of(to, point_at(i, full{})));
    for (auto const& [i, count] : {std::pair{begin, first - begin}, std::pair{past, end - past}})
      if (count > 0) {
        tail const lanes{static_cast<int>(count)};
        store(to, point_at(i, lanes), run::value(sink, point_at(i, lanes), env));
      }
  }
  /// Whether it has been done: not where the formula reads what it writes, nor where no element lies at a multiple of
  /// its size (a streamed store faults there, and an ordinary one does not). By value, as through_copy; what g++ passes in
  /// memory nevertheless is copied out of the reach of what is stored.
  [[gnu::noinline]] static bool streamed(typename Frame::stage_type passed, Destinations destinations,
                                         typename Frame::temps temps, index_list<rank> extents,
                                         typename Frame::range range) {
    auto stage = passed;
    auto const& to = hana::at_c<0>(destinations);
    if (reinterpret_cast<std::uintptr_t>(to.data()) % sizeof(*to.data()) != 0) return false;
    if (clashes(hana::at_c<0>(stage.sinks).formula, to, false)) return false;
    each_row(job_type{stage, destinations, temps, extents, range},
             [&](index_t begin, index_t end, index_t, auto const& point_at)
                 ONELOOP_LAMBDA { streamed_row(stage, to, temps, begin, end, point_at); });
    Backend::fence_streams();
    return true;
  }

  static ONELOOP_INLINE constexpr void run(job_type const& j) {
    if constexpr (streams)
      if (large(j) && streamed(j.stage, j.destinations, j.temps, j.extents, j.range)) [[unlikely]]
        return;
    finish(j, folded(j));
  }
  /// What the job's range folds into.
  static ONELOOP_INLINE constexpr states folded(job_type const& j) {
    states s[unroll];
    start_all(s);
    if constexpr (rank == 0)
      tile(j, s[0], point<Backend, 1, no_lane, full, 0>{{}, {}}, 0, no_slots);
    else
      each_row(j, [&](index_t begin, index_t end, index_t base, auto const& point_at)
                      ONELOOP_LAMBDA { elementwise_row(j, s, begin, end, base, point_at); });
    merge_all(s);
    return s[0];
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
