// SPDX-License-Identifier: BSL-1.0
// Errors a person can read. C++20 cannot compute the text of a static_assert, so the message is the name of
// a type that is declared and never defined: report<...>() asks for an object of it, and the compiler's first
// error line names the operation, both shapes and the rule. What failed yields `invalid`, which swallows
// whatever is done with it, so nothing follows from the one error.
//
// Clang cuts strings in types off after 32 characters: keep them shorter.
#pragma once

#include <stdexcept>
#include <utility>

#include <oneloop/core/concepts.hpp>
#include <oneloop/core/config.hpp>
#include <oneloop/core/fixed_string.hpp>
#include <oneloop/core/writer.hpp>
#include <oneloop/shape/extents.hpp>

#if !ONELOOP_HAS_EXCEPTIONS
#include <cstdio>
#include <cstdlib>
#endif

namespace ONELOOP_NAMESPACE {

/// The result of an operation that was rejected. Every operation accepts it and yields it again; it can be
/// whatever the right result could have been used as: a number, a tensor, a text, a constant that is compared.
struct invalid {
  using oneloop_node = void;
  using shape_type = shape::extents<>;
  using element = any_element;

  template <class... T>
  constexpr invalid operator()(T const&...) const {
    return {};
  }
  constexpr invalid operator[](index_t) const { return {}; }
  constexpr index_t extent(int) const { return 0; }
  constexpr index_t size() const { return 0; }
  static constexpr char const* c_str() { return ""; }
  constexpr invalid const* begin() const { return nullptr; }
  constexpr invalid const* end() const { return nullptr; }

  template <std::size_t>
  constexpr invalid get() const {
    return {};
  }

