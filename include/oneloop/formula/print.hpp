// SPDX-License-Identifier: BSL-1.0
// A formula as text, from its type alone: variables by name, data by shape.
#pragma once

#include <iosfwd>

#include <oneloop/formula/bind.hpp>
#include <oneloop/formula/formula_results.hpp>
#include <oneloop/formula/linear_algebra.hpp>
#include <oneloop/formula/size.hpp>
#include <oneloop/formula/softmax.hpp>

namespace ONELOOP_NAMESPACE {

namespace detail {

// C++'s own precedences, the smaller binding tighter, so that the text is read as it was written.
inline constexpr int call_precedence = 2, sign_precedence = 3, product_precedence = 5, loosest = 100;

template <class Node>
struct write_node;

template <class Node>
constexpr void write(writer& out, int around) {
  write_node<Node>::to(out, around);
}

constexpr void write_list(writer&) {}

template <class First, class... Rest>
constexpr void write_arguments(writer& out) {
  write<First>(out, loosest);
  ((out << ", ", write<Rest>(out, loosest)), ...);
}

template <int Count, class First, class... Rest>
constexpr void write_first(writer& out) {
  write<First>(out, loosest);
  if constexpr (Count > 1) {
    out << ", ";
    write_first<Count - 1, Rest...>(out);
  }
}

// Parentheses where the operand binds looser than its place; on the right also where it binds the same,
// because a - (b - c) is another formula and a + (b + c) rounds differently.
template <int Precedence, class Left, class Right, std::size_t Size>
constexpr void write_infix(writer& out, int around, fixed_string<Size> const& sign) {
  bool const wrapped = Precedence > around;
  if (wrapped) out.put('(');
  write<Left>(out, Precedence);
  out << sign;
  write<Right>(out, Precedence - 1);
  if (wrapped) out.put(')');
}

template <fixed_string Name, class Shape>
struct write_node<var_t<Name, Shape>> {
  static constexpr void to(writer& out, int) { out << Name; }
};
template <fixed_string Name, class Shape, class Value>
struct write_node<named<Name, Shape, Value>> {
  static constexpr void to(writer& out, int around) {
    // Bound to data it keeps its name, if it has one (what `let` shares has none); else it is its value.
    if constexpr (*Name.c_str() && children_t<Value>::size == 0 && !is_var<Value>)
      out << Name;
    else
      write<Value>(out, around);
  }
};
template <class Body>
struct write_node<bound<Body>> {
  static constexpr void to(writer& out, int around) { write<Body>(out, around); }
};

template <long long Numerator, long long Denominator>
struct write_node<constant<Numerator, Denominator>> {
  // In lowest terms a fraction with only 2 and 5 below the line has an end as a decimal.
  static constexpr bool is_decimal = [] {
    long long rest = Denominator;
    while (rest % 2 == 0) rest /= 2;
    while (rest % 5 == 0) rest /= 5;
    return rest == 1;
  }();
  static constexpr int precedence = !is_decimal ? product_precedence : Numerator < 0 ? sign_precedence : 0;

