// SPDX-License-Identifier: BSL-1.0
// A table of 16 numbers, each lane its own place in it: one permutation of a register (of two registers for double),
// with AVX-512 alone. Elsewhere lane by lane.
#pragma once

#include <oneloop/core/config.hpp>
#include <oneloop/simd/backend.hpp>

namespace ONELOOP_NAMESPACE::simd {

// Whether kernels should look things up. A property of the build, not of a pack: all widths, numbers and constant
// expressions then take the same way and give the same bits.
inline constexpr bool has_lookup = ONELOOP_LOOKUP;

template <class T>
struct table {
  alignas(64) T v[16];
};

// lane by lane t.v[i mod 16]
template <class T, class I, int N>
ONELOOP_INLINE constexpr array_pack<T, N> lookup(table<T> const& t, array_pack<I, N> i) {
  array_pack<T, N> r;
  for (int lane = 0; lane < N; ++lane) r.v[lane] = t.v[i.v[lane] & 15];
  return r;
}
#if ONELOOP_HAS_XSIMD
template <class T, class I, int N>
ONELOOP_INLINE native_pack<T, N> lookup(table<T> const& t, native_pack<I, N> i) {
  using pack = native_pack<T, N>;
  using vector = typename pack::vector;
#if defined(__AVX512F__)
  // The shorter registers are the lower part of the long one.
  __m512i index;
  if constexpr (pack::bytes == 64)
    index = (__m512i)i.v;
  else if constexpr (pack::bytes == 32)
    index = _mm512_castsi256_si512((__m256i)i.v);
  else
    index = _mm512_castsi128_si512((__m128i)i.v);
  __m512d found;
  if constexpr (sizeof(T) == 4) {
    found = (__m512d)_mm512_maskz_permutexvar_ps(__mmask16(-1), index, _mm512_load_ps(t.v));
  } else {
    found = _mm512_permutex2var_pd(_mm512_load_pd(t.v), index, _mm512_load_pd(t.v + 8));
  }
  if constexpr (pack::bytes == 64)
    return pack((vector)found, 0);
  else if constexpr (pack::bytes == 32)
    return pack((vector)_mm512_castpd512_pd256(found), 0);
  else
    return pack((vector)_mm512_castpd512_pd128(found), 0);
#else
  vector r{};
  for (int lane = 0; lane < N; ++lane) r[lane] = t.v[i.v[lane] & 15];
  return pack(r, 0);
#endif
}
#endif

}  // namespace ONELOOP_NAMESPACE::simd
