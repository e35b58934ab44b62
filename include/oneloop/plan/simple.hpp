// SPDX-License-Identifier: BSL-1.0
// What a node is for the planner, asked of its type: whether it is read where it lies, what it costs, what it waits for.
// And formulas without contraction and reduction, which become part of a stage as they are: only their leaves change.
#pragma once

#include <oneloop/plan/program.hpp>

namespace ONELOOP_NAMESPACE::eval {

/// The run-time extent of an axis of the formula; defined in eval/measure.hpp.
template <int Axis, class Node, class Temps>
constexpr index_t inner_extent(Node const& node, Temps const& temps);

}  // namespace ONELOOP_NAMESPACE::eval

namespace ONELOOP_NAMESPACE::planner {

// ---- questions about types

template <class Node>
struct is_planned : std::bool_constant<is_contraction<Node> || is_reduced<Node>> {};
template <fixed_string Name, class Shape, class Value>
struct is_planned<named<Name, Shape, Value>> : std::bool_constant<children_t<Value>::size != 0> {};
template <class Body>
struct is_planned<bound<Body>> : std::true_type {};

template <class Node>
inline constexpr bool is_simple = !any_node<is_planned, Node>;
template <int Axis, class A>
inline constexpr bool is_simple<size_along<Axis, A>> = true;

/// Read where it lies, perhaps with its axes in another order.
template <class Node>
inline constexpr bool is_memory = is_leaf_array<Node> || oneloop::detail::is_var<Node>;
template <fixed_string Name, class Shape, class Value>
inline constexpr bool is_memory<named<Name, Shape, Value>> = is_leaf_array<Value>;
template <class Permutation, class A>
inline constexpr bool is_memory<permuted<Permutation, A>> = is_memory<A>;

template <class Wanted, class Node>
inline constexpr int count_of = 0;
template <class Wanted, class... T>
constexpr int count_in(type_list<T...>) {
  return (0 + ... + count_of<Wanted, T>);
}
template <class Wanted, class Node>
  requires(!std::is_void_v<Node>)
inline constexpr int count_of<Wanted, Node> = std::is_same_v<Wanted, Node> ? 1 : count_in<Wanted>(children_t<Node>{});

/// Operations per element, contractions not counted.
template <class Node>
inline constexpr int flops_of = 0;
template <class Op, class Shape, class... Args>
inline constexpr int flops_of<applied<Op, Shape, Args...>> = (Op::flops + ... + flops_of<Args>);
template <class Shape, class Map, bool Explicit, class A>
inline constexpr int flops_of<broadcasted<Shape, Map, Explicit, A>> = flops_of<A>;
template <class Permutation, class A>
inline constexpr int flops_of<permuted<Permutation, A>> = flops_of<A>;
template <fixed_string Name, class Shape, class Value>
inline constexpr int flops_of<named<Name, Shape, Value>> = flops_of<Value>;

/// A shared value is stored if computing it costs more than this; a load and a store are about as much.
inline constexpr int cheap = 4;

/// The last stage that the node waits for, -1 if none.
template <class Temps, class Node>
inline constexpr int waits_for = -1;
template <class... Infos, int Index, class Shape, class Element>
inline constexpr int waits_for<type_list<Infos...>, temp<Index, Shape, Element>> = [] {
  constexpr int stages[] = {Infos::stage...};
  return stages[Index];
}();
template <class Temps, class... T>
constexpr int latest(type_list<T...>) {
  int result = -1;
  ((waits_for<Temps, T> > result ? void(result = waits_for<Temps, T>) : void()), ...);
  return result;
}
template <class Temps, class Node>
  requires(children_t<Node>::size > 0)
inline constexpr int waits_for<Temps, Node> = latest<Temps>(children_t<Node>{});

// ---- formulas without contraction and reduction: only the leaves change

template <int Scope, class Node>
struct simplified;

template <int Scope, class Node>
constexpr auto simple(Node const& node) {
  return simplified<Scope, Node>::of(node);
}

template <class Array>
constexpr auto anonymous_read(Array const& array) {
  return read<decltype(array.borrow()), shape_t<Array>, anonymous>{array.borrow()};
}

template <int Scope, class Node>
struct simplified {
  static constexpr Node of(Node const& node) { return node; }
};
template <int Scope, class T>
struct simplified<Scope, scalar<T>> {
  static constexpr auto of(scalar<T> const& node) { return number_of<T, anonymous>{node.number}; }
};
template <int Scope, class Array>
struct simplified<Scope, referenced<Array>> {
  static constexpr auto of(referenced<Array> const& node) { return anonymous_read(node.data()); }
};
template <int Scope, class Array>
struct simplified<Scope, owned<Array>> {
  static constexpr auto of(owned<Array> const& node) { return anonymous_read(node.data()); }
};
template <int Scope, fixed_string Name, class Shape, class Value>
struct simplified<Scope, named<Name, Shape, Value>> {
  static constexpr auto of(named<Name, Shape, Value> const& node) {
    if constexpr (is_leaf_array<Value>)
      return read<decltype(node.value.data().borrow()), Shape, known<Name, Scope>>{node.value.data().borrow()};
    else if constexpr (requires { node.value.number; })
      return number_of<typename Value::number_type, known<Name, Scope>>{node.value.number};
    else
      return simple<Scope>(node.value);
  }
};
/// An extent is measured here, where the data is at hand: what follows sees a number.
template <int Scope, int Axis, class A>
struct simplified<Scope, size_along<Axis, A>> {
  static constexpr auto of([[maybe_unused]] size_along<Axis, A> const& node) {
    using number_type = number_of<index_t, sized<Axis, A, Scope>>;
    if constexpr (any_node<oneloop::detail::is_var_node, A>)
      return number_type{0};  // a plan of variables, which is never run
    else
      return number_type{eval::inner_extent<Axis>(node.arg, hana::basic_tuple<>{})};
  }
};
template <int Scope, class Op, class Shape, class... Args>
struct simplified<Scope, applied<Op, Shape, Args...>> {
  static constexpr auto of(applied<Op, Shape, Args...> const& node) {
    return hana::unpack(node.args, [](auto const&... arg) {
      return applied<Op, Shape, decltype(simple<Scope>(arg))...>{std::in_place, simple<Scope>(arg)...};
    });
  }
};
template <int Scope, class Shape, class Map, bool Explicit, class A>
struct simplified<Scope, broadcasted<Shape, Map, Explicit, A>> {
  static constexpr auto of(broadcasted<Shape, Map, Explicit, A> const& node) {
    return broadcasted<Shape, Map, Explicit, decltype(simple<Scope>(node.arg))>{simple<Scope>(node.arg)};
  }
};
template <int Scope, class Permutation, class A>
struct simplified<Scope, permuted<Permutation, A>> {
  static constexpr auto of(permuted<Permutation, A> const& node) {
    return permuted<Permutation, decltype(simple<Scope>(node.arg))>{simple<Scope>(node.arg)};
  }
};

}  // namespace ONELOOP_NAMESPACE::planner
