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
// An array is cut along any axis but those of a packed matrix. What a sweep folds or sums is there when it ends: a stage
// that needs it runs at its end if it has not the dimension, and otherwise in a later sweep.
#pragma once

#include <oneloop/plan/program.hpp>

namespace ONELOOP_NAMESPACE::planner {

/// No axis of it is cut: it is there as a whole.
inline constexpr int uncut = -1;

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

/// The axes of both factors that an axis of the product's space cuts, and those that are summed.
template <class Contraction>
struct factor_axes;
template <class Shape, class A, class B>
struct factor_axes<contraction<Shape, A, B>> {
  static constexpr int row = rank_v<A> >= 2 ? 1 : 0, column = rank_v<B> >= 2 ? 1 : 0;
  static constexpr int batch = Shape::rank - row - column;
  static constexpr int left(int axis) {
    if (axis == uncut) return uncut;
    if (axis < batch) return rank_v<A> - 2 == batch ? axis : uncut;
    return row && axis == batch ? rank_v<A> - 2 : uncut;
  }
  static constexpr int right(int axis) {
    if (axis == uncut) return uncut;
    if (axis < batch) return rank_v<B> - 2 == batch ? axis : uncut;
    return row && axis == batch ? uncut : rank_v<B> - 1;
  }
  static constexpr int left_summed = rank_v<A> - 1;
  static constexpr int right_summed = rank_v<B> >= 2 ? rank_v<B> - 2 : 0;
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

/// Whether the reduction's result over a range can be had from its results, or states, over parts of it. Positions count
/// from the beginning of the part.
template <class Op>
inline constexpr bool folds_in_parts = std::is_same_v<typename Op::template result<float>, float> || requires { Op::of_masks; };
/// Whether results of parts are added.
template <class Op>
inline constexpr bool adds_parts = std::is_base_of_v<op::accumulation, Op>;

enum class sweep_role { alone, along_axis, by_sums, at_end };

struct stage_place {
  int sweep = -1;  // in the order of execution
  sweep_role role = sweep_role::alone;
  int axis = uncut;
};

/// The axis of the space that is the dimension, or uncut.
template <auto Dim, class Space>
inline constexpr int axis_with = uncut;
template <auto Dim, auto... Dims>
inline constexpr int axis_with<Dim, shape::extents<Dims...>> = [] {
  int axis = 0, found = uncut;
  ((found == uncut && shape::same_range<Dim, Dims>() ? void(found = axis) : void(), ++axis), ...);
  return found;
}();

template <auto Dim, class Contraction>
inline constexpr bool sums_over = false;
template <auto Dim, class Shape, class A, class B>
inline constexpr bool sums_over<Dim, contraction<Shape, A, B>> = [] {
  using axes = factor_axes<contraction<Shape, A, B>>;
  constexpr auto left = shape::axis<shape_t<A>, axes::left_summed>;
  constexpr auto right = shape::axis<shape_t<B>, axes::right_summed>;
  return shape::same_range<Dim, left>() || shape::same_range<Dim, right>();
}();

/// How the stage is swept over the dimension.
template <auto Dim, class Stage>
struct swept_stage;
template <auto Dim, class Space, int Axis, class... Slots, class... Sinks>
struct swept_stage<Dim, stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>> {
  static constexpr int axis = axis_with<Dim, Space>;
  static constexpr sweep_role role = [] {
    if (axis != uncut) return sweep_role::along_axis;
    if (sizeof...(Slots) > 0 && Space::rank > 0 && (true && ... && sums_over<Dim, Slots>)) return sweep_role::by_sums;
    return sweep_role::alone;
  }();

