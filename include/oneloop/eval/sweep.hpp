// SPDX-License-Identifier: BSL-1.0
// Runs the stages of a sweep tile by tile: the range and how it is cut into tiles and parts, who runs them, and where the
// members (members.hpp) find what they read and write.
#pragma once

#include <memory>

#include <oneloop/eval/check.hpp>
#include <oneloop/eval/members.hpp>
#include <oneloop/plan/sweep.hpp>

namespace ONELOOP_NAMESPACE::eval {

/// What the members of sweep `Sweep` ask of the evaluation around them.
template <class Execution, int Sweep>
struct sweep_execution {
  using default_type = typename Execution::default_type;
  using backend = typename Execution::backend;
  static constexpr auto const& schedule = Execution::schedule;
  Execution& execution;
  typename Execution::kept_type& tiles;  // where those are of which a tile is kept: each thread has its own

  /// The temporaries that this sweep writes tile by tile.
  struct tiled {
    template <int Index>
    static constexpr bool has =
        schedule.tile_axis[Index] != uncut && schedule.place[Execution::template stage_of_temp<Index>].sweep == Sweep;
  };
  template <int Index>
  static constexpr bool tile_only = tiled::template has<Index> && schedule.tile_only[Index];

  template <class Stage>
  static constexpr int lanes_of() {
    return Execution::template lanes_of<Stage>();
  }
  template <class Stage>
  ONELOOP_INLINE constexpr void run(Stage const& stage) {
    execution.run(stage);
  }

  // ---- what is read

  template <int Index>
  ONELOOP_INLINE constexpr auto view_of(index_t first, index_t count) const {
    if constexpr (tile_only<Index>)
      return tiles.template readable<Index>();
    else if constexpr (tiled::template has<Index>)
      return cut_view<schedule.tile_axis[Index]>(execution.kept.template readable<Index>(), first, count);
    else
      return execution.kept.template readable<Index>();
  }
  /// Every temporary as a tile at these indices reads it.
  ONELOOP_INLINE constexpr auto views(index_t first, index_t count) const {
    return [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      return hana::basic_tuple<decltype(view_of<I>(first, count))...>(view_of<I>(first, count)...);
    }(std::make_integer_sequence<int, Execution::temp_list::size>{});
  }

  template <class Space, class Stage, class Temps>
  static ONELOOP_INLINE constexpr auto measured_space(Stage const& stage, Temps const& temps) {
    return space_of<Space>(stage, hana::at_c<0>(stage.sinks), temps);
  }
  template <class Space>
  static ONELOOP_INLINE constexpr void require_known(index_list<Space::rank> const& space) {
    for (int axis = 0; axis < Space::rank; ++axis)
      if (space[axis] == open_extent) throw_open<Space>(space);
  }

  // ---- what is written

  template <class Sink>
  static constexpr bool keeps_tile = [] {
    if constexpr (planner::is_result<typename Sink::target>)
      return false;
    else
      return tile_only<Sink::target::index>;
  }();
  template <class Sink>
  ONELOOP_INLINE constexpr auto whole_destination() {
    if constexpr (keeps_tile<Sink>)
      return tiles.template writable<Sink::target::index>();
    else
      return execution.template destination<Sink>();
  }
  template <class Sink, int AxisWritten>
  ONELOOP_INLINE constexpr auto tile_destination(index_t first, index_t count) {
    if constexpr (keeps_tile<Sink>)
      return whole_destination<Sink>();
    else
      return cut_view<AxisWritten>(whole_destination<Sink>(), first, count);
  }
  /// Where only an explicit broadcast to a run-time dimension is read, the result's own extents say it.
  template <class Sink, int StageAxis, int Rank>
  ONELOOP_INLINE constexpr void complete_tile(index_list<Rank>& space) {
    if constexpr (planner::is_result<typename Sink::target> && !planner::is_fold<Sink>) {
      auto const extents = whole_destination<Sink>().extents();
      for (int axis = 0; axis < Rank; ++axis)
        if (space[axis] == open_extent) space[axis] = extents[axis];
    }
  }
  template <class Sink, int AxisWritten, int Rank>
  ONELOOP_INLINE constexpr void prepare_whole(index_list<Rank> const& all, bool zero) {
    if constexpr (!planner::is_result<typename Sink::target> && !keeps_tile<Sink>)
      execution.kept.template prepare<Sink::target::index>(extents_written<Sink>(all));
    if constexpr (Sink::shape_type::rank > 0 && !keeps_tile<Sink>)
      if (zero) each_element<0>(whole_destination<Sink>(), [](auto& element) { element = {}; });
  }
  template <class Sink, int AxisWritten, int Rank>
  ONELOOP_INLINE constexpr void prepare_tile(index_list<Rank> const& space) {
    if constexpr (keeps_tile<Sink>) tiles.template prepare<Sink::target::index>(extents_written<Sink>(space));
  }

