// SPDX-License-Identifier: BSL-1.0
// To whole numbers. Exact; zeros, infinities and NaN stay; no inexact exception.
#pragma once

#include <oneloop/core/config.hpp>
#include <oneloop/math/bound.hpp>
#include <oneloop/simd/pack.hpp>

namespace ONELOOP_NAMESPACE::math {

inline constexpr ulp_bound floor_ulp{0, 0}, ceil_ulp{0, 0}, round_ulp{0, 0}, trunc_ulp{0, 0};

template <class P>
ONELOOP_INLINE constexpr P floor(P x) {
  return floor(x);
}
template <class P>
ONELOOP_INLINE constexpr P ceil(P x) {
  return ceil(x);
}
template <class P>
ONELOOP_INLINE constexpr P trunc(P x) {
  return trunc(x);
}
// halves go to the even neighbour, as torch.round and IEEE; C's round goes away from zero
template <class P>
ONELOOP_INLINE constexpr P round(P x) {
  return round_even(x);
}

}  // namespace ONELOOP_NAMESPACE::math