  static constexpr void to(writer& out, int around) {
    if (precedence > around) out.put('(');
    if constexpr (is_decimal)
      write_decimal(out);
    else
      out << Numerator << " / " << Denominator;
    if (precedence > around) out.put(')');
  }
  static constexpr void write_decimal(writer& out) {
    constexpr auto below = static_cast<unsigned long long>(Denominator);
    constexpr auto size = static_cast<unsigned long long>(Numerator < 0 ? -Numerator : Numerator);
    if (Numerator < 0) out.put('-');
    out << static_cast<long long>(size / below);
    if constexpr (Denominator != 1) {
      out.put('.');
      for (auto rest = size % below * 10; rest; rest = rest % below * 10)
        out.put(static_cast<char>('0' + rest / below));
    }
  }
};
template <class T>
struct write_node<scalar<T>> {
  static constexpr void to(writer& out, int) { out << "number"; }
};
template <class Array>
struct write_node<referenced<Array>> {
  static constexpr void to(writer& out, int) { shape::write_shape(out, typename Array::shape_type{}); }
};
template <class Array>
struct write_node<owned<Array>> {
  static constexpr void to(writer& out, int) { shape::write_shape(out, typename Array::shape_type{}); }
};
template <class Shape, int Axis>
struct write_node<index_along<Shape, Axis>> {
  static constexpr void to(writer& out, int) { out << "index<" << Axis << ">"; }
};

template <class Shape, class A, class B>
struct write_node<contraction<Shape, A, B>> {
  static constexpr void to(writer& out, int around) {
    write_infix<product_precedence, A, B>(out, around, fixed_string(" * "));
  }
};

template <class A>
struct bare {
  using type = A;
};
template <class Shape, class Map, class A>
struct bare<broadcasted<Shape, Map, false, A>> {
  using type = A;
};
template <class A>
using bare_t = typename bare<A>::type;

/// By name, where one axis only has it.
template <class Shape, int Axis>
constexpr void write_axis(writer& out) {
  constexpr auto dim = shape::axis<Shape, Axis>;
  out.put('<');
  if constexpr (shape::is_named<dim> && shape::resolve_axis<Shape, dim>() == Axis)
    out << shape::name_of<dim>;
  else
    out << Axis;
  out.put('>');
}

/// The axis of softmax, which its reductions know; not of the last, which is the default.
template <class... Args>
struct write_axis_of {
  static constexpr void to(writer&) {}
};
template <class X, class Op, int Axis, class A, class... Rest>
struct write_axis_of<X, reduced<Op, Axis, A>, Rest...> {
  static constexpr void to(writer& out) {
    if constexpr (Axis != rank_v<A> - 1 && Axis != all_axes)
      write_axis<shape_t<A>, Axis>(out);
    else if constexpr (Axis == all_axes && rank_v<A> > 1)
      out << "<all>";
  }
};
template <class X, class Shape, class Map, class Reduced, class... Rest>
struct write_axis_of<X, broadcasted<Shape, Map, false, Reduced>, Rest...> : write_axis_of<X, Reduced> {};

/// The one axis along which a formula, or the first part of it that is, is repeated; -1: none, several, or all.
template <class A>
inline constexpr int repeated_axis = -1;
template <class Shape, int... Axes, class A>
  requires(sizeof...(Axes) > 0 && sizeof...(Axes) + 1 == Shape::rank)
inline constexpr int repeated_axis<broadcasted<Shape, shape::axis_map<Axes...>, false, A>> = [] {
  if (repeated_axis<A> >= 0) return -1;  // along several
  int result = 0;
  ((Axes == result ? void(++result) : void()), ...);
  return result;
}();
template <class Op, class Shape, class... Args>
inline constexpr int repeated_axis<applied<Op, Shape, Args...>> = [] {
  int result = -1;
  ((result < 0 ? void(result = repeated_axis<Args>) : void()), ...);
  return result;
}();

/// Of the arguments of expand_as.
template <class A, class X>
inline constexpr int axis_expanded = repeated_axis<A>;

template <class Op, class Shape, class... Args>
struct write_node<applied<Op, Shape, Args...>> {
  static constexpr void to(writer& out, int around) {
    if constexpr (requires { Op::written; }) {
      write<decltype(Op::written(std::declval<bare_t<Args> const&>()...))>(out, around);
    } else if constexpr (requires { Op::infix; }) {
      write_infix<Op::precedence, bare_t<Args>...>(out, around, Op::infix);
    } else if constexpr (requires { Op::prefix; }) {
      bool const wrapped = Op::precedence > around;
      if (wrapped) out.put('(');
      out << Op::prefix;
      write<bare_t<Args>...>(out, Op::precedence - 1);  // -(-x): --x would be another operator
      if (wrapped) out.put(')');
    } else {
      out << Op::name;
      if constexpr (requires { Op::shown_arguments; }) write_axis_of<Args...>::to(out);
      if constexpr (std::is_same_v<Op, expand_as_t>) {
        constexpr int axis = axis_expanded<Args...>;
        if constexpr (axis >= 0) write_axis<Shape, axis>(out);
      }
      out.put('(');
      if constexpr (requires { Op::shown_arguments; })
        write_first<Op::shown_arguments, bare_t<Args>...>(out);
      else
        write_arguments<bare_t<Args>...>(out);
      out.put(')');
    }
  }
};

template <class A>
struct write_spread;
template <class Op, class Shape, class... Args>
struct write_spread<applied<Op, Shape, Args...>> {
  static constexpr void to(writer& out) { write_arguments<bare_t<Args>...>(out); }
};

template <class Op, int Axis, class A>
struct write_node<reduced<Op, Axis, A>> {
  static constexpr void to(writer& out, int) {
    out << Op::name;
    if constexpr (Axis != all_axes) write_axis<shape_t<A>, Axis>(out);
    out.put('(');
    if constexpr (requires { Op::spreads_arguments; })
      write_spread<A>::to(out);
    else
      write<A>(out, loosest);
    out.put(')');
  }
};

template <class Shape, class Map, bool Explicit, class A>
struct write_node<broadcasted<Shape, Map, Explicit, A>> {
  static constexpr void to(writer& out, int around) {
    if constexpr (Explicit) {
      out << "broadcast";
      write_target(out, Shape{});
      out.put('(');
      write<A>(out, loosest);
      out.put(')');
    } else {
      write<A>(out, around);
    }
  }
  template <auto... Dims>
  static constexpr void write_target(writer& out, shape::extents<Dims...>) {
    out.put('<');
    bool first = true;
    ((out << (first ? "" : ", "), shape::write_dim<Dims>(out), first = false), ...);
    out.put('>');
  }
};

template <class Permutation, class A>
struct write_node<permuted<Permutation, A>> {
  static constexpr void to(writer& out, int) {
    out << "transpose(";
    write<A>(out, loosest);
    out.put(')');
  }
};

/// Of the formulas with the values: "(loss, (gradient, gradient))".
template <class... F>
struct write_node<formula_results<F...>> {
  static constexpr void to(writer& out, int) {
    out.put('(');
    write_arguments<F...>(out);
    out.put(')');
  }
};

template <int Axis, class A>
struct write_node<size_along<Axis, A>> {
  static constexpr void to(writer& out, int) {
    out << "size";
    write_axis<shape_t<A>, Axis>(out);
    out.put('(');
    write<A>(out, loosest);
    out.put(')');
  }
};

template <>
struct write_node<invalid> {
  static constexpr void to(writer& out, int) { out << "invalid"; }
};

template <class F>
struct write_formula {
  constexpr void operator()(writer& out) const { write<F>(out, loosest); }
};

}  // namespace detail

/// The text of a formula of this type, as a constant.
template <class F>
inline constexpr auto text_v = written<detail::write_formula<node_t<F>>>();

/// text(sigmoid(Wv * xv + bv)) == "sigmoid(W * x + b)". Data without a name is written as its shape, a plain
/// number as "number".
template <formula F>
constexpr auto text(F const&) {
  if constexpr (any_invalid<F>)
    return invalid{};
  else
    return text_v<F const&>;
}

/// Printing is a header of its own, which brings <ostream>; its functions are the better match. Without this one
/// compilers list all that a stream can print, in 150 lines; clang does so too where it is deleted.
template <class Character, class Traits, formula F>
  requires(!is_invalid<F>)
std::basic_ostream<Character, Traits>& operator<<(std::basic_ostream<Character, Traits>& out, F const&) {
  report<cannot_print<shown<shape_t<F>>, hint::use<"#include <oneloop/io/print.hpp>">>>();
  return out;
}

}  // namespace ONELOOP_NAMESPACE