  // ---- the range

  template <int Index>
  ONELOOP_INLINE constexpr auto view_before() const {
    if constexpr (tiled::template has<Index>)
      return not_there{};
    else
      return execution.kept.template readable<Index>();
  }
  /// Every temporary as it is before the first tile.
  ONELOOP_INLINE constexpr auto views_before() const {
    return [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      return hana::basic_tuple<decltype(view_before<I>())...>(view_before<I>()...);
    }(std::make_integer_sequence<int, Execution::temp_list::size>{});
  }

  /// The extent of an axis of the space as one formula of the stage tells it, or open_extent.
  template <int Axis, int Rank, class Node, class Temps>
  static ONELOOP_INLINE constexpr index_t told_by(Node const& node, Temps const& temps) {
    if constexpr (rank_v<Node> == Rank)
      return inner_extent<Axis>(node, temps);
    else
      return open_extent;
  }
  template <int Axis, class Sink>
  ONELOOP_INLINE constexpr index_t told_by_result() {
    if constexpr (planner::is_result<typename Sink::target> && !planner::is_fold<Sink>)
      return whole_destination<Sink>().extents()[Axis];
    else
      return open_extent;
  }
  /// All that is told of an axis of the stage's space: a dimension of one name may have two sizes in two formulas.
  template <int Axis, class Space, int StageAxis, class... Slots, class... Sinks, class Temps>
  ONELOOP_INLINE constexpr void take_axis(
      planner::stage<Space, StageAxis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>> const& stage,
      Temps const& temps, index_t& extent) {
    unpack_inline(stage.sinks, [&](auto const&... sink) ONELOOP_LAMBDA {
      (take(told_by<Axis, Space::rank>(sink.formula, temps), extent), ...);
    });
    unpack_inline(stage.slots, [&](auto const&... slot)
                                   ONELOOP_LAMBDA { (take(told_by<Axis, Space::rank>(slot, temps), extent), ...); });
    (take(told_by_result<Axis, Sinks>(), extent), ...);
  }
  template <class Shape, class A, class B, class Temps>
  static ONELOOP_INLINE constexpr void take_sum(contraction<Shape, A, B> const& product, Temps const& temps,
                                                index_t& extent) {
    using axes = planner::factor_axes<contraction<Shape, A, B>>;
    take(inner_extent<axes::left_summed>(product.left, temps), extent);
    take(inner_extent<axes::right_summed>(product.right, temps), extent);
  }
  static ONELOOP_INLINE constexpr void take(index_t told, index_t& extent) {
    if (told == open_extent) return;
    if (extent == open_extent) extent = told;
    if (extent != told) {
      using one_axis = shape::extents<shape::dim<"", shape::dynamic>{}>;
      throw_misfit<one_axis, one_axis>("evaluate", index_list<1>{{extent}}, index_list<1>{{told}},
                                       {"equal extents of dimensions of one name"});
    }
  }

  /// The extent of the range as the stage knows it.
  template <int Index, class Stage, class Temps>
  ONELOOP_INLINE constexpr void take_range(Stage const& stage, Temps const& temps, index_t& extent) {
    constexpr auto place = schedule.place[Index];
    if constexpr (place.role == planner::sweep_role::along_axis) {
      take_axis<place.axis>(stage, temps, extent);
      if constexpr (planner::size_of<decltype(Stage::sinks)> > 1)
        [&]<int... Axis>(std::integer_sequence<int, Axis...>) ONELOOP_LAMBDA {
          (take_other<Axis, place.axis>(stage, temps), ...);
        }(std::make_integer_sequence<int, Stage::space::rank>{});
    } else if constexpr (place.role == planner::sweep_role::by_sums) {
      unpack_inline(stage.slots, [&](auto const&... slot) ONELOOP_LAMBDA { (take_sum(slot, temps, extent), ...); });
    }
  }
  template <int Axis, int Swept, class Stage, class Temps>
  ONELOOP_INLINE constexpr void take_other(Stage const& stage, Temps const& temps) {
    index_t extent = open_extent;
    if constexpr (Axis != Swept && shape::is_dynamic<shape::axis<typename Stage::space, Axis>>)
      take_axis<Axis>(stage, temps, extent);
  }

