// SPDX-License-Identifier: BSL-1.0
// The plan in words, one line per stage, as a constant.
#pragma once

#include <oneloop/plan/plan.hpp>

namespace ONELOOP_NAMESPACE {

namespace planner {

template <class... Sinks>
constexpr int results_in(hana::basic_tuple<Sinks...>*) {
  return (0 + ... + (is_result<typename Sinks::target> ? 1 : 0));
}
template <class... Stages>
constexpr int results_of() {
  return (0 + ... + results_in(static_cast<decltype(Stages::sinks)*>(nullptr)));
}

template <class Sink>
constexpr void write_sink(writer& out, bool several) {
  using target = typename Sink::target;
  if constexpr (!is_result<target>)
    out << "t" << target::index;
  else if (several)
    out << "result " << target::index;
  else
    out << "result";
  out << " = ";
  if constexpr (is_fold<Sink>)
    oneloop::detail::write<reduced<typename Sink::operation, axis_of<Sink>, typename Sink::formula_type>>(
        out, oneloop::detail::loosest);
  else
    oneloop::detail::write<typename Sink::formula_type>(out, oneloop::detail::loosest);
}

template <class Space, int Axis, class... Slots, class... Sinks>
constexpr void write_stage(writer& out, int index, bool several,
                           stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>> const*) {
  out << index << ". ";
  if constexpr (Space::rank == 0) {
    out << "number";
  } else {
    out << "loop over ";
    shape::write_shape(out, Space{});
  }
  out << ": ";
  bool first = true;
  ((out << (first ? "" : "; "), write_sink<Sinks>(out, several), first = false), ...);
  if constexpr (sizeof...(Slots) > 0) {
    out << "  (";
    first = true;
    ((out << (first ? "" : ", "), oneloop::detail::write<Slots>(out, oneloop::detail::loosest), first = false), ...);
    out << " in registers)";
  }
  out << "\n";
}

template <class Program, class... Infos>
constexpr void write_temporaries(writer& out, type_list<Infos...>) {
  constexpr auto const& schedule = schedule_of<Program>;
  [[maybe_unused]] int index = 0;
  [[maybe_unused]] auto const one = [&]<class Info>(Info const*) {
    int const tile = schedule.tile[schedule.place[Info::stage].sweep];
    out << "t" << index << ": ";
    if constexpr (Info::shape_type::rank == 0) {
      out << "a number";
    } else {
      shape::write_shape(out, typename Info::shape_type{});
      if (schedule.carried[index])
        out << ", summed from tile to tile for the end of the sweep";
      else if (!schedule.tile_only[index])
        out << ", stored: what follows needs its elements more than once";
      else if (tile > 0)
        out << ", of which a tile is kept: " << tile << " indices of axis " << schedule.tile_axis[index];
      else
        out << ", kept for the time of the sweep";
      if (int const home = memory_of<Program>.home[index]; home != index) out << ", in the memory of t" << home;
    }
    out << "\n";
    ++index;
  };
  (one(static_cast<Infos const*>(nullptr)), ...);
}

/// Why several loops are no sweep.
template <class Program, class... Stages>
constexpr void write_no_sweep(writer& out, type_list<Stages...> stages) {
  if constexpr ((0 + ... + (Stages::space::rank > 0)) > 1 && sizeof...(Stages) <= most_stages) {
    constexpr int count = sizeof...(Stages);
    stage_facts const facts[] = {facts_of<Stages>::value...};
    auto const ranges = ranges_of(stages, typename Program::temps{});
    sweep_way ways[count]{};
    bool long_enough = false, shared = false;
    for (int s = 0; s < count; ++s) {
      for (int axis = 0; axis < facts[s].rank; ++axis) {
        range const& one = ranges.of[ranges.first[s] + axis];
        if (!may_be_swept(one.is_named(), one.extent)) continue;
        long_enough = true;
        find_ways(facts, ranges, one, ways);
        int having = 0;
        for (auto const& way : ways) having += way.role != sweep_role::alone;
        shared = shared || having > 1;
      }
    }
    out << "no sweep: "
        << (!long_enough ? "no dimension has a name, a run-time size or more than 256 indices"
            : !shared    ? "no two stages share a dimension that is long enough"
                         : "along every dimension that stages share, one needs all of what another stores or reduces")
        << "\n";
  }
}

/// The sweeps of several stages, and why another stage runs apart.
template <class Program, class... Stages>
constexpr void write_sweeps(writer& out, type_list<Stages...> stages) {
  constexpr auto const& schedule = schedule_of<Program>;
  if (schedule.together == 0) {
    write_no_sweep<Program>(out, stages);
    return;
  }
  auto const list = [&](int sweep, bool ends) {
    int left = 0;
    auto const is_one = [&](int s) {
      return schedule.place[s].sweep == sweep && (schedule.place[s].role == sweep_role::at_end) == ends;
    };
    for (int s = 0; s < schedule.stages; ++s) left += is_one(s);
    out << (left == 1 ? "stage " : "stages ");
    for (int s = 0; s < schedule.stages; ++s)
      if (is_one(s)) out << s + 1 << (--left == 0 ? "" : left == 1 ? " and " : ", ");
  };
  for (int sweep = 0; sweep < schedule.sweeps; ++sweep) {
    int members = 0, at_end = 0;
    for (int s = 0; s < schedule.stages; ++s) {
      members += schedule.place[s].sweep == sweep;
      at_end += schedule.place[s].sweep == sweep && schedule.place[s].role == sweep_role::at_end;
    }
    if (members < 2) continue;
    out << "one sweep: ";
    list(sweep, false);
    if (schedule.tile[sweep] > 0)
      out << ", " << schedule.tile[sweep] << " indices at a time";
    else
      out << ", all indices at once";
    if (at_end > 0) {
      out << "; at its end ";
      list(sweep, true);
    }
    out << "\n";
  }
  [[maybe_unused]] int stage = 0;
  [[maybe_unused]] auto const apart = [&]<class Stage>(Stage const*) {
    int const here = stage++;
    bool const loop = Stage::space::rank > 0;
    if (!loop || schedule.place[here].role != sweep_role::alone) return;
    bool reads[Program::temps::size + 1]{};
    mark_reads_of(static_cast<Stage const*>(nullptr), reads);
    int waits = -1;
    [&]<class... Infos>(type_list<Infos...>) {
      int temp = 0;
      ((reads[temp++] && schedule.place[Infos::stage].role != sweep_role::alone ? void(waits = temp - 1) : void()),
       ...);
    }(typename Program::temps{});
    out << "stage " << here + 1;
    if (waits >= 0)
      out << " runs later: it needs all of t" << waits << "\n";
    else
      out << " runs apart: it has not the dimension that is swept\n";
  };
  (apart(static_cast<Stages const*>(nullptr)), ...);
}

template <class... Stages, class Temps, int Scopes>
constexpr void write_program(writer& out, program<hana::basic_tuple<Stages...>, Temps, Scopes> const*) {
  using program_type = program<hana::basic_tuple<Stages...>, Temps, Scopes>;
  constexpr auto info = describe(static_cast<program_type const*>(nullptr));
  out << info.loops << (info.loops == 1 ? " loop, " : " loops, ");
  if constexpr (info.sweeps != info.loops) out << info.sweeps << (info.sweeps == 1 ? " sweep, " : " sweeps, ");
  out << info.temporaries << (info.temporaries == 1 ? " temporary" : " temporaries");
  if constexpr (info.temporaries > 0) out << " (" << info.temporary_bytes << " bytes)";
  if constexpr (info.buffers > 0)
    out << ", " << info.buffers << (info.buffers == 1 ? " buffer" : " buffers") << " (" << info.buffer_bytes
        << " bytes)";
  out << ", " << info.flops << " flops, reads " << info.bytes_read << " bytes, writes " << info.bytes_written
      << " bytes\n";
  constexpr bool several = results_of<Stages...>() > 1;
  int index = 0;
  (write_stage(out, ++index, several, static_cast<Stages const*>(nullptr)), ...);
  write_sweeps<program_type>(out, type_list<Stages...>{});
  write_temporaries<program_type>(out, Temps{});
}

template <class... F>
struct write_plan {
  constexpr void operator()(writer& out) const { write_program(out, static_cast<program_of<F...> const*>(nullptr)); }
};

}  // namespace planner

/// The plan in words: a line of figures, then one line per stage, the sweeps of several stages and why others run
/// apart, then one line per temporary. Run-time extents
/// count as one in the figures.
template <formula... F>
constexpr auto explain(F const&...) {
  return written<planner::write_plan<F const&...>>();
}

}  // namespace ONELOOP_NAMESPACE
