// SPDX-License-Identifier: BSL-1.0
// What a reduction carries from element to element: K packs of one type, so that a driver can keep,
// split and merge the state of any reduction without knowing it.
//
// The facts of a reduction, all of them in its tag:
//
//   name              as written in code: "sum"
//   accepts           element types of the argument; of_masks = true: bool, fed as packs of 1 and 0
//   result<T>         element type of the result
//   flops             per element
//   parts             packs of state
//   start<P>()        the state before the first element; merging it in changes nothing
//   step(s, x, index) takes in a pack; index: the position of each lane's element along what is
//                     reduced, in integers as wide as the elements; it grows from step to step
//   merge(a, b)       of two disjoint sets of elements, in either order, lane by lane
//   finish(s, count)  the result, lane by lane, of `count` elements; packs of T, but of integers
//                     like those of `index` for argmin and argmax
//
//   derivative        (y, x, along) -> d y / d x as a formula of x's shape, elementwise: y is the result repeated along
//                     what was reduced; along.fold<Op>(f) another reduction of the same elements, repeated as well,
//                     along.count() their number. argmin, argmax, all and any have none.
//
// No lane looks at another: a driver that reduces across lanes merges the lanes of the state.
#pragma once

#include <limits>
#include <type_traits>

#include <oneloop/core/fwd.hpp>
#include <oneloop/simd/array_pack.hpp>

namespace ONELOOP_NAMESPACE {

template <class P, int K>
struct state {
  P part[K];

  /// The state of one lane, as a state of packs of one lane.
  ONELOOP_INLINE constexpr auto lane(int i) const {
    using one = simd::array_pack<typename P::element, 1>;
    state<one, K> result{};
    for (int k = 0; k < K; ++k) result.part[k] = one(part[k].lane(i));
    return result;
  }

  /// a where the mask is set, else b: how a driver keeps the lanes beyond the end out.
  friend ONELOOP_INLINE constexpr state select(typename P::mask mask, state const& a, state const& b) {
    state result = a;
    for (int k = 0; k < K; ++k) result.part[k] = select(mask, a.part[k], b.part[k]);
    return result;
  }
};

namespace op {

template <class T>
inline constexpr T infinity =
    std::is_floating_point_v<T> ? std::numeric_limits<T>::infinity() : std::numeric_limits<T>::max();
template <class T>
inline constexpr T minus_infinity =
    std::is_floating_point_v<T> ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::min();

/// Integers as wide as the lanes of P: positions, stored in a state as the bits of a P.
template <class P>
using index_element = std::conditional_t<sizeof(typename P::element) == 8, std::int64_t, std::int32_t>;

}  // namespace op

}  // namespace ONELOOP_NAMESPACE
