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
template <fixed_string Name, class Shape, fixed_string Other, class OtherShape, class Value>
struct is_planned<named<Name, Shape, named<Other, OtherShape, Value>>> : is_planned<named<Other, OtherShape, Value>> {};
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
inline constexpr bool is_memory<named<Name, Shape, Value>> = is_leaf_array<Value> || oneloop::detail::is_var<Value>;
template <fixed_string Name, class Shape, fixed_string Other, class OtherShape, class Value>
inline constexpr bool is_memory<named<Name, Shape, named<Other, OtherShape, Value>>> =
    is_memory<named<Other, OtherShape, Value>>;
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

template <class T>
inline constexpr bool is_bound = false;
template <class Body>
inline constexpr bool is_bound<bound<Body>> = true;
template <class T>
inline constexpr bool is_named = false;
template <fixed_string Name, class Shape, class Value>
inline constexpr bool is_named<named<Name, Shape, Value>> = true;

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
struct simplified {
  using type = Node;
};
/// The node as part of a stage.
template <int Scope, class Node>
using simple = typename simplified<Scope, Node>::type;

/// What a leaf with data becomes.
template <class Leaf, class Shape, class Identity>
struct simplified_leaf {
  using view = decltype(std::declval<Leaf const&>().data().borrow());
  using type = read<view, Shape, Identity>;
};
template <class T, class Shape, class Identity>
struct simplified_leaf<scalar<T>, Shape, Identity> {
  using type = number_of<T, Identity>;
};
template <int Scope, int Index, class Leaf>
  requires holds_data<Leaf>
struct simplified<Scope, numbered<Index, Leaf>> {
  using type = numbered<Index, typename simplified_leaf<Leaf, shape_t<Leaf>, anonymous>::type>;
};
template <int Scope, fixed_string Name, class Shape, class Value>
struct simplified<Scope, named<Name, Shape, Value>> : simplified<Scope, Value> {};
template <int Scope, fixed_string Name, class Shape, int Index, class Leaf>
  requires holds_data<Leaf>
struct simplified<Scope, named<Name, Shape, numbered<Index, Leaf>>> {
  using type = numbered<Index, typename simplified_leaf<Leaf, Shape, known<Name, Scope>>::type>;
};
template <int Scope, int Axis, class A>
struct simplified<Scope, size_along<Axis, A>> {
  using type = number_of<index_t, sized<Axis, A, Scope>>;
};
template <int Scope, class Op, class Shape, class... Args>
struct simplified<Scope, applied<Op, Shape, Args...>> {
  using type = applied<Op, Shape, simple<Scope, Args>...>;
};
template <int Scope, class Shape, class Map, bool Explicit, class A>
struct simplified<Scope, broadcasted<Shape, Map, Explicit, A>> {
  using type = broadcasted<Shape, Map, Explicit, simple<Scope, A>>;
};
template <int Scope, class Permutation, class A>
struct simplified<Scope, permuted<Permutation, A>> {
  using type = permuted<Permutation, simple<Scope, A>>;
};

}  // namespace ONELOOP_NAMESPACE::planner
