// SPDX-License-Identifier: BSL-1.0
// The representation of floating-point lanes: bits, powers of two, exponent and fraction.
#pragma once

#include <oneloop/core/config.hpp>
#include <oneloop/simd/backend.hpp>
#include <oneloop/simd/lookup.hpp>

namespace ONELOOP_NAMESPACE::simd {

template <class P>
using format_of = float_format<typename P::element>;
// the pack of signed integers of the same lane size
template <class P>
using integer_pack = typename P::template rebind<typename format_of<P>::integer>;

template <class P>
ONELOOP_INLINE constexpr integer_pack<P> bits(P x) {
  return bit_cast<typename format_of<P>::integer>(x);
}
template <class P>
ONELOOP_INLINE constexpr P from_bits(integer_pack<P> i) {
  return bit_cast<typename P::element>(i);
}

// scale2 where n + 1.5 * 2^fraction is there already, as rounding n leaves it: n is in its low bits, and the sum of
// both biased exponents is positive. Two exact powers of two, as 2^n alone may not be representable.
template <class P>
ONELOOP_INLINE constexpr P scale2_shifted(P x, P shifted) {
  using F = format_of<P>;
  using I = integer_pack<P>;
  constexpr auto offset = __builtin_bit_cast(typename F::integer, F::magic) - 2 * F::bias;
  I const both = bits(shifted) - I(offset);
  I const first = shift_right_logical(both, 1);
  return x * from_bits<P>(first << F::fraction) * from_bits<P>((both - first) << F::fraction);
}

// x * 2^n, one rounding, also into the subnormals; n holds whole numbers, or where there are lookups
// sixteenths, which are cut off. For |x| in [1/4, 4] and |n| <= 2 * bias - 4 (250 for float, 2042
// for double). AVX-512 has one instruction.
template <class P>
ONELOOP_INLINE constexpr P scale2(P x, P n) {
  using F = format_of<P>;
#if ONELOOP_HAS_XSIMD && defined(__AVX512F__)
  if constexpr (P::is_native) {
    if constexpr (sizeof(x) == 64 && sizeof(typename P::element) == 4) {
      return P((typename P::vector)_mm512_maskz_scalef_ps(__mmask16(-1), (__m512)x.v, (__m512)n.v), 0);
    } else if constexpr (sizeof(x) == 64) {
      return P((typename P::vector)_mm512_maskz_scalef_pd(__mmask8(-1), (__m512d)x.v, (__m512d)n.v), 0);
    }
#if defined(__AVX512VL__)
    else if constexpr (sizeof(x) == 32 && sizeof(typename P::element) == 4) {
      return P((typename P::vector)_mm256_scalef_ps((__m256)x.v, (__m256)n.v), 0);
    } else if constexpr (sizeof(x) == 32) {
      return P((typename P::vector)_mm256_scalef_pd((__m256d)x.v, (__m256d)n.v), 0);
    } else if constexpr (sizeof(typename P::element) == 4) {
      return P((typename P::vector)_mm_scalef_ps((__m128)x.v, (__m128)n.v), 0);
    } else {
      return P((typename P::vector)_mm_scalef_pd((__m128d)x.v, (__m128d)n.v), 0);
    }
#endif
  }
#endif
  if constexpr (has_lookup) n = n - P(typename P::element(15.0 / 32));  // the sum then rounds down
  return scale2_shifted(x, n + P(F::magic));
}

// The same for n <= 0 from |x| in [1/2, 4] on, shifted as above: one
// power of two that is representable, and one that is the same for all. scale2_raised is what there is before the
// latter, lowered<P>: exact, and for any |x| <= 64 that is not far below 1 where 2^n is.
template <class P>
inline constexpr typename P::element lowered =
    __builtin_bit_cast(typename P::element, typename format_of<P>::integer(format_of<P>::bias - format_of<P>::bias / 2)
                                                << format_of<P>::fraction);
template <class P>
ONELOOP_INLINE constexpr P scale2_raised(P x, P n, P shifted) {
  using T = typename P::element;
  using F = format_of<P>;
  using I = integer_pack<P>;
  constexpr int up = F::bias / 2;
  if constexpr (has_lookup) {
    return scale2(x, n + P(T(up)));
  } else {
    return x * from_bits<P>((bits(shifted) << F::fraction) + I(typename F::integer(F::bias + up) << F::fraction));
  }
}
template <class P>
ONELOOP_INLINE constexpr P scale2_down(P x, P n, P shifted) {
  if constexpr (has_lookup)
    return scale2(x, n);
  else
    return scale2_raised(x, n, shifted) * P(lowered<P>);
}

// x = m * 2^e with m in [sqrt(1/2), sqrt(2)), for finite x > 0, subnormal ones too. Anything else
// gives some finite m and e: the caller selects.
template <class P>
struct split {
  P m, e;
};
template <class P>
ONELOOP_INLINE constexpr split<P> split_exponent(P x) {
  using T = typename P::element;
  using F = format_of<P>;
  using I = integer_pack<P>;
  using Integer = typename F::integer;
  constexpr T smallest_normal = std::numeric_limits<T>::min();
  constexpr T up = T(std::uint64_t(1) << F::fraction);
  constexpr Integer root = __builtin_bit_cast(Integer, T(0.70710678118654752440));
  auto const tiny = x < P(smallest_normal);
  x = select(tiny, x * P(up), x);
  // offset so that the exponent field changes at sqrt(1/2)
  I const i = bits(x) - I(root);
  P const m = from_bits<P>((i & I((Integer(1) << F::fraction) - 1)) + I(root));
  // the exponent as a float: put it under the bits of 1.5 * 2^fraction (there is no 64-bit
  // conversion before AVX-512); + bias keeps it positive
  constexpr Integer one = __builtin_bit_cast(Integer, T(1));
  I const field = shift_right_logical(i + I(one), F::fraction);
  P const biased = from_bits<P>(field + I(__builtin_bit_cast(Integer, F::magic)));
  P const bias = select(tiny, P(F::magic + F::bias + F::fraction), P(F::magic + F::bias));
  return {m, biased - bias};
}

}  // namespace ONELOOP_NAMESPACE::simd
