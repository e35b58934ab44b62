// SPDX-License-Identifier: BSL-1.0
// What a formula ends in: variables, constants, and data (referenced, owned, or a plain number).
#pragma once

#include <boost/hana/type.hpp>
#include <utility>

#include <oneloop/formula/node.hpp>

namespace ONELOOP_NAMESPACE {

template <fixed_string Name>
struct name_t {
  static constexpr auto value = Name;
};

/// `Wv = W`: a name and the formula that stands for it.
template <fixed_string Name, class Shape, class Value>
struct binding {
  using oneloop_binding = void;
  static constexpr auto name = Name;
  using shape_type = Shape;
  Value value;
};

template <class X>
  requires(formula<X> || number<X>)
constexpr auto as_formula(X&& x);

/// A variable: a name and a shape, no data. An empty type, usable in constant expressions.
template <fixed_string Name, class Shape>
struct var_t : node_base<var_t<Name, Shape>> {
  static constexpr auto name = Name;
  using shape_type = Shape;
  using element = any_element;

  template <operand Value>
  constexpr auto operator=(Value&& value) const {
    auto formula = as_formula(static_cast<Value&&>(value));
    return binding<Name, Shape, decltype(formula)>{std::move(formula)};
  }

  template <borrowable Value>
  constexpr auto operator=(Value const&) const {
    return binding<Name, Shape, invalid>{
        report<operand_is_no_formula<Name, shown<Shape>, Value, hint::use<"view<T, ...>(value)">>>()};
  }

  template <class F>
  constexpr var_t map_children(F&&) const {
    return *this;
  }
  template <class F>
  constexpr void each_child(F&&) const {}
};

/// `var<"x", 64>`, `var<"X", batch, 64>`; `var<"k">` has rank 0 and binds to a plain number.
template <fixed_string Name, auto... Dims>
inline constexpr var_t<Name, shape::make_extents<Dims...>> var{};

/// A number in the type, as a fraction: the formula stays empty and rewrites can see the value.
template <long long Numerator, long long Denominator>
struct constant : node_base<constant<Numerator, Denominator>> {
  using shape_type = shape::extents<>;
  using element = any_element;
  static constexpr long long numerator = Numerator, denominator = Denominator;

  /// Correctly rounded for double up to 2^53 in both parts; for float one more rounding.
  template <class T>
  static constexpr T value() {
    if constexpr (Denominator == 1)
      return static_cast<T>(Numerator);
    else
      return static_cast<T>(static_cast<double>(Numerator) / static_cast<double>(Denominator));
  }

  template <class F>
  constexpr constant map_children(F&&) const {
    return *this;
  }
  template <class F>
  constexpr void each_child(F&&) const {}
};

namespace detail {

struct fraction {
  long long numerator, denominator;
};

// What stands for the denominator where there is no fraction.
inline constexpr long long not_decimal = 0, out_of_range = -1;

template <char... Chars>
constexpr fraction parse_fraction() {
  constexpr char text[] = {Chars..., '\0'};
  // A double has 17 digits. What does not fit into 18 has no influence.
  constexpr long long most = 1'000'000'000'000'000'000;
  long long numerator = 0, denominator = 1;
  int exponent = 0;
  bool after_point = false;
  for (int i = 0; text[i]; ++i) {
    char const c = text[i];
    if (c == '.') {
      after_point = true;
    } else if (c == 'e' || c == 'E') {
      bool const negative = text[i + 1] == '-';
      int j = i + 1 + (text[i + 1] == '-' || text[i + 1] == '+');
      int value = 0;
      for (; text[j]; ++j) value = value * 10 + (text[j] - '0');
      exponent += negative ? -value : value;
      break;
    } else if (c >= '0' && c <= '9') {
      bool const kept = numerator < most / 10;
      if (kept) numerator = numerator * 10 + (c - '0');
      exponent += static_cast<int>(!kept) - static_cast<int>(after_point);
    } else if (c != '\'') {
      return {0, not_decimal};
    }
  }
  if (numerator == 0) exponent = 0;
  for (; exponent < 0 && numerator % 10 == 0; ++exponent) numerator /= 10;
  for (; exponent > 0; --exponent) {
    if (numerator > most / 10) return {0, out_of_range};
    numerator *= 10;
  }
  for (; exponent < 0; ++exponent) {
    if (denominator > most / 10) return {0, out_of_range};
    denominator *= 10;
  }
  long long a = numerator, b = denominator;
  while (b) {
    long long const rest = a % b;
    a = b;
    b = rest;
  }
  return a ? fraction{numerator / a, denominator / a} : fraction{0, 1};
}

}  // namespace detail

inline namespace literals {
/// `1_c`, `0.5_c`, `1e-3_c`: constants with the value in the type.
template <char... Chars>
constexpr auto operator""_c() {
  constexpr auto parsed = detail::parse_fraction<Chars...>();
  if constexpr (parsed.denominator == detail::not_decimal)
    return report<
        no_constant<fixed_string<sizeof...(Chars) + 1>{{Chars..., '\0'}}, hint::rule<"decimal: 1_c, 0.5_c, 1e-3_c">>>();
  else if constexpr (parsed.denominator == detail::out_of_range)
    return report<
        no_constant<fixed_string<sizeof...(Chars) + 1>{{Chars..., '\0'}}, hint::rule<"between 1e-18_c and 1e18_c">>>();
  else
    return constant<parsed.numerator, parsed.denominator>{};
}
}  // namespace literals

/// A plain number of the program: data of rank 0.
template <class T>
struct scalar : node_base<scalar<T>> {
  using shape_type = shape::extents<>;
  using element = any_element;
  using number_type = T;
  T number;
  constexpr explicit scalar(T n) : number(n) {}
  ONELOOP_COPY_MEMBER(scalar, number)

