// SPDX-License-Identifier: BSL-1.0
// The operators. `*` is the product of linear algebra as soon as a matrix takes part, scaling where one side
// is a scalar, and an error between two vectors; everything else is elementwise.
#pragma once

#include <oneloop/formula/bind.hpp>
#include <oneloop/op/arithmetic.hpp>
#include <oneloop/op/comparison.hpp>
#include <oneloop/op/logical.hpp>

namespace ONELOOP_NAMESPACE {

namespace detail {

template <class Operand>
struct shown_operand {
  using type = std::remove_cvref_t<Operand>;
};
template <formula Operand>
struct shown_operand<Operand> {
  using type = shown<shape_t<Operand>>;
};

/// The error of a formula and a std::vector, say.
template <class Op, class A, class B, fixed_string Name = shown_name<Op>()>
constexpr auto no_formula() {
  using shape_type = shape_t<std::conditional_t<formula<A>, A, B>>;
  if constexpr (any_invalid<A, B>)
    return invalid{};
  else
    return report<
        operand_is_no_formula<Name, typename shown_operand<A>::type, typename shown_operand<B>::type,
                              hint::use<written<write_call<"view<T, ", shape_type, formula<A> ? 'b' : 'a'>>()>>>();
}

}  // namespace detail

template <class A, class B>
  requires operator_operands<A, B>
constexpr auto operator+(A&& a, B&& b) {
  if constexpr (operands<A, B>)
    return elementwise<plus_t>(static_cast<A&&>(a), static_cast<B&&>(b));
  else
    return detail::no_formula<plus_t, A, B>();
}

template <class A, class B>
  requires operator_operands<A, B>
constexpr auto operator-(A&& a, B&& b) {
  if constexpr (operands<A, B>)
    return elementwise<minus_t>(static_cast<A&&>(a), static_cast<B&&>(b));
  else
    return detail::no_formula<minus_t, A, B>();
}

template <class A, class B>
  requires operator_operands<A, B>
constexpr auto operator/(A&& a, B&& b) {
  if constexpr (operands<A, B>)
    return elementwise<divides_t>(static_cast<A&&>(a), static_cast<B&&>(b));
  else
    return detail::no_formula<divides_t, A, B>();
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
  requires operator_operands<A, B>
constexpr auto operator*(A&& a, B&& b) {
  if constexpr (!operands<A, B>) {
    return detail::no_formula<times_t, A, B>();
  } else if constexpr (any_invalid<A, B>) {
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
  requires operator_operands<A, B>
constexpr auto operator%(A&& a, B&& b) {
  if constexpr (operands<A, B>)
    return elementwise<hadamard_t>(static_cast<A&&>(a), static_cast<B&&>(b));
  else
    return detail::no_formula<hadamard_t, A, B>();
}
template <class A, class B>
  requires operands<A, B>
constexpr auto hadamard(A&& a, B&& b) {
  return elementwise<hadamard_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}

// Comparisons are elementwise and give masks, as in PyTorch and NumPy: all(a == b) is a bool.

template <class A, class B>
  requires operator_operands<A, B>
constexpr auto operator<(A&& a, B&& b) {
  if constexpr (operands<A, B>)
    return elementwise<less_t>(static_cast<A&&>(a), static_cast<B&&>(b));
  else
    return detail::no_formula<less_t, A, B>();
}
template <class A, class B>
  requires operator_operands<A, B>
constexpr auto operator<=(A&& a, B&& b) {
  if constexpr (operands<A, B>)
    return elementwise<less_equal_t>(static_cast<A&&>(a), static_cast<B&&>(b));
  else
    return detail::no_formula<less_equal_t, A, B>();
}
template <class A, class B>
  requires operator_operands<A, B>
constexpr auto operator>(A&& a, B&& b) {
  if constexpr (operands<A, B>)
    return elementwise<greater_t>(static_cast<A&&>(a), static_cast<B&&>(b));
  else
    return detail::no_formula<greater_t, A, B>();
}
template <class A, class B>
  requires operator_operands<A, B>
constexpr auto operator>=(A&& a, B&& b) {
  if constexpr (operands<A, B>)
    return elementwise<greater_equal_t>(static_cast<A&&>(a), static_cast<B&&>(b));
  else
    return detail::no_formula<greater_equal_t, A, B>();
}
template <class A, class B>
  requires operator_operands<A, B>
constexpr auto operator==(A&& a, B&& b) {
  if constexpr (operands<A, B>)
    return elementwise<equal_t>(static_cast<A&&>(a), static_cast<B&&>(b));
  else
    return detail::no_formula<equal_t, A, B>();
}
template <class A, class B>
  requires operator_operands<A, B>
constexpr auto operator!=(A&& a, B&& b) {
  if constexpr (operands<A, B>)
    return elementwise<not_equal_t>(static_cast<A&&>(a), static_cast<B&&>(b));
  else
    return detail::no_formula<not_equal_t, A, B>();
}

namespace detail {

template <fixed_string Operator>
constexpr auto compound_operation() {
  if constexpr (Operator == fixed_string("+="))
    return plus_t{};
  else if constexpr (Operator == fixed_string("-="))
    return minus_t{};
  else if constexpr (Operator == fixed_string("*="))
    return hadamard_t{};
  else
    return divides_t{};
}

}  // namespace detail

template <fixed_string Operator, class Target, class F>
constexpr auto compound(Target& target, F const& f) {
  using operation = decltype(detail::compound_operation<Operator>());
  if constexpr (!operands<Target&, F const&>) {
    return detail::no_formula<operation, Target&, F const&, Operator>();
  } else if constexpr (any_invalid<F>) {
    return invalid{};
  } else {
    using left = shape_t<formula_t<Target&>>;
    using right = shape_t<formula_t<F const&>>;
    if constexpr (!shape::fitted<shape::unify_t<left, right>>)
      return report<shapes_do_not_fit<Operator, shown<left>, shown<right>,
                                      typename decltype(detail::advice<left, right, 0, 'f'>())::type>>();
    else
      return or_report(detail::renamed<Operator>(detail::make_apply<operation>(as_operand(target), as_operand(f))));
  }
}

// Of masks. Both sides are always computed. But a bool of the program beside a formula of one, over data, is C++'s own
// operator: it evaluates the formula, if the bool does not tell the result already: `if (p && any(*p > 0))`.

namespace detail {
template <class A, class B>
concept bool_and_number = std::is_same_v<std::remove_cvref_t<A>, bool> && formula<B> && !any_invalid<B> &&
                          rank_v<B> == 0 && std::is_convertible_v<B, bool> && !any_node<is_var_node, formula_t<B>>;
template <class A, class B>
concept masks = operands<A, B> && !bool_and_number<A, B> && !bool_and_number<B, A>;
}  // namespace detail

template <class A, class B>
  requires detail::masks<A, B>
constexpr auto operator&&(A&& a, B&& b) {
  return elementwise<logical_and_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}
template <class A, class B>
  requires detail::masks<A, B>
constexpr auto operator||(A&& a, B&& b) {
  return elementwise<logical_or_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}
template <class A>
  requires operands<A>
constexpr auto operator!(A&& a) {
  return elementwise<logical_not_t>(static_cast<A&&>(a));
}

}  // namespace ONELOOP_NAMESPACE