  /// The largest product of the run-time extents that one index of the range takes, as far as it is told: tiles are cut by
  /// that. (A softmax of 512 x 32768 floats without static extents: a quarter of the time that tiles of 512 rows took.)
  template <int Index, class Stage, class Temps>
  ONELOOP_INLINE constexpr void take_slice(Stage const& stage, Temps const& temps, index_t& largest) {
    constexpr auto place = schedule.place[Index];
    if constexpr (place.role == planner::sweep_role::along_axis) {
      index_t size = 1;
      [&]<int... Axis>(std::integer_sequence<int, Axis...>) ONELOOP_LAMBDA {
        (multiply_by_axis<Axis, place.axis>(stage, temps, size), ...);
      }(std::make_integer_sequence<int, Stage::space::rank>{});
      if (size > largest) largest = size;
    }
  }
  template <int Axis, int Swept, class Space, int StageAxis, class... Slots, class... Sinks, class Temps>
  ONELOOP_INLINE constexpr void multiply_by_axis(
      planner::stage<Space, StageAxis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>> const& stage,
      Temps const& temps, index_t& size) {
    if constexpr (Axis != Swept && shape::is_dynamic<shape::axis<Space, Axis>>) {
      index_t told = 1;
      auto const take_larger = [&](index_t extent) ONELOOP_LAMBDA {
        if (extent != open_extent && extent > told) told = extent;
      };
      unpack_inline(stage.sinks, [&](auto const&... sink) ONELOOP_LAMBDA {
        (take_larger(told_by<Axis, Space::rank>(sink.formula, temps)), ...);
      });
      unpack_inline(stage.slots, [&](auto const&... slot)
                                     ONELOOP_LAMBDA { (take_larger(told_by<Axis, Space::rank>(slot, temps)), ...); });
      size *= told;
    }
  }

  template <int... Members, class Stages>
  constexpr void run_members(Stages const& stages) {
    index_t n = open_extent;
    index_t bytes = schedule.bytes[Sweep];
    {
      auto const temps = views_before();
      (take_range<Members>(hana::at_c<Members>(stages), temps, n), ...);
      if constexpr (schedule.open[Sweep]) {
        index_t largest = 1;
        (take_slice<Members>(hana::at_c<Members>(stages), temps, largest), ...);
        bytes *= largest;
      }
    }
    if (n == open_extent) throw_open<shape::extents<shape::dim<"", shape::dynamic>{}>>(index_list<1>{{n}});
    bool const far = n >= ONELOOP_STREAM_BYTES / bytes;
    index_t rows = far ? schedule.far_tile[Sweep] : schedule.tile[Sweep];
    if constexpr (schedule.open[Sweep])
      rows = planner::indices_of_tile(far ? planner::far_tile_bytes : planner::tile_bytes, bytes, false);
    constexpr bool stores_only = (true && ... && member_of<Members, Stages>::splits);
    constexpr bool threads = Execution::policy::threads;
    constexpr bool apart = threads && !stores_only;
    using members_type = hana::basic_tuple<member_of<Members, Stages, apart>...>;
    auto const make = [&]() ONELOOP_LAMBDA {
      return members_type(member_of<Members, Stages, apart>(hana::at_c<Members>(stages))...);
    };
    if constexpr (!stores_only) {
      auto const size = static_cast<index_t>(planner::indices_of_part(n, rows, schedule.matrices[Sweep]));
      if constexpr (threads)
        run_apart<members_type>(make, size, rows, n);
      else
        run_in_parts(make(), size, rows, n);
    } else if constexpr (threads) {
      run_shared<members_type>(make, rows, n);
    } else {
      auto members = make();
      run_tiles(members, 0, past_of_all(n), rows, n);
      finish(members);
    }
  }
  /// There is a tile of no index too, which is what a reduction of nothing is.
  static constexpr index_t past_of_all(index_t n) { return n > 0 ? n : 1; }
  template <class AllMembers>
  ONELOOP_INLINE constexpr void run_tiles(AllMembers& members, index_t first, index_t past, index_t rows, index_t n) {
    for (; first < past; first += rows) {
      index_t const count = n - first < rows ? n - first : rows;
      each_member(members, [&](auto& member) { member.tile(*this, first, count, n); });
    }
  }
  template <class AllMembers>
  ONELOOP_INLINE constexpr void finish(AllMembers& members) {
    each_member(members, [&](auto& member) { member.finish(*this); });
  }

  /// One part after the other, whose totals are aside meanwhile.
  template <class AllMembers>
  ONELOOP_INLINE constexpr void run_in_parts(AllMembers members, index_t size, index_t rows, index_t n) {
    totals_of<AllMembers> totals{};
    index_t first = 0;
    for (; n - first > size; first += size) {
      run_tiles(members, first, first + size, rows, n);
      each_carried(members, totals, [&](auto const& part, auto& total) { total.put_aside(part, first == 0); });
    }
    run_tiles(members, first, past_of_all(n), rows, n);
    if (first > 0) each_carried(members, totals, [](auto const& part, auto& total) { total.take_back(part); });
    finish(members);
  }