  template <class F>
  constexpr scalar map_children(F&&) const {
    return *this;
  }
  template <class F>
  constexpr void each_child(F&&) const {}
};

/// Data that lives elsewhere: an lvalue in the formula. Valid as long as that object is.
template <class Array>
struct referenced : node_base<referenced<Array>> {
  using shape_type = typename Array::shape_type;
  using element = typename Array::element;
  Array const* address;
  constexpr explicit referenced(Array const& array) : address(&array) {}
  ONELOOP_COPY_MEMBER(referenced, address)
  constexpr Array const& data() const { return *address; }

  template <class F>
  constexpr referenced map_children(F&&) const {
    return *this;
  }
  template <class F>
  constexpr void each_child(F&&) const {}
};

/// Data that the formula holds: an rvalue was moved in, or a view was copied.
template <class Array>
struct owned : node_base<owned<Array>> {
  using shape_type = typename Array::shape_type;
  using element = typename Array::element;
  Array array;
  constexpr explicit owned(Array a) : array(std::move(a)) {}
  ONELOOP_COPY_MEMBER(owned, array)
  constexpr Array const& data() const { return array; }

  template <class F>
  constexpr owned const& map_children(F&&) const {
    return *this;
  }
  template <class F>
  constexpr void each_child(F&&) const {}
};

template <class T>
inline constexpr bool is_leaf_array = false;
template <class Array>
inline constexpr bool is_leaf_array<referenced<Array>> = true;
template <class Array>
inline constexpr bool is_leaf_array<owned<Array>> = true;

/// Any operand as a node: nodes by value, lvalue arrays by reference, rvalue arrays moved in, views copied.
template <class X>
  requires(formula<X> || number<X>)
constexpr auto as_formula(X&& x) {
  using plain = std::remove_cvref_t<X>;
  if constexpr (requires { typename plain::oneloop_threaded; }) {
    return static_cast<X&&>(x).formula;
  } else if constexpr (node<X>) {
    return plain(static_cast<X&&>(x));
  } else if constexpr (number<X>) {
    return scalar<plain>{x};
  } else if constexpr (std::is_lvalue_reference_v<X> && !requires { typename plain::oneloop_view; }) {
    return referenced<plain>{x};
  } else {
    return owned<plain>{static_cast<X&&>(x)};
  }
}

/// The same, but that a node is not copied yet.
template <class X>
  requires(formula<X> || number<X>)
constexpr decltype(auto) as_operand(X&& x) {
  if constexpr (node<X> && !requires { typename std::remove_cvref_t<X>::oneloop_threaded; })
    return static_cast<X&&>(x);
  else
    return as_formula(static_cast<X&&>(x));
}

template <operand X>
using formula_t = decltype(as_formula(std::declval<X>()));
/// The same, also of what stands for several values.
template <class X>
using node_t = decltype(as_formula(std::declval<X>()));

}  // namespace ONELOOP_NAMESPACE
