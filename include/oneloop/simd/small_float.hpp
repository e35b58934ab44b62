// SPDX-License-Identifier: BSL-1.0
// Between packs of float and elements of 16 bits in memory: one instruction each way where the target converts
// (float16 with F16C or AVX-512), integer arithmetic on the lanes elsewhere, and always for bfloat16: vcvtneps2bf16
// takes subnormals for zero. All ways give the same bits. load<P>(p) and its like read elements of either kind, so that
// loops are written once.
#pragma once

#include <cstring>
#if defined(__F16C__)
#include <immintrin.h>
#endif

#include <oneloop/core/small_float.hpp>
#include <oneloop/simd/backend.hpp>
#include <oneloop/simd/bits.hpp>

namespace ONELOOP_NAMESPACE::simd {

// ---- one number

/// As float, if it is stored smaller; else as it is.
template <class T>
ONELOOP_INLINE constexpr computed<T> number(T x) {
  if constexpr (is_small_float<T>) {
    auto const bits = __builtin_bit_cast(std::uint16_t, x);
#if defined(__F16C__)
    if constexpr (std::is_same_v<T, float16>)
      if (!__builtin_is_constant_evaluated()) return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(bits)));
#endif
    return oneloop::detail::widened<typename oneloop::detail::small_format_of<T>::type>(bits);
  } else {
    return x;
  }
}

template <class Small>
ONELOOP_INLINE constexpr Small narrow(double x) {
  return __builtin_bit_cast(Small,
                            oneloop::detail::narrowed<typename oneloop::detail::small_format_of<Small>::type>(x));
}

// ---- one pack of lanes, their 16 bits in integers of 32

