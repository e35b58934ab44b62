// SPDX-License-Identifier: BSL-1.0
// evaluate(f...): the values of one or several formulas, in one pass where their spaces agree.
#pragma once

#include <tuple>

#include <oneloop/eval/assign.hpp>

namespace ONELOOP_NAMESPACE {

namespace eval {

template <class F>
using result_storage = storage<element_or<element_t<F>>, shape_t<F>>;

template <class... T>
struct first_element {
  using type = double;
};
template <class First, class... Rest>
struct first_element<First, Rest...> {
  using type = std::conditional_t<std::is_same_v<First, any_element> || std::is_same_v<First, bool>,
                                  typename first_element<Rest...>::type, computed<First>>;
};

template <class Policy, class... F>
ONELOOP_INLINE constexpr auto evaluate_nodes(F const&... f) {
  (check(f), ...);
  hana::basic_tuple<result_storage<F>...> results{};
  hana::basic_tuple<> const none{};
  [&]<std::size_t... I>(std::index_sequence<I...>) ONELOOP_LAMBDA {
    (hana::at_c<I>(results).prepare(extents_of(f, none)), ...);
    auto program = planner::make(f...);
    auto destinations = hana::basic_tuple<decltype(hana::at_c<I>(results).writable())...>(
        hana::at_c<I>(results).writable()...);
    execute<typename first_element<element_t<F>...>::type, Policy>(program, destinations);
  }(std::index_sequence_for<F...>{});
  return results;
}

template <class Owner>
constexpr Owner unset() {
  if constexpr (Owner::dynamics == 0)
    return Owner(uninitialized);
  else
    return Owner();
}

/// The one result is computed where it is returned to.
template <class Policy, class F>
ONELOOP_INLINE constexpr auto evaluate_node(F const& f) {
  check(f);
  using default_element = typename first_element<element_t<F>>::type;
  if constexpr (rank_v<F> == 0) {
    element_or<element_t<F>> result{};
    execute<default_element, Policy>(planner::make(f), hana::basic_tuple<decltype(&result)>(&result));
    return result;
  } else {
    using owner = typename result_storage<F>::owner;
    auto result = unset<owner>();
    if constexpr (owner::dynamics > 0) result.resize(extents_of(f, hana::basic_tuple<>{}));
    auto to = result.borrow();
    execute<default_element, Policy>(planner::make(f), hana::basic_tuple<std::remove_const_t<decltype(to)>>(to));
    return result;
  }
}

template <class F>
constexpr bool evaluable() {
  using variables = oneloop::detail::variables_of<F>;
  if constexpr (variables::size > 0) {
    report<oneloop::detail::unbound<variables>>();
    return false;
  } else {
    return true;
  }
}

/// As many results as formulas, for a structured binding.
template <class... F>
using nothing = std::tuple<std::conditional_t<true, invalid, F>...>;

template <class Policy, class F>
ONELOOP_INLINE constexpr auto evaluate_by(F const& f) {
  if constexpr (any_invalid<F>) {
    return invalid{};
  } else if constexpr (is_threaded<F>) {
    return evaluate_by<several_threads>(f.formula);
  } else {
    decltype(auto) node = as_node(f);
    if constexpr (!evaluable<std::remove_cvref_t<decltype(node)>>())
      return invalid{};
    else
      return evaluate_node<Policy>(node);
  }
}

template <class Policy, class F, class... G>
  requires(sizeof...(G) > 0)
ONELOOP_INLINE constexpr auto evaluate_by(F const& f, G const&... g) {
  if constexpr (any_invalid<F, G...>) {
    return nothing<F, G...>{};
  } else if constexpr (!(evaluable<std::remove_cvref_t<decltype(as_node(f))>>() && ... &&
                         evaluable<std::remove_cvref_t<decltype(as_node(g))>>())) {
    return nothing<F, G...>{};
  } else {
    auto results = evaluate_nodes<Policy>(as_node(f), as_node(g)...);
    return hana::unpack(std::move(results), [](auto&&... r) { return std::tuple(std::move(r.values)...); });
  }
}

}  // namespace eval

/// evaluate(f): the value of a formula: a tensor, or a plain number where the rank is 0.
/// evaluate(f, g, ...): a std::tuple of values; formulas over the same space share one loop and one pass.
/// evaluate(par, f, ...): the same, with threads (formula/threaded.hpp).
/// Errors: an unbound variable; shape_error where run-time extents do not agree.
template <operand F, operand... G>
ONELOOP_INLINE constexpr auto evaluate(F const& f, G const&... g) {
  return eval::evaluate_by<eval::one_thread>(f, g...);
}

template <operand F, operand... G>
ONELOOP_INLINE constexpr auto evaluate(par_t, F const& f, G const&... g) {
  return eval::evaluate_by<eval::several_threads>(f, g...);
}

}  // namespace ONELOOP_NAMESPACE
