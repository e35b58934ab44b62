// SPDX-License-Identifier: BSL-1.0
// An operand repeated along axes that it does not have, and its axes in another order. Neither moves data:
// both only say where an element is read.
#pragma once

#include <oneloop/formula/leaf.hpp>

namespace ONELOOP_NAMESPACE {

/// `Map`: for each axis of the operand, its axis in `Shape`, or -1 if an extent of 1 is stretched.
/// `Explicit`: whether the user wrote it (and the text shows it).
template <class Shape, class Map, bool Explicit, class A>
struct broadcasted : node_base<broadcasted<Shape, Map, Explicit, A>> {
  using shape_type = Shape;
  using element = element_t<A>;
  using map = Map;
  static constexpr bool is_explicit = Explicit;
  [[no_unique_address]] A arg;
  constexpr broadcasted() = default;
  constexpr explicit broadcasted(A a) : arg(std::move(a)) {}

  template <class F>
  constexpr auto map_children(F&& f) const {
    auto child = f(arg);
    if constexpr (any_invalid<decltype(child)>)
      return child;
    else
      return broadcasted<Shape, Map, Explicit, decltype(child)>{std::move(child)};
  }
  template <class F>
  constexpr void each_child(F&& f) const {
    f(arg);
  }
};

namespace detail {

template <class Shape, bool Explicit, class A>
constexpr auto broadcast_to(A a) {
  if constexpr (rank_v<A> == 0 && !Explicit) {
    return a;  // a scalar needs no map: it is the same for every index
  } else {
    using map = decltype(shape::broadcast_map<shape_t<A>, Shape>());
    if constexpr (std::is_same_v<map, shape::no_fit>)
      return report<shapes_do_not_fit<"broadcast", shown<shape_t<A>>, shown<Shape>,
                                      hint::rule<"same names, or equal last axes">>>();
    else
      return broadcasted<Shape, map, Explicit, A>{std::move(a)};
  }
}

}  // namespace detail

/// broadcast<128, 64>(b): b repeated until it has that shape.
/// Shape rule: by name where all dimensions of b are named, otherwise its axes are the last ones (an extent of
/// 1 is stretched), as in NumPy. A run-time extent in the target takes its size from the formula around.
/// Cost: none; an index map.
/// Example: W % broadcast<3, 4>(x)
template <auto... Dims, operand A>
constexpr auto broadcast(A&& a) {
  if constexpr (any_invalid<A>)
    return invalid{};
  else
    return detail::broadcast_to<shape::make_extents<Dims...>, true>(as_formula(static_cast<A&&>(a)));
}

/// Axis i of the result is axis Permutation[i] of the operand.
template <class Permutation, class A>
struct permuted;
template <int... Axes, class A>
struct permuted<shape::axis_map<Axes...>, A> : node_base<permuted<shape::axis_map<Axes...>, A>> {
  using shape_type = shape::extents<shape::axis<shape_t<A>, Axes>...>;
  using element = element_t<A>;
  using permutation = shape::axis_map<Axes...>;
  [[no_unique_address]] A arg;
  constexpr permuted() = default;
  constexpr explicit permuted(A a) : arg(std::move(a)) {}

  template <class F>
  constexpr auto map_children(F&& f) const {
    auto child = f(arg);
    if constexpr (any_invalid<decltype(child)>)
      return child;
    else
      return permuted<permutation, decltype(child)>{std::move(child)};
  }
  template <class F>
  constexpr void each_child(F&& f) const {
    f(arg);
  }
};

namespace detail {

template <int Rank>
constexpr auto swap_last_two() {
  return []<int... I>(std::integer_sequence<int, I...>) {
    return shape::axis_map<(I == Rank - 1 ? Rank - 2 : I == Rank - 2 ? Rank - 1 : I)...>{};
  }(std::make_integer_sequence<int, Rank>{});
}

/// The transpose of a matrix.
using swapped_axes = shape::axis_map<1, 0>;

template <int Rank>
constexpr auto reverse_all() {
  return []<int... I>(std::integer_sequence<int, I...>) {
    return shape::axis_map<(Rank - 1 - I)...>{};
  }(std::make_integer_sequence<int, Rank>{});
}

template <class T>
inline constexpr bool is_permuted = false;
template <class Permutation, class A>
inline constexpr bool is_permuted<permuted<Permutation, A>> = true;

template <class Permutation, class A>
constexpr auto permute(A a) {
  if constexpr (shape::is_identity<Permutation>) {
    return a;
  } else if constexpr (is_permuted<A>) {
    // Two permutations are one; a transpose of a transpose is the operand itself.
    constexpr auto compose = []<int... Outer, int... Inner>(shape::axis_map<Outer...>, shape::axis_map<Inner...>) {
      constexpr int inner[] = {Inner...};
      return shape::axis_map<inner[Outer]...>{};
    };
    using both = decltype(compose(Permutation{}, typename A::permutation{}));
    return permute<both>(std::move(a.arg));
  } else {
    return permuted<Permutation, A>{std::move(a)};
  }
}

}  // namespace detail

/// transpose(A): the last two axes exchanged (a batch of matrices is transposed matrix by matrix).
/// Shape: [..., m, n] to [..., n, m]; a vector is an error. Cost: none; an index map.
/// Example: transpose(W) * b
template <operand A>
constexpr auto transpose(A&& a) {
  if constexpr (any_invalid<A>) {
    return invalid{};
  } else {
    using node_type = formula_t<A>;
    if constexpr (rank_v<node_type> < 2)
      return report<wrong_rank<"transpose", shown<shape_t<node_type>>, hint::rule<"a matrix, or a batch of them">>>();
    else
      return detail::permute<decltype(detail::swap_last_two<rank_v<node_type>>())>(as_formula(static_cast<A&&>(a)));
  }
}

}  // namespace ONELOOP_NAMESPACE
