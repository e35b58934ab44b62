// SPDX-License-Identifier: BSL-1.0
// The children of a node as a type list, for questions that need no value.
#pragma once

#include <tuple>

#include <oneloop/formula/contract.hpp>
#include <oneloop/formula/reduce.hpp>

namespace ONELOOP_NAMESPACE {

template <class... T>
struct type_list {
  static constexpr int size = sizeof...(T);
};

namespace detail {
template <int Index, class List>
struct type_at;
template <int Index, class... T>
struct type_at<Index, type_list<T...>> : std::tuple_element<Index, std::tuple<T...>> {};
template <class List, class Last>
struct list_with;
template <class... T, class Last>
struct list_with<type_list<T...>, Last> {
  using type = type_list<T..., Last>;
};
}  // namespace detail
template <int Index, class List>
using nth = typename detail::type_at<Index, List>::type;
template <class List, class Last>
using appended = typename detail::list_with<List, Last>::type;

/// A variable that got its value: what `Wv = W` leaves in the formula, and what `let` shares.
template <fixed_string Name, class Shape, class Value>
struct named;
/// A formula whose variables are bound; inside it, equal names are equal values.
template <class Body>
struct bound;

template <class Node>
struct children_of {
  using type = type_list<>;
};
template <class Op, class Shape, class... Args>
struct children_of<applied<Op, Shape, Args...>> {
  using type = type_list<Args...>;
};
template <class Shape, class A, class B>
struct children_of<contraction<Shape, A, B>> {
  using type = type_list<A, B>;
};
template <class Op, int Axis, class A>
struct children_of<reduced<Op, Axis, A>> {
  using type = type_list<A>;
};
template <class Shape, class Map, bool Explicit, class A>
struct children_of<broadcasted<Shape, Map, Explicit, A>> {
  using type = type_list<A>;
};
template <class Permutation, class A>
struct children_of<permuted<Permutation, A>> {
  using type = type_list<A>;
};
template <fixed_string Name, class Shape, class Value>
struct children_of<named<Name, Shape, Value>> {
  using type = type_list<Value>;
};
template <class Body>
struct children_of<bound<Body>> {
  using type = type_list<Body>;
};
template <class Node>
using children_t = typename children_of<Node>::type;

namespace detail {

// ---- the element type of where(x > 0, 1, 0), which no operand has: as of any other number, that of the tensors around
// it; where there are none, that of the numbers, as in C++

/// The floating types of the leaves: of the first tensor, of the first number, or any_element.
template <class Node>
struct leaf_elements;

template <class... T>
struct first_known {
  using type = any_element;
};
template <class First, class... Rest>
struct first_known<First, Rest...> {
  using type = First;
};
template <class... Rest>
struct first_known<any_element, Rest...> : first_known<Rest...> {};

template <class T>
using if_floating = std::conditional_t<std::is_floating_point_v<computed<T>>, T, any_element>;

template <class... T>
struct leaf_elements<type_list<T...>> {
  using of_tensor = typename first_known<typename leaf_elements<T>::of_tensor...>::type;
  using of_number = typename first_known<typename leaf_elements<T>::of_number...>::type;
};
template <class Node>
struct leaf_elements : leaf_elements<children_t<Node>> {};
template <class Array>
struct leaf_elements<referenced<Array>> {
  using of_tensor = if_floating<typename Array::element>;
  using of_number = any_element;
};
template <class Array>
struct leaf_elements<owned<Array>> : leaf_elements<referenced<Array>> {};
template <class T>
struct leaf_elements<scalar<T>> {
  using of_tensor = any_element;
  using of_number = std::conditional_t<std::is_same_v<T, long double>, double, if_floating<T>>;
};

template <class... Children>
struct element_below {
  using leaves = leaf_elements<type_list<Children...>>;
  using type = element_or<typename first_known<typename leaves::of_tensor, typename leaves::of_number>::type>;
};

}  // namespace detail

/// The element type that a formula has when it is evaluated alone.
template <class F>
using evaluated_element = typename detail::settled_element<element_t<F>, F>::type;

namespace detail {

template <template <class> class Predicate, class... T>
constexpr bool any_node_of(type_list<T...>);

}  // namespace detail

/// Whether Predicate holds for the node or anything below it.
template <template <class> class Predicate, class Node>
inline constexpr bool any_node = Predicate<Node>::value || detail::any_node_of<Predicate>(children_t<Node>{});

namespace detail {
template <template <class> class Predicate, class... T>
constexpr bool any_node_of(type_list<T...>) {
  return (false || ... || any_node<Predicate, T>);
}
}  // namespace detail

}  // namespace ONELOOP_NAMESPACE
