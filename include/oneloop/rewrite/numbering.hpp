// SPDX-License-Identifier: BSL-1.0
// The data of a formula, apart from it: every leaf that holds some is numbered and becomes an empty node, so that what
// is done with the formula is about types alone. Who fills the numbers in again knows them by name.
#pragma once

#include <oneloop/formula/formula_results.hpp>
#include <oneloop/formula/size.hpp>

namespace ONELOOP_NAMESPACE {

namespace rewrite {

/// Operand `Index` of the formulas, without its data.
template <int Index, class Leaf>
struct numbered : node_base<numbered<Index, Leaf>> {
  static constexpr int index = Index;
  using shape_type = shape_t<Leaf>;
  using element = element_t<Leaf>;
};

template <class T>
inline constexpr bool is_numbered = false;
template <int Index, class Leaf>
inline constexpr bool is_numbered<numbered<Index, Leaf>> = true;

/// The leaves that are numbered.
template <class Leaf>
inline constexpr bool holds_data = is_leaf_array<Leaf>;
template <class T>
inline constexpr bool holds_data<scalar<T>> = true;
template <int Index, class Leaf>
inline constexpr bool holds_data<numbered<Index, Leaf>> = false;

}  // namespace rewrite

template <int Index, class Leaf>
inline constexpr bool is_leaf_array<rewrite::numbered<Index, Leaf>> = is_leaf_array<Leaf>;

namespace detail {

template <int Index, class Leaf>
inline constexpr bool is_number<rewrite::numbered<Index, Leaf>> = is_number<Leaf>;
template <int Index, class Leaf>
inline constexpr bool is_fraction<rewrite::numbered<Index, Leaf>> = is_fraction<Leaf>;
template <int Index, class Leaf>
struct leaf_elements<rewrite::numbered<Index, Leaf>> : leaf_elements<Leaf> {};

// A name for data in place of the data: bound in a scope of its own (rewrite/over_names.hpp), so it means the same.
template <fixed_string Name, class Shape, int Index, class Leaf>
struct size_source<named<Name, Shape, rewrite::numbered<Index, Leaf>>> {
  template <int Axis>
  static constexpr auto at(named<Name, Shape, rewrite::numbered<Index, Leaf>> const& node) {
    return size_along<Axis, named<Name, Shape, rewrite::numbered<Index, Leaf>>>{node};
  }
};

}  // namespace detail

namespace rewrite {

// ---- every node from other children, and its children

template <class Node, class Children>
struct with_children;
template <class Node>
struct with_children<Node, type_list<>> {
  using type = Node;
};
template <class Op, class Shape, class... Args, class... New>
  requires(sizeof...(Args) > 0)
struct with_children<applied<Op, Shape, Args...>, type_list<New...>> {
  using type = applied<Op, Shape, New...>;
};
template <class Shape, class A, class B, class NewA, class NewB>
struct with_children<contraction<Shape, A, B>, type_list<NewA, NewB>> {
  using type = contraction<Shape, NewA, NewB>;
};
template <class Op, int Axis, class A, class New>
struct with_children<reduced<Op, Axis, A>, type_list<New>> {
  using type = reduced<Op, Axis, New>;
};
template <class Shape, class Map, bool Explicit, class A, class New>
struct with_children<broadcasted<Shape, Map, Explicit, A>, type_list<New>> {
  using type = broadcasted<Shape, Map, Explicit, New>;
};
template <class Permutation, class A, class New>
struct with_children<permuted<Permutation, A>, type_list<New>> {
  using type = permuted<Permutation, New>;
};
template <fixed_string Name, class Shape, class Value, class New>
struct with_children<named<Name, Shape, Value>, type_list<New>> {
  using type = named<Name, Shape, New>;
};
template <class Body, class New>
struct with_children<bound<Body>, type_list<New>> {
  using type = bound<New>;
};
template <int Axis, class A, class New>
struct with_children<size_along<Axis, A>, type_list<New>> {
  using type = size_along<Axis, New>;
};
template <class... F, class... New>
  requires(sizeof...(F) > 0)
struct with_children<formula_results<F...>, type_list<New...>> {
  using type = formula_results<New...>;
};

template <int I, class Node>
ONELOOP_INLINE constexpr auto const& child_of(Node const& node) {
  if constexpr (requires { node.args; })
    return hana::at_c<I>(node.args);
  else if constexpr (requires { node.formulas; })
    return hana::at_c<I>(node.formulas);
  else if constexpr (requires { node.value; })
    return node.value;
  else if constexpr (requires { node.body; })
    return node.body;
  else if constexpr (requires { node.arg; })
    return node.arg;
  else if constexpr (I == 0)
    return node.left;
  else
    return node.right;
}

/// The node from what its children become, by Fill<Child>: ::type, and from(operands).
template <template <class> class Fill, class Node, class Children>
struct rebuilt;
template <template <class> class Fill, class Node, class... Children>
struct rebuilt<Fill, Node, type_list<Children...>> {
  using type = typename with_children<Node, type_list<typename Fill<Children>::type...>>::type;
  template <class Operands>
  static ONELOOP_INLINE constexpr type from([[maybe_unused]] Operands const& operands) {
    if constexpr (sizeof...(Children) == 0)
      return type{};
    else if constexpr (is_apply<Node>)
      return type{std::in_place, Fill<Children>::from(operands)...};
    else
      return type{Fill<Children>::from(operands)...};
  }
};

// ---- numbers instead of data

/// What a node becomes: what its name stands for, say.
template <class Node, class Numbered>
struct becomes {};
template <class Node>
constexpr auto find_node(...) -> void;
template <class Node, class Numbered>
constexpr auto find_node(becomes<Node, Numbered>*) -> Numbered;
template <class... T>
struct all_of : T... {};

/// `Leaves`: those that have a number, in order. `Names`: for the scope at hand and those around it, what its names stand
/// for, numbered: a name is the same data wherever it is.
template <class Leaves, class Names, class... Done>
struct numbers {
  using leaves = Leaves;
  using names = Names;
  using done = type_list<Done...>;
  template <class NewLeaves, class NewNames, class Node>
  using with = numbers<NewLeaves, NewNames, Done..., Node>;
};

template <class List>
struct without_first {
  using type = List;
};
template <class First, class... Rest>
struct without_first<type_list<First, Rest...>> {
  using type = type_list<Rest...>;
};
template <class First, class List>
struct behind;
template <class First, class... Rest>
struct behind<First, type_list<Rest...>> {
  using type = type_list<First, Rest...>;
};

/// The numbers with one more node, or more, done.
template <class Before, class Node>
struct number_one;
template <class Before, class... Nodes>
struct number_each {
  using type = Before;
};
template <class Before, class First, class... Rest>
struct number_each<Before, First, Rest...> : number_each<typename number_one<Before, First>::type, Rest...> {};

template <class Leaves, class Names, class List>
struct number_all;
template <class Leaves, class Names, class... Nodes>
struct number_all<Leaves, Names, type_list<Nodes...>> : number_each<numbers<Leaves, Names>, Nodes...> {};

template <class Before, class Node>
struct number_one {
  using after = typename number_all<typename Before::leaves, typename Before::names, children_t<Node>>::type;
  using type = typename Before::template with<typename after::leaves, typename after::names,
                                              typename with_children<Node, typename after::done>::type>;
};
template <class Before, class Node>
  requires holds_data<Node>
struct number_one<Before, Node> {
  using type = typename Before::template with<appended<typename Before::leaves, Node>, typename Before::names,
                                              numbered<Before::leaves::size, Node>>;
};
template <class Before, class Body>
struct number_one<Before, bound<Body>> {
  using names = typename behind<type_list<>, typename Before::names>::type;
  using after = typename number_each<numbers<typename Before::leaves, names>, Body>::type;
  using type =
      typename Before::template with<typename after::leaves, typename without_first<typename after::names>::type,
                                     typename with_children<bound<Body>, typename after::done>::type>;
};

/// A name of the scope, `Here`, that is not known yet. Its value belongs to the scopes around.
template <class Before, class Node, class Here, class Known>
struct number_name {
  using type = typename Before::template with<typename Before::leaves, typename Before::names, Known>;
};
template <class Before, class Node, class... Here>
struct number_name<Before, Node, type_list<Here...>, void> {
  using around = typename without_first<typename Before::names>::type;
  using after = typename number_all<typename Before::leaves, around, children_t<Node>>::type;
  using node = typename with_children<Node, typename after::done>::type;
  using here = type_list<Here..., becomes<Node, node>>;
  using type =
      typename Before::template with<typename after::leaves, typename behind<here, typename after::names>::type, node>;
};
template <class Before, class Node, class Names>
struct number_named : number_name<Before, Node, type_list<>, void> {};
template <class Before, class Node, class... Here, class... Around>
struct number_named<Before, Node, type_list<type_list<Here...>, Around...>>
    : number_name<Before, Node, type_list<Here...>, decltype(find_node<Node>(static_cast<all_of<Here...>*>(nullptr)))> {
};
template <class Before, fixed_string Name, class Shape, class Value>
struct number_one<Before, named<Name, Shape, Value>>
    : number_named<Before, named<Name, Shape, Value>, typename Before::names> {};

/// Formulas with numbers, and pointers to the leaves.
template <class Leaves>
struct pointers_to;
template <class... Leaf>
struct pointers_to<type_list<Leaf...>> {
  using type = hana::basic_tuple<Leaf const*...>;
};
template <class... F>
struct numbering {
  using after = typename number_each<numbers<type_list<>, type_list<>>, F...>::type;
  using formulas = typename after::done;
  using operands = typename pointers_to<typename after::leaves>::type;
};

template <class... Numbered, int... I, class Node, class Operands>
ONELOOP_INLINE constexpr void find_in_children(type_list<Numbered...>, std::integer_sequence<int, I...>,
                                               Node const& node, Operands& operands);
/// Points to the leaves where they lie.
template <class Numbered, class Node, class Operands>
ONELOOP_INLINE constexpr void find_in([[maybe_unused]] Node const& node, [[maybe_unused]] Operands& operands) {
  if constexpr (is_numbered<Numbered>)
    hana::at_c<Numbered::index>(operands) = &node;
  else if constexpr (!std::is_same_v<Numbered, Node>)
    find_in_children(children_t<Numbered>{}, std::make_integer_sequence<int, children_t<Numbered>::size>{}, node,
                     operands);
}
template <class... Numbered, int... I, class Node, class Operands>
ONELOOP_INLINE constexpr void find_in_children(type_list<Numbered...>, std::integer_sequence<int, I...>,
                                               Node const& node, Operands& operands) {
  (find_in<Numbered>(child_of<I>(node), operands), ...);
}
template <class... Numbered, class Operands, class... F>
ONELOOP_INLINE constexpr void find_operands(type_list<Numbered...>, Operands& operands, F const&... formulas) {
  (find_in<Numbered>(formulas, operands), ...);
}

}  // namespace rewrite

}  // namespace ONELOOP_NAMESPACE
