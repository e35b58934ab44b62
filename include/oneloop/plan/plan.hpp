// SPDX-License-Identifier: BSL-1.0
// The plan as constants: what evaluating a formula will do.
#pragma once

#include <oneloop/plan/lower.hpp>
#include <oneloop/plan/memory.hpp>

namespace ONELOOP_NAMESPACE {

/// Run-time extents count as one in every figure, which is then per unit of them; variables count as float.
struct plan_info {
  int loops = 0;        // fused loop nests
  int stages = 0;       // those, and what is computed of numbers in between
  int sweeps = 0;       // passes over the data: loops that run tile by tile together are one
  int temporaries = 0;  // arrays stored in between, as a whole; one where a later takes the place of an earlier
  long long temporary_bytes = 0;
  int buffers = 0;  // what a sweep keeps for itself: a tile of an array, or the sums that its end reads; neither
  long long buffer_bytes = 0;  // grows with the dimension that is swept
  long long flops = 0;         // additions, multiplications, and each function at its own cost
  long long bytes_read = 0;    // each array once per sweep that reads it
  long long bytes_written = 0;

  constexpr bool operator==(plan_info const&) const = default;
};

namespace planner {

template <class Element>
inline constexpr long long bytes_per = sizeof(element_or<Element, float>);

template <class... T>
constexpr bool contains(type_list<T...>, auto* wanted) {
  return (false || ... || std::is_same_v<T, std::remove_pointer_t<decltype(wanted)>>);
}

/// The arrays that a stage reads: named ones once, others as often as they stand in the formula.
template <class Seen, class Node>
constexpr auto gather(Seen seen);
template <class Seen>
constexpr auto gather_all(Seen seen, type_list<>) {
  return seen;
}
template <class Seen, class First, class... Rest>
constexpr auto gather_all(Seen seen, type_list<First, Rest...>) {
  return gather_all(gather<Seen, First>(seen), type_list<Rest...>{});
}
template <class... Seen, class Node>
constexpr auto add_leaf(type_list<Seen...> seen, type_list<Node>) {
  if constexpr (identified<Node> && (false || ... || std::is_same_v<Seen, Node>))
    return seen;
  else
    return type_list<Seen..., Node>{};
}
template <class Seen, class Node>
constexpr auto gather(Seen seen) {
  if constexpr (is_read<Node> || is_temp<Node> || oneloop::detail::is_var<Node>)
    return add_leaf(seen, type_list<Node>{});
  else
    return gather_all(seen, children_t<Node>{});
}

/// Whether the temporary is a sweep's own: then it stays in a cache, and no memory is read or written for it.
template <class Program, int Index>
inline constexpr bool in_sweep = schedule_of<Program>.tile_only[Index] || schedule_of<Program>.carried[Index];

template <class Program, class Leaf>
constexpr long long leaf_bytes() {
  if constexpr (is_temp<Leaf>)
    if constexpr (in_sweep<Program, Leaf::index>) return 0;
  return shape::static_size<shape_t<Leaf>> * bytes_per<element_t<Leaf>>;
}
template <class Program, class... Leaves>
constexpr long long bytes_of(type_list<Leaves...>) {
  return (0LL + ... + leaf_bytes<Program, Leaves>());
}
template <class Program, class Sink>
constexpr long long sink_bytes() {
  if constexpr (!is_result<typename Sink::target>)
    if constexpr (in_sweep<Program, Sink::target::index>) return 0;
  return shape::static_size<typename Sink::shape_type> * bytes_per<typename Sink::element>;
}

template <class Contraction>
constexpr long long contraction_flops() {
  constexpr long long terms = (inner_extent_v<Contraction> == shape::dynamic
                                   ? 1LL
                                   : inner_extent_v<Contraction>)*shape::static_size<shape_t<Contraction>>;
  return terms * (2 + flops_of<std::remove_cvref_t<decltype(std::declval<Contraction>().left)>> +
                  flops_of<std::remove_cvref_t<decltype(std::declval<Contraction>().right)>>);
}

template <class Sink>
constexpr long long sink_flops() {
  if constexpr (is_fold<Sink>)
    return flops_of<typename Sink::formula_type> + Sink::operation::flops;
  else
    return flops_of<typename Sink::formula_type>;
}

template <class Program, class Space, int Axis, class... Slots, class... Sinks>
constexpr void count(plan_info& info,
                     stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>> const*) {
  if constexpr (Space::rank > 0) ++info.loops;
  ++info.stages;
  info.flops += (0LL + ... + contraction_flops<Slots>());
  info.flops += shape::static_size<Space> * (0LL + ... + sink_flops<Sinks>());
  info.bytes_written += (0LL + ... + sink_bytes<Program, Sinks>());
}

/// What a stage reads, added to what was seen before.
template <class Seen, class Space, int Axis, class... Slots, class... Sinks>
constexpr auto gather_stage(Seen seen,
                            stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>> const*) {
  // The formulas' slots lead to the contractions, so their leaves are among these.
  return gather_all(seen, type_list<typename Sinks::formula_type...>{});
}
/// The arrays that sweep `Sweep` reads, each once.
template <int Sweep, int Stage, class Program, class Seen>
constexpr auto gather_sweep(Seen seen, type_list<>) {
  return seen;
}
template <int Sweep, int Stage, class Program, class Seen, class First, class... Rest>
constexpr auto gather_sweep(Seen seen, type_list<First, Rest...>) {
  if constexpr (schedule_of<Program>.place[Stage].sweep == Sweep)
    return gather_sweep<Sweep, Stage + 1, Program>(gather_stage(seen, static_cast<First const*>(nullptr)),
                                                   type_list<Rest...>{});
  else
    return gather_sweep<Sweep, Stage + 1, Program>(seen, type_list<Rest...>{});
}

template <class Program, class... Stages>
constexpr void count_sweeps(plan_info& info, type_list<Stages...> stages) {
  constexpr auto const& schedule = schedule_of<Program>;
  [&]<int... Sweep>(std::integer_sequence<int, Sweep...>) {
    ((info.bytes_read += bytes_of<Program>(gather_sweep<Sweep, 0, Program>(type_list<>{}, stages))), ...);
  }(std::make_integer_sequence<int, schedule.sweeps>{});
  bool loops[sizeof...(Stages) + 1]{};
  [[maybe_unused]] int at = 0;
  ((Stages::space::rank > 0 ? void(loops[schedule.place[at].sweep] = true) : void(), ++at), ...);
  for (int sweep = 0; sweep < schedule.sweeps; ++sweep) info.sweeps += loops[sweep];
}

/// Temporaries that share memory are counted where it is.
template <class Program, class... Infos>
constexpr void count_temporaries(plan_info& info, type_list<Infos...>) {
  constexpr auto const& schedule = schedule_of<Program>;
  constexpr auto const& memory = memory_of<Program>;
  [[maybe_unused]] int at = 0;
  [[maybe_unused]] auto const one = [&]<class Info>(Info const*) {
    int const index = at++;
    if (Info::shape_type::rank == 0 || memory.home[index] != index) return;
    bool const buffer = schedule.tile_only[index] || schedule.carried[index];
    ++(buffer ? info.buffers : info.temporaries);
    (buffer ? info.buffer_bytes : info.temporary_bytes) +=
        memory.kept[index].count * bytes_per<computed<typename Info::element>>;
  };
  (one(static_cast<Infos const*>(nullptr)), ...);
}

template <class... Stages, class Temps, int Scopes>
constexpr plan_info describe(program<hana::basic_tuple<Stages...>, Temps, Scopes> const*) {
  using program_type = program<hana::basic_tuple<Stages...>, Temps, Scopes>;
  plan_info info;
  (count<program_type>(info, static_cast<Stages const*>(nullptr)), ...);
  count_sweeps<program_type>(info, type_list<Stages...>{});
  count_temporaries<program_type>(info, Temps{});
  return info;
}

struct no_plan {
  invalid loops, stages, sweeps, temporaries, temporary_bytes, buffers, buffer_bytes, flops, bytes_read, bytes_written;
};

template <class... F>
using program_of = decltype(make(std::declval<node_t<F> const&>()...));

}  // namespace planner

/// The plan of a formula type; for several formulas, of their evaluation together.
template <class... F>
inline constexpr plan_info plan_v = planner::describe(static_cast<planner::program_of<F const&...> const*>(nullptr));

/// Of a formula that was rejected: whatever is asked of it holds.
template <class... F>
  requires any_invalid<F...>
inline constexpr planner::no_plan plan_v<F...>{};

/// plan(layer).loops == 1: the plan of a formula, a constant.
template <formula... F>
constexpr auto plan(F const&...) {
  return plan_v<F...>;
}

}  // namespace ONELOOP_NAMESPACE