  template <class Sink>
  static constexpr bool can_fold() {
    if constexpr (!is_fold<Sink>)
      return true;
    else if constexpr (Axis == all_axes || (Axis == axis && Space::rank == 1))
      return folds_in_parts<typename Sink::operation>;
    else if constexpr (Axis == axis)  // added where the result is: not if that rounds each time
      return adds_parts<typename Sink::operation> && std::is_same_v<computed<typename Sink::element>, typename Sink::element>;
    else
      return true;
  }
  /// Whether it can join a sweep, given what is there.
  static constexpr bool joins(temp_state const* temps) {
    if constexpr (role == sweep_role::along_axis)
      return (true && ... && can_fold<Sinks>()) && (true && ... && cuts<Slots>(axis, temps)) &&
             (true && ... && cuts<typename Sinks::formula_type>(axis, temps));
    else if constexpr (role == sweep_role::by_sums)
      return (true && ... && cuttable<Slots>::by_sum(temps)) &&
             (true && ... && cuts<typename Sinks::formula_type>(uncut, temps));
    else
      return false;
  }
  /// What it reads per index of the dimension.
  static constexpr long long bytes() {
    if constexpr (role == sweep_role::along_axis)
      return (0LL + ... + bytes_read_along<Slots>(axis)) +
             (0LL + ... + bytes_read_along<typename Sinks::formula_type>(axis));
    else if constexpr (role == sweep_role::by_sums)
      return (0LL + ... + cuttable<Slots>::bytes_by_sum());
    else
      return 0;
  }
  /// How many indices the dimension has, where this stage's types tell it.
  static constexpr int extent() {
    if constexpr (role == sweep_role::along_axis) {
      return shape::extent_of<shape::axis<Space, axis>>;
    } else {
      int result = shape::dynamic;
      ((inner_extent_v<Slots> != shape::dynamic ? void(result = inner_extent_v<Slots>) : void()), ...);
      return result;
    }
  }
  /// The axis along which what the sink writes is cut; uncut where it is there at the end of the sweep.
  template <class Sink>
  static constexpr int axis_written() {
    if constexpr (role != sweep_role::along_axis)
      return uncut;
    else if constexpr (!is_fold<Sink>)
      return axis;
    else if constexpr (Axis == all_axes || Axis == axis)
      return uncut;
    else
      return Axis < axis ? axis - 1 : axis;
  }
};

/// One stage's answers, behind one type for all stages.
struct stage_facts {
  sweep_role role;
  bool matrices;  // whether it multiplies two of them
  int axis, extent;
  long long bytes;
  bool (*joins)(temp_state const*);
  void (*mark_reads)(bool*);
  void (*mark_written)(temp_state*);  // there = true, and the axis
};

/// Marks the temporaries that the stage reads.
template <class Space, int Axis, class... Slots, class... Sinks>
constexpr void mark_reads_of(stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>> const*,
                             [[maybe_unused]] bool* marked) {
  (temps_of<Slots>::mark(marked), ...);
  (temps_of<typename Sinks::formula_type>::mark(marked), ...);
}

template <auto Dim, class Stage>
struct facts_of;
template <auto Dim, class Space, int Axis, class... Slots, class... Sinks>
struct facts_of<Dim, stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>> {
  using swept = swept_stage<Dim, stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>>;
  using stage_type = stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>;
  static constexpr void mark_reads(bool* marked) { mark_reads_of(static_cast<stage_type const*>(nullptr), marked); }
  template <class Sink>
  static constexpr void mark_sink(temp_state* temps) {
    if constexpr (!is_result<typename Sink::target>)
      temps[Sink::target::index] = {true, swept::template axis_written<Sink>()};
  }
  static constexpr void mark_written(temp_state* temps) { (mark_sink<Sinks>(temps), ...); }
  static constexpr stage_facts value{swept::role, (false || ... || is_matrix_product<Slots>), swept::axis, swept::extent(), swept::bytes(), &swept::joins, &mark_reads, &mark_written};
};

// ---- the schedule

/// Which sweep each stage runs in, and which temporaries are kept as tiles.
template <int Stages, int Temps>
struct schedule {
  static constexpr int stages = Stages;
  stage_place place[Stages > 0 ? Stages : 1]{};
  int tile_axis[Temps > 0 ? Temps : 1]{};   // of a temporary that a sweep writes tile by tile
  bool tile_only[Temps > 0 ? Temps : 1]{};  // nobody else reads it: a tile is all there is of it
  int sweeps = 0;                           // numbers given out, one for each stage alone too
  int together = 0;                         // stages that share a sweep with another
  int tile[Stages > 0 ? Stages : 1]{};      // of each sweep: how many indices at a time, 0 if all of them at once
};

/// As many indices as leave their arrays in the first-level cache until they are read again; but the fewer they are, the
/// more often each stage is begun, and a product of matrices packs its other factor again. (Logistic regression with its
/// gradient, 262144 x 256 floats: 9.3 ms by 32 rows, 9.9 by 64 and 128; 2097152 x 32: 11.9 by 224, 14.0 by 192, 15.2 by 128.)
inline constexpr int smallest_tile = 32, smallest_matrix_tile = 128, largest_tile = 512;
inline constexpr long long tile_bytes = 32768;

/// Stages over the dimension are gathered: first all that can run before, then one sweep of all that can join, and so on.
template <auto Dim, class... Stages, class... Infos>
constexpr auto schedule_over(type_list<Stages...>, type_list<Infos...>) {
  constexpr int count = sizeof...(Stages), temps_count = sizeof...(Infos);
  schedule<count, temps_count> result;
  stage_facts const facts[] = {facts_of<Dim, Stages>::value...};
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
    facts[s].mark_written(written);
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
        if (!done[s] && facts[s].role == sweep_role::alone && ready(s)) run_alone(s), again = true;
    }
    if (left == 0) break;
    // One sweep.
    bool member[count]{};
    int members = 0;
    temp_state visible[temps_count > 0 ? temps_count : 1]{};
    temp_state at_end[temps_count > 0 ? temps_count : 1]{};
    for (int t = 0; t < temps_count; ++t) visible[t] = temps[t];
    for (int s = 0; s < count; ++s) {
      if (done[s] || !facts[s].joins(visible)) continue;
      member[s] = true;
      ++members;
      temp_state written[temps_count > 0 ? temps_count : 1]{};
      facts[s].mark_written(written);
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
    // What only waits for these results (a gradient's division by the number of rows) ends the sweep.
    bool ends[count]{};
    for (int s = 0; s < count; ++s) {
      if (done[s] || member[s] || facts[s].role != sweep_role::alone) continue;
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
      facts[s].mark_written(at_end);
    }
    result.together += members;
    for (int s = 0; s < count; ++s)
      if (ends[s]) result.place[s] = {sweep, sweep_role::at_end, uncut}, done[s] = true, --left;
    for (int s = 0; s < count; ++s)
      if (member[s]) result.place[s] = {sweep, facts[s].role, facts[s].axis}, done[s] = true, --left;
    long long bytes = 1;
    int extent = shape::dynamic, least = smallest_tile;
    for (int s = 0; s < count; ++s) {
      if (!member[s]) continue;
      if (facts[s].matrices) least = smallest_matrix_tile;
      if (facts[s].bytes > bytes) bytes = facts[s].bytes;
      if (facts[s].extent != shape::dynamic) extent = facts[s].extent;
    }
    long long rows = tile_bytes / bytes / smallest_tile * smallest_tile;
    rows = rows < least ? least : rows > largest_tile ? largest_tile : rows;
    result.tile[sweep] = extent != shape::dynamic && extent <= rows ? 0 : static_cast<int>(rows);
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
      if (reads[t] && writer[t] != result.place[s].sweep) result.tile_only[t] = false;
  }
  return result;
}

template <class... Stages, class... Infos>
constexpr auto schedule_alone(type_list<Stages...>, type_list<Infos...>) {
  schedule<sizeof...(Stages), sizeof...(Infos)> result;
  for (unsigned s = 0; s < sizeof...(Stages); ++s) result.place[s].sweep = result.sweeps++;
  for (unsigned t = 0; t < sizeof...(Infos); ++t) result.tile_axis[t] = uncut;
  return result;
}

// ---- the dimension that is swept

template <auto... Dims>
struct dim_list {};

/// Up to here the arrays along a dimension without a name stay in a cache anyway.
inline constexpr int short_range = 256;

/// A range that two stages can be known to share: named, or of one static extent.
template <auto Dim, auto... Seen>
constexpr auto add_dim(dim_list<Seen...> seen) {
  if constexpr ((false || ... || shape::same_range<Dim, Seen>()) ||
                (!shape::is_named<Dim> && shape::extent_of<Dim> <= short_range))
    return seen;
  else
    return dim_list<Seen..., Dim>{};
}
template <auto... Dims, class Seen>
constexpr auto add_dims(shape::extents<Dims...>, Seen seen) {
  if constexpr (sizeof...(Dims) == 0)
    return seen;
  else
    return []<auto First, auto... Rest>(shape::extents<First, Rest...>, auto so_far) {
      return add_dims(shape::extents<Rest...>{}, add_dim<First>(so_far));
    }(shape::extents<Dims...>{}, seen);
}
template <class Seen>
constexpr auto dims_of(type_list<>, Seen seen) {
  return seen;
}
template <class First, class... Rest, class Seen>
constexpr auto dims_of(type_list<First, Rest...>, Seen seen) {
  return dims_of(type_list<Rest...>{}, add_dims(typename First::space{}, seen));
}

template <class Stages, class Temps>
constexpr auto best_schedule(Stages stages, Temps temps, dim_list<>) {
  return schedule_alone(stages, temps);
}
/// The fewest sweeps; of equals a named dimension, then the first to stand in the formula.
template <class Stages, class Temps, auto... Dims>
constexpr auto best_schedule(Stages stages, Temps temps, dim_list<Dims...>) {
  auto best = schedule_alone(stages, temps);
  bool best_named = false;
  auto const take = [&](auto const& other, bool is_named) {
    if (other.sweeps < best.sweeps || (other.sweeps == best.sweeps && is_named && !best_named && best.together > 0)) {
      best = other;
      best_named = is_named;
    }
  };
  (take(schedule_over<Dims>(stages, temps), shape::is_named<Dims>), ...);
  return best;
}

template <class... Stages, class Temps>
constexpr auto make_schedule(type_list<Stages...> stages, Temps temps) {
  constexpr int loops = (0 + ... + (Stages::space::rank > 0 ? 1 : 0));
  if constexpr (loops < 2 || sizeof...(Stages) > most_stages)
    return schedule_alone(stages, temps);
  else
    return best_schedule(stages, temps, dims_of(stages, dim_list<>{}));
}

template <class Program>
inline constexpr int schedule_of = 0;
template <class... Stages, class Temps, int Scopes>
inline constexpr auto schedule_of<program<hana::basic_tuple<Stages...>, Temps, Scopes>> =
    make_schedule(type_list<Stages...>{}, Temps{});

}  // namespace ONELOOP_NAMESPACE::planner
