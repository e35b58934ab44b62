// SPDX-License-Identifier: BSL-1.0
// A formula as LaTeX, for papers and documentation: what the operations have signs for is written with them.
#pragma once

#include <oneloop/formula/print.hpp>
#include <oneloop/op/absolute.hpp>
#include <oneloop/op/exponential.hpp>
#include <oneloop/op/power.hpp>
#include <oneloop/op/sigmoid.hpp>

namespace ONELOOP_NAMESPACE {

namespace detail {

// A fraction is closed in itself; a product needs no parentheses beside one.
template <class Node>
struct write_latex;
template <class Node>
constexpr void latex(writer& out, int around) {
  write_latex<Node>::to(out, around);
}
/// In parentheses that grow with what they hold.
template <class... Node>
constexpr void latex_list(writer& out) {
  out << "\\left(";
  bool first = true;
  ((out << (first ? "" : ", "), latex<Node>(out, loosest), first = false), ...);
  out << "\\right)";
}

/// `W` is a variable of its own in mathematics; a longer name is set upright, as one word.
template <std::size_t Size>
constexpr void latex_word(writer& out, fixed_string<Size> const& word, char const* style) {
  bool const one_letter = word.size() == 1;
  if (!one_letter) out << style << "{";
  for (char const c : word) {
    if (c == '_' || c == '%' || c == '#' || c == '&' || c == '$') out.put('\\');
    out.put(c);
  }
  if (!one_letter) out << "}";
}

// Data without a name, and what is only text: as print.hpp writes it.
template <class Node>
struct write_latex {
  static constexpr void to(writer& out, int around) {
    out << "\\text{";
    write<Node>(out, around);
    out << "}";
  }
};
template <fixed_string Name, class Shape>
struct write_latex<var_t<Name, Shape>> {
  static constexpr void to(writer& out, int) { latex_word(out, Name, "\\mathrm"); }
};
template <fixed_string Name, class Shape, class Value>
struct write_latex<named<Name, Shape, Value>> {
  static constexpr void to(writer& out, int around) {
    if constexpr (*Name.c_str() && children_t<Value>::size == 0 && !is_var<Value>)
      latex_word(out, Name, "\\mathrm");
    else
      latex<Value>(out, around);
  }
};
template <class Body>
struct write_latex<bound<Body>> {
  static constexpr void to(writer& out, int around) { latex<Body>(out, around); }
};
template <long long Numerator, long long Denominator>
struct write_latex<constant<Numerator, Denominator>> {
  static constexpr void to(writer& out, int around) {
    if constexpr (write_node<constant<Numerator, Denominator>>::is_decimal) {
      write<constant<Numerator, Denominator>>(out, around);
    } else {
      if (Numerator < 0) out.put('-');
      out << "\\frac{" << (Numerator < 0 ? -Numerator : Numerator) << "}{" << Denominator << "}";
    }
  }
};
template <class Shape, class A, class B>
struct write_latex<contraction<Shape, A, B>> {
  static constexpr void to(writer& out, int around) { infix<A, B>(out, around, "\\,"); }
  template <class Left, class Right>
  static constexpr void infix(writer& out, int around, char const* sign, int precedence = product_precedence) {
    bool const wrapped = precedence > around;
    if (wrapped) out << "\\left(";
    latex<Left>(out, precedence);
    out << sign;
    latex<Right>(out, precedence - 1);
    if (wrapped) out << "\\right)";
  }
};

/// What an infix operator is in LaTeX, if it is not what it is in C++.
template <std::size_t Size>
constexpr char const* latex_sign(fixed_string<Size> const& symbol) {
  struct sign {
    char const *cpp, *tex;
  };
  constexpr sign signs[] = {{"*", "\\,"},  {"%", " \\odot "}, {"<=", " \\le "},   {">=", " \\ge "},
                            {"==", " = "}, {"!=", " \\ne "},  {"&&", " \\land "}, {"||", " \\lor "}};
  for (auto const& one : signs)
    if (symbol == one.cpp) return one.tex;
  return nullptr;
}

template <class Op, class Shape, class... Args>
struct write_latex<applied<Op, Shape, Args...>> {
  static constexpr void to(writer& out, int around) {
    if constexpr (std::is_same_v<Op, divides_t>) {
      fraction<bare_t<Args>...>(out);
    } else if constexpr (std::is_same_v<Op, exp_t>) {
      out << "e^{";
      (latex<bare_t<Args>>(out, loosest), ...);
      out << "}";
    } else if constexpr (std::is_same_v<Op, sqrt_t> || std::is_same_v<Op, cbrt_t>) {
      out << (std::is_same_v<Op, cbrt_t> ? "\\sqrt[3]{" : "\\sqrt{");
      (latex<bare_t<Args>>(out, loosest), ...);
      out << "}";
    } else if constexpr (requires { Op::written; }) {
      latex<decltype(Op::written(std::declval<bare_t<Args> const&>()...))>(out, around);
    } else if constexpr (std::is_same_v<Op, abs_t>) {
      out << "\\left|";
      (latex<bare_t<Args>>(out, loosest), ...);
      out << "\\right|";
    } else if constexpr (std::is_same_v<Op, square_t>) {
      (latex<bare_t<Args>>(out, 0), ...);
      out << "^{2}";
    } else if constexpr (requires { Op::infix; }) {
      constexpr char const* sign = latex_sign(Op::symbol);
      if constexpr (sign != nullptr)
        write_latex<contraction<Shape, int, int>>::template infix<bare_t<Args>...>(out, around, sign, Op::precedence);
      else
        write_latex<contraction<Shape, int, int>>::template infix<bare_t<Args>...>(out, around, Op::infix.c_str(),
                                                                                   Op::precedence);
    } else if constexpr (requires { Op::prefix; }) {
      bool const wrapped = Op::precedence > around;
      if (wrapped) out << "\\left(";
      out << (std::is_same_v<Op, logical_not_t> ? "\\lnot " : Op::prefix.c_str());
      (latex<bare_t<Args>>(out, Op::precedence - 1), ...);
      if (wrapped) out << "\\right)";
    } else {
      if constexpr (std::is_same_v<Op, sigmoid_t> || std::is_same_v<Op, stable_sigmoid_t>)
        out << "\\sigma";
      else
        latex_word(out, Op::name, "\\operatorname");
      if constexpr (requires { Op::shown_arguments; })
        first_arguments<Op::shown_arguments>(out, std::make_integer_sequence<int, Op::shown_arguments>{});
      else
        latex_list<bare_t<Args>...>(out);
    }
  }
  template <class A, class B>
  static constexpr void fraction(writer& out) {
    out << "\\frac{";
    latex<A>(out, loosest);
    out << "}{";
    latex<B>(out, loosest);
    out << "}";
  }
  template <int Count, int... I>
  static constexpr void first_arguments(writer& out, std::integer_sequence<int, I...>) {
    using list = hana::basic_tuple<bare_t<Args>...>;
    latex_list<std::remove_cvref_t<decltype(hana::at_c<I>(std::declval<list&>()))>...>(out);
  }
};

template <class Op, int Axis, class A>
struct write_latex<reduced<Op, Axis, A>> {
  static constexpr void to(writer& out, int) {
    if constexpr (std::is_same_v<Op, sum_t>)
      out << "\\sum";
    else if constexpr (std::is_same_v<Op, prod_t>)
      out << "\\prod";
    else
      latex_word(out, Op::name, "\\operatorname");
    if constexpr (Axis != all_axes) {
      constexpr auto dim = shape::axis<shape_t<A>, Axis>;
      out << "_{";
      if constexpr (shape::is_named<dim>)
        latex_word(out, shape::name_of<dim>, "\\mathrm");
      else
        out << Axis;
      out << "}";
    }
    if constexpr (requires { Op::spreads_arguments; })
      list_of(out, static_cast<A*>(nullptr));
    else
      latex_list<A>(out);
  }
  template <class Inner, class Shape, class... Args>
  static constexpr void list_of(writer& out, applied<Inner, Shape, Args...>*) {
    latex_list<bare_t<Args>...>(out);
  }
};
template <class Shape, class Map, bool Explicit, class A>
struct write_latex<broadcasted<Shape, Map, Explicit, A>> {
  static constexpr void to(writer& out, int around) { latex<A>(out, around); }
};
template <class Permutation, class A>
struct write_latex<permuted<Permutation, A>> {
  static constexpr void to(writer& out, int) {
    latex<A>(out, 0);
    out << "^{\\top}";
  }
};
template <class... F>
struct write_latex<formula_results<F...>> {
  static constexpr void to(writer& out, int) { latex_list<F...>(out); }
};

template <class F>
struct write_latex_formula {
  constexpr void operator()(writer& out) const { latex<F>(out, loosest); }
};

}  // namespace detail

/// to_latex(sigmoid(W * x + b)) == "\\sigma\\left(W\\,x + b\\right)": the formula in LaTeX's mathematics mode, as a
/// constant. Products of linear algebra are written side by side, elementwise ones with \odot, quotients as fractions,
/// transposes with \top; both sigmoids as \sigma; other functions by their names. Repetition along axes is not shown.
template <formula F>
constexpr auto to_latex(F const&) {
  if constexpr (any_invalid<F>)
    return invalid{};
  else
    return written<detail::write_latex_formula<node_t<F const&>>>();
}

}  // namespace ONELOOP_NAMESPACE