  // ---- with threads

  /// The same as run_tiles, compiled once for all threads, with tiles of its own: a thread's stack may be small.
  template <class AllMembers>
  [[gnu::noinline]] void run_part(AllMembers& members, index_t first, index_t past, index_t rows, index_t n) {
    auto const own_tiles = std::make_unique<typename Execution::kept_type>();
    sweep_execution{execution, *own_tiles}.run_tiles(members, first, past, rows, n);
  }
  /// Tiles that are only stored: whoever is free takes the next ones.
  template <class AllMembers, class Make>
  void run_shared(Make const& make, index_t rows, index_t n) {
    AllMembers members = make();
    run_part(members, 0, 1, rows, n);  // prepares what the others write to as well
    index_t work = 1;
    each_member(members, [&](auto& member) { work += member.work(); });
    if (n > rows)
      Execution::policy::run(n - rows, rows, grain_work / (work / n + 1) + rows, [&](part range) {
        AllMembers own = make();
        run_part(own, rows + range.first, rows + range.past, rows, n);
      });
    finish(members);
  }
  /// The parts of run_in_parts, each of which sums into a memory of its own.
  template <class AllMembers, class Make>
  void run_apart(Make const& make, index_t size, index_t rows, index_t n) {
    struct owner {
      AllMembers members;
    };
    auto const begin = [&] { return std::unique_ptr<owner>(new owner{make()}); };
    auto const all = begin();
    run_part(all->members, 0, 1, rows, n);
    if (n <= size) {
      if (n > rows) run_part(all->members, rows, n, rows, n);
    } else {
      Execution::policy::run_in_order(
          (n + size - 1) / size,
          [&](index_t index) {
            // The first goes on where it has begun.
            auto own = index > 0 ? begin() : nullptr;
            index_t const first = index * size, past = n - first < size ? n : first + size;
            run_part(index > 0 ? own->members : all->members, index > 0 ? first : rows, past, rows, n);
            return own;
          },
          [&](std::unique_ptr<owner> const& part) {
            if (!part) return;
            each_carried(all->members, part->members, [](auto const& sum, auto const& one) { merge_part(sum, one); });
          });
    }
    finish(all->members);
  }

  template <int Index, bool Apart, class Stage>
  static constexpr auto member_type(Stage const&) {
    constexpr auto place = schedule.place[Index];
    if constexpr (place.role == planner::sweep_role::along_axis)
      return std::type_identity<along_axis_member<sweep_execution, Stage, place.axis, Apart>>{};
    else if constexpr (place.role == planner::sweep_role::at_end)
      return std::type_identity<at_end_member<sweep_execution, Stage>>{};
    else
      return std::type_identity<by_sums_member<sweep_execution, Stage, Apart>>{};
  }
  template <int Index, class Stages, bool Apart = false>
  using member_of =
      typename decltype(member_type<Index, Apart>(hana::at_c<Index>(std::declval<Stages const&>())))::type;
  template <class... M, class Body>
  static constexpr void each_member(hana::basic_tuple<M...>& members, Body const& body) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (body(hana::at_c<I>(members)), ...);
    }(std::index_sequence_for<M...>{});
  }

  template <class... Carried>
  static auto totals_for(hana::basic_tuple<Carried...> const&) -> hana::basic_tuple<total<Carried>...>;
  template <class... M>
  static auto totals_of_all(hana::basic_tuple<M...> const&)
      -> hana::basic_tuple<decltype(totals_for(std::declval<M&>().carried(std::declval<sweep_execution&>())))...>;
  template <class AllMembers>
  using totals_of = decltype(totals_of_all(std::declval<AllMembers const&>()));

  /// body(a, b) for each that the members carry and what stands for it in `others`: totals, or members too.
  template <class AllMembers, class Others, class Body>
  constexpr void each_carried(AllMembers& members, Others& others, Body const& body) {
    auto const each = [&]<std::size_t... I>(auto const& a, auto&& b, std::index_sequence<I...>) {
      (body(hana::at_c<I>(a), hana::at_c<I>(b)), ...);
    };
    auto const pair = [&](auto& member, auto& other) {
      auto const carried = member.carried(*this);
      std::make_index_sequence<planner::size_of<std::remove_const_t<decltype(carried)>>> const all{};
      if constexpr (requires { other.carried(*this); })
        each(carried, other.carried(*this), all);
      else
        each(carried, other, all);
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (pair(hana::at_c<I>(members), hana::at_c<I>(others)), ...);
    }(std::make_index_sequence<planner::size_of<AllMembers>>{});
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
