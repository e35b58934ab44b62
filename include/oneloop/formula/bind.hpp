// SPDX-License-Identifier: BSL-1.0
// Binding variables to data by name: the bindings are a Hana map, the formula is rebuilt over their values.
#pragma once

#include <boost/hana/at_key.hpp>
#include <boost/hana/contains.hpp>
#include <boost/hana/map.hpp>
#include <boost/hana/pair.hpp>
#include <boost/hana/type.hpp>

#include <oneloop/formula/traverse.hpp>

namespace ONELOOP_NAMESPACE {

template <fixed_string Name, class Shape, class Value>
struct named : node_base<named<Name, Shape, Value>> {
  static constexpr auto name = Name;
  using shape_type = Shape;
  using element = element_t<Value>;
  [[no_unique_address]] Value value;
  constexpr named() = default;
  constexpr explicit named(Value v) : value(std::move(v)) {}

  template <class F>
  constexpr auto map_children(F&& f) const {
    auto child = f(value);
    if constexpr (any_invalid<decltype(child)>)
      return child;
    else if constexpr (std::is_same_v<shape_t<decltype(child)>, shape_t<Value>>)
      return named<Name, Shape, decltype(child)>{std::move(child)};
    else  // its variable got a value that tells more
      return named<Name, shape::unify_t<Shape, shape_t<decltype(child)>>, decltype(child)>{std::move(child)};
  }
  template <class F>
  constexpr void each_child(F&& f) const {
    f(value);
  }
};

template <class Body>
struct bound : node_base<bound<Body>, shape_t<Body>, element_t<Body>, Body> {
  using shape_type = shape_t<Body>;
  using element = element_t<Body>;
  [[no_unique_address]] Body body;
  constexpr bound() = default;
  constexpr explicit bound(Body b) : body(std::move(b)) {}

