// SPDX-License-Identifier: BSL-1.0
// The loop drivers: one per kind of stage, chosen by traits of the stage (run_stage, at the end).
//
//   elementwise   no contraction; flattened to one loop where all arrays are contiguous
//   along_axis    reductions along one axis
//   rows          contractions, one row of results at a time (all vectors of results; few rows)
//   matrix        contractions over a matrix of results, in register tiles over packed panels (large ones by a BLAS
//                 where one is linked: blas.hpp)
#pragma once

#include <boost/hana/basic_tuple.hpp>

#include <oneloop/eval/alias.hpp>
#include <oneloop/eval/blas.hpp>
#include <oneloop/eval/measure.hpp>
#include <oneloop/eval/product.hpp>
#include <oneloop/eval/sinks.hpp>
#include <oneloop/eval/threads.hpp>

namespace ONELOOP_NAMESPACE::eval {

/// What a stage runs with: the sinks, where each writes, earlier results, the extents of its space, and which part of
/// it (only stages that store run in parts).
template <class Stage, class Destinations, class Temps, class Range>
struct job {
  using stage_type = Stage;
  using space = typename Stage::space;
  static constexpr int rank = space::rank;
  Stage const& stage;
  Destinations const& destinations;  // basic_tuple, one per sink: a view, or a pointer to a number
  Temps const& temps;
  index_list<rank> extents;
  [[no_unique_address]] Range range;
};

template <class Backend, int N, class Default, class Job>
struct loops;

template <int I, class First, class... Rest>
constexpr auto nth_contraction(type_list<First, Rest...>) {
  if constexpr (I == 0)
    return std::type_identity<First>{};
  else
    return nth_contraction<I - 1>(type_list<Rest...>{});
}

template <class Backend, int N, class Default, class Space, int Axis, class... Slots, class... Sinks,
          class Destinations, class Temps, class Range>
struct loops<Backend, N, Default,
             job<planner::stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>, Destinations,
                 Temps, Range>> {
  using stage_type = planner::stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>;
  using job_type = job<stage_type, Destinations, Temps, Range>;
  static constexpr int rank = Space::rank;
  static constexpr int last = rank - 1;
  static constexpr int sink_count = sizeof...(Sinks);
  using sink_indices = std::make_integer_sequence<int, sink_count>;
  template <class Sink>
  using runner = sink_runner<Sink, Default, Backend, N>;
  using states = hana::basic_tuple<typename runner<Sinks>::state_type...>;

  template <class Sink>
  static constexpr int index_of() {
    int index = 0, found = -1;
    ((std::is_same_v<Sinks, Sink> && found < 0 ? void(found = index) : void(), ++index), ...);
    return found;
  }
  template <class Sink>
  static constexpr bool is_flat_destination(Sink const*) {
    using destination = std::remove_cvref_t<decltype(hana::at_c<index_of<Sink>()>(std::declval<Destinations const&>()))>;
    if constexpr (std::is_pointer_v<destination>)
      return true;
    else
      return std::is_same_v<typename destination::layout_type, layouts::row_major>;
  }

  static constexpr bool folds = (false || ... || planner::is_fold<Sinks>);
  static constexpr int flops = (0 + ... + planner::flops_of<typename Sinks::formula_type>);
  static constexpr bool flat = (true && ... && is_flat<Space, typename Sinks::formula_type>) && sizeof...(Slots) == 0 &&
                               (true && ... && (planner::is_fold<Sinks> || is_flat_destination(static_cast<Sinks const*>(nullptr))));
  // A sum waits for itself: four of them keep the adders busy. Of a single short formula four packs are read before the
  // first is stored: a load that meets a pending store to the same offset in another page waits for it (a * x + y,
  // 16384 floats, arrays 128 bytes apart in their pages: 1.76 us, 2.27 us one by one; in the first-level cache 83 ns per
  // 2048, and one by one 79 or 87 ns as the code happens to lie). Long formulas have enough work of their own.
  static constexpr bool grouped = !folds && sizeof...(Sinks) == 1 && rank > 0;
  static constexpr int unroll = flops > 16 ? 1 : folds || grouped ? 4 : 2;

  // ---- one tile

  static ONELOOP_INLINE constexpr states start() { return states(runner<Sinks>::start()...); }

  template <class Point, class SlotValues>
  static ONELOOP_INLINE constexpr void tile(job_type const& j, states& s, Point const& p, index_t position,
                                            SlotValues const& slots) {
    environment<Temps, SlotValues> const env{j.temps, slots};
    [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      (runner<Sinks>::run(hana::at_c<I>(j.stage.sinks), hana::at_c<I>(j.destinations), hana::at_c<I>(s), p, position,
                          env),
       ...);
    }(sink_indices{});
  }

  static ONELOOP_INLINE constexpr void merge(states& s, states const& other) {
    [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      ((hana::at_c<I>(s) = runner<Sinks>::merge(hana::at_c<I>(s), hana::at_c<I>(other))), ...);
    }(sink_indices{});
  }

  // Written out: with a loop over them, g++ keeps the accumulators in memory and stores each one at every step.
  static ONELOOP_INLINE constexpr void start_all(states (&s)[unroll]) {
    [&]<int... U>(std::integer_sequence<int, U...>) ONELOOP_LAMBDA {
      ((s[U] = start()), ...);
    }(std::make_integer_sequence<int, unroll>{});
  }
  static ONELOOP_INLINE constexpr void merge_all(states (&s)[unroll]) {
    [&]<int... U>(std::integer_sequence<int, U...>) ONELOOP_LAMBDA {
      (merge(s[0], s[U + 1]), ...);
    }(std::make_integer_sequence<int, unroll - 1>{});
  }

  static ONELOOP_INLINE constexpr void finish(job_type const& j, states const& s) {
    if constexpr (folds) {
      auto const count = j.extents.product();
      [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
        (runner<Sinks>::finish(hana::at_c<I>(j.destinations), hana::at_c<I>(s), count), ...);
      }(sink_indices{});
    }
  }

  /// A constant where the type tells it: what a short axis never runs is then gone before the compiler could
  /// warn that it reads past the end (g++, -Warray-bounds).
  static ONELOOP_INLINE constexpr index_t last_extent(job_type const& j) {
    if constexpr (shape::is_dynamic<shape::axis<Space, last>>)
      return j.extents[last];
    else
      return shape::extent_of<shape::axis<Space, last>>;
  }

  static ONELOOP_INLINE constexpr index_t all_elements(job_type const& j) {
    if constexpr (shape::is_static<Space>)
      return shape::static_size<Space>;
    else
      return j.extents.product();
  }

  /// Where the last axis begins and ends, which is the first one too if it is the only one.
  static ONELOOP_INLINE constexpr index_t last_begin(job_type const& j) { return rank == 1 ? j.range.begin() : 0; }
  static ONELOOP_INLINE constexpr index_t last_end(job_type const& j) {
    if constexpr (rank == 1)
      return j.range.end(last_extent(j));
    else
      return last_extent(j);
  }

  /// body(i, lanes, u) over i..count in packs; `u` is the accumulator to use. The end is a partial pack. Where there is
  /// a group(i), it takes Unroll packs at once.
  template <int Unroll, class Body, class Group = std::nullptr_t>
  static ONELOOP_INLINE constexpr void packs(index_t i, index_t count, Body const& body, Group const& group = {}) {
    if constexpr (Unroll > 1) {
      for (; i + Unroll * N <= count; i += Unroll * N) {
        if constexpr (std::is_null_pointer_v<Group>)
          [&]<int... U>(std::integer_sequence<int, U...>) ONELOOP_LAMBDA {
            (body(i + U * N, full{}, std::integral_constant<int, U>{}), ...);
          }(std::make_integer_sequence<int, Unroll>{});
        else
          group(i);
      }
    }
    for (; i + N <= count; i += N) body(i, full{}, std::integral_constant<int, 0>{});
    if (N > 1 && i < count) body(i, tail{static_cast<int>(count - i)}, std::integral_constant<int, 0>{});
  }

  /// body(at) for every index of the axes before Last; at[Last..] is zero.
  template <int Last, class Body>
  static ONELOOP_INLINE constexpr void each_index(index_list<rank> const& extents, Range const& range,
                                                  Body const& body) {
    index_list<rank> at;
    each_index_from<0, Last>(extents, range, at, body);
  }
  template <int From, int Last, class Within, class Body>
  static ONELOOP_INLINE constexpr void each_index_from(index_list<rank> const& extents, Within const& within,
                                                       index_list<rank>& at, Body const& body) {
    if constexpr (From >= Last) {
      body(at);
    } else {
      for (index_t i = within.begin(), end = within.end(extents[From]); i < end; ++i) {
        at[From] = i;
        each_index_from<From + 1, Last>(extents, whole{}, at, body);
      }
    }
  }

  static ONELOOP_INLINE constexpr index_list<rank> placed(index_list<rank> at, index_t j) {
    at[last] = j;
    return at;
  }

  static constexpr index_t linear(index_list<rank> const& extents, index_list<rank> const& at) {
    index_t result = 0;
    for (int axis = 0; axis < rank; ++axis) result = result * extents[axis] + at[axis];
    return result;
  }

  // ---- elementwise

  /// The packs of the one formula from point_at(i) on, `unroll` of them: all read, then all stored.
  template <bool Streamed, class PointAt>
  static ONELOOP_INLINE constexpr void store_group(job_type const& j, index_t i, PointAt const& point_at) {
    auto const env = without_slots(j.temps);
    auto const& sink = hana::at_c<0>(j.stage.sinks);
    auto const& to = hana::at_c<0>(j.destinations);
    using run = runner<std::remove_cvref_t<decltype(sink)>>;
    using pack = decltype(run::value(sink, point_at(i), env));
    [&]<int... U>(std::integer_sequence<int, U...>) ONELOOP_LAMBDA {
      pack const values[] = {run::value(sink, point_at(i + U * N), env)...};
      if constexpr (Streamed)
        (values[U].stream(address_of(to, point_at(i + U * N))), ...);
      else
        (store(to, point_at(i + U * N), values[U]), ...);
    }(std::make_integer_sequence<int, unroll>{});
  }

  /// One run of packs, whose points point_at(i, lanes) gives and whose first element is the `base`-th.
  template <bool Streamed, class PointAt>
  static ONELOOP_INLINE constexpr void elementwise_row(job_type const& j, states (&s)[unroll], index_t begin, index_t end,
                                                       index_t base, PointAt const& point_at) {
    auto const body = [&](index_t i, auto lanes, auto u) ONELOOP_LAMBDA {
      tile(j, s[u], point_at(i, lanes), base + i, no_slots);
    };
    if constexpr (Streamed) {
      auto const* const to = address_of(hana::at_c<0>(j.destinations), point_at(begin, full{}));
      index_t const before = -(reinterpret_cast<std::intptr_t>(to) / index_t{sizeof(*to)}) & (N - 1);
      if (before > 0) {
        index_t const first = before < end - begin ? before : end - begin;
        body(begin, tail{static_cast<int>(first)}, std::integral_constant<int, 0>{});
        begin += first;
      }
    }
    if constexpr (grouped)
      packs<unroll>(begin, end, body, [&](index_t i) ONELOOP_LAMBDA {
        store_group<Streamed>(j, i, [&](index_t at) ONELOOP_LAMBDA { return point_at(at, full{}); });
      });
    else
      packs<unroll>(begin, end, body);
  }

  template <bool Streamed>
  static ONELOOP_INLINE constexpr void elementwise_rows(job_type const& j, states (&s)[unroll]) {
    if constexpr (flat && rank > 1) {
      elementwise_row<Streamed>(j, s, j.range.begin(), j.range.end(all_elements(j)), 0,
                                [](index_t i, auto lanes) ONELOOP_LAMBDA { return make_flat_point<Backend, N>(i, lanes); });
    } else {
      each_index<last>(j.extents, j.range, [&](index_list<rank> const& at) ONELOOP_LAMBDA {
        elementwise_row<Streamed>(j, s, last_begin(j), last_end(j), linear(j.extents, at),
                                  [&](index_t i, auto lanes) ONELOOP_LAMBDA {
                                    return make_point<Backend, N, last>(placed(at, i), lanes);
                                  });
      });
    }
  }

  // A store into memory that is not in a cache reads its line first; a streamed one does not, and leaves the caches to
  // what is read (a * x + y, 2^24 floats: 0.70 of the time). Not in place, where the line is there already (2^20 floats:
  // 2.5 times), and not where a cache could keep the result (2^18: 1.15 times). Long formulas wait for their arithmetic.
  static constexpr bool streams = [] {
    if constexpr (grouped && unroll > 1) {
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
  /// Whether it has been done: not where the formula reads what it writes, nor where no element lies at a multiple of its
  /// size (a streamed store faults there, and an ordinary one does not). By value, as through_copy.
  [[gnu::noinline]] static bool streamed(stage_type stage, Destinations destinations, Temps temps, index_list<rank> extents,
                                         Range range) {
    auto const& to = hana::at_c<0>(destinations);
    if (reinterpret_cast<std::uintptr_t>(to.data()) % sizeof(*to.data()) != 0) return false;
    if (clashes(hana::at_c<0>(stage.sinks).formula, to, false)) return false;
    states s[unroll];
    elementwise_rows<true>(job_type{stage, destinations, temps, extents, range}, s);
    Backend::fence_streams();
    return true;
  }

  static ONELOOP_INLINE constexpr void elementwise(job_type const& j) {
    states s[unroll];
    start_all(s);
    if constexpr (rank == 0) {
      tile(j, s[0], point<Backend, 1, no_lane, full, 0>{{}, {}}, 0, no_slots);
    } else {
      if constexpr (streams)
        if (large(j) && streamed(j.stage, j.destinations, j.temps, j.extents, j.range)) [[unlikely]]
          return;
      elementwise_rows<false>(j, s);
    }
    merge_all(s);
    finish(j, s[0]);
  }

  // ---- reductions along one axis

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

  /// The last axis: each row is one reduction, its lanes merged at its end.
  static ONELOOP_INLINE constexpr void along_last(job_type const& j) {
    each_index<last>(j.extents, j.range, [&](index_list<rank> const& at) ONELOOP_LAMBDA {
      states s[unroll];
      start_all(s);
      packs<unroll>(last_begin(j), last_end(j), [&](index_t i, auto lanes, auto u) ONELOOP_LAMBDA {
        steps<true>(j, s[u], make_point<Backend, N, last>(placed(at, i), lanes), i);
      });
      merge_all(s);
      [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
        (write_number<Sinks>(hana::at_c<I>(j.destinations), without_axis(at),
                             merge_lanes<typename Sinks::operation>(hana::at_c<I>(s[0])), j.extents[Axis]),
         ...);
      }(sink_indices{});
    });
  }
  template <class Sink, class Destination, class At, class One>
  static ONELOOP_INLINE constexpr void write_number(Destination const& destination, At const& at, One const& merged,
                                                    index_t count) {
    auto const number = finished<typename runner<Sink>::element, typename Sink::operation>(merged, count);
    if constexpr (rank == 1)
      store_number(destination, number);
    else
      store_number(destination.data() + offset_of(destination, at), number);
  }

  /// Any other axis: the lanes run along the last axis, each its own reduction; of short formulas four packs of them side
  /// by side, so that several cache lines of a row are read at a time and four chains are under way (512 columns of 4096
  /// rows of floats: 366 us one by one, 109 so).
  static ONELOOP_INLINE constexpr void along_other(job_type const& j) {
    auto outer = j.extents;
    outer[Axis] = 1;
    each_index<last>(outer, j.range, [&](index_list<rank> const& start_at) ONELOOP_LAMBDA {
      packs<unroll>(
          last_begin(j), last_end(j),
          [&](index_t i, auto lanes, auto) ONELOOP_LAMBDA { columns<1>(j, placed(start_at, i), lanes); },
          [&](index_t i) ONELOOP_LAMBDA { columns<unroll>(j, placed(start_at, i), full{}); });
    });
  }
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
    auto const result = Sink::operation::finish(s, count);
    using pack = std::remove_cvref_t<decltype(result)>;
    using element = typename runner<Sink>::element;
    if constexpr (std::is_same_v<element, bool>)
      store(destination, p, result != pack(typename pack::element(0)));
    else if constexpr (std::is_same_v<typename pack::element, element>)
      store(destination, p, result);
    else
      store(destination, p, simd::cast<element>(result));
  }

  // ---- contractions

  template <class Contraction>
  using product_of = product<Backend, N, computed<element_or<element_t<Contraction>, Default>>, Contraction>;
  static constexpr bool any_dots = (false || ... || roles<Slots>::by_dots);
  static constexpr bool shares_columns = rank >= 2 && (true && ... && roles<Slots>::shares_columns);

  template <class Contraction>
  static ONELOOP_INLINE constexpr index_t length_of(Contraction const& c, auto const& temps) {
    using role = roles<Contraction>;
    index_t const a = inner_extent<role::a_k>(role::a(c), temps);
    return a >= 0 ? a : inner_extent<role::b_k>(role::b(c), temps);
  }

  /// The end of a row of static length: only the dots that exist are computed.
  static constexpr int last_valid = [] {
    constexpr int extent = rank == 0 ? -1 : shape::extent_of<shape::axis<Space, last>>;
    return extent > 0 ? extent % N : 0;
  }();

  template <class Contraction>
  using pack_of = typename product_of<Contraction>::P;

  // W * x + U * h: two products by dots that are only ever added to each other are one longer dot, and the results
  // cross the lanes once (sigmoid(W * x + U * h + b) of 16 x 16: 29 ns apart, 20 ns joined). The second then counts as zero.

  template <int I>
  using slot_type = planner::slot<I, typename decltype(nth_contraction<I>(type_list<Slots...>{}))::type>;
  template <class Node>
  static constexpr int uses = (0 + ... + planner::count_of<Node, typename Sinks::formula_type>);
  template <int I, int J>
  static constexpr bool joins = [] {
    using first = typename slot_type<I>::contraction_type;
    using second = typename slot_type<J>::contraction_type;
    if constexpr (I != J && roles<first>::by_dots && roles<second>::by_dots)
      return uses<slot_type<I>> == 1 && uses<slot_type<J>> == 1 &&
             uses<applied<plus_t, Space, slot_type<I>, slot_type<J>>> == 1;
    else
      return false;
  }();
  /// The slot that slot I takes in (Takes), or is taken in by; -1 if none.
  template <int I, bool Takes>
  static constexpr int joined = []<int... J>(std::integer_sequence<int, J...>) {
    int found = -1;
    (((Takes ? joins<I, J> : joins<J, I>) ? void(found = J) : void()), ...);
    return found;
  }(std::make_integer_sequence<int, sizeof...(Slots)>{});

  template <int Valid, int I, class Lanes, class Env>
  static ONELOOP_INLINE constexpr auto one_result(job_type const& j, index_list<rank> const& at, Lanes lanes,
                                                  index_t columns_left, Env const& env) {
    auto const& c = hana::at_c<I>(j.stage.slots);
    using contraction_type = std::remove_cvref_t<decltype(c)>;
    using P = pack_of<contraction_type>;
    if constexpr (joined<I, false> >= 0) {
      return P(typename P::element(0));
    } else if constexpr (roles<contraction_type>::by_dots) {
      return product_of<contraction_type>::template dots<Valid>(
          c, at, static_cast<int>(columns_left), length_of(c, env.temps), env, [&](auto const& term) ONELOOP_LAMBDA {
            if constexpr (joined<I, true> >= 0) {
              auto const& other = hana::at_c<joined<I, true>>(j.stage.slots);
              term(product_of<std::remove_cvref_t<decltype(other)>>{}, other, length_of(other, env.temps));
            }
          });
    } else {
      P sums[1];
      product_of<contraction_type>::template columns<1>(sums, c, at, length_of(c, env.temps), lanes, env);
      return sums[0];
    }
  }

  /// The next pack of each contraction.
  template <int Valid, class Lanes>
  static ONELOOP_INLINE constexpr hana::basic_tuple<pack_of<Slots>...> one_pack(job_type const& j,
                                                                               index_list<rank> const& at,
                                                                               Lanes lanes, index_t columns_left) {
    auto const env = without_slots(j.temps);
    return [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      return hana::basic_tuple<pack_of<Slots>...>(one_result<Valid, I>(j, at, lanes, columns_left, env)...);
    }(std::make_integer_sequence<int, sizeof...(Slots)>{});
  }

  template <int W, class Sums>
  static ONELOOP_INLINE constexpr auto nth_packs(Sums const& sums) {
    return unpack_inline(sums, [](auto const&... sum) ONELOOP_LAMBDA {
      return hana::basic_tuple<pack_of<Slots>...>(sum.pack[W]...);
    });
  }
  template <class P, int Packs>
  struct many {
    P pack[Packs];
  };

  template <int Packs>
  static ONELOOP_INLINE constexpr void wide_tile(job_type const& j, states& s, index_list<rank> const& at,
                                                 index_t position) {
    auto const env = without_slots(j.temps);
    hana::basic_tuple<many<pack_of<Slots>, Packs>...> sums;
    [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      (product_of<Slots>::template columns<Packs>(hana::at_c<I>(sums).pack, hana::at_c<I>(j.stage.slots), at,
                                                  length_of(hana::at_c<I>(j.stage.slots), j.temps), full{}, env),
       ...);
    }(std::make_integer_sequence<int, sizeof...(Slots)>{});
    [&]<int... W>(std::integer_sequence<int, W...>) ONELOOP_LAMBDA {
      (tile(j, s, make_point<Backend, N, last>(placed(at, at[last] + W * N), full{}), position + W * N,
            nth_packs<W>(sums)),
       ...);
    }(std::make_integer_sequence<int, Packs>{});
  }

  /// Packs of a row that are full; of a row of run-time length as many as ask for all the ways there are.
  static constexpr int full_packs = [] {
    constexpr int extent = rank == 0 ? 0 : shape::extent_of<shape::axis<Space, last>>;
    return extent == shape::dynamic ? 7 : extent / N;
  }();

  /// One row of results (for a vector of results: all of them).
  static ONELOOP_INLINE constexpr void row(job_type const& j, states& s, index_list<rank> at) {
    index_t const count = last_end(j);
    index_t const base = linear(j.extents, placed(at, 0));
    index_t i = last_begin(j);
    if constexpr (!any_dots) {
      // Four packs per step: each element of A serves four, and four sums are enough to hide the latency.
      if constexpr (full_packs >= 4)
        for (; i + 4 * N <= count; i += 4 * N) wide_tile<4>(j, s, placed(at, i), base + i);
      if constexpr (full_packs % 4 >= 2)
        for (; i + 2 * N <= count; i += 2 * N) wide_tile<2>(j, s, placed(at, i), base + i);
    }
    // What follows a pack's products runs after the products of the next pack: the long chain of an epilogue then
    // waits for itself under their loads (128 x 64: 250 ns one after the other, 205 ns this way).
    constexpr bool one_by_one = any_dots ? full_packs > 0 : full_packs % 2 == 1;
    if (one_by_one && i + N <= count) {
      hana::basic_tuple<pack_of<Slots>...> ready{}, coming{};
      index_t const first = i;
      for (index_t next = i;; next += N) {
        bool const more = next + N <= count;
        if (more) coming = one_pack<N>(j, placed(at, next), full{}, N);
        if (next > first) tile(j, s, make_point<Backend, N, last>(placed(at, i), full{}), base + i, ready);
        i = next;
        if (!more) break;
        ready = coming;
      }
    }
    if constexpr (N > 1 && (last_valid > 0 || shape::is_dynamic<shape::axis<Space, last>>)) {
      if (i < count) {
        tail const rest{static_cast<int>(count - i)};
        tile(j, s, make_point<Backend, N, last>(placed(at, i), rest), base + i,
             one_pack<last_valid>(j, placed(at, i), rest, count - i));
      }
    }
  }

  static ONELOOP_INLINE constexpr void rows(job_type const& j) {
    auto s = start();
    each_index<last>(j.extents, j.range, [&](index_list<rank> const& at) ONELOOP_LAMBDA { row(j, s, at); });
    finish(j, s);
  }

  // Register tile: with 32 registers 8 rows of two packs, with 16 six (8 chains of fma hide the latency of two units).
  static constexpr int packs_per_tile = 2;
  static constexpr int rows_per_block = simd::lanes<float> >= 16 ? 8 : 6;
  static constexpr int width = packs_per_tile * N;
  /// A panel of B stays in L1 and L2 beside the rows of A.
  template <class T>
  static constexpr index_t panel_length = 32768 / (width * static_cast<int>(sizeof(T)));
  template <class Contraction>
  static constexpr int known_length = planner::inner_extent_v<Contraction>;
  template <class Contraction>
  static constexpr index_t panel_capacity = [] {
    constexpr index_t most = panel_length<computed<element_or<element_t<Contraction>, Default>>>;
    constexpr int known = known_length<Contraction>;
    return known != shape::dynamic && known < most ? index_t{known > 0 ? known : 1} : most;
  }();
  /// Panels of a packed matrix are read where they lie, if they are as wide as a tile.
  template <class Contraction>
  static constexpr bool packed_already = [] {
    using role = roles<Contraction>;
    if constexpr (role::by_panels)
      return panels<typename role::B, role::b_k, role::b_j>::width % width == 0;
    else
      return false;
  }();
  /// Where one panel holds every sum, what follows a block of rows runs right after it. A longer sum has several
  /// panels, each packed again for every tile of rows: high tiles, whose results wait for the last panel.
  static constexpr bool one_panel = (true && ... && (packed_already<Slots> ||
                                                     (known_length<Slots> != shape::dynamic &&
                                                      known_length<Slots> <= panel_capacity<Slots>)));
  static constexpr int rows_per_tile = one_panel ? rows_per_block : 256 / rows_per_block * rows_per_block;
  template <class Contraction>
  struct buffers {
    using T = computed<element_or<element_t<Contraction>, Default>>;
    alignas(64) T panel[packed_already<Contraction> ? 1 : panel_capacity<Contraction> * width];
    alignas(64) T tile[rows_per_tile * width];
    constexpr buffers() {}  // without it a tuple sets the elements to zero
  };

  /// Below this many rows packing a panel costs more than it saves.
  static constexpr index_t few_rows = 4;

  static ONELOOP_INLINE constexpr void matrix(job_type const& j) {
    auto s = start();
    if constexpr (!shape::is_dynamic<shape::axis<Space, (rank >= 2 ? rank - 2 : 0)>>) {
      if constexpr (shape::extent_of<shape::axis<Space, (rank >= 2 ? rank - 2 : 0)>> < few_rows)
        each_index<last>(j.extents, j.range, [&](index_list<rank> const& at) ONELOOP_LAMBDA { row(j, s, at); });
      else
        tiles(j, s);
    } else {
      if (j.extents[rank - 2] < few_rows)
        each_index<last>(j.extents, j.range, [&](index_list<rank> const& at) ONELOOP_LAMBDA { row(j, s, at); });
      else
        tiles(j, s);
    }
    finish(j, s);
  }

  using blas = blas_blocks<loops, Backend, N, Slots...>;

  static ONELOOP_INLINE constexpr void tiles(job_type const& j, states& s) {
    if constexpr (has_blas)
      if (blas::takes(j)) return blas::run(j, s);
    hana::basic_tuple<buffers<Slots>...> scratch;
    auto const env = without_slots(j.temps);
    index_t high = rows_per_block;
    if constexpr (!one_panel) {
      bool fits = true;
      unpack_inline(j.stage.slots, [&](auto const&... c) ONELOOP_LAMBDA {
        ((fits = fits && (packed_already<Slots> || length_of(c, j.temps) <= panel_capacity<Slots>)), ...);
      });
      if (!fits) high = rows_per_tile;
    }
    each_index<rank - 2>(j.extents, j.range, [&](index_list<rank> const& outer) ONELOOP_LAMBDA {
      index_t const rows_begin = rank == 2 ? j.range.begin() : 0, columns_all = last_extent(j);
      index_t rows_all = j.extents[rank - 2];
      if constexpr (rank == 2) rows_all = j.range.end(rows_all);
      for (index_t column = 0; column < columns_all; column += width) {
        auto at = placed(outer, column);
        for (index_t first_row = rows_begin; first_row < rows_all; first_row += high) {
          at[rank - 2] = first_row;
          index_t const rows_here = rows_all - first_row < high ? rows_all - first_row : high;
          [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
            (products(hana::at_c<I>(scratch), hana::at_c<I>(j.stage.slots), j, at, first_row == rows_begin, rows_here,
                      columns_all - column, env),
             ...);
          }(std::make_integer_sequence<int, sizeof...(Slots)>{});
          for (index_t r = 0; r < rows_here; ++r) follow(j, s, scratch, at, r, columns_all - column);
        }
      }
    });
  }

  /// What follows the products of one row of a tile.
  template <class Scratch>
  static ONELOOP_INLINE constexpr void follow(job_type const& j, states& s, Scratch const& scratch,
                                              index_list<rank> at, index_t r, index_t columns_left) {
    at[rank - 2] += r;
    index_t const position = linear(j.extents, at);
    auto const one = [&](index_t i, auto lanes, auto) ONELOOP_LAMBDA {
      tile(j, s, make_point<Backend, N, last>(placed(at, at[last] + i), lanes), position + i,
           unpack_inline(scratch, [&](auto const&... buffer) ONELOOP_LAMBDA {
             return hana::basic_tuple<pack_of<Slots>...>(pack_of<Slots>::load(buffer.tile + r * width + i)...);
           }));
    };
    if (columns_left >= width) {
      // Side by side: one pack alone waits for the latency of its own chain.
      [&]<int... W>(std::integer_sequence<int, W...>) ONELOOP_LAMBDA {
        (one(index_t{W * N}, full{}, 0), ...);
      }(std::make_integer_sequence<int, packs_per_tile>{});
    } else {
      packs<1>(0, columns_left, one);
    }
  }

  /// One slot's part of a tile: over the panels of its sum.
  template <class Buffers, class Contraction, class Env>
  static ONELOOP_INLINE constexpr void products(Buffers& scratch, Contraction const& c, job_type const& j,
                                                index_list<rank> const& at, bool first_tile, index_t rows_here,
                                                index_t columns_left, Env const& env) {
    using product_type = product_of<Contraction>;
    index_t const length = length_of(c, j.temps);
    if constexpr (packed_already<Contraction>) {
      using role = roles<Contraction>;
      using where = panels<typename role::B, role::b_k, role::b_j>;
      auto const* const panel = where::address(role::b(c), role::b_index(at, 0)[role::b_j]);
      product_type::template blocks<rows_per_block, packs_per_tile, where::width>(scratch.tile, panel, c, at, rows_here,
                                                                                  0, length, true, env);
      return;
    }
    constexpr index_t capacity = panel_capacity<Contraction>;
    for (index_t k = 0; k == 0 || k < length; k += capacity) {
      index_t const count = length - k < capacity ? length - k : capacity;
      // One panel holds the whole sum: it serves all tiles below each other.
      if (length > capacity || first_tile)
        product_type::template pack_panel<width>(scratch.panel, c, at, columns_left, k, count, env);
      product_type::template blocks<rows_per_block, packs_per_tile, width>(scratch.tile, scratch.panel, c, at, rows_here, k,
                                                                    count, k == 0, env);
    }
  }

  // ---- in parts

  static constexpr bool splittable = rank > 0 && !folds && Axis == all_axes;
  static constexpr bool splits_elements = rank == 1 || flat;
  /// Parts begin where groups of packs, or tiles of rows with their panel, would begin anyway.
  static constexpr index_t granule(job_type const& j) {
    if constexpr (has_blas && shares_columns && sizeof...(Slots) > 0)
      if (blas::takes(j)) return blas::granule;
    return splits_elements ? 4 * N : rank == 2 && sizeof...(Slots) > 0 ? 64 : 1;
  }

  static constexpr index_t units(job_type const& j) { return splits_elements ? all_elements(j) : j.extents[0]; }
  /// Units that keep a thread busy for some 10 us, which is several times what handing them over costs.
  static constexpr index_t grain(job_type const& j) {
    index_t work = flops + 4;
    unpack_inline(j.stage.slots, [&](auto const&... c) { ((work += 2 * length_of(c, j.temps)), ...); });
    index_t const all = all_elements(j), count = units(j);
    return 200'000 / (work * (count > 0 ? all / count : 1) + 1) + granule(j);
  }

  // ---- the choice

  static ONELOOP_INLINE constexpr void run(job_type const& j) {
    if constexpr (rank > 0) {
      // Nothing to visit; what an empty reduction gives is its finished start.
      if constexpr (Axis == all_axes)
        if (j.extents.product() == 0) {
          finish(j, start());
          return;
        }
    }
    if constexpr (sizeof...(Slots) == 0 && Axis == all_axes)
      elementwise(j);
    else if constexpr (sizeof...(Slots) == 0 && Axis == last)
      along_last(j);
    else if constexpr (sizeof...(Slots) == 0)
      along_other(j);
    else if constexpr (shares_columns)
      matrix(j);
    else
      rows(j);
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
