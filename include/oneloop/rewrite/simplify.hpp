// SPDX-License-Identifier: BSL-1.0
// Formulas without what does nothing: no factor of one, no zero added, no sign twice, no transpose of a transpose;
// constants in front and folded exactly, as fractions; numbers outside of sums and products of matrices.
//
// What it assumes. Values stay what they are, NaN and infinities too: 0 * x and x - x stay, as they are NaN for some x.
// What may change is the sign of a zero (x + 0 is x) and, where factors move (2 * (3 * x) to 6 * x, sum(2 * x) to
// 2 * sum(x)), the rounding, and with it where a product overflows.
#pragma once

#include <oneloop/formula/bind.hpp>
#include <oneloop/formula/formula_results.hpp>
#include <oneloop/formula/linear_algebra.hpp>
#include <oneloop/formula/size.hpp>
#include <oneloop/formula/softmax.hpp>

namespace ONELOOP_NAMESPACE {

// The building blocks: each makes one operation over operands that are simple already. `gradient` is made of them.
namespace rewrite {

// ---- exact fractions

/// `exact` where both parts are whole in a double, which constant::value relies on.
struct fraction {
  long long numerator = 0, denominator = 1;
  bool exact = true;
};

constexpr long long common_divisor(long long a, long long b) {
  if (a < 0) a = -a;
  while (b) {
    long long const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

constexpr fraction reduced_fraction(long long numerator, long long denominator, bool exact) {
  constexpr long long whole = 1LL << 53;
  if (!exact || denominator == 0 || denominator == -denominator) return {0, 1, false};
  if (numerator == -numerator && numerator != 0) return {0, 1, false};
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  long long const divisor = common_divisor(numerator, denominator);
  numerator /= divisor;
  denominator /= divisor;
  return {numerator, denominator, numerator <= whole && -numerator <= whole && denominator <= whole};
}

constexpr fraction operator*(fraction a, fraction b) {
  long long numerator = 0, denominator = 0;
  bool const overflow = __builtin_mul_overflow(a.numerator, b.numerator, &numerator) ||
                        __builtin_mul_overflow(a.denominator, b.denominator, &denominator);
  return reduced_fraction(numerator, denominator, a.exact && b.exact && !overflow);
}
constexpr fraction operator/(fraction a, fraction b) {
  return a * reduced_fraction(b.denominator, b.numerator, b.exact && b.numerator != 0);
}
constexpr fraction operator+(fraction a, fraction b) {
  long long left = 0, right = 0, sum = 0, denominator = 0;
  bool const overflow = __builtin_mul_overflow(a.numerator, b.denominator, &left) ||
                        __builtin_mul_overflow(b.numerator, a.denominator, &right) ||
                        __builtin_add_overflow(left, right, &sum) ||
                        __builtin_mul_overflow(a.denominator, b.denominator, &denominator);
  return reduced_fraction(sum, denominator, a.exact && b.exact && !overflow);
}
constexpr fraction operator-(fraction a) { return {-a.numerator, a.denominator, a.exact}; }

template <class T>
inline constexpr bool is_constant = false;
template <long long Numerator, long long Denominator>
inline constexpr bool is_constant<constant<Numerator, Denominator>> = true;

template <class T>
inline constexpr fraction fraction_of{};
template <long long Numerator, long long Denominator>
inline constexpr fraction fraction_of<constant<Numerator, Denominator>> =
    reduced_fraction(Numerator, Denominator, true);

template <fraction Value>
constexpr auto make_constant() {
  return constant<Value.numerator, Value.denominator>{};
}

using zero = constant<0, 1>;
using one = constant<1, 1>;
template <class F>
inline constexpr bool is_zero = std::is_same_v<F, zero>;
template <class F>
inline constexpr bool is_one = std::is_same_v<F, one>;

// ---- what an operand looks like

template <class Op, class F>
inline constexpr bool is_operation = false;
template <class Op, class Shape, class... Args>
inline constexpr bool is_operation<Op, applied<Op, Shape, Args...>> = true;
template <class F>
inline constexpr bool is_negation = is_operation<negate_t, F>;
template <class F>
inline constexpr bool is_product = is_operation<times_t, F> || is_operation<hadamard_t, F>;
template <class F>
inline constexpr bool is_quotient = is_operation<divides_t, F>;

template <int I, class F>
constexpr auto const& argument(F const& f) {
  return hana::at_c<I>(f.args);
}
template <int I, class F>
using argument_t = std::remove_cvref_t<decltype(argument<I>(std::declval<F const&>()))>;

/// A number in front: 2 * x, s * x, x * s.
template <class F>
constexpr bool scaled() {
  if constexpr (is_product<F>)
    return rank_v<F> > 0 && (rank_v<argument_t<0, F>> == 0) != (rank_v<argument_t<1, F>> == 0);
  else
    return false;
}
template <class F>
inline constexpr bool is_scaled = scaled<F>();

/// A constant in front: 2 * x, of any rank.
template <class F>
constexpr bool with_constant() {
  if constexpr (is_product<F>)
    return is_constant<argument_t<0, F>> && !is_constant<argument_t<1, F>>;
  else
    return false;
}
template <class F>
inline constexpr bool has_constant = with_constant<F>();

template <class F>
constexpr bool negative_factor() {
  if constexpr (has_constant<F>)
    return fraction_of<argument_t<0, F>>.numerator < 0;
  else
    return false;
}

/// A constant over something: 2 / n.
template <class F>
constexpr bool has_constant_above() {
  if constexpr (is_quotient<F>)
    return is_constant<argument_t<0, F>>;
  else
    return false;
}

// ---- the operations

template <class A>
constexpr auto negated(A const& a);
template <class A, class B>
constexpr auto times(A const& a, B const& b);
template <class A, class B>
constexpr auto plus(A const& a, B const& b);
template <class A, class B>
constexpr auto minus(A const& a, B const& b);
template <class A, class B>
constexpr auto divided(A const& a, B const& b);

template <class A>
constexpr auto negated(A const& a) {
  if constexpr (is_constant<A>)
    return make_constant<-fraction_of<A>>();
  else if constexpr (is_negation<A>)
    return argument<0>(a);
  else if constexpr (has_constant<A>)
    return times(negated(argument<0>(a)), argument<1>(a));
  else if constexpr (is_operation<minus_t, A>)
    return elementwise<minus_t>(argument<1>(a), argument<0>(a));
  else if constexpr (has_constant_above<A>())
    return divided(negated(argument<0>(a)), argument<1>(a));
  else
    return elementwise<negate_t>(a);
}

/// The elementwise product; a number scales.
template <class A, class B>
constexpr auto times(A const& a, B const& b) {
  if constexpr (is_constant<A> && is_constant<B>) {
    constexpr auto folded = fraction_of<A> * fraction_of<B>;
    if constexpr (folded.exact)
      return make_constant<folded>();
    else
      return elementwise<times_t>(a, b);
  } else if constexpr (is_constant<B>) {
    return times(b, a);
  } else if constexpr (is_one<A>) {
    return b;
  } else if constexpr (std::is_same_v<A, constant<-1, 1>>) {
    return negated(b);
  } else if constexpr (is_negation<A>) {
    return negated(times(argument<0>(a), b));
  } else if constexpr (is_negation<B>) {
    return negated(times(a, argument<0>(b)));
  } else if constexpr (has_constant<B> && is_constant<A>) {
    constexpr auto folded = fraction_of<A> * fraction_of<argument_t<0, B>>;
    if constexpr (folded.exact)
      return times(make_constant<folded>(), argument<1>(b));
    else
      return elementwise<times_t>(a, b);
  } else if constexpr (has_constant<A> && !is_constant<B>) {
    return times(argument<0>(a), times(argument<1>(a), b));
  } else if constexpr (has_constant<B>) {
    return times(argument<0>(b), times(a, argument<1>(b)));
  } else if constexpr (rank_v<A> == 0 || rank_v<B> == 0) {
    return elementwise<times_t>(a, b);
  } else if constexpr (is_scaled<A>) {
    constexpr int number = rank_v<argument_t<0, A>> == 0 ? 0 : 1;
    return times(argument<number>(a), times(argument<1 - number>(a), b));
  } else if constexpr (is_scaled<B>) {
    constexpr int number = rank_v<argument_t<0, B>> == 0 ? 0 : 1;
    return times(argument<number>(b), times(a, argument<1 - number>(b)));
  } else {
    return elementwise<hadamard_t>(a, b);
  }
}

/// What a constant in front multiplies, the constant being 1 where there is none.
template <class F>
constexpr auto const& unscaled(F const& f) {
  if constexpr (has_constant<F>)
    return argument<1>(f);
  else
    return f;
}
template <class F>
constexpr fraction factor() {
  if constexpr (has_constant<F>)
    return fraction_of<argument_t<0, F>>;
  else
    return {1, 1, true};
}
template <class F>
using unscaled_t = std::remove_cvref_t<decltype(unscaled(std::declval<F const&>()))>;

/// 2 * x + x is 3 * x. Equal types are equal values where there is no data; not x - x, which may be NaN.
template <class A, class B>
constexpr bool adds_up() {
  if constexpr (!is_constant<A> && std::is_same_v<unscaled_t<A>, unscaled_t<B>> && std::is_empty_v<A>) {
    constexpr auto sum = factor<A>() + factor<B>();
    return sum.exact && sum.numerator != 0;
  } else {
    return false;
  }
}

template <class A, class B>
constexpr auto plus(A const& a, B const& b) {
  if constexpr (adds_up<A, B>()) {
    return times(make_constant<factor<A>() + factor<B>()>(), unscaled(a));
  } else if constexpr (is_constant<A> && is_constant<B>) {
    constexpr auto folded = fraction_of<A> + fraction_of<B>;
    if constexpr (folded.exact)
      return make_constant<folded>();
    else
      return elementwise<plus_t>(a, b);
  } else if constexpr (is_zero<A>) {
    return b;
  } else if constexpr (is_zero<B>) {
    return a;
  } else if constexpr (is_negation<B>) {
    return minus(a, argument<0>(b));
  } else if constexpr (is_negation<A>) {
    return minus(b, argument<0>(a));
  } else if constexpr (negative_factor<B>()) {
    return minus(a, times(negated(argument<0>(b)), argument<1>(b)));
  } else {
    return elementwise<plus_t>(a, b);
  }
}

template <class A, class B>
constexpr auto minus(A const& a, B const& b) {
  if constexpr (is_constant<B> && (is_constant<A> || is_zero<B> || fraction_of<B>.numerator < 0))
    return plus(a, negated(b));
  else if constexpr (is_zero<A>)
    return negated(b);
  else if constexpr (is_negation<B>)
    return plus(a, argument<0>(b));
  else if constexpr (negative_factor<B>())
    return plus(a, times(negated(argument<0>(b)), argument<1>(b)));
  else
    return elementwise<minus_t>(a, b);
}

/// No factor moves through a division: of int32 it would not be the same.
template <class A, class B>
constexpr auto divided(A const& a, B const& b) {
  if constexpr (is_constant<A> && is_constant<B>) {
    constexpr auto folded = fraction_of<A> / fraction_of<B>;
    if constexpr (folded.exact)
      return make_constant<folded>();
    else
      return elementwise<divides_t>(a, b);
  } else if constexpr (is_one<B>) {
    return a;
  } else if constexpr (std::is_same_v<B, constant<-1, 1>>) {
    return negated(a);
  } else if constexpr (is_negation<A>) {
    return negated(divided(argument<0>(a), b));
  } else {
    return elementwise<divides_t>(a, b);
  }
}

/// The product of linear algebra.
template <class A, class B>
constexpr auto contracted(A const& a, B const& b) {
  if constexpr (is_negation<A>) {
    return negated(contracted(argument<0>(a), b));
  } else if constexpr (is_negation<B>) {
    return negated(contracted(a, argument<0>(b)));
  } else if constexpr (is_scaled<A>) {
    constexpr int number = rank_v<argument_t<0, A>> == 0 ? 0 : 1;
    return times(argument<number>(a), contracted(argument<1 - number>(a), b));
  } else if constexpr (is_scaled<B>) {
    constexpr int number = rank_v<argument_t<0, B>> == 0 ? 0 : 1;
    return times(argument<number>(b), contracted(a, argument<1 - number>(b)));
  } else {
    return detail::contract(a, b);
  }
}

/// Axes in another order; of a product of matrices that of the factors.
template <class Permutation, class A>
constexpr auto permuted_to(A const& a) {
  if constexpr (is_negation<A>) {
    return negated(permuted_to<Permutation>(argument<0>(a)));
  } else if constexpr (is_scaled<A>) {
    constexpr int number = rank_v<argument_t<0, A>> == 0 ? 0 : 1;
    return times(argument<number>(a), permuted_to<Permutation>(argument<1 - number>(a)));
  } else if constexpr (is_contraction<A> && std::is_same_v<Permutation, shape::axis_map<1, 0>>) {
    if constexpr (rank_v<decltype(a.left)> == 2 && rank_v<decltype(a.right)> == 2)
      return detail::contract(detail::permute<Permutation>(a.right), detail::permute<Permutation>(a.left));
    else
      return detail::permute<Permutation>(a);
  } else {
    return detail::permute<Permutation>(a);
  }
}

/// A product that is no longer one ends in a plain sum.
template <class Op, class A>
using reduction_over = std::conditional_t<std::is_same_v<Op, dot_t> && !is_product<A>, sum_t, Op>;

template <class Op, int Axis, class A>
constexpr auto reduced_by(A const& a) {
  constexpr bool linear = std::is_base_of_v<op::accumulation, Op>;
  if constexpr (linear && is_negation<A>) {
    return negated(reduced_by<reduction_over<Op, argument_t<0, A>>, Axis>(argument<0>(a)));
  } else if constexpr (linear && is_scaled<A>) {
    constexpr int number = rank_v<argument_t<0, A>> == 0 ? 0 : 1;
    using rest = argument_t<1 - number, A>;
    return times(argument<number>(a), reduced_by<reduction_over<Op, rest>, Axis>(argument<1 - number>(a)));
  } else {
    return detail::make_reduced<reduction_over<Op, A>, Axis>(a);
  }
}

// ---- a whole formula, from the leaves up

template <class Node>
struct simplified {
  static constexpr auto of(Node const& node);
};

template <class Node>
constexpr auto simple(Node const& node) {
  return simplified<Node>::of(node);
}

template <class Node>
constexpr auto simplified<Node>::of(Node const& node) {
  return node.map_children([](auto const& child) { return simple(child); });
}
template <class Op, class Shape, class... Args>
struct simplified<applied<Op, Shape, Args...>> {
  static constexpr auto of(applied<Op, Shape, Args...> const& node) {
    return hana::unpack(node.args, [](auto const&... arg) {
      if constexpr (std::is_same_v<Op, times_t> || std::is_same_v<Op, hadamard_t>)
        return times(simple(arg)...);
      else if constexpr (std::is_same_v<Op, plus_t>)
        return plus(simple(arg)...);
      else if constexpr (std::is_same_v<Op, minus_t>)
        return minus(simple(arg)...);
      else if constexpr (std::is_same_v<Op, divides_t>)
        return divided(simple(arg)...);
      else if constexpr (std::is_same_v<Op, negate_t>)
        return negated(simple(arg)...);
      else
        return detail::remake_apply<Op>(simple(arg)...);
    });
  }
};
template <class Shape, class A, class B>
struct simplified<contraction<Shape, A, B>> {
  static constexpr auto of(contraction<Shape, A, B> const& node) {
    return contracted(simple(node.left), simple(node.right));
  }
};
template <class Permutation, class A>
struct simplified<permuted<Permutation, A>> {
  static constexpr auto of(permuted<Permutation, A> const& node) { return permuted_to<Permutation>(simple(node.arg)); }
};
template <class Op, int Axis, class A>
struct simplified<reduced<Op, Axis, A>> {
  static constexpr auto of(reduced<Op, Axis, A> const& node) { return reduced_by<Op, Axis>(simple(node.arg)); }
};

}  // namespace rewrite

/// simplify(f): the same formula without what does nothing. Shape and elements: those of f. Special values: kept, but
/// for the sign of a zero. Worst error: constants are folded exactly; factors that move round elsewhere. Cost: none at
/// run time. gradient(...) builds simple formulas by itself.
template <formula F>
constexpr auto simplify(F const& f) {
  if constexpr (any_invalid<F>)
    return invalid{};
  else
    return rewrite::simple(as_formula(f));
}

}  // namespace ONELOOP_NAMESPACE
