// SPDX-License-Identifier: BSL-1.0
// Several formulas as one: what value_and_gradient gives. Bound and evaluated together, so that equal subformulas are
// one; evaluate(...) gives a std::tuple, nested as the results are. No operand: nothing adds to a list of values.
#pragma once

#include <boost/hana/at.hpp>
#include <boost/hana/basic_tuple.hpp>
#include <boost/hana/unpack.hpp>

#include <oneloop/formula/traverse.hpp>

namespace ONELOOP_NAMESPACE {

/// formula_results{f, g, ...}: several formulas as one. Errors: none of its own.
template <class... F>
struct formula_results : node_base<formula_results<F...>> {
  using shape_type = shape::extents<>;
  using element = any_element;
  [[no_unique_address]] hana::basic_tuple<F...> formulas;
  constexpr formula_results() = default;
  constexpr explicit formula_results(F... f)
    requires(sizeof...(F) > 0)
      : formulas(std::move(f)...) {}

  template <class G>
  constexpr auto map_children(G&& g) const {
    return hana::unpack(formulas, [&](auto const&... f) { return remade(g(f)...); });
  }
  template <class G>
  constexpr void each_child(G&& g) const {
    hana::unpack(formulas, [&](auto const&... f) { (g(f), ...); });
  }

 private:
  template <class... G>
  static constexpr auto remade(G... g) {
    if constexpr (any_invalid<G...>)
      return detail::first_invalid(g...);
    else
      return formula_results<G...>{std::move(g)...};
  }
};

template <class... F>
struct children_of<formula_results<F...>> {
  using type = type_list<F...>;
};

template <class... F>
inline constexpr bool yields_several<formula_results<F...>> = true;
template <class Body>
inline constexpr bool yields_several<bound<Body>> = yields_several<Body>;

namespace detail {

template <class F>
struct nested_results;
template <class... F>
struct nested_results<formula_results<F...>> {
  using type = type_list<F...>;
};
template <class Body>
struct nested_results<bound<Body>> : nested_results<Body> {};

}  // namespace detail

/// The formulas that results hold, which may be results again.
template <class F>
using results_of = typename detail::nested_results<std::remove_cvref_t<F>>::type;

namespace detail {

template <class F>
inline constexpr int count_results = 1;
template <class... F>
constexpr int count_all_results(type_list<F...>) {
  return (0 + ... + count_results<F>);
}
template <class F>
  requires yields_several<F>
inline constexpr int count_results<F> = count_all_results(results_of<F>{});

template <int Index, class Visit, class First, class... Rest>
constexpr void each_of_results(Visit const& visit, First const& first, Rest const&... rest);

/// visit(formula, Index) for each formula of the results, those of nested ones in their order.
template <int Index = 0, class F, class Visit>
constexpr void each_result(F const& f, Visit const& visit) {
  if constexpr (!yields_several<F>) {
    visit(f, std::integral_constant<int, Index>{});
  } else if constexpr (requires { f.body; }) {
    each_result<Index>(f.body, visit);
  } else {
    hana::unpack(f.formulas, [&](auto const&... one) { each_of_results<Index>(visit, one...); });
  }
}
template <int Index, class Visit, class First, class... Rest>
constexpr void each_of_results(Visit const& visit, First const& first, Rest const&... rest) {
  each_result<Index>(first, visit);
  if constexpr (sizeof...(Rest) > 0) each_of_results<Index + count_results<First>>(visit, rest...);
}

}  // namespace detail

}  // namespace ONELOOP_NAMESPACE
