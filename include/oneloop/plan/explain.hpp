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

template <class... Infos>
constexpr void write_temporaries(writer& out, type_list<Infos...>) {
  [[maybe_unused]] int index = 0;
  [[maybe_unused]] auto const one = [&]<class Info>(Info const*) {
    out << "t" << index++ << ": ";
    if constexpr (Info::shape_type::rank == 0) {
      out << "a number";
    } else {
      shape::write_shape(out, typename Info::shape_type{});
      out << ", stored: what follows needs its elements more than once";
    }
    out << "\n";
  };
  (one(static_cast<Infos const*>(nullptr)), ...);
}

template <class... Stages, class Temps, int Scopes>
constexpr void write_program(writer& out, program<hana::basic_tuple<Stages...>, Temps, Scopes> const*) {
  constexpr auto info = describe(static_cast<program<hana::basic_tuple<Stages...>, Temps, Scopes> const*>(nullptr));
  out << info.loops << (info.loops == 1 ? " loop, " : " loops, ");
  out << info.temporaries << (info.temporaries == 1 ? " temporary" : " temporaries");
  if constexpr (info.temporaries > 0) out << " (" << info.temporary_bytes << " bytes)";
  out << ", " << info.flops << " flops, reads " << info.bytes_read << " bytes, writes " << info.bytes_written
      << " bytes\n";
  constexpr bool several = results_of<Stages...>() > 1;
  int index = 0;
  (write_stage(out, ++index, several, static_cast<Stages const*>(nullptr)), ...);
  write_temporaries(out, Temps{});
}

template <class... F>
struct write_plan {
  constexpr void operator()(writer& out) const {
    write_program(out, static_cast<program_of<F...> const*>(nullptr));
  }
};

}  // namespace planner

/// The plan in words: a line of figures, then one line per stage, then one per temporary. Run-time extents
/// count as one in the figures.
template <formula... F>
constexpr auto explain(F const&...) {
  return written<planner::write_plan<F const&...>>();
}

}  // namespace ONELOOP_NAMESPACE
