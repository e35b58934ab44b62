// SPDX-License-Identifier: BSL-1.0
// The algebra of shapes: pure functions from shapes to shapes, usable without any tensor. A function that
// has no answer returns shape::no_fit; what to tell the user is decided where the operation is known.
//
// The functions take shapes only: argument-dependent look-up finds them for every formula, whose type names its
// shape, and an unconstrained one would make transpose(f) ambiguous.
//
// unify and embed are asked for every operator of every formula, so they expand packs directly: a pair of shapes
// costs 5 template instantiations that way and 133 through hana::zip_with (docs/decisions/0001).
#pragma once

#include <boost/hana/append.hpp>
#include <boost/hana/at.hpp>
#include <boost/hana/concat.hpp>
#include <boost/hana/drop_back.hpp>
#include <boost/hana/drop_front.hpp>
#include <boost/hana/length.hpp>
#include <boost/hana/remove_at.hpp>
#include <boost/hana/reverse.hpp>
#include <boost/hana/unpack.hpp>

#include <oneloop/shape/extents.hpp>

namespace ONELOOP_NAMESPACE::shape {

struct no_fit {};

template <class T>
inline constexpr bool fitted = any_shape<T>;

/// Where each axis of an operand lies in a larger shape; -1 for an axis of extent 1 that is stretched.
template <int... Axes>
struct axis_map {
  using oneloop_axis_map = void;
};

template <class Map>
inline constexpr bool is_identity = false;
template <>
inline constexpr bool is_identity<axis_map<>> = true;
template <int... Axes>
inline constexpr bool is_identity<axis_map<Axes...>> = [] {
  int next = 0;
  return (true && ... && (Axes == next++));
}();

namespace detail {

/// Finds the operand's named dimensions, in order, in the larger shape; -2 where one is missing, or where a name that
/// occurs twice leaves a choice: a vector of "n" could go along either axis of [n, n].
template <auto... Small, auto... Large>
constexpr auto by_name(extents<Small...>, extents<Large...>) {
  constexpr int small = sizeof...(Small), large = sizeof...(Large);
  struct found {
    int axis[small + 1]{};
    bool all = true;
  };
  bool match[small + 1][large + 1]{};
  int at = 0;
  [[maybe_unused]] auto const look = [&]<auto Dim>() {
    int here = 0;
    ((match[at][here++] = same_name<Dim, Large> && fits<Dim, Large>()), ...);
    ++at;
  };
  (look.template operator()<Small>(), ...);
  // From both ends: there is one way where both are the same.
  found result;
  for (int i = 0, next = 0; i < small; ++i) {
    while (next < large && !match[i][next]) ++next;
    result.axis[i] = next < large ? next++ : -2;
  }
  for (int i = small - 1, next = large - 1; i >= 0; --i) {
    while (next >= 0 && !match[i][next]) --next;
    if (next < 0 || result.axis[i] != next) result.axis[i] = -2, result.all = false;
    --next;
  }
  return result;
}

template <class Small, class Large>
inline constexpr auto positions = by_name(Small{}, Large{});

template <class Small, class Large>
constexpr auto join_by_name() {
  constexpr auto join_axis = []<int Axis>() {
    constexpr int from = [] {
      for (int i = 0; i < Small::rank; ++i)
        if (positions<Small, Large>.axis[i] == Axis) return i;
      return -1;
    }();
    if constexpr (from >= 0)
      return joined<axis<Large, Axis>, axis<Small, from>>();
    else
      return axis<Large, Axis>;
  };
  return [&]<int... I>(std::integer_sequence<int, I...>) {
    return extents<join_axis.template operator()<I>()...> {};
  }(std::make_integer_sequence<int, Large::rank>{});
}

}  // namespace detail

/// The shape of an elementwise operation: equal ranks fit axis by axis; a scalar fits everything; an operand
/// whose dimensions are all named fits a larger one that has the same names in the same order.
template <auto... A, auto... B>
constexpr auto unify(extents<A...> a, extents<B...> b) {
  if constexpr (sizeof...(A) == sizeof...(B)) {
    if constexpr ((true && ... && fits<A, B>()))
      return extents<joined<A, B>()...>{};
    else
      return no_fit{};
  } else if constexpr (sizeof...(A) == 0) {
    return b;
  } else if constexpr (sizeof...(B) == 0) {
    return a;
  } else if constexpr (sizeof...(A) < sizeof...(B)) {
    if constexpr (detail::positions<extents<A...>, extents<B...>>.all)
      return detail::join_by_name<extents<A...>, extents<B...>>();
    else
      return no_fit{};
  } else {
    return unify(b, a);
  }
}

template <class A, class B>
using unify_t = decltype(unify(A{}, B{}));

/// Where the axes of `Small` lie in `Large`, for two shapes that unify.
template <class Small, class Large>
constexpr auto embed() {
  return []<int... I>(std::integer_sequence<int, I...>) {
    if constexpr (Small::rank == Large::rank)
      return axis_map<I...>{};
    else
      return axis_map<detail::positions<Small, Large>.axis[I]...>{};
  }(std::make_integer_sequence<int, Small::rank>{});
}

/// The shape of the product of linear algebra: the last axis of the left with the rows of the right;
/// leading axes of ranks above two are batches, which unify.
template <any_shape A, any_shape B>
constexpr auto contract(A a, B b) {
  constexpr int rank_a = A::rank, rank_b = B::rank;
  constexpr int rows_b = rank_b >= 2 ? rank_b - 2 : 0;
  if constexpr (rank_a == 0 || rank_b == 0 || (rank_a == 1 && rank_b == 1)) {
    return no_fit{};
  } else if constexpr (!fits<axis<A, rank_a - 1>, axis<B, rows_b>>()) {
    return no_fit{};
  } else {
    auto const rows = [&] {
      if constexpr (rank_a >= 2)
        return extents<axis<A, rank_a - 2>>{};
      else
        return extents<>{};
    }();
    auto const columns = [&] {
      if constexpr (rank_b >= 2)
        return extents<axis<B, rank_b - 1>>{};
      else
        return extents<>{};
    }();
    auto const batch_a = hana::drop_back(a, hana::size_c<(rank_a < 2 ? rank_a : 2)>);
    auto const batch_b = hana::drop_back(b, hana::size_c<(rank_b < 2 ? rank_b : 2)>);
    if constexpr (decltype(batch_a)::rank != 0 && decltype(batch_b)::rank != 0 &&
                  decltype(batch_a)::rank != decltype(batch_b)::rank) {
      return no_fit{};
    } else {
      auto const batch = unify(batch_a, batch_b);
      if constexpr (fitted<decltype(batch)>)
        return hana::concat(hana::concat(batch, rows), columns);
      else
        return no_fit{};
    }
  }
}

/// What resolve_axis gives for a name that two axes have.
inline constexpr int several_axes = -2;

/// Negative axes count from the end, as in PyTorch. -1: there is none.
template <class Shape, auto Axis>
constexpr int resolve_axis() {
  if constexpr (is_dim<decltype(Axis)>) {
    return []<int... I>(std::integer_sequence<int, I...>) {
      int found = -1;
      ((same_name<axis<Shape, I>, Axis> ? void(found = found == -1 ? I : several_axes) : void()), ...);
      return found;
    }(std::make_integer_sequence<int, Shape::rank>{});
  } else {
    constexpr int index = Axis < 0 ? static_cast<int>(Axis) + Shape::rank : static_cast<int>(Axis);
    return index >= 0 && index < Shape::rank ? index : -1;
  }
}

/// The shape without one axis, given by index or by dimension.
template <auto Axis, any_shape Shape>
constexpr auto reduce(Shape shape) {
  constexpr int at = resolve_axis<Shape, Axis>();
  if constexpr (at < 0)
    return no_fit{};
  else
    return hana::remove_at_c<static_cast<std::size_t>(at)>(shape);
}

/// All axes in reverse order (the transpose of linear algebra for rank 2).
template <any_shape Shape>
constexpr auto reversed(Shape shape) {
  return hana::reverse(shape);
}

/// The last two axes exchanged, as a batch of matrices is transposed.
template <any_shape Shape>
constexpr auto transpose(Shape shape) {
  if constexpr (Shape::rank < 2)
    return shape;
  else
    return hana::append(hana::append(hana::drop_back(shape, hana::size_c<2>), hana::at_c<Shape::rank - 1>(shape)),
                        hana::at_c<Shape::rank - 2>(shape));
}

/// `a` then `b`.
template <any_shape A, any_shape B>
constexpr auto outer(A a, B b) {
  return hana::concat(a, b);
}

namespace detail {

template <auto From, auto To>
constexpr bool stretches() {
  return extent_of<From> == 1 && !same_name<From, To>;
}

}  // namespace detail

/// Where the axes of `From` lie in `To` under an explicit broadcast: by name where all its dimensions are
/// named, otherwise from the last axis backwards (NumPy's rule, also with extents of 1 stretched).
template <class From, class To>
constexpr auto broadcast_map() {
  if constexpr (From::rank > To::rank) {
    return no_fit{};
  } else if constexpr (From::rank < To::rank && From::rank > 0 && detail::positions<From, To>.all) {
    return embed<From, To>();
  } else {
    constexpr int shift = To::rank - From::rank;
    return []<int... I>(std::integer_sequence<int, I...>) {
      if constexpr ((true && ... &&
                     (fits<axis<From, I>, axis<To, I + shift>>() ||
                      detail::stretches<axis<From, I>, axis<To, I + shift>>())))
        return axis_map<(fits<axis<From, I>, axis<To, I + shift>>() ? I + shift : -1)...>{};
      else
        return no_fit{};
    }(std::make_integer_sequence<int, From::rank>{});
  }
}

}  // namespace ONELOOP_NAMESPACE::shape
