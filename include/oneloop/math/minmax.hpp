// SPDX-License-Identifier: BSL-1.0
// Smaller and larger of two, clamping, sign. All exact. The packs' own min and max are the bare instructions: the second
// operand is the result if either is NaN, which may raise the invalid exception, and of two zeros.
#pragma once

#include <oneloop/core/config.hpp>
#include <oneloop/math/bound.hpp>
#include <oneloop/simd/pack.hpp>

namespace ONELOOP_NAMESPACE::math {

inline constexpr ulp_bound min_ulp{0, 0}, max_ulp{0, 0}, clamp_ulp{0, 0}, sign_ulp{0, 0}, abs_ulp{0, 0};

// min(a, b); NaN when either is NaN, as torch.minimum
template <class P>
ONELOOP_INLINE constexpr P min(P a, P b) {
  return minimum(a, b);
}
// max(a, b); NaN when either is NaN, as torch.maximum
template <class P>
ONELOOP_INLINE constexpr P max(P a, P b) {
  return maximum(a, b);
}
// min(max(x, low), high): high when the bounds are crossed; NaN stays, a NaN bound bounds nothing
template <class P>
ONELOOP_INLINE constexpr P clamp(P x, P low, P high) {
  return min(high, max(low, x));  // the packs' own, which are no templates
}
// -1, 0 or 1; zeros keep their sign, NaN stays
template <class P>
ONELOOP_INLINE constexpr P sign(P x) {
  using T = typename P::element;
  return select(x > P(T(0)), P(T(1)), select(x < P(T(0)), P(T(-1)), x));
}
template <class P>
ONELOOP_INLINE constexpr P abs(P x) {
  return abs(x);
}

}  // namespace ONELOOP_NAMESPACE::math
