// SPDX-License-Identifier: BSL-1.0
// evaluate(f...): the values of one or several formulas, in one pass where their spaces agree.
#pragma once

#include <tuple>

#include <oneloop/eval/assign.hpp>

namespace ONELOOP_NAMESPACE {

namespace eval {

template <class T>
using if_integer = std::conditional_t<std::is_same_v<T, std::int32_t>, T, any_element>;

/// The element type of numbers that nothing in their formula gives one: that of the formulas evaluated with it.
template <class... F>
using joint_element = typename oneloop::detail::first_known<oneloop::detail::if_floating<element_t<F>>...,
                                                            oneloop::detail::if_floating<evaluated_element<F>>...,
                                                            if_integer<element_t<F>>..., double>::type;

// ---- formulas may be results, nested ones too: their own formulas one after the other, and back

template <class... Found>
constexpr auto flat_results(type_list<Found...> found, type_list<>) {
  return found;
}
template <class... Found, class First, class... Rest>
constexpr auto flat_results(type_list<Found...> found, type_list<First, Rest...>) {
  if constexpr (yields_several<First>)
    return flat_results(flat_results(found, results_of<First>{}), type_list<Rest...>{});
  else
    return flat_results(type_list<Found..., First>{}, type_list<Rest...>{});
}

template <class... F>
constexpr auto joint_element_of(type_list<F...>) -> std::type_identity<joint_element<F...>>;
template <class Joint, class... F>
constexpr auto make_result_storages(type_list<F...>)
    -> hana::basic_tuple<storage<element_or<element_t<F>, Joint>, shape_t<F>>...>;

/// The extents of a result that is made: something has to tell them.
template <class F>
constexpr auto extents_to_make(F const& f) {
  auto const extents = extents_of(f, hana::basic_tuple<>{});
  if constexpr (!shape::is_static<shape_t<F>>)
    for (int axis = 0; axis < rank_v<F>; ++axis)
      if (extents[axis] == open_extent) throw_open<shape_t<F>>(extents);
  return extents;
}

/// The value of a formula out of the storages, or the tuple of those of results.
template <class F, int Index, class Storages>
constexpr auto taken_result(Storages& storages) {
  if constexpr (!yields_several<F>) {
    return std::move(hana::at_c<Index>(storages).values);
  } else {
    return []<class... G>(type_list<G...>, Storages& from) {
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        constexpr int counts[] = {oneloop::detail::count_results<G>..., 0};
        constexpr auto before = [](std::size_t last, int const* count) {
          int sum = 0;
          for (std::size_t i = 0; i < last; ++i) sum += count[i];
          return sum;
        };
        return std::tuple(taken_result<G, Index + before(I, counts)>(from)...);
      }(std::index_sequence_for<G...>{});
    }(results_of<F>{}, storages);
  }
}

template <class Policy, class... F>
ONELOOP_INLINE constexpr auto evaluate_nodes(F const&... f) {
  (check(f), ...);
  using formulas = decltype(flat_results(type_list<>{}, type_list<F...>{}));
  using joint = typename decltype(joint_element_of(formulas{}))::type;
  decltype(make_result_storages<joint>(formulas{})) storages{};
  oneloop::detail::each_of_results<0>(
      [&]<class G, int Index>(G const& one, std::integral_constant<int, Index>) {
        hana::at_c<Index>(storages).prepare(extents_to_make(one));
      },
      f...);
  auto program = planner::make(f...);
  [&]<std::size_t... I>(std::index_sequence<I...>) ONELOOP_LAMBDA {
    auto destinations =
        hana::basic_tuple<decltype(hana::at_c<I>(storages).writable())...>(hana::at_c<I>(storages).writable()...);
    execute<computed<joint>, Policy>(program, destinations);
  }(std::make_index_sequence<static_cast<std::size_t>(formulas::size)>{});
  return storages;
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
  using default_element = computed<joint_element<F>>;
  if constexpr (rank_v<F> == 0) {
    evaluated_element<F> result{};
    execute<default_element, Policy>(planner::make(f), hana::basic_tuple<decltype(&result)>(&result));
    return result;
  } else {
    using owner = typename storage<evaluated_element<F>, shape_t<F>>::owner;
    auto result = unset<owner>();
    if constexpr (owner::dynamics > 0) result.resize(extents_to_make(f));
    auto const run = [&](auto const& to, auto const& formula) ONELOOP_LAMBDA {
      execute<default_element, Policy>(planner::make(formula),
                                       hana::basic_tuple<std::remove_cvref_t<decltype(to)>>(to));
    };
    if constexpr (runs_reversed<decltype(result.borrow())>)
      run(reversed_view(result.borrow()), oneloop::detail::permute<oneloop::detail::swapped_axes>(f));
    else
      run(result.borrow(), f);
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
    using node_type = std::remove_cvref_t<decltype(node)>;
    if constexpr (!evaluable<node_type>()) {
      return invalid{};
    } else if constexpr (yields_several<node_type>) {
      auto storages = evaluate_nodes<Policy>(node);
      return taken_result<node_type, 0>(storages);
    } else {
      return evaluate_node<Policy>(node);
    }
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
    auto storages = evaluate_nodes<Policy>(as_node(f), as_node(g)...);
    using all =
        formula_results<std::remove_cvref_t<decltype(as_node(f))>, std::remove_cvref_t<decltype(as_node(g))>...>;
    return taken_result<all, 0>(storages);
  }
}

}  // namespace eval

/// evaluate(f): the value of a formula: a tensor, or a plain number where the rank is 0.
/// evaluate(f, g, ...): a std::tuple of values; formulas over the same space share one loop and one pass.
/// evaluate(par, f, ...): the same, with threads (formula/threaded.hpp).
/// Errors: an unbound variable; shape_error where run-time extents do not agree.
/// Of results, such as value_and_gradient(loss, wrt(a, b)), a std::tuple nested as they are.
template <class F, class... G>
  requires((formula<F> || number<F>) && ... && (formula<G> || number<G>))
ONELOOP_INLINE constexpr auto evaluate(F const& f, G const&... g) {
  return eval::evaluate_by<eval::one_thread>(f, g...);
}

template <class F, class... G>
  requires((formula<F> || number<F>) && ... && (formula<G> || number<G>))
ONELOOP_INLINE constexpr auto evaluate(par_t, F const& f, G const&... g) {
  return eval::evaluate_by<eval::several_threads>(f, g...);
}

template <class Number, class F>
ONELOOP_INLINE constexpr Number value_of(F const& formula) {
  return evaluate(formula);
}

}  // namespace ONELOOP_NAMESPACE
