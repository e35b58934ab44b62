// SPDX-License-Identifier: BSL-1.0
// The data of a formula, apart from it: every leaf that holds some is numbered and planned as an empty node; the program
// then gets it back by its number.
#pragma once

#include <oneloop/formula/formula_results.hpp>
#include <oneloop/formula/size.hpp>
#include <oneloop/plan/simple.hpp>

namespace ONELOOP_NAMESPACE::planner {

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
struct number;
template <class Before, class... Nodes>
struct number_each {
  using type = Before;
};
template <class Before, class First, class... Rest>
struct number_each<Before, First, Rest...> : number_each<typename number<Before, First>::type, Rest...> {};

template <class Leaves, class Names, class List>
struct number_all;
template <class Leaves, class Names, class... Nodes>
struct number_all<Leaves, Names, type_list<Nodes...>> : number_each<numbers<Leaves, Names>, Nodes...> {};

template <class Before, class Node>
struct number {
  using after = typename number_all<typename Before::leaves, typename Before::names, children_t<Node>>::type;
  using type = typename Before::template with<typename after::leaves, typename after::names,
                                              typename with_children<Node, typename after::done>::type>;
};
template <class Before, class Node>
  requires holds_data<Node>
struct number<Before, Node> {
  using type = typename Before::template with<appended<typename Before::leaves, Node>, typename Before::names,
                                              numbered<Before::leaves::size, Node>>;
};
template <class Before, class Body>
struct number<Before, bound<Body>> {
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
struct number<Before, named<Name, Shape, Value>>
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

// ---- data instead of numbers

template <class T>
struct filled;
template <class T>
using filled_t = typename filled<T>::type;

template <class Node, class Children>
struct filled_node;
template <class Node, class... Children>
struct filled_node<Node, type_list<Children...>> {
  using type = typename with_children<Node, type_list<filled_t<Children>...>>::type;
  template <class Operands>
  static ONELOOP_INLINE constexpr type from([[maybe_unused]] Operands const& operands) {
    if constexpr (sizeof...(Children) == 0)
      return type{};
    else if constexpr (is_apply<Node>)
      return type{std::in_place, filled<Children>::from(operands)...};
    else
      return type{filled<Children>::from(operands)...};
  }
};
template <class Node>
struct filled : filled_node<Node, children_t<Node>> {};

template <int Index, class View, class Shape, class Identity>
struct filled<numbered<Index, read<View, Shape, Identity>>> {
  using type = read<View, Shape, Identity>;
  template <class Operands>
  static ONELOOP_INLINE constexpr type from(Operands const& operands) {
    return type{hana::at_c<Index>(operands)->data().borrow()};
  }
};
template <int Index, class T, class Identity>
struct filled<numbered<Index, number_of<T, Identity>>> {
  using type = number_of<T, Identity>;
  template <class Operands>
  static ONELOOP_INLINE constexpr type from(Operands const& operands) {
    return type{hana::at_c<Index>(operands)->number};
  }
};
// What is measured, and not planned, has its leaves as they are.
template <int Index, class Leaf>
  requires holds_data<Leaf>
struct filled<numbered<Index, Leaf>> : filled<simple<0, numbered<Index, Leaf>>> {};

/// An extent is measured here, where the data is at hand: what follows sees a number.
template <class T, int Axis, class A, int Scope>
struct filled<number_of<T, sized<Axis, A, Scope>>> {
  using type = number_of<T, sized<Axis, filled_t<A>, Scope>>;
  template <class Operands>
  static ONELOOP_INLINE constexpr type from([[maybe_unused]] Operands const& operands) {
    if constexpr (any_node<oneloop::detail::is_var_node, A>)
      return type{0};  // a plan of variables, which is never run
    else
      return type{eval::inner_extent<Axis>(filled<A>::from(operands), hana::basic_tuple<>{})};
  }
};
template <int Index, class Contraction>
struct filled<slot<Index, Contraction>> {
  using type = slot<Index, filled_t<Contraction>>;
  template <class Operands>
  static ONELOOP_INLINE constexpr type from(Operands const&) {
    return type{};
  }
};

template <class Target, class F>
struct filled<store_sink<Target, F>> {
  using type = store_sink<Target, filled_t<F>>;
  template <class Operands>
  static ONELOOP_INLINE constexpr type from(Operands const& operands) {
    return type{filled<F>::from(operands)};
  }
};
template <class Op, int Axis, class Target, class F>
struct filled<fold_sink<Op, Axis, Target, F>> {
  using type = fold_sink<Op, Axis, Target, filled_t<F>>;
  template <class Operands>
  static ONELOOP_INLINE constexpr type from(Operands const& operands) {
    return type{filled<F>::from(operands)};
  }
};
template <class... T>
struct filled<type_list<T...>> {
  using type = hana::basic_tuple<filled_t<T>...>;
  template <class Operands>
  static ONELOOP_INLINE constexpr type from([[maybe_unused]] Operands const& operands) {
    return type(filled<T>::from(operands)...);
  }
};
template <class Space, int Axis, class Slots, class Sinks>
struct filled<stage<Space, Axis, Slots, Sinks>> {
  using type = stage<Space, Axis, filled_t<Slots>, filled_t<Sinks>>;
  template <class Operands>
  static ONELOOP_INLINE constexpr type from(Operands const& operands) {
    return type{filled<Slots>::from(operands), filled<Sinks>::from(operands)};
  }
};
/// Which formula a temporary is matters no longer: the names of all functions that run the program would tell it.
template <class Info>
using without_key = temp_info<no_key, typename Info::shape_type, typename Info::element, Info::stage, Info::transposed>;
template <class Stages, class... Infos, int Scopes>
struct filled<program<Stages, type_list<Infos...>, Scopes>> {
  using type = program<filled_t<Stages>, type_list<without_key<Infos>...>, Scopes>;
  template <class Operands>
  static ONELOOP_INLINE constexpr type from(Operands const& operands) {
    return type{filled<Stages>::from(operands)};
  }
};

}  // namespace ONELOOP_NAMESPACE::planner
