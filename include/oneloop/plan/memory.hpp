// SPDX-License-Identifier: BSL-1.0
// Which temporaries of a program share memory: those that are never there together. Where nothing can be swept, stages
// leave behind no more arrays than the next ones need at a time, and a sweep no more tiles.
#pragma once

#include <oneloop/plan/sweep.hpp>

namespace ONELOOP_NAMESPACE::planner {

/// How many elements are kept of a temporary; `fixed`: no extent of it is known at run time only, which count as one.
struct kept_elements {
  long long count = 1;
  bool fixed = true;
};
/// All of it, or `tile` indices of an axis.
template <auto... Dims>
constexpr kept_elements kept_of(shape::extents<Dims...>, [[maybe_unused]] int axis, [[maybe_unused]] int tile) {
  kept_elements result;
  [[maybe_unused]] int at = 0;
  [[maybe_unused]] auto const take = [&](int extent) {
    if (at++ == axis) extent = tile;
    if (extent == shape::dynamic)
      result.fixed = false;
    else
      result.count *= extent;
  };
  (take(shape::extent_of<Dims>), ...);
  return result;
}

template <class Element>
inline constexpr char tag_of = 0;

/// What is to be known of a temporary. Times count stages in the order in which they run.
struct temporary_facts {
  kept_elements kept;
  void const* element;  // tells its type
  bool array;           // not a number
  bool buffer, tile;    // a sweep's own; of which there is a tile at a time
  long long begin, end;
};

/// For every temporary the one in whose memory it is, itself as a rule; and what is kept there, for all that share it.
template <int Temps>
struct memory_map {
  int home[Temps > 0 ? Temps : 1]{};
  kept_elements kept[Temps > 0 ? Temps : 1]{};
};

/// One after the other as they come to be, each into memory that nobody needs any more: into that which grows least by
/// it, of equals into the smallest. No stage writes where it reads.
template <int Temps>
constexpr auto share_memory(temporary_facts const* temps) {
  memory_map<Temps> result;
  bool placed[Temps]{};
  long long busy_until[Temps]{};
  for (int left = Temps; left > 0; --left) {
    int next = -1;
    for (int t = 0; t < Temps; ++t)
      if (!placed[t] && (next < 0 || temps[t].begin < temps[next].begin)) next = t;
    auto const& temp = temps[next];
    long long const count = temp.kept.count;
    int best = -1;
    auto const growth = [&](int home) { return count > result.kept[home].count ? count - result.kept[home].count : 0; };
    for (int home = 0; home < Temps && temp.array; ++home) {
      auto const& other = temps[home];
      if (!placed[home] || result.home[home] != home || !other.array || busy_until[home] >= temp.begin ||
          other.element != temp.element || other.kept.fixed != temp.kept.fixed || other.buffer != temp.buffer)
        continue;
      if (best < 0 || growth(home) < growth(best) ||
          (growth(home) == growth(best) && result.kept[home].count < result.kept[best].count))
        best = home;
    }
    if (best < 0) best = next, result.kept[next] = temp.kept;
    if (result.kept[best].count < count) result.kept[best].count = count;
    result.home[next] = best;
    busy_until[best] = temp.end;
    placed[next] = true;
  }
  return result;
}

/// A sweep has what it stores as a whole, and what it sums, from its beginning to its end; of a tile it has the next one
/// when its stages have run.
template <int Stages, int Temps>
constexpr long long time_of(schedule<Stages, Temps> const& schedule, int stage, bool tile, bool end) {
  auto const& place = schedule.place[stage];
  long long const first = static_cast<long long>(place.sweep) * (Stages + 1);
  if (tile || schedule.tile[place.sweep] == 0) return first + stage;
  return end ? first + Stages : first;
}

template <class Program, class Info>
constexpr temporary_facts temporary_of(int index) {
  constexpr auto const& schedule = schedule_of<Program>;
  int const tile = schedule.tile[schedule.place[Info::stage].sweep];
  bool const is_tile = schedule.tile_only[index] && tile > 0;
  return {kept_of(typename Info::shape_type{}, is_tile ? schedule.tile_axis[index] : uncut, tile),
          &tag_of<computed<typename Info::element>>,
          Info::shape_type::rank > 0,
          schedule.tile_only[index] || schedule.carried[index],
          is_tile,
          time_of(schedule, Info::stage, is_tile, false),
          time_of(schedule, Info::stage, is_tile, true)};
}

template <class Program, class... Stages, class... Infos>
constexpr auto make_memory(type_list<Stages...>, type_list<Infos...>) {
  constexpr int count = sizeof...(Infos);
  [[maybe_unused]] int at = 0;
  if constexpr (count == 0) {
    return memory_map<0>{};
  } else {
    temporary_facts temps[]{temporary_of<Program, Infos>(at++)...};
    // A number takes no memory of this kind: two arrays there must be for anything to be shared.
    if constexpr ((0 + ... + (Infos::shape_type::rank > 0)) > 1) {
      int stage = 0;
      auto const extend = [&](auto const* of) {
        bool reads[count]{};
        mark_reads_of(of, reads);
        for (int t = 0; t < count; ++t) {
          if (!reads[t]) continue;
          if (long long const time = time_of(schedule_of<Program>, stage, temps[t].tile, true); time > temps[t].end)
            temps[t].end = time;
        }
        ++stage;
      };
      (extend(static_cast<Stages const*>(nullptr)), ...);
    }
    return share_memory<count>(temps);
  }
}

template <class Program>
inline constexpr int memory_of = 0;
template <class... Stages, class Temps, int Scopes>
inline constexpr auto memory_of<program<hana::basic_tuple<Stages...>, Temps, Scopes>> =
    make_memory<program<hana::basic_tuple<Stages...>, Temps, Scopes>>(type_list<Stages...>{}, Temps{});

}  // namespace ONELOOP_NAMESPACE::planner
