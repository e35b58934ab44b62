// SPDX-License-Identifier: BSL-1.0
// A planned formula gets its data back: the leaves were numbered (rewrite/numbering.hpp), and planned as empty nodes.
#pragma once

#include <oneloop/plan/simple.hpp>
#include <oneloop/rewrite/numbering.hpp>

namespace ONELOOP_NAMESPACE::planner {

template <class T>
struct filled;
template <class T>
using filled_t = typename filled<T>::type;

template <class Node>
struct filled : rewrite::rebuilt<filled, Node, children_t<Node>> {};

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
