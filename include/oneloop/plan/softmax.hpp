// SPDX-License-Identifier: BSL-1.0
// softmax and log_softmax as they are planned: from the maximum m and the sum of exp(x - m), a stage each. A sum that
// keeps up with a growing maximum in one pass (shifted_logsumexp) costs more than it saves.
#pragma once

#include <oneloop/formula/reduce.hpp>
#include <oneloop/op/arithmetic.hpp>
#include <oneloop/op/exponential.hpp>
#include <oneloop/op/extremum.hpp>
#include <oneloop/op/logarithm.hpp>
#include <oneloop/op/softmax.hpp>
#include <oneloop/op/sum.hpp>
#include <oneloop/plan/program.hpp>

namespace ONELOOP_NAMESPACE::planner {

/// A reduction, perhaps repeated along what it reduces.
template <class Node>
struct repeated_reduction {
  static constexpr bool exists = false;
};
template <class Op, int Axis, class A>
struct repeated_reduction<reduced<Op, Axis, A>> {
  static constexpr bool exists = true;
  static constexpr int axis = Axis;
  /// The same of another formula.
  template <class Other, class F>
  static ONELOOP_INLINE constexpr auto of(F const& formula) {
    return reduced<Other, Axis, F>(formula);
  }
  template <class F>
  static ONELOOP_INLINE constexpr auto repeat(F const& formula) {
    return formula;
  }
};
template <class Shape, class Map, bool Explicit, class A>
struct repeated_reduction<broadcasted<Shape, Map, Explicit, A>> : repeated_reduction<A> {
  template <class F>
  static ONELOOP_INLINE constexpr auto repeat(F const& formula) {
    return broadcasted<Shape, Map, Explicit, F>(formula);
  }
};

template <class Node>
inline constexpr bool is_softmax = false;
template <class Op, class Shape, class X, class Largest, class Sum>
  requires(std::is_same_v<Op, softmax_t> || std::is_same_v<Op, log_softmax_t>)
inline constexpr bool is_softmax<applied<Op, Shape, X, Largest, Sum>> = repeated_reduction<Sum>::exists;

template <class Op, class Shape, class... Args>
ONELOOP_INLINE constexpr auto elements_of(Args const&... args) {
  return applied<Op, Shape, Args...>{std::in_place, args...};
}
/// x - m.
template <class Op, class Shape, class X, class Largest, class Sum>
ONELOOP_INLINE constexpr auto below_largest(applied<Op, Shape, X, Largest, Sum> const& node) {
  return elements_of<minus_t, Shape>(hana::at_c<0>(node.args), hana::at_c<1>(node.args));
}
template <class Op, class Shape, class X, class Largest, class Sum>
ONELOOP_INLINE constexpr auto exponentials(applied<Op, Shape, X, Largest, Sum> const& node) {
  return elements_of<exp_t, Shape>(below_largest(node));
}
/// softmax from the exponentials.
template <class Shape, class X, class Largest, class Sum, class E>
ONELOOP_INLINE constexpr auto shares(applied<softmax_t, Shape, X, Largest, Sum> const&, E const& exponentials) {
  using sum = repeated_reduction<Sum>;
  return elements_of<divides_t, Shape>(exponentials, sum::repeat(sum::template of<sum_t>(exponentials)));
}
/// log(sum of exp(x - m)), and log_softmax from it.
template <class Shape, class X, class Largest, class Sum, class E>
ONELOOP_INLINE constexpr auto logarithm_of_sum(applied<log_softmax_t, Shape, X, Largest, Sum> const&,
                                               E const& exponentials) {
  auto total = repeated_reduction<Sum>::template of<sum_t>(exponentials);
  return elements_of<log_t, shape_t<decltype(total)>>(total);
}
template <class Shape, class X, class Largest, class Sum, class L>
ONELOOP_INLINE constexpr auto logarithms(applied<log_softmax_t, Shape, X, Largest, Sum> const& node,
                                         L const& logarithm) {
  return elements_of<minus_t, Shape>(below_largest(node), repeated_reduction<Sum>::repeat(logarithm));
}

/// Whether a sweep may run along an axis that the sum leaves: then stored exponentials are a tile, and save computing
/// them twice. Elsewhere they would be a temporary as large as the result.
template <int Reduced, auto... Dims>
constexpr bool may_be_swept_beside(shape::extents<Dims...>) {
  int axis = 0;
  return Reduced != all_axes &&
         (false || ... || (axis++ != Reduced && may_be_swept(shape::is_named<Dims>, shape::extent_of<Dims>)));
}
template <class Softmax>
inline constexpr bool stores_exponentials = false;
template <class Op, class Shape, class X, class Largest, class Sum>
inline constexpr bool stores_exponentials<applied<Op, Shape, X, Largest, Sum>> =
    may_be_swept_beside<repeated_reduction<Sum>::axis>(Shape{});

/// Whether rows are so short that packs which end with them leave many lanes idle. Then x - m is stored, if x is no
/// product that is stored already, and exp runs over all of it as one row (1024 x 10 floats, AVX2: 0.83 of the time;
/// 1024 x 8: 1.08).
template <class Shape>
inline constexpr bool has_short_rows = false;
template <class Shape>
  requires(Shape::rank > 1)
inline constexpr bool has_short_rows<Shape> = [] {
  constexpr int columns = shape::extent_of<shape::axis<Shape, Shape::rank - 1>>;
  return columns != shape::dynamic && columns < 16 && columns != 8;
}();

}  // namespace ONELOOP_NAMESPACE::planner
