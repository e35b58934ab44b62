// SPDX-License-Identifier: BSL-1.0
// A rewrite that uses subformulas several times, done over names in place of the data: two leaves of one type may be
// different data, and what holds some would be planned as often as it stands there. The names are bound to the data in
// a scope of the result's own (mean(bce_with_logits(X * w + b, t)) over tensors X and t, value and gradient by w and b:
// X * w is computed once, not three times).
#pragma once

#include <oneloop/rewrite/numbering.hpp>

namespace ONELOOP_NAMESPACE {

namespace rewrite {

/// Another name that is written alike: behind a zero stands a number, or nothing.
template <fixed_string Name, int Number = -1>
constexpr auto told_apart() {
  constexpr auto count = [](int number) {
    std::size_t digits = 0;
    for (; number >= 0; number = number >= 10 ? number / 10 : -1) ++digits;
    return digits;
  };
  constexpr std::size_t written = [] {
    std::size_t size = 0;
    while (Name.c_str()[size]) ++size;
    return size;
  }();
  fixed_string<written + 1 + count(Number) + 1> result;
  for (std::size_t i = 0; i < written; ++i) result.data[i] = Name.c_str()[i];
  int rest = Number;
  for (std::size_t i = written + count(Number); i > written; --i, rest /= 10)
    result.data[i] = static_cast<char>('0' + rest % 10);
  return result;
}

template <class Node>
struct is_name_or_data : std::bool_constant<is_numbered<Node>> {};
template <class Body>
struct is_name_or_data<bound<Body>> : std::true_type {};
template <fixed_string Name, class Shape, class Value>
struct is_name_or_data<named<Name, Shape, Value>> : std::true_type {};

/// The formula over names alone: `numbered` data gets one, and what names of its own stand for stands there itself.
/// Without data that makes equal formulas equal types, also where each has names of its own (softmax: cross_entropy of
/// X * W + b and its gradient by W and b take 9 loops that way, 12 with the names).
template <class Node>
constexpr auto over_names_alone(Node const& node) {
  if constexpr (is_numbered<Node>)
    return named<told_apart<"", Node::index>(), shape_t<Node>, Node>{};
  else if constexpr (!any_node<is_name_or_data, Node>)
    return node;
  else if constexpr (requires { node.body; })
    return over_names_alone(node.body);
  else if constexpr (requires { node.value; })
    if constexpr (is_numbered<decltype(node.value)>)
      return named<told_apart<Node::name, decltype(node.value)::index>(), shape_t<Node>, decltype(node.value)>{};
    else
      return over_names_alone(node.value);
  else
    return node.map_children([](auto const& child) { return over_names_alone(child); });
}

template <class Node>
struct with_data : rebuilt<with_data, Node, children_t<Node>> {};
template <int Index, class Leaf>
struct with_data<numbered<Index, Leaf>> {
  using type = Leaf;
  template <class Operands>
  static ONELOOP_INLINE constexpr Leaf from(Operands const& operands) {
    return *hana::at_c<Index>(operands);
  }
};

// A variable comes into the scope by a name of its own: what it is bound to later then belongs to the scopes around.
template <fixed_string Name, class Shape>
struct with_data<var_t<Name, Shape>> {
  using type = named<told_apart<Name>(), Shape, var_t<Name, Shape>>;
  template <class Operands>
  static ONELOOP_INLINE constexpr type from(Operands const&) {
    return type{};
  }
};

template <class Make, class... F>
constexpr auto made_over_names(Make const& make, type_list<F...>) {
  return make(over_names_alone(F{})...);
}

/// make(f...), given the formulas over names.
template <class Make, class... F>
constexpr auto over_names(Make const& make, F const&... formulas) {
  if constexpr ((true && ... && std::is_empty_v<F>)) {
    return make(over_names_alone(formulas)...);
  } else {
    using without = numbering<F...>;
    using result = decltype(made_over_names(make, typename without::formulas{}));
    if constexpr (any_invalid<result> || !any_node<is_name_or_data, result>) {
      return made_over_names(make, typename without::formulas{});
    } else {
      typename without::operands operands{};
      find_operands(typename without::formulas{}, operands, formulas...);
      return bound<typename with_data<result>::type>{with_data<result>::from(operands)};
    }
  }
}

}  // namespace rewrite

}  // namespace ONELOOP_NAMESPACE
