// SPDX-License-Identifier: BSL-1.0
// What a formula is made of once it is planned: leaves that are read, results of earlier stages, and the
// contractions that the stage itself computes. Everything else (applied, broadcasted, permuted) stays as it is.
#pragma once

#include <oneloop/formula/bind.hpp>
#include <oneloop/formula/print.hpp>
#include <oneloop/rewrite/numbering.hpp>

namespace ONELOOP_NAMESPACE::planner {

using rewrite::holds_data;
using rewrite::is_numbered;
using rewrite::numbered;

/// Identity of a leaf: two leaves of one type may be different data, unless a name in a scope says otherwise.
struct anonymous {};
template <fixed_string Name, int Scope>
struct known {};

/// Identity of a leaf of which a sweep takes a part at a time: most likely it comes from memory, and the next part is
/// near.
struct passing {};

/// Data in memory. By view and not by address of the tensor: a store through a vector type may alias anything,
/// so a pointer found through memory would be loaded again after each store of the loop.
template <class View, class Shape, class Identity>
struct read : node_base<read<View, Shape, Identity>> {
  using shape_type = Shape;
  using element = typename View::element;
  View view;
  constexpr explicit read(View v) : view(v) {}
  ONELOOP_COPY_MEMBER(read, view)
};

/// A plain number.
template <class T, class Identity>
struct number_of : node_base<number_of<T, Identity>> {
  using shape_type = shape::extents<>;
  using element = any_element;
  T number;
  constexpr explicit number_of(T n) : number(n) {}
  ONELOOP_COPY_MEMBER(number_of, number)
};

/// The value of temporary `Index`, written by an earlier stage.
template <int Index, class Shape, class Element>
struct temp : node_base<temp<Index, Shape, Element>> {
  static constexpr int index = Index;
  using shape_type = Shape;
  using element = Element;
};

/// The value of contraction `Index` of the stage, still in registers.
template <int Index, class Contraction>
struct slot : node_base<slot<Index, Contraction>> {
  static constexpr int index = Index;
  using contraction_type = Contraction;
  using shape_type = shape_t<Contraction>;
  using element = element_t<Contraction>;
};

/// Identity of a measured extent: that of what has it.
template <int Axis, class A, int Scope>
struct sized {};

template <class T>
inline constexpr bool is_read = false;
template <class View, class Shape, class Identity>
inline constexpr bool is_read<read<View, Shape, Identity>> = true;
template <class T>
inline constexpr bool is_temp = false;
template <int Index, class Shape, class Element>
inline constexpr bool is_temp<temp<Index, Shape, Element>> = true;
template <class T>
inline constexpr bool is_slot = false;
template <int Index, class Contraction>
inline constexpr bool is_slot<slot<Index, Contraction>> = true;

/// Whether equal types mean equal values.
template <class Node>
inline constexpr bool identified = true;
template <class T>
inline constexpr bool identified<scalar<T>> = false;
template <class Array>
inline constexpr bool identified<referenced<Array>> = false;
template <class Array>
inline constexpr bool identified<owned<Array>> = false;
template <class View, class Shape>
inline constexpr bool identified<read<View, Shape, anonymous>> = false;
template <class T>
inline constexpr bool identified<number_of<T, anonymous>> = false;
template <fixed_string Name, class Shape, class Value>
inline constexpr bool identified<named<Name, Shape, Value>> = true;
template <int Axis, class A>
inline constexpr bool identified<size_along<Axis, A>> = identified<A>;
template <class T, int Axis, class A, int Scope>
inline constexpr bool identified<number_of<T, sized<Axis, A, Scope>>> = identified<A>;
// A formula bound elsewhere uses its names in its own way: what they stand for must say it all.
template <class Node>
inline constexpr bool names_identified = identified<Node>;
template <fixed_string Name, class Shape, class Value>
inline constexpr bool names_identified<named<Name, Shape, Value>> = identified<Value>;
template <class... T>
constexpr bool all_names_identified(type_list<T...>) {
  return (true && ... && names_identified<T>);
}
template <class Node>
  requires(children_t<Node>::size > 0)
inline constexpr bool names_identified<Node> = all_names_identified(children_t<Node>{});
template <class Body>
inline constexpr bool identified<bound<Body>> = names_identified<Body>;
template <class Op, class Shape, class... Args>
inline constexpr bool identified<applied<Op, Shape, Args...>> = (true && ... && identified<Args>);
template <class Shape, class A, class B>
inline constexpr bool identified<contraction<Shape, A, B>> = identified<A> && identified<B>;
template <class Op, int Axis, class A>
inline constexpr bool identified<reduced<Op, Axis, A>> = identified<A>;
template <class Shape, class Map, bool Explicit, class A>
inline constexpr bool identified<broadcasted<Shape, Map, Explicit, A>> = identified<A>;
template <class Permutation, class A>
inline constexpr bool identified<permuted<Permutation, A>> = identified<A>;
template <int Index, class Contraction>
inline constexpr bool identified<slot<Index, Contraction>> = identified<Contraction>;
template <int Index, class Leaf>
inline constexpr bool identified<numbered<Index, Leaf>> = identified<Leaf>;

}  // namespace ONELOOP_NAMESPACE::planner

namespace ONELOOP_NAMESPACE {

template <int Index, class Contraction>
struct children_of<planner::slot<Index, Contraction>> {
  using type = type_list<Contraction>;
};

namespace detail {

template <class View, class Shape>
struct write_node<planner::read<View, Shape, planner::anonymous>> {
  static constexpr void to(writer& out, int) { shape::write_shape(out, Shape{}); }
};
template <class View, class Shape, fixed_string Name, int Scope>
struct write_node<planner::read<View, Shape, planner::known<Name, Scope>>> {
  static constexpr void to(writer& out, int) {
    if constexpr (*Name.c_str())
      out << Name;
    else
      shape::write_shape(out, Shape{});
  }
};
template <class T>
struct write_node<planner::number_of<T, planner::anonymous>> {
  static constexpr void to(writer& out, int) { out << "number"; }
};
template <class T, fixed_string Name, int Scope>
struct write_node<planner::number_of<T, planner::known<Name, Scope>>> {
  static constexpr void to(writer& out, int) { out << (*Name.c_str() ? Name.c_str() : "number"); }
};
template <class T, int Axis, class A, int Scope>
struct write_node<planner::number_of<T, planner::sized<Axis, A, Scope>>> : write_node<size_along<Axis, A>> {};
template <int Index, class Shape, class Element>
struct write_node<planner::temp<Index, Shape, Element>> {
  static constexpr void to(writer& out, int) { out << "t" << Index; }
};
template <int Index, class Contraction>
struct write_node<planner::slot<Index, Contraction>> {
  static constexpr void to(writer& out, int around) { write<Contraction>(out, around); }
};

}  // namespace detail

}  // namespace ONELOOP_NAMESPACE