  // A comparison with it holds, so that a static_assert about it is no second error.
  template <class T>
    requires number<T>
  constexpr operator T() const {
    return static_cast<T>(true);
  }
  template <class T>
    requires(
        !requires { typename T::oneloop_node; } && !requires { typename T::oneloop_array; } && !number<T>)
  friend constexpr bool operator==(invalid, T const&) {
    return true;
  }
  template <class Stream>
    requires requires(Stream& stream) { stream.good(); }
  friend Stream& operator<<(Stream& stream, invalid) {
    return stream;
  }
};

/// The same, with the error still to be told: what the inner parts of a formula yield, so that the function
/// which the user called can report it and the compiler's way from there to the error is short.
template <class Error>
struct failure : invalid {
  using error = Error;
};

template <class T>
inline constexpr bool is_invalid = false;
template <>
inline constexpr bool is_invalid<invalid> = true;
template <class Error>
inline constexpr bool is_invalid<failure<Error>> = true;

// ---- shapes and dimensions as they are shown: as the user wrote them, without what the compiler adds to a
// dim object. extents<"batch", 64>, extents<"in=64">, extents<"dyn">.

namespace detail {

template <auto Dim>
struct write_one_dim {
  constexpr void operator()(writer& out) const { shape::write_dim<Dim>(out); }
};

template <auto Dim>
constexpr auto show_dim() {
  if constexpr (shape::is_dim<decltype(Dim)>)
    return written<write_one_dim<Dim>>();
  else
    return Dim;
}

template <class Shape>
struct shown_shape;
template <auto... Dims>
struct shown_shape<shape::extents<Dims...>> {
  using type = shape::extents<show_dim<Dims>()...>;
};

}  // namespace detail

template <class Shape>
using shown = typename detail::shown_shape<Shape>::type;
template <auto Dim>
inline constexpr auto shown_dim = detail::show_dim<Dim>();

// ---- what the carriers are made of; apart, because under `using namespace oneloop` words as short as these
// would stand in the way

namespace hint {

template <fixed_string What, auto Left, fixed_string Is, fixed_string Other, auto Right>
struct needed;
template <fixed_string Rule>
struct rule;
template <fixed_string... Calls>
struct use;
template <fixed_string... Names>
struct variables;
template <class Shape>
struct variable;
template <class Shape>
struct given;

}  // namespace hint

// ---- the carriers: incomplete by intent

template <fixed_string Operation, class Left, class Right, class Needed>
struct shapes_do_not_fit;
template <fixed_string Operation, class Left, class Right, class Use>
struct vector_times_vector;
template <fixed_string Operation, class Left, class Right, class Use>
struct mixed_element_types;
template <fixed_string Operation, class Element, class Use>
struct wrong_element_type;
template <fixed_string Operation, class Left, class Right, class Use>
struct operand_is_no_formula;
template <fixed_string Operation, auto Axis, class Shape>
struct no_such_axis;
template <fixed_string Operation, auto Axis, class Shape, class Use>
struct ambiguous_axis;
template <fixed_string Operation, class Shape, class Needed>
struct wrong_rank;
template <fixed_string Literal, class Rule>
struct no_constant;
template <fixed_string... Names>
struct unbound_variable;
template <fixed_string Name>
struct variable_bound_twice;
template <fixed_string Name, class Has>
struct no_such_variable;
template <class Use, class Has>
struct not_a_binding;
template <fixed_string Name, class Variable, class Given>
struct binding_does_not_fit;
template <fixed_string Operation, class Target, class Formula, class Needed>
struct cannot_assign;
template <fixed_string Type, class Shape, class Needed>
struct cannot_construct;
template <fixed_string Operation, class Target, class Rule>
struct read_only_target;
template <class Shape, class Use>
struct cannot_print;

/// The error about an axis that shape::resolve_axis did not find, or found twice.
template <int Found, fixed_string Operation, auto Axis, class Shape>
using axis_error =
    std::conditional_t<Found == -1, no_such_axis<Operation, shown_dim<Axis>, shown<Shape>>,
                       ambiguous_axis<Operation, shown_dim<Axis>, shown<Shape>, hint::rule<"the axis by its index">>>;

/// Ends compilation with one error whose line names `Error`.
template <class Error>
constexpr invalid report() {
  // Never reached, so that a constant computed from the result is no second error.
  if (false) Error error;
  return {};
}

/// `made`, or if it failed, its error.
template <class Made>
constexpr auto or_report(Made made) {
  return made;
}
template <class Error>
constexpr invalid or_report(failure<Error>) {
  if (false) Error error;
  return {};
}
constexpr invalid or_report(invalid) { return {}; }

/// Thrown where two extents that are known at run time only do not agree: once per evaluation, before
/// anything is written, in the words of the compile-time message.
class shape_error : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

[[noreturn, gnu::cold, gnu::noinline]] inline void raise_shape_error(char const* text) {
#if ONELOOP_HAS_EXCEPTIONS
  throw shape_error(text);
#else
  std::fprintf(stderr, "%s\n", text);
  std::abort();
#endif
}

[[noreturn, gnu::cold, gnu::noinline]] inline void raise_out_of_range(char const* text) {
#if ONELOOP_HAS_EXCEPTIONS
  throw std::out_of_range(text);
#else
  std::fprintf(stderr, "%s\n", text);
  std::abort();
#endif
}

/// Throws shape_error with the text that `write(writer&)` produces. Not by way of std::string: in C++20 its members are
/// weak symbols, and of those of the units for several instruction sets the linker keeps one (docs/portable.md).
template <class Write>
[[noreturn, gnu::cold, gnu::noinline]] void throw_shape_error(Write const& write) {
  writer length;
  write(length);
  struct text {
    char* characters;
    ~text() { delete[] characters; }
  };
  text const owner{new char[length.size + 1]{}};  // std::unique_ptr's header takes 0.05 s of every unit
  writer output{owner.characters, 0};
  write(output);
  raise_shape_error(owner.characters);
}

}  // namespace ONELOOP_NAMESPACE

// Two, as the results of value_and_gradient: auto [value, gradient] = evaluate(...).
template <>
struct std::tuple_size<oneloop::invalid> : std::integral_constant<std::size_t, 2> {};
template <std::size_t Index>
struct std::tuple_element<Index, oneloop::invalid> {
  using type = oneloop::invalid;
};
