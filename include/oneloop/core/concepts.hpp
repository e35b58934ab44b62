// SPDX-License-Identifier: BSL-1.0
// What may stand in a formula.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include <oneloop/core/small_float.hpp>

namespace ONELOOP_NAMESPACE {

/// A node of a formula (var, constant, applied, contraction, ...).
template <class T>
concept node = requires { typename std::remove_cvref_t<T>::oneloop_node; };

/// Data with a shape: a tensor or a view.
template <class T>
concept tensor_like = requires { typename std::remove_cvref_t<T>::oneloop_array; };

template <class T>
concept formula = node<T> || tensor_like<T>;

/// A plain C++ number. In a formula it is data of rank 0 that takes the element type of what surrounds it.
template <class T>
concept number = std::is_arithmetic_v<std::remove_cvref_t<T>> || is_small_float<std::remove_cvref_t<T>>;

/// Whether a formula stands for several values (formula/formula_results.hpp); then it can be bound, planned and
/// evaluated, but no operation takes it.
template <class T>
inline constexpr bool yields_several = false;

namespace detail {
// One question: of concepts of concepts clang explains each, in 30 lines.
template <class T>
inline constexpr bool is_operand = (formula<T> && !yields_several<std::remove_cvref_t<T>>) || number<T>;
}  // namespace detail

template <class T>
concept operand = detail::is_operand<T>;

/// The constraint of every operation: only operands, at least one of them a formula, so that calls on plain
/// numbers go to <cmath> and calls on foreign types are not ours.
template <class... T>
concept operands = (operand<T> && ...) && (formula<T> || ...);

namespace detail {
template <class T>
inline constexpr bool is_borrowable = std::is_arithmetic_v<std::remove_pointer_t<std::decay_t<T>>>;
template <class T>
  requires requires(T& t) {
    *t.data();
    t.size();
  }
inline constexpr bool is_borrowable<T> =
    std::is_arithmetic_v<std::remove_cvref_t<decltype(*std::declval<T&>().data())>>;
}  // namespace detail

/// Elements that are no formula: a pointer, an array, a std::vector. They stand in one as a view; the operators and
/// assignments take them to say so.
template <class T>
concept borrowable = !operand<T> && detail::is_borrowable<T>;

template <class A, class B>
concept operator_operands = operands<A, B> || (formula<A> && borrowable<B>) || (borrowable<A> && formula<B>);

template <class T>
concept assignable = operand<T> || borrowable<T>;

// ---- element types

/// The element type of what takes the one around it: variables, constants, plain numbers.
struct any_element {};

/// Which element types an operation accepts.
enum class elements { floating, arithmetic, boolean, all };

template <class T>
inline constexpr bool is_element = std::is_same_v<T, float> || std::is_same_v<T, double> ||
                                   std::is_same_v<T, std::int32_t> || std::is_same_v<T, bool> || is_small_float<T>;

template <class T>
constexpr bool accepted(elements which) {
  if (std::is_same_v<T, any_element>) return true;
  switch (which) {
    case elements::floating: return std::is_floating_point_v<computed<T>>;
    case elements::arithmetic: return !std::is_same_v<T, bool>;
    case elements::boolean: return std::is_same_v<T, bool>;
    case elements::all: return true;
  }
  return false;
}

}  // namespace ONELOOP_NAMESPACE
