// SPDX-License-Identifier: BSL-1.0
// The plan as constants: what evaluating a formula will do.
#pragma once

#include <oneloop/plan/lower.hpp>

namespace ONELOOP_NAMESPACE {

/// Run-time extents count as one in every figure, which is then per unit of them; variables count as float.
struct plan_info {
  int loops = 0;               // fused loop nests
  int sweeps = 0;              // passes over the data
  int temporaries = 0;         // arrays stored in between
  long long temporary_bytes = 0;
  long long flops = 0;         // additions, multiplications, and each function at its own cost
  long long bytes_read = 0;    // each array once per loop that reads it
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

template <class... Leaves>
constexpr long long bytes_of(type_list<Leaves...>) {
  return (0LL + ... + (shape::static_size<shape_t<Leaves>> * bytes_per<element_t<Leaves>>));
}

template <class Contraction>
constexpr long long contraction_flops() {
  constexpr long long terms =
      (inner_extent_v<Contraction> == shape::dynamic ? 1LL : inner_extent_v<Contraction>) *
      shape::static_size<shape_t<Contraction>>;
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

template <class Space, int Axis, class... Slots, class... Sinks>
constexpr void count(plan_info& info, stage<Space, Axis, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>> const*) {
  if constexpr (Space::rank > 0) {
    ++info.loops;
    ++info.sweeps;
  }
  info.flops += (0LL + ... + contraction_flops<Slots>());
  info.flops += shape::static_size<Space> * (0LL + ... + sink_flops<Sinks>());
  // The formulas' slots lead to the contractions, so their leaves are among these.
  info.bytes_read += bytes_of(gather_all(type_list<>{}, type_list<typename Sinks::formula_type...>{}));
  info.bytes_written +=
      (0LL + ... + (shape::static_size<typename Sinks::shape_type> * bytes_per<typename Sinks::element>));
}

template <class... Infos>
constexpr void count_temporaries(plan_info& info, type_list<Infos...>) {
  ((Infos::shape_type::rank > 0
        ? void((++info.temporaries,
                info.temporary_bytes +=
                shape::static_size<typename Infos::shape_type> * bytes_per<computed<typename Infos::element>>))
        : void()),
   ...);
}

template <class... Stages, class Temps, int Scopes>
constexpr plan_info describe(program<hana::basic_tuple<Stages...>, Temps, Scopes> const*) {
  plan_info info;
  (count(info, static_cast<Stages const*>(nullptr)), ...);
  count_temporaries(info, Temps{});
  return info;
}

struct no_plan {
  invalid loops, sweeps, temporaries, temporary_bytes, flops, bytes_read, bytes_written;
};

template <class... F>
using program_of = decltype(make(std::declval<formula_t<F> const&>()...));

}  // namespace planner

/// The plan of a formula type; for several formulas, of their evaluation together.
template <class... F>
inline constexpr plan_info plan_v =
    planner::describe(static_cast<planner::program_of<F const&...> const*>(nullptr));

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
