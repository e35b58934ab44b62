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
  using of = reduced<Other, Axis, F>;
  template <class F>
  using repeat = F;
};
template <class Shape, class Map, bool Explicit, class A>
struct repeated_reduction<broadcasted<Shape, Map, Explicit, A>> : repeated_reduction<A> {
  template <class F>
  using repeat = broadcasted<Shape, Map, Explicit, F>;
};

template <class Node>
inline constexpr bool is_softmax = false;
template <class Op, class Shape, class X, class Largest, class Sum>
  requires(std::is_same_v<Op, softmax_t> || std::is_same_v<Op, log_softmax_t>)
inline constexpr bool is_softmax<applied<Op, Shape, X, Largest, Sum>> = repeated_reduction<Sum>::exists;

/// What stands for parts of it.
template <class Softmax>
struct softmax_parts;
template <class Op, class Shape, class X, class Largest, class Sum>
struct softmax_parts<applied<Op, Shape, X, Largest, Sum>> {
  using below_largest = applied<minus_t, Shape, X, Largest>;
  using exponentials = applied<exp_t, Shape, below_largest>;
  template <class E>
  using sum = typename repeated_reduction<Sum>::template of<sum_t, E>;
  template <class F>
  using repeat = typename repeated_reduction<Sum>::template repeat<F>;
};
/// x - m, and exp of it.
template <class Softmax>
using below_largest = typename softmax_parts<Softmax>::below_largest;
template <class Softmax>
using exponentials = typename softmax_parts<Softmax>::exponentials;
/// softmax from the exponentials.
template <class Softmax, class E>
using shares =
    applied<divides_t, shape_t<Softmax>, E,
            typename softmax_parts<Softmax>::template repeat<typename softmax_parts<Softmax>::template sum<E>>>;
/// log(sum of exp(x - m)), and log_softmax from it.
template <class Softmax, class E>
using logarithm_of_sum = applied<log_t, shape_t<typename softmax_parts<Softmax>::template sum<E>>,
                                 typename softmax_parts<Softmax>::template sum<E>>;
template <class Softmax, class L>
using logarithms =
    applied<minus_t, shape_t<Softmax>, below_largest<Softmax>, typename softmax_parts<Softmax>::template repeat<L>>;

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
