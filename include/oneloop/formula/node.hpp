// SPDX-License-Identifier: BSL-1.0
// What every node of a formula has: a shape, an element type, children, and a call that binds variables.
//
//   using shape_type   the static shape (shape::extents)
//   using element      float, double, int32_t, bool, or any_element where it depends on what is around
//   map_children(f)    the same node over f(child)..., made by the function that made it, so checked again
//   each_child(f)      f(child) for each child
// Nodes are immutable, and empty (and then made of nothing: decltype(layer){}) where their operands are.
#pragma once

#include <oneloop/core/concepts.hpp>
#include <oneloop/core/element.hpp>
#include <oneloop/core/fwd.hpp>
#include <oneloop/shape/algebra.hpp>
#include <oneloop/shape/errors.hpp>

namespace ONELOOP_NAMESPACE {

template <class F>
using shape_t = typename std::remove_cvref_t<F>::shape_type;
template <class F>
using element_t = typename std::remove_cvref_t<F>::element;
template <class F>
inline constexpr int rank_v = shape_t<F>::rank;

/// Binds variables by name, in any order; defined in formula/bind.hpp.
template <node F, class... Bindings>
constexpr auto bind(F const& formula, Bindings&&... bindings);

/// `Value`: shape, element type and children, of the nodes whose value can be a number.
template <class Node, class... Value>
struct node_base {
  using oneloop_node = void;
  /// `layer(Wv = W, xv = x)`: the formula over data.
  template <class... Bindings>
  constexpr auto operator()(Bindings&&... bindings) const {
    return bind(static_cast<Node const&>(*this), static_cast<Bindings&&>(bindings)...);
  }
};

namespace detail {
/// The element type of a value that only numbers and masks make, by what is below its node; defined in
/// formula/traverse.hpp.
template <class... Children>
struct element_below;

template <class Element, class... Children>
struct settled_element {
  using type = Element;
};
template <class... Children>
struct settled_element<any_element, Children...> : element_below<Children...> {};
}  // namespace detail

/// Of rank 0 a formula converts to its number, as in `float s = sum(x)` and `if (any(x > 1))`. Not a template: built-in
/// operators and the overloads of <cmath> then see the one type. A class of its own, as `requires` would have the other
/// nodes declare an operator, too.
template <class Node, class Element, class... Children>
struct node_base<Node, shape::extents<>, Element, Children...> : node_base<Node> {
  ONELOOP_INLINE constexpr operator typename detail::settled_element<Element, Children...>::type() const {
    return value_of<typename detail::settled_element<Element, Children...>::type>(static_cast<Node const&>(*this));
  }
};

/// The shape of a formula, as a value that compares with extents<...>.
template <formula F>
constexpr auto shape_of(F const&) {
  if constexpr (is_invalid<std::remove_cvref_t<F>>)
    return invalid{};
  else
    return shape_t<F>{};
}

template <class... T>
inline constexpr bool any_invalid = (false || ... || is_invalid<std::remove_cvref_t<T>>);

namespace detail {

template <class First, class... Rest>
constexpr auto first_invalid(First const& first, Rest const&... rest) {
  if constexpr (any_invalid<First>)
    return first;
  else
    return first_invalid(rest...);
}

}  // namespace detail

}  // namespace ONELOOP_NAMESPACE
