// SPDX-License-Identifier: BSL-1.0
// What the headers of this folder share. The facts of an elementwise operation, all of them in its
// tag:
//
//   name             as written in code: "tanh"
//   accepts          element types of the arguments that are not masks
//   flops            per element, for the plan: counted on the float kernel, an fma as two,
//                    comparisons and blends only where they are the operation
//   ulp              worst error of the kernel per element type
//   kernel(a...)     over packs, or masks where an argument is one
//   derivative       (y, a...) -> d y / d a as a formula, y = kernel(a...); partials(...) for
//                    several arguments. Products are written a % b (elementwise), numbers c<1>(y),
//                    so that the derivative of an empty formula is empty. Right at ±inf too where
//                    the limit exists.
//
// and where they apply: domain (the interval of each argument, in their order, in which the result is
// a number or its limit; beyond the last, and without it, every number), infix or prefix, symbol,
// precedence (the text is no call), yields_mask (the result is bool), mask_arguments = n (the first n
// arguments are masks), shown_arguments = n (the text shows the first n only), written(a...) (the
// formula that the text shows instead), `using to` (the element type of the result). For reductions
// see reduction_state.hpp.
#pragma once

#include <boost/hana/basic_tuple.hpp>
#include <limits>

#include <oneloop/core/fwd.hpp>
#include <oneloop/math/bound.hpp>

namespace ONELOOP_NAMESPACE {

/// A number in the type; defined in formula/leaf.hpp.
template <long long Numerator, long long Denominator>
struct constant;

namespace op {

template <long long A, long long B>
inline constexpr long long common_divisor = common_divisor<B, A % B>;
template <long long A>
inline constexpr long long common_divisor<A, 0> = A < 0 ? -A : A;

/// The constant Numerator / Denominator. The argument says nothing: as that of a generic lambda it
/// puts off the look-up of `constant` until formulas exist, which a literal such as 1_c would not.
template <long long Numerator, long long Denominator = 1, class Argument>
constexpr auto c(Argument const&) {
  constexpr long long divisor = common_divisor<Numerator, Denominator>;
  return constant<Numerator / divisor, Denominator / divisor>{};
}

/// The derivatives by each argument, in their order.
template <class... D>
constexpr auto partials(D... d) {
  return boost::hana::basic_tuple<D...>{static_cast<D&&>(d)...};
}

// Bounds of what needs no measurement.
inline constexpr math::ulp_bound exact{0, 0};
inline constexpr math::ulp_bound correctly_rounded{0.5, 0.5};

/// Where an argument may lie.
struct interval {
  double low, high;
  bool with_ends = true;
  constexpr bool contains(double x) const { return with_ends ? low <= x && x <= high : low < x && x < high; }
};
inline constexpr double unbounded = std::numeric_limits<double>::infinity();
inline constexpr interval every_number{-unbounded, unbounded};
inline constexpr interval every_finite_number{-unbounded, unbounded, false};
inline constexpr interval not_negative{0, unbounded};
inline constexpr interval probability{0, 1};

/// The domain of argument I.
template <class Op, int I>
inline constexpr interval domain_of = every_number;
template <class Op, int I>
  requires(I < static_cast<int>(sizeof(Op::domain) / sizeof(interval)))
inline constexpr interval domain_of<Op, I> = Op::domain[I];

template <fixed_string Symbol>
constexpr auto spaced() {
  fixed_string<Symbol.size() + 3> text;
  text.data[0] = ' ';
  for (std::size_t i = 0; i < Symbol.size(); ++i) text.data[i + 1] = Symbol.data[i];
  text.data[Symbol.size() + 1] = ' ';
  return text;
}

/// An operation written between its arguments. Precedences are C++'s; a smaller one binds tighter.
template <fixed_string Symbol, int Precedence>
struct infix_operation {
  static constexpr auto symbol = Symbol;
  static constexpr auto infix = spaced<Symbol>();
  static constexpr int precedence = Precedence;
};

template <fixed_string Symbol>
struct prefix_operation {
  static constexpr auto symbol = Symbol;
  static constexpr auto prefix = Symbol;
  static constexpr int precedence = 3;
};

/// A pack has a mask type, a mask has none.
template <class P>
concept mask_pack = !requires { typename P::mask; };

}  // namespace op

}  // namespace ONELOOP_NAMESPACE
