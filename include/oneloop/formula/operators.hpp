// SPDX-License-Identifier: BSL-1.0
// The operators. `*` is the product of linear algebra as soon as a matrix takes part, scaling where one side
// is a scalar, and an error between two vectors; everything else is elementwise.
#pragma once

#include <oneloop/formula/contract.hpp>
#include <oneloop/op/arithmetic.hpp>
#include <oneloop/op/comparison.hpp>
#include <oneloop/op/logical.hpp>

namespace ONELOOP_NAMESPACE {

template <class A, class B>
  requires operands<A, B>
constexpr auto operator+(A&& a, B&& b) {
  return elementwise<plus_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}

template <class A, class B>
  requires operands<A, B>
constexpr auto operator-(A&& a, B&& b) {
  return elementwise<minus_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}

template <class A, class B>
  requires operands<A, B>
constexpr auto operator/(A&& a, B&& b) {
  return elementwise<divides_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}

template <class A>
  requires operands<A>
constexpr auto operator-(A&& a) {
  return elementwise<negate_t>(static_cast<A&&>(a));
}

/// A * B: sums over the last axis of A and the rows of B.
/// Shapes: [m, k] * [k] = [m]; [k] * [k, n] = [n]; [m, k] * [k, n] = [m, n]; leading axes are batches;
/// a scalar on either side scales. [n] * [n] is an error that proposes hadamard(a, b) or dot(a, b).
/// Elements: float, double, int32. Sums in the element type, several partial sums per result.
template <class A, class B>
  requires operands<A, B>
constexpr auto operator*(A&& a, B&& b) {
  if constexpr (any_invalid<A, B>) {
    return invalid{};
  } else {
    using left = formula_t<A>;
    using right = formula_t<B>;
    if constexpr (rank_v<left> == 0 || rank_v<right> == 0)
      return elementwise<times_t>(static_cast<A&&>(a), static_cast<B&&>(b));
    else if constexpr (rank_v<left> == 1 && rank_v<right> == 1)
      return report<vector_times_vector<"*", shown<shape_t<left>>, shown<shape_t<right>>,
                                        hint::use<"hadamard(a, b) or a % b", "dot(a, b)">>>();
    else
      return or_report(detail::contract(as_formula(static_cast<A&&>(a)), as_formula(static_cast<B&&>(b))));
  }
}

/// a % b, hadamard(a, b): the elementwise product.
template <class A, class B>
  requires operands<A, B>
constexpr auto operator%(A&& a, B&& b) {
  return elementwise<hadamard_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}
template <class A, class B>
  requires operands<A, B>
constexpr auto hadamard(A&& a, B&& b) {
  return elementwise<hadamard_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}

// Comparisons are elementwise and give masks, as in PyTorch and NumPy: all(a == b) is a bool.

template <class A, class B>
  requires operands<A, B>
constexpr auto operator<(A&& a, B&& b) {
  return elementwise<less_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}
template <class A, class B>
  requires operands<A, B>
constexpr auto operator<=(A&& a, B&& b) {
  return elementwise<less_equal_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}
template <class A, class B>
  requires operands<A, B>
constexpr auto operator>(A&& a, B&& b) {
  return elementwise<greater_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}
template <class A, class B>
  requires operands<A, B>
constexpr auto operator>=(A&& a, B&& b) {
  return elementwise<greater_equal_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}
template <class A, class B>
  requires operands<A, B>
constexpr auto operator==(A&& a, B&& b) {
  return elementwise<equal_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}
template <class A, class B>
  requires operands<A, B>
constexpr auto operator!=(A&& a, B&& b) {
  return elementwise<not_equal_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}

// Of masks. Both sides are always computed.

template <class A, class B>
  requires operands<A, B>
constexpr auto operator&&(A&& a, B&& b) {
  return elementwise<logical_and_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}
template <class A, class B>
  requires operands<A, B>
constexpr auto operator||(A&& a, B&& b) {
  return elementwise<logical_or_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}
template <class A>
  requires operands<A>
constexpr auto operator!(A&& a) {
  return elementwise<logical_not_t>(static_cast<A&&>(a));
}

}  // namespace ONELOOP_NAMESPACE