namespace detail {

template <class Format, class P>
ONELOOP_INLINE P widened(integer_pack<P> const& small) {
  using I = integer_pack<P>;
  if constexpr (Format::fraction == 7) {
    return from_bits<P>(small << 16);
  } else {
    // As float the number is 2^(bias - 127) too small, perhaps subnormal; the product is exact.
    I const magnitude = small & I(0x7fff), sign = (small ^ magnitude) << 16;
    constexpr float up = __builtin_bit_cast(float, (254u - Format::bias) << 23);
    I const finite = bits(from_bits<P>(magnitude << (23 - Format::fraction)) * P(up));
    I const infinite = (magnitude << (23 - Format::fraction)) | I(0x7f80'0000);
    I const special = select(I(Format::infinity) < magnitude, infinite | I(0x0040'0000), infinite);
    return from_bits<P>(sign | select(magnitude < I(Format::infinity), finite, special));
  }
}

template <class Format, class P>
ONELOOP_INLINE integer_pack<P> narrowed(P x) {
  using I = integer_pack<P>;
  constexpr int dropped = 23 - Format::fraction;
  if constexpr (Format::fraction == 7) {
    // The upper half, rounded by a carry out of the lower one.
    I const all = bits(x), upper = shift_right_logical(all, 16);
    I const rounded = shift_right_logical(all + I(0x7fff) + (upper & I(1)), 16);
    return select(mask_cast<std::int32_t>(is_nan(x)), upper | I(Format::quiet), rounded);
  } else {
    I const all = bits(x), magnitude = all & I(0x7fff'ffff), sign = shift_right_logical(all ^ magnitude, 16);
    // To nearest, ties to even; a carry goes into the exponent, and from the largest number to infinity.
    constexpr std::int32_t rebias = (127 - Format::bias) << 23;
    I const odd = (magnitude >> dropped) & I(1);
    I rounded = (magnitude - I(rebias) + I((1 << (dropped - 1)) - 1) + odd) >> dropped;
    // Below the normal numbers the sum with a number whose last place is theirs rounds.
    constexpr std::int32_t magic = (127 - Format::bias + dropped + 1) << 23;
    I const subnormal = bits(from_bits<P>(magnitude) + from_bits<P>(I(magic))) - I(magic);
    rounded = select(magnitude < I(rebias + (1 << 23)), subnormal, rounded);
    rounded = select(I(Format::infinity) < rounded, I(Format::infinity), rounded);
    I const nan = ((magnitude >> dropped) & I(Format::quiet - 1)) | I(Format::infinity | Format::quiet);
    return sign | select(I(0x7f80'0000) < magnitude, nan, rounded);
  }
}

#if ONELOOP_HAS_XSIMD

template <int N>
using halves = typename mask_storage<std::uint16_t, N, false>::type;

// __builtin_convertvector goes by halves (g++ 12).
template <int N>
ONELOOP_INLINE auto extended(halves<N> const& small) {
  using integers = native_pack<std::int32_t, N>;
#if defined(__AVX512F__)
  if constexpr (N == 16)
    return integers((typename integers::vector)_mm512_maskz_cvtepu16_epi32(__mmask16(-1), (__m256i)small), 0);
  else
#endif
#if defined(__AVX2__)
      if constexpr (N == 8)
    return integers((typename integers::vector)_mm256_cvtepu16_epi32((__m128i)small), 0);
  else
#endif
    return integers(__builtin_convertvector(small, typename integers::vector), 0);
}
template <int N>
ONELOOP_INLINE halves<N> truncated(native_pack<std::int32_t, N> const& x) {
#if defined(__AVX512F__)
  if constexpr (N == 16)
    return (halves<N>)_mm512_maskz_cvtepi32_epi16(__mmask16(-1), (__m512i)x.v);
  else
#endif
    return __builtin_convertvector(x.v, halves<N>);
}

template <class Small, int N>
ONELOOP_INLINE native_pack<float, N> widen(halves<N> const& small) {
  using pack = native_pack<float, N>;
#if defined(__F16C__)
  if constexpr (std::is_same_v<Small, float16>) {
#if defined(__AVX512F__)
    if constexpr (N == 16)
      return pack((typename pack::vector)_mm512_maskz_cvtph_ps(__mmask16(-1), (__m256i)small), 0);
    else
#endif
        if constexpr (N == 8)
      return pack((typename pack::vector)_mm256_cvtph_ps((__m128i)small), 0);
    else {
      long long low;
      std::memcpy(&low, &small, sizeof(low));
      return pack((typename pack::vector)_mm_cvtph_ps(_mm_cvtsi64_si128(low)), 0);
    }
  } else
#endif
  {
    return widened<typename oneloop::detail::small_format_of<Small>::type, pack>(extended<N>(small));
  }
}
template <class Small, int N>
ONELOOP_INLINE halves<N> narrow(native_pack<float, N> x) {
#if defined(__F16C__)
  if constexpr (std::is_same_v<Small, float16>) {
#if defined(__AVX512F__)
    if constexpr (N == 16)
      return (halves<N>)_mm512_maskz_cvtps_ph(__mmask16(-1), (__m512)x.v, _MM_FROUND_TO_NEAREST_INT);
    else
#endif
        if constexpr (N == 8)
      return (halves<N>)_mm256_cvtps_ph((__m256)x.v, _MM_FROUND_TO_NEAREST_INT);
    else {
      halves<N> result;
      auto const low = _mm_cvtsi128_si64(_mm_cvtps_ph((__m128)x.v, _MM_FROUND_TO_NEAREST_INT));
      std::memcpy(&result, &low, sizeof(result));
      return result;
    }
  } else
#endif
  {
    return truncated<N>(narrowed<typename oneloop::detail::small_format_of<Small>::type>(x));
  }
}

#else

// Without registers no pack is native, and nothing of this is called.
template <int N>
struct halves {
  std::uint16_t v[N];
};
template <class Small, int N>
void widen(halves<N> const&) = delete;
template <class Small, class P>
void narrow(P const&) = delete;

#endif

template <class P, class Element>
inline constexpr bool converts = is_small_float<Element> && !std::is_same_v<typename P::element, Element>;

/// The first n elements of memory, the others `fill`, in lanes side by side.
template <int N, class T>
struct lanes_of {
  T v[N];
  ONELOOP_INLINE constexpr lanes_of(T const* p, std::ptrdiff_t stride, int n, T fill) {
    for (int i = 0; i < N; ++i) v[i] = i < n ? p[i * stride] : fill;
  }
};

}  // namespace detail

// ---- from and to memory

template <class P, class T>
ONELOOP_INLINE constexpr P load(T const* p) {
  if constexpr (!detail::converts<P, T>) {
    return P::load(p);
  } else if constexpr (P::is_native) {
    detail::halves<P::size> small;
    std::memcpy(&small, p, sizeof(small));
    return detail::widen<T, P::size>(small);
  } else if constexpr (requires { typename P::half; }) {
    using half = typename P::half;
    return {load<half>(p), load<half>(p + half::size)};
  } else {
    P r;
    for (int i = 0; i < P::size; ++i) r.v[i] = number(p[i]);
    return r;
  }
}
template <class P, class T>
ONELOOP_INLINE constexpr P load_partial(T const* p, int n, T fill) {
  if constexpr (!detail::converts<P, T>)
    return P::load_partial(p, n, fill);
  else
    return load<P>(detail::lanes_of<P::size, T>(p, 1, n, fill).v);
}
template <class P, class T>
ONELOOP_INLINE constexpr P load_strided(T const* p, std::ptrdiff_t stride) {
  if constexpr (!detail::converts<P, T>)
    return P::load_strided(p, stride);
  else
    return load<P>(detail::lanes_of<P::size, T>(p, stride, P::size, T(0)).v);
}
template <class P, class T>
ONELOOP_INLINE constexpr P load_strided_partial(T const* p, std::ptrdiff_t stride, int n, T fill) {
  if constexpr (!detail::converts<P, T>)
    return P::load_strided_partial(p, stride, n, fill);
  else
    return load<P>(detail::lanes_of<P::size, T>(p, stride, n, fill).v);
}

template <class P, class T>
ONELOOP_INLINE constexpr void store(P const& x, T* p) {
  if constexpr (!is_small_float<T>) {
    x.store(p);
  } else if constexpr (P::is_native) {
    auto const small = detail::narrow<T>(x);
    std::memcpy(static_cast<void*>(p), &small, sizeof(small));
  } else if constexpr (requires { typename P::half; }) {
    store(x.low, p);
    store(x.high, p + P::half::size);
  } else {
    for (int i = 0; i < P::size; ++i) p[i] = narrow<T>(x.v[i]);
  }
}
template <class P, class T>
ONELOOP_INLINE constexpr void store_strided_partial(P const& x, T* p, std::ptrdiff_t stride, int n) {
  if constexpr (!is_small_float<T>) {
    x.store_strided_partial(p, stride, n);
  } else {
    T small[P::size]{};
    store(x, small);
    for (int i = 0; i < P::size && i < n; ++i) p[i * stride] = small[i];
  }
}
template <class P, class T>
ONELOOP_INLINE constexpr void store_strided(P const& x, T* p, std::ptrdiff_t stride) {
  if constexpr (!is_small_float<T>)
    x.store_strided(p, stride);
  else
    store_strided_partial(x, p, stride, P::size);
}
template <class P, class T>
ONELOOP_INLINE constexpr void store_partial(P const& x, T* p, int n) {
  if constexpr (!is_small_float<T>)
    x.store_partial(p, n);
  else
    store_strided_partial(x, p, 1, n);
}

/// Lanes of any type rounded to the small one, once, as lanes of float.
template <class Small, class P>
ONELOOP_INLINE constexpr auto rounded_to(P const& x) {
  using result = typename P::template rebind<float>;
  Small small[P::size]{};
  if constexpr (std::is_same_v<typename P::element, float>)
    store(x, small);
  else  // not by way of float: that would round twice
    for (int i = 0; i < P::size; ++i) small[i] = narrow<Small>(x.lane(i));
  return load<result>(small);
}

}  // namespace ONELOOP_NAMESPACE::simd
