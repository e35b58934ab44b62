// SPDX-License-Identifier: BSL-1.0
// Which stages of a program run together, tile by tile, over one range of a dimension: a sweep. What one of them stores
// for another is then as large as a tile and still in a cache when it is read; what they read is read once.
//
// A stage can be swept over a dimension in one of two ways:
//
//   along an axis of its space    it stores a tile of its result at a time, or folds tile after tile into one result
//   by its contractions           every one of them sums over the dimension: tile after tile is added to the sums, and
//                                 what follows them runs once, behind the last tile
//
// An array is cut along any axis but those of a packed matrix. What a sweep folds or sums is there when it ends: a
// stage that needs it runs at its end if it has not the dimension, and otherwise in a later sweep.
#pragma once

#include <oneloop/plan/ranges.hpp>

namespace ONELOOP_NAMESPACE::planner {

/// The most stages and temporaries of a program that is looked at; a larger one runs stage by stage.
inline constexpr int most_stages = 256;

// ---- whether a formula can be computed for a range of one axis only

/// What is known of a temporary while stages are gathered: whether one may read it, and along which axis it is cut.
struct temp_state {
  bool there = false;
  int axis = uncut;
};

/// along(axis, temps): whether the node can be computed for a part of `axis` alone (all of it if uncut), reading
/// temporaries as they are. bytes(axis): what it then reads per index of the axis.
template <class Node>
struct cuttable {
  // Numbers and constants.
  static constexpr bool along(int, temp_state const*) { return true; }
  static constexpr long long bytes(int) { return 0; }
};
template <class Node>
constexpr bool cuts(int axis, temp_state const* temps) {
  return cuttable<std::remove_cvref_t<Node>>::along(axis, temps);
}
template <class Node>
constexpr long long bytes_read_along(int axis) {
  return cuttable<std::remove_cvref_t<Node>>::bytes(axis);
}

/// The bytes of an array per index of one axis; other run-time extents count as one.
template <class Element, auto... Dims>
constexpr long long slice_bytes(shape::extents<Dims...>, int axis) {
  if (axis == uncut) return 0;
  long long result = sizeof(element_or<Element, float>);
  [[maybe_unused]] int at = 0;
  ((at++ != axis && !shape::is_dynamic<Dims> ? void(result *= shape::extent_of<Dims>) : void()), ...);
  return result;
}

template <fixed_string Name, class Shape>
struct cuttable<var_t<Name, Shape>> {
  static constexpr bool along(int, temp_state const*) { return true; }
  static constexpr long long bytes(int axis) { return slice_bytes<float>(Shape{}, axis); }
};

template <class View, class Shape, class Identity>
struct cuttable<read<View, Shape, Identity>> {
  static constexpr bool along(int axis, temp_state const*) {
    return axis == uncut || !requires { View::layout_type::width; };
  }
  static constexpr long long bytes(int axis) { return slice_bytes<typename View::element>(Shape{}, axis); }
};
template <int Index, class Shape, class Element>
struct cuttable<temp<Index, Shape, Element>> {
  static constexpr bool along(int axis, temp_state const* temps) {
    return temps[Index].there && (temps[Index].axis == uncut || temps[Index].axis == axis);
  }
  static constexpr long long bytes(int axis) { return slice_bytes<computed<Element>>(Shape{}, axis); }
};
template <class Shape, int IndexAxis>
struct cuttable<index_along<Shape, IndexAxis>> {
  static constexpr bool along(int axis, temp_state const*) { return axis != IndexAxis; }
  static constexpr long long bytes(int) { return 0; }
};
template <class Op, class Shape, class... Args>
struct cuttable<applied<Op, Shape, Args...>> {
  static constexpr bool along(int axis, temp_state const* temps) {
    return (true && ... && cuts<Args>(rank_v<Args> == 0 ? uncut : axis, temps));
  }
  static constexpr long long bytes(int axis) {
    return (0LL + ... + bytes_read_along<Args>(rank_v<Args> == 0 ? uncut : axis));
  }
};
template <class Shape, int... Map, bool Explicit, class A>
struct cuttable<broadcasted<Shape, shape::axis_map<Map...>, Explicit, A>> {
  static constexpr int inner(int axis) {
    [[maybe_unused]] int from = 0;
    int found = uncut;
    ((axis != uncut && Map == axis ? void(found = from) : void(), ++from), ...);
    return found;
  }
  static constexpr bool along(int axis, temp_state const* temps) { return cuts<A>(inner(axis), temps); }
  static constexpr long long bytes(int axis) { return bytes_read_along<A>(inner(axis)); }
};
template <int... Axes, class A>
struct cuttable<permuted<shape::axis_map<Axes...>, A>> {
  static constexpr int inner(int axis) {
    constexpr int axes[] = {Axes...};
    return axis == uncut ? uncut : axes[axis];
  }
  static constexpr bool along(int axis, temp_state const* temps) { return cuts<A>(inner(axis), temps); }
  static constexpr long long bytes(int axis) { return bytes_read_along<A>(inner(axis)); }
};

template <class Shape, class A, class B>
struct cuttable<contraction<Shape, A, B>> {
  using axes = factor_axes<contraction<Shape, A, B>>;
  static constexpr bool along(int axis, temp_state const* temps) {
    return cuts<A>(axes::left(axis), temps) && cuts<B>(axes::right(axis), temps);
  }
  static constexpr long long bytes(int axis) {
    return bytes_read_along<A>(axes::left(axis)) + bytes_read_along<B>(axes::right(axis));
  }
  static constexpr bool by_sum(temp_state const* temps) {
    return cuts<A>(axes::left_summed, temps) && cuts<B>(axes::right_summed, temps);
  }
  static constexpr long long bytes_by_sum() {
    return bytes_read_along<A>(axes::left_summed) + bytes_read_along<B>(axes::right_summed);
  }
};
template <int Index, class Contraction>
struct cuttable<slot<Index, Contraction>> {
  static constexpr bool along(int, temp_state const*) { return true; }  // asked of the stage's contractions
  static constexpr long long bytes(int) { return 0; }
};

// ---- what a stage reads and writes

/// mark(index) for each temporary below the node.
template <class Node>
struct temps_of {
  template <class... T>
  static constexpr void below(type_list<T...>, [[maybe_unused]] bool* marked) {
    (temps_of<T>::mark(marked), ...);
  }
  static constexpr void mark(bool* marked) { below(children_t<Node>{}, marked); }
};
template <int Index, class Shape, class Element>
struct temps_of<temp<Index, Shape, Element>> {
  static constexpr void mark(bool* marked) { marked[Index] = true; }
};

/// Whether the reduction's result over a range can be had from its results, or states, over parts of it. Positions
/// count from the beginning of the part.
template <class Op>
inline constexpr bool folds_in_parts =
    std::is_same_v<typename Op::template result<float>, float> || requires { Op::of_masks; };
/// Whether results of parts are added.
template <class Op>
inline constexpr bool adds_parts = std::is_base_of_v<op::accumulation, Op>;

enum class sweep_role { alone, along_axis, by_sums, at_end };

/// How a stage is swept over a range.
struct sweep_way {
  sweep_role role = sweep_role::alone;
  int axis = uncut;
};

struct stage_place {
  int sweep = -1;  // in the order of execution
  sweep_role role = sweep_role::alone;
  int axis = uncut;
};

/// What is asked of a stage that is swept in some way.
template <class Stage>
struct swept_stage;
template <class Space, int Axis, class... Slots, class... Sinks>
struct swept_stage<stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>> {
  template <class Sink>
  static constexpr bool can_fold([[maybe_unused]] int axis) {
    if constexpr (!is_fold<Sink>) {
      return true;
    } else {
      if (Axis == all_axes || (Axis == axis && Space::rank == 1)) return folds_in_parts<typename Sink::operation>;
      // Added where the result is: not if that rounds each time.
      return Axis != axis || (adds_parts<typename Sink::operation> &&
                              std::is_same_v<computed<typename Sink::element>, typename Sink::element>);
    }
  }
  /// A product of matrices all of whose ranges are sized at run time and have no names: nothing says that either is
  /// small. Each tile would arrange the other factor anew, and a BLAS is to have it as a whole.
  template <class Slot>
  static constexpr bool may_be_large() {
    if constexpr (is_matrix_product<Slot>)
      return ranges_in<Space>::value[Space::rank - 2].is_anonymous() &&
             ranges_in<Space>::value[Space::rank - 1].is_anonymous() && factor_axes<Slot>::left_range.is_anonymous() &&
             factor_axes<Slot>::right_range.is_anonymous();
    else
      return false;
  }
  /// Whether it can join a sweep, given what is there.
  static constexpr bool joins(sweep_way way, temp_state const* temps) {
    if constexpr ((false || ... || may_be_large<Slots>())) return false;
    if (way.role == sweep_role::along_axis)
      return (true && ... && can_fold<Sinks>(way.axis)) && (true && ... && cuts<Slots>(way.axis, temps)) &&
             (true && ... && cuts<typename Sinks::formula_type>(way.axis, temps));
    if (way.role == sweep_role::by_sums)
      return (true && ... && cuttable<Slots>::by_sum(temps)) &&
             (true && ... && cuts<typename Sinks::formula_type>(uncut, temps));
    return false;
  }
  /// What it reads per index of the range.
  static constexpr long long bytes(sweep_way way) {
    if (way.role == sweep_role::along_axis)
      return (0LL + ... + bytes_read_along<Slots>(way.axis)) +
             (0LL + ... + bytes_read_along<typename Sinks::formula_type>(way.axis));
    return (0LL + ... + cuttable<Slots>::bytes_by_sum());
  }
  /// Marks what it writes, and the axis along which that is cut; uncut where it is there at the end of the sweep.
  template <class Sink>
  static constexpr void mark_sink(sweep_way way, temp_state* temps) {
    if constexpr (!is_result<typename Sink::target>) {
      int axis = way.role == sweep_role::along_axis ? way.axis : uncut;
      if (is_fold<Sink> && axis != uncut)
        axis = Axis == all_axes || Axis == axis ? uncut : Axis < axis ? axis - 1 : axis;
      temps[Sink::target::index] = {true, axis};
    }
  }
  static constexpr void mark_written(sweep_way way, temp_state* temps) { (mark_sink<Sinks>(way, temps), ...); }
};

/// One stage's answers, behind one type for all stages.
struct stage_facts {
  bool matrices;  // whether it multiplies two of them
  int dynamics;   // the run-time extents of its space
  int rank, slots;
  bool (*joins)(sweep_way, temp_state const*);
  long long (*bytes)(sweep_way);
  void (*mark_reads)(bool*);
  void (*mark_written)(sweep_way, temp_state*);
};

/// Marks the temporaries that the stage reads.
template <class Space, int Axis, class... Slots, class... Sinks>
constexpr void mark_reads_of(stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>> const*,
                             [[maybe_unused]] bool* marked) {
  (temps_of<Slots>::mark(marked), ...);
  (temps_of<typename Sinks::formula_type>::mark(marked), ...);
}

template <class Stage>
struct facts_of;
template <class Space, int Axis, class... Slots, class... Sinks>
struct facts_of<stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>> {
  using stage_type = stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>;
  using swept = swept_stage<stage_type>;
  static constexpr void mark_reads(bool* marked) { mark_reads_of(static_cast<stage_type const*>(nullptr), marked); }
  static constexpr stage_facts value{(false || ... || is_matrix_product<Slots>),
                                     shape::dynamic_count<Space>,
                                     Space::rank,
                                     static_cast<int>(sizeof...(Slots)),
                                     &swept::joins,
                                     &swept::bytes,
                                     &mark_reads,
                                     &swept::mark_written};
};

// ---- the schedule

/// Which sweep each stage runs in, and which temporaries are kept as tiles.
template <int Stages, int Temps>
struct schedule {
  static constexpr int stages = Stages;
  stage_place place[Stages > 0 ? Stages : 1]{};
  int tile_axis[Temps > 0 ? Temps : 1]{};      // of a temporary that a sweep writes tile by tile
  bool tile_only[Temps > 0 ? Temps : 1]{};     // nobody else reads it: a tile is all there is of it
  bool carried[Temps > 0 ? Temps : 1]{};       // summed or folded from tile to tile, and read by the sweep's end alone
  int sweeps = 0;                              // numbers given out, one for each stage alone too
  int together = 0;                            // stages that share a sweep with another
  int tile[Stages > 0 ? Stages : 1]{};         // of each sweep: how many indices at a time, 0 if all of them at once
  int far_tile[Stages > 0 ? Stages : 1]{};     // the same, where what it reads comes from memory
  long long bytes[Stages > 0 ? Stages : 1]{};  // of what it reads per index
  bool open[Stages > 0 ? Stages : 1]{};        // and of arrays with other run-time extents too, which are 1 in `bytes`
  bool matrices[Stages > 0 ? Stages : 1]{};    // whether some are multiplied
};

/// As many indices as leave their arrays in the first-level cache until they are read again, beside all else that is
/// there; but the fewer they are, the more often each stage is begun, and a product of matrices packs its other factor
/// again. (Logistic regression with its gradient, 262144 x 256 floats, Zen 5: 9.3 ms by 32 rows, 9.9 by 64 and 128;
/// 2097152 x 32, Zen 3: 26 ms by 256 rows, 23.5 by 128.) What comes from memory is taken by fewer: while a stage runs
/// that finds its array in a cache, memory is idle (decision 0014).
inline constexpr int smallest_tile = 32, smallest_matrix_tile = 128, largest_tile = 512;
inline constexpr long long tile_bytes = 16384, far_tile_bytes = 4096, matrix_tile_bytes = 32768;
/// Slices of which the smallest tile is larger than this make smaller ones, which stay in the second-level cache (softmax
/// of rows of 8192 floats: 0.8 of the time).
inline constexpr long long second_level_bytes = 262144;

/// How many indices make a tile, each of which reads so many bytes.
constexpr int indices_of_tile(long long room, long long bytes, bool matrices) {
  long long const within_second = second_level_bytes / bytes;
  long long const least = matrices                        ? smallest_matrix_tile
                          : within_second > smallest_tile ? smallest_tile
                          : within_second < 1             ? 1
                                                          : within_second;
  long long const fit = room / bytes / smallest_tile * smallest_tile;
  return static_cast<int>(fit < least ? least : fit > largest_tile ? largest_tile : fit);
}

/// A sweep that sums or folds over many tiles does so part by part, whose results are then added in their order: a part
/// may be another thread's, and a sum of millions of rows has the error of a part's. How many indices a part takes follows
/// from the range alone, so the bits are the same for any number of threads.
inline constexpr int most_parts = 64, tiles_of_part = 32, matrix_tiles_of_part = 4;
constexpr long long indices_of_part(long long count, long long tile, bool matrices) {
  long long const tiles = (count + tile - 1) / tile;
  long long const least = matrices ? matrix_tiles_of_part : tiles_of_part;
  if (tiles < 2 * least) return count;
  long long const fair = (tiles + most_parts - 1) / most_parts;
  return (fair < least ? least : fair) * tile;
}

/// Stages over the range are gathered: first all that can run before, then one sweep of all that can join, and so on.
/// `ways`: how each stage is swept; `extent`: that of the range, if it is known.
template <int Stages, int Temps>
constexpr auto schedule_over(stage_facts const* facts, sweep_way const* ways, int extent) {
  constexpr int count = Stages, temps_count = Temps;
  schedule<count, temps_count> result;
  temp_state temps[temps_count > 0 ? temps_count : 1]{};
  bool done[count]{};
  int left = count;
  int writer[temps_count > 0 ? temps_count : 1]{};

  // Whether all that it reads is there as a whole.
  auto const ready = [&](int s) {
    bool reads[temps_count > 0 ? temps_count : 1]{};
    facts[s].mark_reads(reads);
    for (int t = 0; t < temps_count; ++t)
      if (reads[t] && !(temps[t].there && temps[t].axis == uncut)) return false;
    return true;
  };
  auto const run_alone = [&](int s) {
    result.place[s].sweep = result.sweeps++;
    temp_state written[temps_count > 0 ? temps_count : 1]{};
    facts[s].mark_written(ways[s], written);
    for (int t = 0; t < temps_count; ++t)
      if (written[t].there) temps[t] = {true, uncut}, writer[t] = result.place[s].sweep;
    done[s] = true;
    --left;
  };

  for (int t = 0; t < temps_count; ++t) result.tile_axis[t] = uncut;
  while (left > 0) {
    for (bool again = true; again;) {
      again = false;
      for (int s = 0; s < count; ++s)
        if (!done[s] && ways[s].role == sweep_role::alone && ready(s)) run_alone(s), again = true;
    }
    if (left == 0) break;
    // One sweep.
    bool member[count]{};
    int members = 0;
    temp_state visible[temps_count > 0 ? temps_count : 1]{};
    temp_state at_end[temps_count > 0 ? temps_count : 1]{};
    for (int t = 0; t < temps_count; ++t) visible[t] = temps[t];
    for (int s = 0; s < count; ++s) {
      if (done[s] || !facts[s].joins(ways[s], visible)) continue;
      member[s] = true;
      ++members;
      temp_state written[temps_count > 0 ? temps_count : 1]{};
      facts[s].mark_written(ways[s], written);
      for (int t = 0; t < temps_count; ++t) {
        if (!written[t].there) continue;
        at_end[t] = written[t];
        if (written[t].axis != uncut) visible[t] = written[t];
      }
    }
    if (members < 2) {
      // Nothing is gained: the first that can run, runs.
      for (int s = 0; s < count; ++s) {
        if (!done[s] && ready(s)) {
          run_alone(s);
          break;
        }
      }
      continue;
    }
    int const sweep = result.sweeps++;
    for (int t = 0; t < temps_count; ++t)
      result.carried[t] = result.carried[t] || (at_end[t].there && at_end[t].axis == uncut);
    // What only waits for these results (a gradient's division by the number of rows) ends the sweep.
    bool ends[count]{};
    for (int s = 0; s < count; ++s) {
      if (done[s] || member[s] || ways[s].role != sweep_role::alone) continue;
      bool reads[temps_count > 0 ? temps_count : 1]{};
      facts[s].mark_reads(reads);
      bool waits = false, can = true;
      for (int t = 0; t < temps_count; ++t) {
        if (!reads[t]) continue;
        bool const at_hand = (temps[t].there && temps[t].axis == uncut);
        bool const summed = at_end[t].there && at_end[t].axis == uncut;
        waits = waits || summed;
        can = can && (at_hand || summed);
      }
      if (!waits || !can) continue;
      ends[s] = true;
      ++members;
      facts[s].mark_written(ways[s], at_end);
    }
    result.together += members;
    for (int s = 0; s < count; ++s)
      if (ends[s]) result.place[s] = {sweep, sweep_role::at_end, uncut}, done[s] = true, --left;
    for (int s = 0; s < count; ++s)
      if (member[s]) result.place[s] = {sweep, ways[s].role, ways[s].axis}, done[s] = true, --left;
    long long bytes = 1;
    bool matrices = false, open = false;
    for (int s = 0; s < count; ++s) {
      if (!member[s]) continue;
      matrices = matrices || facts[s].matrices;
      open = open || (ways[s].role == sweep_role::along_axis && facts[s].dynamics > (extent == shape::dynamic ? 1 : 0));
      if (long long const read = facts[s].bytes(ways[s]); read > bytes) bytes = read;
    }
    int const tile = indices_of_tile(matrices ? matrix_tile_bytes : tile_bytes, bytes, matrices);
    result.tile[sweep] = extent != shape::dynamic && extent <= tile ? 0 : tile;
    result.far_tile[sweep] = matrices ? tile : indices_of_tile(far_tile_bytes, bytes, false);
    result.bytes[sweep] = bytes;
    result.open[sweep] = open && !matrices;
    result.matrices[sweep] = matrices;
    for (int t = 0; t < temps_count; ++t) {
      if (!at_end[t].there) continue;
      temps[t] = {true, uncut};
      writer[t] = sweep;
      result.tile_axis[t] = at_end[t].axis;
      result.tile_only[t] = at_end[t].axis != uncut;
    }
  }
  for (int s = 0; s < count; ++s) {
    bool reads[temps_count > 0 ? temps_count : 1]{};
    facts[s].mark_reads(reads);
    for (int t = 0; t < temps_count; ++t)
      if (reads[t] && writer[t] != result.place[s].sweep) result.tile_only[t] = result.carried[t] = false;
  }
  return result;
}

template <int Stages, int Temps>
constexpr auto schedule_alone() {
  schedule<Stages, Temps> result;
  for (int s = 0; s < Stages; ++s) result.place[s].sweep = result.sweeps++;
  for (int t = 0; t < Temps; ++t) result.tile_axis[t] = uncut;
  return result;
}

// ---- the range that is swept

/// The most ranges of one program that are tried.
inline constexpr int most_ranges = 32;

/// How the stages of a program are swept over a range, each along the first axis that has it.
template <int Stages, int Axes>
constexpr void find_ways(stage_facts const* facts, program_ranges<Stages, Axes> const& ranges, range const& swept,
                         sweep_way* ways) {
  for (int s = 0; s < Stages; ++s) {
    ways[s] = {};
    if (!ranges.one_space[s]) continue;
    range const* const space = ranges.of + ranges.first[s];
    for (int axis = 0; axis < facts[s].rank && ways[s].axis == uncut; ++axis)
      if (same_range(swept, space[axis])) ways[s] = {sweep_role::along_axis, axis};
    if (ways[s].axis != uncut || facts[s].rank == 0 || facts[s].slots == 0) continue;
    range const* const sums = ranges.of + ranges.sums[s];
    bool all = true;
    for (int slot = 0; slot < facts[s].slots; ++slot)
      all = all && (same_range(swept, sums[2 * slot]) || same_range(swept, sums[2 * slot + 1]));
    if (all) ways[s].role = sweep_role::by_sums;
  }
}
/// The extent of the range where the type of one of the axes that are swept tells it.
template <int Stages, int Axes>
constexpr int extent_swept(stage_facts const* facts, program_ranges<Stages, Axes> const& ranges, range const& swept,
                           sweep_way const* ways) {
  int extent = swept.extent;
  auto const take = [&](range const& one) {
    if (one.extent != shape::dynamic && same_range(swept, one)) extent = one.extent;
  };
  for (int s = 0; s < Stages; ++s) {
    if (ways[s].role == sweep_role::along_axis) take(ranges.of[ranges.first[s] + ways[s].axis]);
    if (ways[s].role == sweep_role::by_sums)
      for (int sum = 0; sum < 2 * facts[s].slots; ++sum) take(ranges.of[ranges.sums[s] + sum]);
  }
  return extent;
}

/// Of ranges that leave equally many sweeps: one of run-time size first, for what is stored would grow with it.
constexpr int preference(range const& r) { return 2 * (r.extent == shape::dynamic) + r.is_named(); }

/// The fewest sweeps; of equals the range that is preferred, then the first to stand in the formula.
template <int Temps, int Stages, int Axes>
constexpr auto best_schedule(stage_facts const* facts, program_ranges<Stages, Axes> const& ranges) {
  auto best = schedule_alone<Stages, Temps>();
  int best_preference = -1;
  range const* tried[most_ranges]{};
  int count = 0;
  sweep_way ways[Stages]{};
  for (int s = 0; s < Stages; ++s) {
    for (int axis = 0; axis < facts[s].rank; ++axis) {
      range const& one = ranges.of[ranges.first[s] + axis];
      bool skip = count == most_ranges || !may_be_swept(one.is_named(), one.extent);
      for (int i = 0; i < count && !skip; ++i) skip = same_range(one, *tried[i]);
      if (skip) continue;
      tried[count++] = &one;
      find_ways(facts, ranges, one, ways);
      auto const other = schedule_over<Stages, Temps>(facts, ways, extent_swept(facts, ranges, one, ways));
      if (other.sweeps < best.sweeps ||
          (other.sweeps == best.sweeps && preference(one) > best_preference && best.together > 0)) {
        best = other;
        best_preference = preference(one);
      }
    }
  }
  return best;
}

template <class... Stages, class... Infos>
constexpr auto make_schedule(type_list<Stages...> stages, type_list<Infos...> temps) {
  constexpr int loops = (0 + ... + (Stages::space::rank > 0 ? 1 : 0));
  if constexpr (loops < 2 || sizeof...(Stages) > most_stages) {
    return schedule_alone<sizeof...(Stages), sizeof...(Infos)>();
  } else {
    stage_facts const facts[] = {facts_of<Stages>::value...};
    return best_schedule<sizeof...(Infos)>(facts, ranges_of(stages, temps));
  }
}

template <class Program>
inline constexpr int schedule_of = 0;
template <class... Stages, class Temps, int Scopes>
inline constexpr auto schedule_of<program<hana::basic_tuple<Stages...>, Temps, Scopes>> =
    make_schedule(type_list<Stages...>{}, Temps{});

}  // namespace ONELOOP_NAMESPACE::planner