  template <class F>
  constexpr auto map_children(F&& f) const {
    auto child = f(body);
    if constexpr (any_invalid<decltype(child)>)
      return child;
    else
      return bound<decltype(child)>{std::move(child)};
  }
  template <class F>
  constexpr void each_child(F&& f) const {
    f(body);
  }
};

namespace detail {

template <class T>
inline constexpr bool is_var = false;
template <fixed_string Name, class Shape>
inline constexpr bool is_var<var_t<Name, Shape>> = true;
template <class T>
struct is_var_node : std::bool_constant<is_var<T>> {};

template <fixed_string Name>
inline constexpr auto key = hana::type_c<name_t<Name>>;

// ---- the variables of a formula, each once, in order of appearance

template <class... Seen, class Found>
constexpr auto add_once(type_list<Seen...> seen, type_list<Found>) {
  if constexpr ((false || ... || std::is_same_v<Seen, Found>))
    return seen;
  else
    return type_list<Seen..., Found>{};
}

template <class Node, class Seen>
constexpr auto collect(Seen seen);

template <class Seen>
constexpr auto collect_all(Seen seen, type_list<>) {
  return seen;
}
template <class Seen, class First, class... Rest>
constexpr auto collect_all(Seen seen, type_list<First, Rest...>) {
  return collect_all(collect<First>(seen), type_list<Rest...>{});
}

template <class Node, class Seen>
constexpr auto collect(Seen seen) {
  if constexpr (is_var<Node>)
    return add_once(seen, type_list<Node>{});
  else
    return collect_all(seen, children_t<Node>{});
}

template <class F>
using variables_of = decltype(collect<F>(type_list<>{}));

template <fixed_string Name, class... Vars>
constexpr bool has_name(type_list<Vars...>) {
  return (false || ... || (Vars::name == Name));
}

template <class... Vars>
constexpr auto names_of(type_list<Vars...>) -> hint::variables<Vars::name...>;

template <class F>
using variable_names = decltype(names_of(variables_of<F>{}));

/// The first of the bindings whose name occurs again, or void.
template <class First, class... Rest>
constexpr auto repeated_name() {
  if constexpr ((false || ... || (First::name == Rest::name)))
    return name_t<First::name>{};
  else if constexpr (sizeof...(Rest) == 0)
    return;
  else
    return repeated_name<Rest...>();
}

template <class Variables, class First, class... Rest>
constexpr auto unknown_name() {
  if constexpr (!has_name<First::name>(Variables{}))
    return name_t<First::name>{};
  else if constexpr (sizeof...(Rest) == 0)
    return;
  else
    return unknown_name<Variables, Rest...>();
}

/// The variables that no binding names.
template <class... Bindings, class... Found>
constexpr auto missing(type_list<>, type_list<Found...> found) {
  return found;
}
template <class... Bindings, class First, class... Rest, class... Found>
constexpr auto missing(type_list<First, Rest...>, type_list<Found...> found) {
  if constexpr ((false || ... || (First::name == Bindings::name)))
    return missing<Bindings...>(type_list<Rest...>{}, found);
  else
    return missing<Bindings...>(type_list<Rest...>{}, type_list<Found..., First>{});
}

template <class... Vars>
constexpr auto unbound_names(type_list<Vars...>) -> std::type_identity<unbound_variable<Vars::name...>>;
template <class Missing>
using unbound = typename decltype(unbound_names(Missing{}))::type;

template <class Var, class Binding>
inline constexpr bool takes =
    Var::name != Binding::name || (rank_v<Var> == rank_v<decltype(Binding::value)> &&
                                   shape::fitted<shape::unify_t<shape_t<Var>, shape_t<decltype(Binding::value)>>>);

template <class Var, class First, class... Rest>
constexpr auto misfit_with() {
  if constexpr (takes<Var, First>)
    return misfit_with<Var, Rest...>();
  else
    return std::type_identity<binding_does_not_fit<Var::name, hint::variable<shown<shape_t<Var>>>,
                                                   hint::given<shown<shape_t<decltype(First::value)>>>>>{};
}

/// The error of the first variable that its binding does not fit, or void.
template <class... Bindings>
constexpr auto misfit_of(type_list<>) {
  return std::type_identity<void>{};
}
template <class... Bindings, class First, class... Rest>
constexpr auto misfit_of(type_list<First, Rest...>) {
  if constexpr ((true && ... && takes<First, Bindings>))
    return misfit_of<Bindings...>(type_list<Rest...>{});
  else
    return misfit_with<First, Bindings...>();
}

/// A variable's place takes the value; the shape is what both know of it.
template <fixed_string Name, class Shape, class Value>
constexpr auto put(var_t<Name, Shape>, Value const& value) {
  return named<Name, shape::unify_t<Shape, shape_t<Value>>, Value>{value};
}

template <class Map, class Node>
constexpr auto substitute(Map const& map, Node const& node) {
  if constexpr (is_var<Node>)
    return put(node, hana::at_key(map, key<Node::name>));
  else if constexpr (any_node<is_var_node, Node>)
    return node.map_children([&](auto const& child) { return substitute(map, child); });
  else
    return node;
}

}  // namespace detail

template <node F, class... Bindings>
constexpr auto bind(F const& formula, Bindings&&... bindings) {
  using variables_type = detail::variables_of<F>;
  if constexpr (!(true && ... && requires { typename std::remove_cvref_t<Bindings>::oneloop_binding; })) {
    return report<not_a_binding<hint::use<"f(name = value)">, detail::variable_names<F>>>();
  } else if constexpr (any_invalid<decltype(std::remove_cvref_t<Bindings>::value)...>) {
    return invalid{};
  } else if constexpr (sizeof...(Bindings) == 0) {
    if constexpr (variables_type::size == 0)
      return formula;
    else
      return report<detail::unbound<variables_type>>();
  } else {
    using repeated = decltype(detail::repeated_name<std::remove_cvref_t<Bindings>...>());
    using unknown = decltype(detail::unknown_name<variables_type, std::remove_cvref_t<Bindings>...>());
    using missing = decltype(detail::missing<std::remove_cvref_t<Bindings>...>(variables_type{}, type_list<>{}));
    using misfit = typename decltype(detail::misfit_of<std::remove_cvref_t<Bindings>...>(variables_type{}))::type;
    if constexpr (!std::is_void_v<repeated>) {
      return report<variable_bound_twice<repeated::value>>();
    } else if constexpr (!std::is_void_v<unknown>) {
      return report<no_such_variable<unknown::value, detail::variable_names<F>>>();
    } else if constexpr (missing::size > 0) {
      return report<detail::unbound<missing>>();
    } else if constexpr (!std::is_void_v<misfit>) {
      return report<misfit>();
    } else {
      auto map = hana::make_map(hana::make_pair(detail::key<std::remove_cvref_t<Bindings>::name>,
                                                static_cast<Bindings&&>(bindings).value)...);
      auto body = detail::substitute(map, formula);
      if constexpr (any_invalid<decltype(body)>)
        return or_report(body);
      else
        return bound<decltype(body)>{std::move(body)};
    }
  }
}

namespace detail {

/// Uses one operand several times in `body(v)`: `v` stands for it, and the plan computes it once.
template <fixed_string Name, class Value, class Body>
constexpr auto let(Value value, Body body) {
  auto whole = body(named<Name, shape_t<Value>, Value>{std::move(value)});
  if constexpr (any_invalid<decltype(whole)>)
    return invalid{};
  else
    return bound<decltype(whole)>{std::move(whole)};
}

}  // namespace detail

}  // namespace ONELOOP_NAMESPACE
