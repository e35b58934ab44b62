// SPDX-License-Identifier: BSL-1.0
// What the loop drivers have in common: the job of a stage, the loop over packs with its partial end, the loop over the
// outer axes, and what happens to the values at one place (tile).
#pragma once

#include <boost/hana/basic_tuple.hpp>

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

/// The part of a driver that no driver is alone with. A driver derives from it and adds run(job).
template <class Backend, int N, class Default, class Job>
struct frame;

template <class Backend, int N, class Default, class Space, int Axis, class... Slots, class... Sinks,
          class Destinations, class Temps, class Range>
struct frame<Backend, N, Default,
             job<planner::stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>, Destinations,
                 Temps, Range>> {
  using stage_type = planner::stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>;
  using job_type = job<stage_type, Destinations, Temps, Range>;
  using backend = Backend;
  using default_type = Default;
  using slots = hana::basic_tuple<Slots...>;
  using sinks = hana::basic_tuple<Sinks...>;
  using destinations = Destinations;
  using temps = Temps;
  using range = Range;
  static constexpr int lanes = N;
  static constexpr int axis = Axis;
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
    using destination =
        std::remove_cvref_t<decltype(hana::at_c<index_of<Sink>()>(std::declval<Destinations const&>()))>;
    if constexpr (std::is_pointer_v<destination>)
      return true;
    else
      return std::is_same_v<typename destination::layout_type, layouts::row_major>;
  }

  static constexpr bool folds = (false || ... || planner::is_fold<Sinks>);
  static constexpr int flops = (0 + ... + planner::flops_of<typename Sinks::formula_type>);
  static constexpr bool flat =
      (true && ... && is_flat<Space, typename Sinks::formula_type>) && sizeof...(Slots) == 0 &&
      (true && ... && (planner::is_fold<Sinks> || is_flat_destination(static_cast<Sinks const*>(nullptr))));
  // A sum waits for itself: four of them keep the adders busy. Of a single short formula four packs are read before the
  // first is stored: a load that meets a pending store to the same offset in another page waits for it (a * x + y,
  // 16384 floats, arrays 128 bytes apart in their pages: 1.76 us, 2.27 us one by one; in the first-level cache 83 ns
  // per 2048, and one by one 79 or 87 ns as the code happens to lie).
  static constexpr bool grouped = !folds && sizeof...(Sinks) == 1 && rank > 0;
  static constexpr int unroll = flops > 16 ? 1 : folds || grouped ? 4 : 2;

  /// So long that the chains of operations of a formula wait for themselves.
  static constexpr bool waits = (false || ... || (planner::flops_of<typename Sinks::formula_type> > 28));
  /// Then two packs are taken as one (simd/pack_pair.hpp), where a pack of each element type is of as many registers.
  /// AVX2, in the first-level cache: stable_sigmoid 0.84 to 0.92 of the time, pow 0.72 to 0.77, gelu, softplus and silu
  /// 0.84 to 0.91, sigmoid, exp and log 0.87 to 0.95 (clang 0.80 to 0.95). A short result beside a long one
  /// goes with it (mean(bce_with_logits(x, t)), sum(x), sum(t): 0.92).
  static constexpr bool in_pairs = [] {
    if constexpr (waits && N > 1 && rank > 0)
      return (true && ... && has_one_width<compute_type<Sinks, Default>, typename Sinks::formula_type>);
    else
      return false;
  }();
  /// So long that it is compiled for as few kinds of packs as can be, and waits for its chains rather than for memory.
  /// With a kind of its own for the one pack that pairs leave, exp and log of 8 and 24 numbers take 0.55 to 0.95 of the
  /// time, but stable_sigmoid 0.83 to 1.00, gelu and softplus 0.98 to 1.02, at 1.06 times the time to compile.
  static constexpr bool is_long = flops > 32;
  /// How many numbers a row has: for a vector all of them. An open row has a run-time length, and for what is compiled
  /// as many full packs as ask for all the ways there are.
  static constexpr int row_length = [] {
    if constexpr (rank == 0)
      return 0;
    else
      return shape::extent_of<shape::axis<Space, last>>;
  }();
  static constexpr bool open_row = row_length == shape::dynamic;
  static constexpr int full_packs = open_row ? 7 : row_length / N;

  /// A part of a reduction along the first axis is some of the columns, of which each is a reduction of its own.
  static constexpr bool splits_columns = Axis == 0 && rank > 1;

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

  /// The same for this pack and the next.
  template <class Point, class SlotPairs>
  static ONELOOP_INLINE constexpr void pair_of_tiles(job_type const& j, states& s, Point const& p, index_t position,
                                                     SlotPairs const& slots) {
    environment<Temps, SlotPairs> const env{j.temps, slots};
    [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      (runner<Sinks>::run_pair(hana::at_c<I>(j.stage.sinks), hana::at_c<I>(j.destinations), hana::at_c<I>(s), p,
                               position, env),
       ...);
    }(sink_indices{});
  }

  /// Sums stay in registers across this place: of a loss over a product g++ 12 keeps one in memory otherwise (batches of
  /// 32 rows: 0.95 of the time; without products up to 1.11). By copies: whole states would stay in memory.
  static ONELOOP_INLINE constexpr void keep_in_registers(states& s) {
    if constexpr (sink_count <= 3 && (true && ... && runner<Sinks>::is_one_pack)) {
      [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
        [&](auto... packs) ONELOOP_LAMBDA {
          Backend::keep_in_registers(packs...);
          ((hana::at_c<I>(s).part[0] = packs), ...);
        }(hana::at_c<I>(s).part[0]...);
      }(sink_indices{});
    }
  }

  static ONELOOP_INLINE constexpr void merge(states& s, states const& other) {
    [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      ((hana::at_c<I>(s) = runner<Sinks>::merge(hana::at_c<I>(s), hana::at_c<I>(other))), ...);
    }(sink_indices{});
  }

  // Written out: with a loop over them, g++ keeps the accumulators in memory and stores each one at every step.
  template <int Count>
  static ONELOOP_INLINE constexpr void start_all(states (&s)[Count]) {
    [&]<int... U>(std::integer_sequence<int, U...>)
        ONELOOP_LAMBDA { ((s[U] = start()), ...); }(std::make_integer_sequence<int, Count>{});
  }
  template <int Count>
  static ONELOOP_INLINE constexpr void merge_all(states (&s)[Count]) {
    [&]<int... U>(std::integer_sequence<int, U...>)
        ONELOOP_LAMBDA { (merge(s[0], s[U + 1]), ...); }(std::make_integer_sequence<int, Count - 1>{});
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
    if constexpr (open_row)
      return j.extents[last];
    else
      return row_length;
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

  /// The same of the axis before it.
  static ONELOOP_INLINE constexpr index_t rows_begin(job_type const& j) { return rank == 2 ? j.range.begin() : 0; }
  static ONELOOP_INLINE constexpr index_t rows_end(job_type const& j) {
    index_t const rows = j.extents[rank - 2];
    if constexpr (rank == 2)
      return j.range.end(rows);
    else
      return rows;
  }

  /// body(i, lanes, u) over i..count in packs; `u` is the accumulator to use. The end is a partial pack. Where there is
  /// a group(i), it takes Unroll packs at once. PartialFirst: the end comes before the rest.
  template <int Unroll, bool PartialFirst = false, class Body, class Group = std::nullptr_t>
  static ONELOOP_INLINE constexpr void packs(index_t i, index_t count, Body const& body, Group const& group = {}) {
    auto const partial = [&](index_t from, index_t past) ONELOOP_LAMBDA {
      if (N > 1 && from < past) body(from, tail{static_cast<int>(past - from)}, std::integral_constant<int, 0>{});
    };
    if constexpr (PartialFirst) {
      index_t const whole = i + ((count - i) & -N);
      partial(whole, count);
      count = whole;
    }
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
    if constexpr (!PartialFirst) partial(i, count);
  }

  /// body(at) for every index of the axes before Last; at[Last..] is zero. As few functions as can be, for the
  /// compiler's sake: it optimises the body once more in every one.
  template <int Last, class Within, class Body>
  static ONELOOP_INLINE constexpr void each_index(index_list<rank> const& extents, Within const& within,
                                                  Body const& body) {
    index_list<rank> at;
    if constexpr (Last <= 0) {
      body(at);
    } else if constexpr (Last == 1) {
      for (index_t i = within.begin(), end = within.end(extents[0]); i < end; ++i) {
        at[0] = i;
        body(at);
      }
    } else {
      for (index_t i = within.begin(), end = within.end(extents[0]); i < end; ++i) {
        at[0] = i;
        each_inner_index<1, Last>(extents, at, body);
      }
    }
  }
  template <int From, int Last, class Body>
  static ONELOOP_INLINE constexpr void each_inner_index(index_list<rank> const& extents, index_list<rank>& at,
                                                        Body const& body) {
    for (index_t i = 0, end = extents[From]; i < end; ++i) {
      at[From] = i;
      if constexpr (From + 1 == Last)
        body(at);
      else
        each_inner_index<From + 1, Last>(extents, at, body);
    }
  }

  static ONELOOP_INLINE constexpr index_list<rank> placed(index_list<rank> at, index_t j) {
    at[last] = j;
    return at;
  }

  static constexpr index_t linear(index_list<rank> const& extents, index_list<rank> const& at) {
    index_t result = 0;
    for (int i = 0; i < rank; ++i) result = result * extents[i] + at[i];
    return result;
  }

  // ---- of contractions

  static constexpr bool shares_columns = rank >= 2 && (true && ... && roles<Slots>::shares_columns);

  template <class Contraction>
  static ONELOOP_INLINE constexpr index_t length_of(Contraction const& c, auto const& temps) {
    using role = roles<Contraction>;
    index_t const a = inner_extent<role::a_k>(role::a(c), temps);
    return a >= 0 ? a : inner_extent<role::b_k>(role::b(c), temps);
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
