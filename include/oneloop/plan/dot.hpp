// SPDX-License-Identifier: BSL-1.0
// The plan as a graph in Graphviz's language: what is read, the stages in the frames of their sweeps, and the results.
#pragma once

#include <oneloop/plan/explain.hpp>

namespace ONELOOP_NAMESPACE {

namespace planner {

/// What tells data apart whose name is not written (rewrite/over_names.hpp), else "".
template <class Leaf>
inline constexpr char const* number_of_leaf = "";
template <class View, class Shape, fixed_string Name, int Scope>
  requires(Name.size() > 0 && Name.c_str()[0] == '\0')
inline constexpr char const* number_of_leaf<read<View, Shape, known<Name, Scope>>> = Name.c_str() + 1;

/// The name of an array in the graph: named data and variables once, any other where it stands.
template <class Leaf>
constexpr void dot_leaf(writer& out, int stage, int index) {
  if constexpr (identified<Leaf>) {
    out << "\"";
    oneloop::detail::write<Leaf>(out, oneloop::detail::loosest);
    if constexpr (*number_of_leaf<Leaf>) out << " " << number_of_leaf<Leaf>;
    out << "\"";
  } else {
    out << "\"data " << stage << "." << index << "\"";
  }
}

template <class Leaf>
constexpr void dot_edge(writer& out, int stage, int index) {
  if constexpr (is_temp<Leaf>) {
    return;  // drawn from the stage that writes it
  } else {
    out << "  ";
    dot_leaf<Leaf>(out, stage, index);
    out << " [shape=box, style=rounded, label=\"";
    oneloop::detail::write<Leaf>(out, oneloop::detail::loosest);
    if constexpr (identified<Leaf> && !*number_of_leaf<Leaf>) {
      out << " ";
      shape::write_shape(out, shape_t<Leaf>{});
    }
    out << "\"];\n  ";
    dot_leaf<Leaf>(out, stage, index);
    out << " -> s" << stage << ";\n";
  }
}
template <class... Leaves>
constexpr void dot_edges(writer& out, int stage, type_list<Leaves...>) {
  [[maybe_unused]] int index = 0;
  (dot_edge<Leaves>(out, stage, index++), ...);
}

template <class Program, class Sink>
constexpr void dot_sink(writer& out, int stage, bool several) {
  if constexpr (is_result<typename Sink::target>) {
    out << "  r" << Sink::target::index << " [shape=ellipse, label=\"result";
    if (several) out << " " << Sink::target::index;
    out << " ";
    shape::write_shape(out, typename Sink::shape_type{});
    out << "\"];\n  s" << stage << " -> r" << Sink::target::index << ";\n";
  }
}

/// An edge for each temporary that the stage reads, from the stage that writes it.
template <class Program, class Stage, class... Infos>
constexpr void dot_temps(writer& out, int stage, type_list<Infos...>) {
  constexpr auto const& schedule = schedule_of<Program>;
  bool reads[sizeof...(Infos) + 1]{};
  mark_reads_of(static_cast<Stage const*>(nullptr), reads);
  [[maybe_unused]] int index = 0;
  [[maybe_unused]] auto const one = [&]<class Info>(Info const*) {
    int const temp = index++;
    if (!reads[temp]) return;
    out << "  s" << Info::stage + 1 << " -> s" << stage << " [label=\"t" << temp << " ";
    shape::write_shape(out, typename Info::shape_type{});
    if (schedule.tile_only[temp]) out << ", a tile";
    out << "\"];\n";
  };
  (one(static_cast<Infos const*>(nullptr)), ...);
}

template <class Program, class Space, int Axis, class... Slots, class... Sinks>
constexpr void dot_stage(
    writer& out, int stage, bool several,
    planner::stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>> const* what) {
  dot_edges(out, stage, gather_stage(type_list<>{}, what));
  dot_temps<Program, planner::stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>>>(
      out, stage, typename Program::temps{});
  (dot_sink<Program, Sinks>(out, stage, several), ...);
}

template <class Space, int Axis, class Slots, class... Sinks>
constexpr void dot_label(writer& out, int stage, bool several,
                         planner::stage<Space, Axis, Slots, hana::basic_tuple<Sinks...>> const*) {
  out << "s" << stage << " [shape=box, label=\"";
  bool first = true;
  ((out << (first ? "" : "\\n"), write_sink<Sinks>(out, several), first = false), ...);
  out << "\"];\n";
}

template <class Program>
struct write_dot;
template <class... Stages, class Temps, int Scopes>
struct write_dot<program<hana::basic_tuple<Stages...>, Temps, Scopes>> {
  using program_type = program<hana::basic_tuple<Stages...>, Temps, Scopes>;
  constexpr void operator()(writer& out) const {
    constexpr auto const& schedule = schedule_of<program_type>;
    constexpr bool several = results_of<Stages...>() > 1;
    out << "digraph plan {\n";
    for (int sweep = 0; sweep < schedule.sweeps; ++sweep) {
      int members = 0;
      for (int s = 0; s < schedule.stages; ++s) members += schedule.place[s].sweep == sweep;
      bool const framed = members > 1;
      if (framed) {
        out << "  subgraph cluster_" << sweep << " {\n    label=\"one sweep";
        if (schedule.tile[sweep] > 0) out << ", " << schedule.tile[sweep] << " indices at a time";
        out << "\";\n";
      }
      int stage = 0;
      ((schedule.place[stage++].sweep == sweep
            ? (out << (framed ? "    " : "  "), dot_label(out, stage, several, static_cast<Stages const*>(nullptr)))
            : void()),
       ...);
      if (framed) out << "  }\n";
    }
    int stage = 0;
    (dot_stage<program_type>(out, ++stage, several, static_cast<Stages const*>(nullptr)), ...);
    out << "}\n";
  }
};

}  // namespace planner

/// to_dot(f), to_dot(f, g, ...): the plan of the formulas as a graph for Graphviz's dot, as a constant: arrays that are
/// read, the stages (in a frame where they share a sweep) with what they compute, what they store for each other, the
/// results.
template <class... F>
  requires(formula<F> && ...)
constexpr auto to_dot(F const&...) {
  if constexpr (any_invalid<F...>)
    return invalid{};
  else
    return written<planner::write_dot<planner::program_of<F const&...>>>();
}

}  // namespace ONELOOP_NAMESPACE
