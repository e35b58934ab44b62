// SPDX-License-Identifier: BSL-1.0
// The product of linear algebra: matrix-vector, vector-matrix, matrix-matrix, and batches of them.
#pragma once

#include <oneloop/formula/apply.hpp>

namespace ONELOOP_NAMESPACE {

/// Sums over the last axis of `A` and the rows of `B` (its last axis but one, or its only one).
template <class Shape, class A, class B>
struct contraction : node_base<contraction<Shape, A, B>> {
  using shape_type = Shape;
  using element = common_element<element_t<A>, element_t<B>>;
  [[no_unique_address]] A left;
  [[no_unique_address]] B right;
  constexpr contraction() = default;
  constexpr contraction(A a, B b) : left(std::move(a)), right(std::move(b)) {}

  template <class F>
  constexpr auto map_children(F&& f) const;
  template <class F>
  constexpr void each_child(F&& f) const {
    f(left);
    f(right);
  }
};

template <class T>
inline constexpr bool is_contraction = false;
template <class Shape, class A, class B>
inline constexpr bool is_contraction<contraction<Shape, A, B>> = true;

namespace detail {

/// The error that names what does not fit.
template <class L, class R>
constexpr auto contract_misfit() {
  constexpr int rank_l = L::rank, rank_r = R::rank;
  constexpr auto inner_l = shape::axis<L, rank_l - 1>;
  constexpr auto inner_r = shape::axis<R, (rank_r >= 2 ? rank_r - 2 : 0)>;
  if constexpr (shape::fits<inner_l, inner_r>())
    return std::type_identity<shapes_do_not_fit<"*", shown<L>, shown<R>, hint::rule<"equal batch dimensions">>>{};
  else if constexpr (rank_l == 1)
    return std::type_identity<shapes_do_not_fit<
        "*", shown<L>, shown<R>,
        hint::needed<"size of the left", shown_dim<inner_l>, "==", "rows of the right", shown_dim<inner_r>>>>{};
  else
    return std::type_identity<shapes_do_not_fit<
        "*", shown<L>, shown<R>,
        hint::needed<"columns of the left", shown_dim<inner_l>, "==", "rows of the right", shown_dim<inner_r>>>>{};
}

template <class A, class B>
constexpr auto contract(A a, B b) {
  using left = shape_t<A>;
  using right = shape_t<B>;
  using result = decltype(shape::contract(left{}, right{}));
  using elements_type = common_element<element_t<A>, element_t<B>>;
  if constexpr (!shape::fitted<result>)
    return failure<typename decltype(contract_misfit<left, right>())::type>{};
  else if constexpr (is_mixed<elements_type>)
    return failure<mixed_element_types<"*", element_t<A>, element_t<B>, hint::use<"cast<T>(a)">>>{};
  else if constexpr (!accepted<elements_type>(elements::arithmetic))
    return failure<wrong_element_type<"*", elements_type, hint::use<"cast<float>(a)">>>{};
  else
    return contraction<result, A, B>{std::move(a), std::move(b)};
}

}  // namespace detail

template <class Shape, class A, class B>
template <class F>
constexpr auto contraction<Shape, A, B>::map_children(F&& f) const {
  auto a = f(left);
  auto b = f(right);
  if constexpr (any_invalid<decltype(a), decltype(b)>)
    return detail::first_invalid(a, b);
  else
    return detail::contract(std::move(a), std::move(b));
}

}  // namespace ONELOOP_NAMESPACE
