// SPDX-License-Identifier: BSL-1.0
// N lanes in one vector register, of any width xsimd has for this target (in an AVX-512 build also
// the 32- and 16-byte ones). xsimd says which there are and covers targets other than x86;
// arithmetic and shuffles are the compilers' vector extensions, which cost no overload resolution;
// the rest is intrinsics on x86, elsewhere xsimd's functions but where 8.1 differs from what is
// promised (compares: != of a NaN is false; fma; rounding raises inexact). Compares here are quiet: NaN raises
// nothing (under g++; clang is free to turn compare and select into min, which signals). The maskz
// forms avoid a false -Wmaybe-uninitialized of g++ 12 (its bug 105593).
#pragma once

#include <oneloop/core/config.hpp>
#if ONELOOP_HAS_XSIMD

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include <oneloop/simd/array_pack.hpp>
#include <oneloop/simd/registers.hpp>

namespace ONELOOP_NAMESPACE::simd {

template <class T, int N>
struct native_pack;
template <class T, int N>
struct native_mask;

namespace detail {

// Keeps clang from merging bit logic with a following select into a masked vpternlog with a memory
// operand: up to 19 at least it swaps the truth table (llvm-project issue 157929).
template <class V>
ONELOOP_INLINE void keep_bits(V& v) {
#if defined(__clang__) && defined(__AVX512F__)
  asm("" : "+v"(v));
#endif
  (void)v;
}

template <class T, int N, bool Native>
struct pack_of {
  using pack = array_pack<T, N>;
  using mask = array_mask<T, N>;
};
template <class T, int N>
struct pack_of<T, N, true> {
  using pack = native_pack<T, N>;
  using mask = native_mask<T, N>;
};

template <int Bytes>
struct integer_of_size {
  using type = std::int32_t;
};
template <>
struct integer_of_size<8> {
  using type = std::int64_t;
};

// not std::conditional: a template argument loses the vector attribute
template <class Lane, int N, bool Bits>
struct mask_storage {
  typedef Lane type __attribute__((vector_size(sizeof(Lane) * N)));
};
template <class Lane, int N>
struct mask_storage<Lane, N, true> {
  typedef std::uint32_t type;
};

}  // namespace detail

// A mask is one bit a lane where the target has mask registers of that width (AVX-512), else a
// vector of integers as wide as the element, 0 or -1.
template <class T, int N>
struct native_mask {
  using element = T;
  using lane_type = typename detail::integer_of_size<sizeof(T)>::type;
  static constexpr int size = N;
#if defined(__AVX512F__)
  static constexpr bool is_bits = sizeof(T) * N == 64;
#else
  static constexpr bool is_bits = false;
#endif
  template <class U>
  using rebind = typename detail::pack_of<U, N, has_native<U, N>>::mask;

  typedef lane_type vector __attribute__((vector_size(sizeof(T) * N)));
  typedef unsigned char bytes __attribute__((vector_size(N)));
  using storage = typename detail::mask_storage<lane_type, N, is_bits>::type;
  static constexpr std::uint32_t every = std::uint32_t((std::uint64_t(1) << N) - 1);

  storage v;

  native_mask() = default;
  ONELOOP_INLINE explicit native_mask(storage s, int) : v(s) {}
  ONELOOP_INLINE explicit native_mask(bool x) {
    if constexpr (is_bits)
      v = x ? every : 0;
    else
      v = vector{} - lane_type(x);
  }

  template <std::size_t... I>
  static ONELOOP_INLINE vector lanes(std::index_sequence<I...>) {
    return vector{lane_type(I)...};
  }
  template <std::size_t... I>
  static ONELOOP_INLINE vector one_hot(std::index_sequence<I...>) {
    return vector{(lane_type(1) << I)...};
  }
  // lane i is bit i
  static ONELOOP_INLINE native_mask from_bits(std::uint32_t bits) {
    if constexpr (is_bits)
      return native_mask(bits, 0);
    else {
      vector const hot = one_hot(std::make_index_sequence<N>());
      return native_mask((vector)(((vector{} + lane_type(bits)) & hot) == hot), 0);
    }
  }
  ONELOOP_INLINE std::uint32_t to_bits() const {
    if constexpr (is_bits) return v;
#if defined(__AVX__)
    else if constexpr (sizeof(v) == 32 && sizeof(T) == 4)
      return _mm256_movemask_ps((__m256)v);
    else if constexpr (sizeof(v) == 32)
      return _mm256_movemask_pd((__m256d)v);
#endif
#if defined(__SSE2__)
    else if constexpr (sizeof(T) == 4)
      return std::uint32_t(_mm_movemask_ps((__m128)v));
    else
      return _mm_movemask_pd((__m128d)v);
#else
    else {
      std::uint32_t r = 0;
      for (int i = 0; i < N; ++i) r |= std::uint32_t(v[i] & 1) << i;
      return r;
    }
#endif
  }

  // lanes 0 .. n-1 are true
  static ONELOOP_INLINE native_mask first_n(int n) {
    n = n < 0 ? 0 : n > N ? N : n;
    if constexpr (is_bits)
      return native_mask((1u << n) - 1, 0);
    else {
      vector const index = lanes(std::make_index_sequence<N>());
      return native_mask((vector)(index < vector{} + lane_type(n)), 0);
    }
  }
  static ONELOOP_INLINE native_mask load(bool const* p) {
    bytes b;
    std::memcpy(&b, p, N);
    if constexpr (is_bits) {
      std::uint64_t r = 0;
      if constexpr (N == 16) {
#if defined(__SSE2__)
        r = std::uint32_t(_mm_movemask_epi8(_mm_slli_epi64((__m128i)b, 7)));
#endif
      } else {
        // gathers the low bits of eight bytes into the top byte
        std::memcpy(&r, &b, 8);
        r = (r * 0x0102040810204080u) >> 56;
      }
      return native_mask(std::uint32_t(r), 0);
    } else {
#if defined(__AVX2__)
      // g++ 12 converts byte by byte
      if constexpr (sizeof(v) == 32) {
        __m128i low{};
        std::memcpy(&low, p, N);
        return native_mask(-(vector)(N == 8 ? _mm256_cvtepu8_epi32(low) : _mm256_cvtepu8_epi64(low)), 0);
      }
#endif
      return native_mask(-__builtin_convertvector(b, vector), 0);
    }
  }
  static ONELOOP_INLINE native_mask load_partial(bool const* p, int n, bool fill) {
    bool buffer[N];
    for (int i = 0; i < N; ++i) buffer[i] = i < n ? p[i] : fill;
    return load(buffer);
  }
  ONELOOP_INLINE void store(bool* p) const {
    std::uint32_t const bits = to_bits();
    for (int i = 0; i < N; i += 8) {
      // one bit to each of eight bytes
      std::uint64_t r = ((bits >> i) & 0xff) * 0x0101010101010101u & 0x8040201008040201u;
      r = ((r + 0x7f7f7f7f7f7f7f7fu) | r) >> 7 & 0x0101010101010101u;
      std::memcpy(p + i, &r, N < 8 ? N : 8);
    }
  }
  ONELOOP_INLINE void store_partial(bool* p, int n) const {
    bool buffer[N];
    store(buffer);
    for (int i = 0; i < N && i < n; ++i) p[i] = buffer[i];
  }
  ONELOOP_INLINE bool lane(int i) const {
    if constexpr (is_bits)
      return (v >> i) & 1;
    else
      return v[i] != 0;
  }

  friend ONELOOP_INLINE native_mask operator&(native_mask a, native_mask b) { return native_mask(a.v & b.v, 0); }
  friend ONELOOP_INLINE native_mask operator|(native_mask a, native_mask b) { return native_mask(a.v | b.v, 0); }
  friend ONELOOP_INLINE native_mask operator^(native_mask a, native_mask b) { return native_mask(a.v ^ b.v, 0); }
  friend ONELOOP_INLINE native_mask operator!(native_mask a) {
    if constexpr (is_bits)
      return native_mask(a.v ^ every, 0);
    else
      return native_mask(~a.v, 0);
  }
  friend ONELOOP_INLINE bool any(native_mask a) { return a.to_bits() != 0; }
  friend ONELOOP_INLINE bool all(native_mask a) { return a.to_bits() == every; }
};

template <class T, int N>
struct native_pack {
  using element = T;
  using mask = native_mask<T, N>;
#if !defined(__SSE2__)
  using batch = xsimd::make_sized_batch_t<T, N>;
  using register_type = typename batch::register_type;
#endif
  using integer = typename detail::integer_of_size<sizeof(T)>::type;
  static constexpr int size = N;
  static constexpr bool is_native = true;
  static constexpr bool is_float = std::is_floating_point_v<T>;
  static constexpr int bytes = int(sizeof(T)) * N;
  static constexpr integer all_but_sign = std::numeric_limits<integer>::max();
  template <class U>
  using rebind = typename detail::pack_of<U, N, has_native<U, N>>::pack;

  typedef T vector __attribute__((vector_size(sizeof(T) * N)));
  typedef integer integer_vector __attribute__((vector_size(sizeof(T) * N)));
  typedef std::make_unsigned_t<integer> modular_vector __attribute__((vector_size(sizeof(T) * N)));

  vector v;

  native_pack() = default;
  ONELOOP_INLINE explicit native_pack(T x) : v(vector{} + x) {
    // -0 + 0 would lose its sign: no sum for floats
    if constexpr (is_float) v = splat(x, std::make_index_sequence<N>());
  }
  ONELOOP_INLINE explicit native_pack(vector x, int) : v(x) {}
#if !defined(__SSE2__)
  ONELOOP_INLINE explicit native_pack(batch const& b) : v((vector)(register_type)b) {}
  ONELOOP_INLINE batch to_batch() const { return batch((register_type)v); }
#endif

  template <std::size_t... I>
  static ONELOOP_INLINE vector splat(T x, std::index_sequence<I...>) {
    return vector{(void(I), x)...};
  }
  template <std::size_t... I>
  static ONELOOP_INLINE vector strided(T const* p, std::ptrdiff_t s, std::index_sequence<I...>) {
    return vector{p[std::ptrdiff_t(I) * s]...};
  }
  template <std::size_t... I>
  static ONELOOP_INLINE vector indices(std::index_sequence<I...>) {
    return vector{T(I)...};
  }

  static ONELOOP_INLINE native_pack load(T const* p) {
    native_pack r;
    std::memcpy(&r.v, p, sizeof(vector));
    return r;
  }
#if defined(__AVX512VL__)
  // A mask register for the shorter registers too, whose mask type is a vector: vmaskmovps stores
  // are microcode on AMD's cores.
  static ONELOOP_INLINE __mmask8 first_bits(int n) { return __mmask8((1u << (n < 0 ? 0 : n > N ? N : n)) - 1); }
#endif
  // Reads nothing past p[n - 1]: a masked load where the target has one.
  static ONELOOP_INLINE native_pack load_partial(T const* p, int n, T fill) {
    native_pack const f(fill);
#if defined(__AVX512F__)
    if constexpr (bytes == 64) {
      auto const k = mask::first_n(n).v;
      __m512i const g = (__m512i)f.v;
      if constexpr (sizeof(T) == 4) {
        return native_pack((vector)_mm512_mask_loadu_epi32(g, __mmask16(k), p), 0);
      } else {
        return native_pack((vector)_mm512_mask_loadu_epi64(g, __mmask8(k), p), 0);
      }
    } else
#endif
#if defined(__AVX512VL__)
        if constexpr (bytes == 32 && sizeof(T) == 4) {
      return native_pack((vector)_mm256_mask_loadu_epi32((__m256i)f.v, first_bits(n), p), 0);
    } else if constexpr (bytes == 32) {
      return native_pack((vector)_mm256_mask_loadu_epi64((__m256i)f.v, first_bits(n), p), 0);
    } else if constexpr (sizeof(T) == 4) {
      return native_pack((vector)_mm_mask_loadu_epi32((__m128i)f.v, first_bits(n), p), 0);
    } else {
      return native_pack((vector)_mm_mask_loadu_epi64((__m128i)f.v, first_bits(n), p), 0);
    }
#elif defined(__AVX__)
    {
      mask const m = mask::first_n(n);
      vector x;
      if constexpr (bytes == 32 && sizeof(T) == 4) {
        x = (vector)_mm256_maskload_ps((float const*)p, (__m256i)m.v);
      } else if constexpr (bytes == 32) {
        x = (vector)_mm256_maskload_pd((double const*)p, (__m256i)m.v);
      } else if constexpr (sizeof(T) == 4) {
        x = (vector)_mm_maskload_ps((float const*)p, (__m128i)m.v);
      } else {
        x = (vector)_mm_maskload_pd((double const*)p, (__m128i)m.v);
      }
      return select(m, native_pack(x, 0), f);
    }
#else
    {
      T buffer[N];
      std::memcpy(buffer, &f.v, sizeof(vector));
      n = n < 0 ? 0 : n > N ? N : n;
      std::memcpy(buffer, p, std::size_t(n) * sizeof(T));
      return load(buffer);
    }
#endif
  }
  static ONELOOP_INLINE native_pack load_strided(T const* p, std::ptrdiff_t stride) {
    return native_pack(strided(p, stride, std::make_index_sequence<N>()), 0);
  }
  static ONELOOP_INLINE native_pack load_strided_partial(T const* p, std::ptrdiff_t stride, int n, T fill) {
    T buffer[N];
    for (int i = 0; i < N; ++i) buffer[i] = i < n ? p[i * stride] : fill;
    return load(buffer);
  }
  static ONELOOP_INLINE native_pack from_lanes(T const* p) { return load(p); }
  static ONELOOP_INLINE native_pack iota(T first) {
    return native_pack(first) + native_pack(indices(std::make_index_sequence<N>()), 0);
  }

  ONELOOP_INLINE void store(T* p) const { std::memcpy(p, &v, sizeof(vector)); }
#if defined(__SSE2__)
  // Past the caches, to an address that is a multiple of the pack's size; fence_streams() orders what was written so.
  ONELOOP_INLINE void stream(T* p) const {
#if defined(__AVX512F__)
    if constexpr (bytes == 64)
      _mm512_stream_si512((__m512i*)p, (__m512i)v);
    else
#endif
#if defined(__AVX__)
        if constexpr (bytes == 32)
      _mm256_stream_si256((__m256i*)p, (__m256i)v);
    else
#endif
      _mm_stream_si128((__m128i*)p, (__m128i)v);
  }
#endif
  // Writes nothing past p[n - 1].
  ONELOOP_INLINE void store_partial(T* p, int n) const {
#if defined(__AVX512F__)
    if constexpr (bytes == 64) {
      auto const k = mask::first_n(n).v;
      if constexpr (sizeof(T) == 4)
        _mm512_mask_storeu_epi32(p, __mmask16(k), (__m512i)v);
      else
        _mm512_mask_storeu_epi64(p, __mmask8(k), (__m512i)v);
    } else
#endif
#if defined(__AVX512VL__)
        if constexpr (bytes == 32 && sizeof(T) == 4) {
      _mm256_mask_storeu_epi32(p, first_bits(n), (__m256i)v);
    } else if constexpr (bytes == 32) {
      _mm256_mask_storeu_epi64(p, first_bits(n), (__m256i)v);
    } else if constexpr (sizeof(T) == 4) {
      _mm_mask_storeu_epi32(p, first_bits(n), (__m128i)v);
    } else {
      _mm_mask_storeu_epi64(p, first_bits(n), (__m128i)v);
    }
#elif defined(__AVX__)
    if (n >= N) {
      store(p);
    } else {
      // By halves: vmaskmovps to memory is microcode on AMD's cores (2 x 3: 9.7 ns with it, 8.4 ns so).
      __m128i low;
      if constexpr (bytes == 32) {
        low = _mm256_castsi256_si128((__m256i)v);
        if (n & N / 2) {
          std::memcpy(p, &low, 16);
          p += N / 2;
          low = _mm256_extracti128_si256((__m256i)v, 1);
        }
      } else {
        low = (__m128i)v;
      }
      if (n & 8 / int(sizeof(T))) {
        _mm_storel_epi64((__m128i*)p, low);
        if constexpr (sizeof(T) == 4) {
          p += 2;
          low = _mm_unpackhi_epi64(low, low);
        }
      }
      if constexpr (sizeof(T) == 4)
        if (n & 1) std::memcpy(p, &low, 4);
    }
#else
    {
      n = n < 0 ? 0 : n > N ? N : n;
      std::memcpy(p, &v, std::size_t(n) * sizeof(T));
    }
#endif
  }
  ONELOOP_INLINE void store_strided(T* p, std::ptrdiff_t stride) const {
    for (int i = 0; i < N; ++i) p[i * stride] = v[i];
  }
  ONELOOP_INLINE void store_strided_partial(T* p, std::ptrdiff_t stride, int n) const {
    for (int i = 0; i < N && i < n; ++i) p[i * stride] = v[i];
  }
  ONELOOP_INLINE T lane(int i) const { return v[i]; }

  friend ONELOOP_INLINE native_pack operator+(native_pack a, native_pack b) {
    if constexpr (is_float)
      return native_pack(a.v + b.v, 0);
    else
      return native_pack((vector)((modular_vector)a.v + (modular_vector)b.v), 0);
  }
  friend ONELOOP_INLINE native_pack operator-(native_pack a, native_pack b) {
    if constexpr (is_float)
      return native_pack(a.v - b.v, 0);
    else
      return native_pack((vector)((modular_vector)a.v - (modular_vector)b.v), 0);
  }
  friend ONELOOP_INLINE native_pack operator*(native_pack a, native_pack b) {
    if constexpr (is_float) {
      vector product = a.v * b.v;
      scalar::keep_product(product);
      return native_pack(product, 0);
    } else {
      return native_pack((vector)((modular_vector)a.v * (modular_vector)b.v), 0);
    }
  }
  friend ONELOOP_INLINE native_pack operator/(native_pack a, native_pack b) { return native_pack(a.v / b.v, 0); }
  friend ONELOOP_INLINE native_pack operator-(native_pack a) {
    if constexpr (is_float)
      return native_pack(-a.v, 0);
    else
      return native_pack((vector)(-(modular_vector)a.v), 0);
  }
  // Not xsimd::fma: its 16-byte batches in an AVX build multiply and add. Negated: c - a * b, as
  // g++ 12 does not merge the sign into the intrinsic.
  template <bool Negated>
  static ONELOOP_INLINE native_pack fused(vector a, vector b, vector c) {
#if defined(__AVX512F__)
    if constexpr (bytes == 64 && sizeof(T) == 4) {
      __m512 const x = (__m512)a, y = (__m512)b, z = (__m512)c;
      return native_pack((vector)(Negated ? _mm512_fnmadd_ps(x, y, z) : _mm512_fmadd_ps(x, y, z)), 0);
    } else if constexpr (bytes == 64) {
      __m512d const x = (__m512d)a, y = (__m512d)b, z = (__m512d)c;
      return native_pack((vector)(Negated ? _mm512_fnmadd_pd(x, y, z) : _mm512_fmadd_pd(x, y, z)), 0);
    } else
#endif
#if defined(__FMA__)
        if constexpr (bytes == 32 && sizeof(T) == 4) {
      __m256 const x = (__m256)a, y = (__m256)b, z = (__m256)c;
      return native_pack((vector)(Negated ? _mm256_fnmadd_ps(x, y, z) : _mm256_fmadd_ps(x, y, z)), 0);
    } else if constexpr (bytes == 32) {
      __m256d const x = (__m256d)a, y = (__m256d)b, z = (__m256d)c;
      return native_pack((vector)(Negated ? _mm256_fnmadd_pd(x, y, z) : _mm256_fmadd_pd(x, y, z)), 0);
    } else if constexpr (sizeof(T) == 4) {
      __m128 const x = (__m128)a, y = (__m128)b, z = (__m128)c;
      return native_pack((vector)(Negated ? _mm_fnmadd_ps(x, y, z) : _mm_fmadd_ps(x, y, z)), 0);
    } else {
      __m128d const x = (__m128d)a, y = (__m128d)b, z = (__m128d)c;
      return native_pack((vector)(Negated ? _mm_fnmadd_pd(x, y, z) : _mm_fmadd_pd(x, y, z)), 0);
    }
#elif defined(__aarch64__)
    return native_pack(
        xsimd::fma(batch((register_type)(Negated ? -a : a)), batch((register_type)b), batch((register_type)c)));
#else
    {
      for (int i = 0; i < N; ++i) a[i] = scalar::fma(Negated ? -a[i] : a[i], b[i], c[i]);
      return native_pack(a, 0);
    }
#endif
  }
  // a * b + c, one rounding where the target has the instruction
  friend ONELOOP_INLINE native_pack fma(native_pack a, native_pack b, native_pack c) {
    if constexpr (!is_float || !has_fma)
      return a * b + c;
    else
      return fused<false>(a.v, b.v, c.v);
  }
  // c - a * b
  friend ONELOOP_INLINE native_pack fnma(native_pack a, native_pack b, native_pack c) {
    if constexpr (!is_float || !has_fma)
      return c - a * b;
    else
      return fused<true>(a.v, b.v, c.v);
  }
  template <bool Largest>
  static ONELOOP_INLINE native_pack extremum(native_pack a, native_pack b) {
#if defined(__AVX512F__)
    if constexpr (bytes == 64 && is_float && sizeof(T) == 4) {
      __m512 const x = (__m512)a.v, y = (__m512)b.v;
      return native_pack(
          (vector)(Largest ? _mm512_maskz_max_ps(__mmask16(-1), x, y) : _mm512_maskz_min_ps(__mmask16(-1), x, y)), 0);
    } else if constexpr (bytes == 64 && is_float) {
      __m512d const x = (__m512d)a.v, y = (__m512d)b.v;
      return native_pack(
          (vector)(Largest ? _mm512_maskz_max_pd(__mmask8(-1), x, y) : _mm512_maskz_min_pd(__mmask8(-1), x, y)), 0);
    } else if constexpr (bytes == 64 && sizeof(T) == 4) {
      __m512i const x = (__m512i)a.v, y = (__m512i)b.v;
      return native_pack(
          (vector)(Largest ? _mm512_maskz_max_epi32(__mmask16(-1), x, y) : _mm512_maskz_min_epi32(__mmask16(-1), x, y)),
          0);
    } else if constexpr (bytes == 64) {
      __m512i const x = (__m512i)a.v, y = (__m512i)b.v;
      return native_pack(
          (vector)(Largest ? _mm512_maskz_max_epi64(__mmask8(-1), x, y) : _mm512_maskz_min_epi64(__mmask8(-1), x, y)),
          0);
    } else
#endif
#if defined(__AVX__)
        if constexpr (bytes == 32 && is_float && sizeof(T) == 4) {
      __m256 const x = (__m256)a.v, y = (__m256)b.v;
      return native_pack((vector)(Largest ? _mm256_max_ps(x, y) : _mm256_min_ps(x, y)), 0);
    } else if constexpr (bytes == 32 && is_float) {
      __m256d const x = (__m256d)a.v, y = (__m256d)b.v;
      return native_pack((vector)(Largest ? _mm256_max_pd(x, y) : _mm256_min_pd(x, y)), 0);
    } else
#endif
    // g++ 12 makes a comparison and a blend of the comparison of integers.
#if defined(__AVX2__)
        if constexpr (bytes == 32 && sizeof(T) == 4 && std::is_signed_v<T>) {
      __m256i const x = (__m256i)a.v, y = (__m256i)b.v;
      return native_pack((vector)(Largest ? _mm256_max_epi32(x, y) : _mm256_min_epi32(x, y)), 0);
    } else
#endif
#if defined(__SSE4_1__)
        if constexpr (bytes == 16 && !is_float && sizeof(T) == 4 && std::is_signed_v<T>) {
      __m128i const x = (__m128i)a.v, y = (__m128i)b.v;
      return native_pack((vector)(Largest ? _mm_max_epi32(x, y) : _mm_min_epi32(x, y)), 0);
    } else
#endif
#if defined(__SSE2__)
        if constexpr (is_float && sizeof(T) == 4) {
      __m128 const x = (__m128)a.v, y = (__m128)b.v;
      return native_pack((vector)(Largest ? _mm_max_ps(x, y) : _mm_min_ps(x, y)), 0);
    } else if constexpr (is_float) {
      __m128d const x = (__m128d)a.v, y = (__m128d)b.v;
      return native_pack((vector)(Largest ? _mm_max_pd(x, y) : _mm_min_pd(x, y)), 0);
    } else
#else
    if constexpr (is_float && Largest)
      return native_pack(xsimd::max(a.to_batch(), b.to_batch()));
    else if constexpr (is_float)
      return native_pack(xsimd::min(a.to_batch(), b.to_batch()));
    else
#endif
        if constexpr (Largest)
      return select(b < a, a, b);
    else
      return select(a < b, a, b);
  }
  // In two instructions where they take masks.
  template <bool Largest>
  static ONELOOP_INLINE native_pack extremum_or_nan(native_pack a, native_pack b) {
#if defined(__AVX512F__)
    if constexpr (bytes == 64 && is_float && sizeof(T) == 4) {
      __m512 const x = (__m512)a.v, y = (__m512)b.v;
      __mmask16 const ordered = _mm512_cmp_ps_mask(x, x, _CMP_ORD_Q);
      return native_pack(
          (vector)(Largest ? _mm512_mask_max_ps(x, ordered, x, y) : _mm512_mask_min_ps(x, ordered, x, y)), 0);
    } else if constexpr (bytes == 64 && is_float) {
      __m512d const x = (__m512d)a.v, y = (__m512d)b.v;
      __mmask8 const ordered = _mm512_cmp_pd_mask(x, x, _CMP_ORD_Q);
      return native_pack(
          (vector)(Largest ? _mm512_mask_max_pd(x, ordered, x, y) : _mm512_mask_min_pd(x, ordered, x, y)), 0);
    } else
#endif
        if constexpr (is_float)
      return select(is_nan(a), a, extremum<Largest>(a, b));
    else
      return extremum<Largest>(a, b);
  }
  // a < b ? a : b, so b when either is NaN
  friend ONELOOP_INLINE native_pack min(native_pack a, native_pack b) { return extremum<false>(a, b); }
  // a > b ? a : b
  friend ONELOOP_INLINE native_pack max(native_pack a, native_pack b) { return extremum<true>(a, b); }
  // min and max, but NaN when either is NaN
  friend ONELOOP_INLINE native_pack minimum(native_pack a, native_pack b) { return extremum_or_nan<false>(a, b); }
  friend ONELOOP_INLINE native_pack maximum(native_pack a, native_pack b) { return extremum_or_nan<true>(a, b); }
  friend ONELOOP_INLINE native_pack abs(native_pack a) {
    if constexpr (is_float) {
      return native_pack((vector)((integer_vector)a.v & all_but_sign), 0);
    } else {
      return select(a < native_pack(T(0)), -a, a);
    }
  }

  enum predicate { less, less_equal, equal, not_equal };
  template <predicate P>
  static ONELOOP_INLINE mask compare(native_pack a, native_pack b) {
    using storage = typename mask::storage;
    if constexpr (!is_float) {
      if constexpr (mask::is_bits) {
#if defined(__AVX512F__)
        constexpr int p = P == less         ? _MM_CMPINT_LT
                          : P == less_equal ? _MM_CMPINT_LE
                          : P == equal      ? _MM_CMPINT_EQ
                                            : _MM_CMPINT_NE;
        if constexpr (sizeof(T) == 4) {
          return mask(_mm512_cmp_epi32_mask((__m512i)a.v, (__m512i)b.v, p), 0);
        } else {
          return mask(_mm512_cmp_epi64_mask((__m512i)a.v, (__m512i)b.v, p), 0);
        }
#endif
      } else if constexpr (P == less)
        return mask((storage)(a.v < b.v), 0);
      else if constexpr (P == less_equal)
        return mask((storage)(a.v <= b.v), 0);
      else if constexpr (P == equal)
        return mask((storage)(a.v == b.v), 0);
      else
        return mask((storage)(a.v != b.v), 0);
    } else {
#if defined(__AVX__)
      constexpr int p = P == less ? _CMP_LT_OQ : P == less_equal ? _CMP_LE_OQ : P == equal ? _CMP_EQ_OQ : _CMP_NEQ_UQ;
#if defined(__AVX512F__)
      if constexpr (bytes == 64 && sizeof(T) == 4) {
        return mask(_mm512_cmp_ps_mask((__m512)a.v, (__m512)b.v, p), 0);
      } else if constexpr (bytes == 64) {
        return mask(_mm512_cmp_pd_mask((__m512d)a.v, (__m512d)b.v, p), 0);
      } else
#endif
          if constexpr (bytes == 32 && sizeof(T) == 4) {
        return mask((storage)_mm256_cmp_ps((__m256)a.v, (__m256)b.v, p), 0);
      } else if constexpr (bytes == 32) {
        return mask((storage)_mm256_cmp_pd((__m256d)a.v, (__m256d)b.v, p), 0);
      } else if constexpr (sizeof(T) == 4) {
        return mask((storage)_mm_cmp_ps((__m128)a.v, (__m128)b.v, p), 0);
      } else {
        return mask((storage)_mm_cmp_pd((__m128d)a.v, (__m128d)b.v, p), 0);
      }
#else
      if constexpr (P == equal)
        return mask((storage)(a.v == b.v), 0);
      else if constexpr (P == not_equal)
        return mask((storage)(a.v != b.v), 0);
      else {
        // the ordered compares of SSE and NEON signal for NaN: those lanes compare zeros
        integer_vector const ordered = (a.v == a.v) & (b.v == b.v);
        vector const x = (vector)((integer_vector)a.v & ordered);
        vector const y = (vector)((integer_vector)b.v & ordered);
        if constexpr (P == less)
          return mask((storage)(x < y), 0);
        else
          return mask((storage)(x <= y) & ordered, 0);
      }
#endif
    }
  }
  friend ONELOOP_INLINE mask operator<(native_pack a, native_pack b) { return compare<less>(a, b); }
  friend ONELOOP_INLINE mask operator<=(native_pack a, native_pack b) { return compare<less_equal>(a, b); }
  friend ONELOOP_INLINE mask operator>(native_pack a, native_pack b) { return compare<less>(b, a); }
  friend ONELOOP_INLINE mask operator>=(native_pack a, native_pack b) { return compare<less_equal>(b, a); }
  friend ONELOOP_INLINE mask operator==(native_pack a, native_pack b) { return compare<equal>(a, b); }
  friend ONELOOP_INLINE mask operator!=(native_pack a, native_pack b) { return compare<not_equal>(a, b); }
  friend ONELOOP_INLINE mask is_nan(native_pack a) { return compare<not_equal>(a, a); }
  friend ONELOOP_INLINE native_pack select(mask m, native_pack a, native_pack b) {
#if defined(__AVX512F__)
    if constexpr (bytes == 64 && sizeof(T) == 4) {
      return native_pack((vector)_mm512_mask_blend_epi32(__mmask16(m.v), (__m512i)b.v, (__m512i)a.v), 0);
    } else if constexpr (bytes == 64) {
      return native_pack((vector)_mm512_mask_blend_epi64(__mmask8(m.v), (__m512i)b.v, (__m512i)a.v), 0);
    } else
#endif
#if defined(__AVX__)
        if constexpr (bytes == 32 && sizeof(T) == 4) {
      return native_pack((vector)_mm256_blendv_ps((__m256)b.v, (__m256)a.v, (__m256)m.v), 0);
    } else if constexpr (bytes == 32) {
      return native_pack((vector)_mm256_blendv_pd((__m256d)b.v, (__m256d)a.v, (__m256d)m.v), 0);
    } else if constexpr (sizeof(T) == 4) {
      return native_pack((vector)_mm_blendv_ps((__m128)b.v, (__m128)a.v, (__m128)m.v), 0);
    } else {
      return native_pack((vector)_mm_blendv_pd((__m128d)b.v, (__m128d)a.v, (__m128d)m.v), 0);
    }
#else
    return native_pack((vector)(((integer_vector)a.v & m.v) | ((integer_vector)b.v & ~m.v)), 0);
#endif
  }

  // floating-point elements
  friend ONELOOP_INLINE native_pack sqrt(native_pack a) {
#if defined(__AVX512F__)
    if constexpr (bytes == 64 && sizeof(T) == 4) {
      return native_pack((vector)_mm512_maskz_sqrt_ps(__mmask16(-1), (__m512)a.v), 0);
    } else if constexpr (bytes == 64) {
      return native_pack((vector)_mm512_maskz_sqrt_pd(__mmask8(-1), (__m512d)a.v), 0);
    } else
#endif
#if defined(__AVX__)
        if constexpr (bytes == 32 && sizeof(T) == 4) {
      return native_pack((vector)_mm256_sqrt_ps((__m256)a.v), 0);
    } else if constexpr (bytes == 32) {
      return native_pack((vector)_mm256_sqrt_pd((__m256d)a.v), 0);
    } else
#endif
#if defined(__SSE2__)
        if constexpr (sizeof(T) == 4) {
      return native_pack((vector)_mm_sqrt_ps((__m128)a.v), 0);
    } else {
      return native_pack((vector)_mm_sqrt_pd((__m128d)a.v), 0);
    }
#else
    return native_pack(xsimd::sqrt(a.to_batch()));
#endif
  }
  // Mode: the immediate of vrndscale, without the inexact exception (xsimd's raises it).
  template <int Mode>
  static ONELOOP_INLINE native_pack rounded(native_pack a) {
#if defined(__AVX512F__)
    if constexpr (bytes == 64 && sizeof(T) == 4) {
      return native_pack((vector)_mm512_maskz_roundscale_ps(__mmask16(-1), (__m512)a.v, Mode | 8), 0);
    } else if constexpr (bytes == 64) {
      return native_pack((vector)_mm512_maskz_roundscale_pd(__mmask8(-1), (__m512d)a.v, Mode | 8), 0);
    } else
#endif
#if defined(__AVX__)
        if constexpr (bytes == 32 && sizeof(T) == 4) {
      return native_pack((vector)_mm256_round_ps((__m256)a.v, Mode | 8), 0);
    } else if constexpr (bytes == 32) {
      return native_pack((vector)_mm256_round_pd((__m256d)a.v, Mode | 8), 0);
    } else
#endif
#if defined(__SSE4_1__)
        if constexpr (sizeof(T) == 4) {
      return native_pack((vector)_mm_round_ps((__m128)a.v, Mode | 8), 0);
    } else {
      return native_pack((vector)_mm_round_pd((__m128d)a.v, Mode | 8), 0);
    }
#elif defined(__aarch64__)
    if constexpr (Mode == 0)
      return native_pack(xsimd::nearbyint(a.to_batch()));
    else if constexpr (Mode == 1)
      return native_pack(xsimd::floor(a.to_batch()));
    else if constexpr (Mode == 2)
      return native_pack(xsimd::ceil(a.to_batch()));
    else
      return native_pack(xsimd::trunc(a.to_batch()));
#else
    {
      // add and subtract 2^fraction: nearest even; then a step of one where it went too far
      using F = float_format<T>;
      native_pack const whole(T(std::uint64_t(1) << F::fraction)), one(T(1)), zero(T(0));
      native_pack const u = abs(a);
      native_pack r = (u + whole) - whole;
      if constexpr (Mode == 3) r = r - select(r > u, one, zero);
      if constexpr (Mode == 1 || Mode == 2) {
        r = copysign(r, a);
        r = Mode == 1 ? r - select(r > a, one, zero) : r + select(r < a, one, zero);
      }
      return select(u < whole, copysign(abs(r), a), a);
    }
#endif
  }
  friend ONELOOP_INLINE native_pack round_even(native_pack a) { return rounded<0>(a); }
  friend ONELOOP_INLINE native_pack floor(native_pack a) { return rounded<1>(a); }
  friend ONELOOP_INLINE native_pack ceil(native_pack a) { return rounded<2>(a); }
  friend ONELOOP_INLINE native_pack trunc(native_pack a) { return rounded<3>(a); }
  friend ONELOOP_INLINE native_pack copysign(native_pack a, native_pack b) {
    constexpr integer low = all_but_sign;
    integer_vector r = ((integer_vector)a.v & low) | ((integer_vector)b.v & ~low);
    detail::keep_bits(r);
    return native_pack((vector)r, 0);
  }

  // integer elements
  friend ONELOOP_INLINE native_pack operator&(native_pack a, native_pack b) { return native_pack(a.v & b.v, 0); }
  friend ONELOOP_INLINE native_pack operator|(native_pack a, native_pack b) { return native_pack(a.v | b.v, 0); }
  friend ONELOOP_INLINE native_pack operator^(native_pack a, native_pack b) { return native_pack(a.v ^ b.v, 0); }
  friend ONELOOP_INLINE native_pack operator<<(native_pack a, int n) {
    return native_pack((vector)((modular_vector)a.v << n), 0);
  }
  friend ONELOOP_INLINE native_pack operator>>(native_pack a, int n) { return native_pack(a.v >> n, 0); }
  friend ONELOOP_INLINE native_pack shift_right_logical(native_pack a, int n) {
    return native_pack((vector)((modular_vector)a.v >> n), 0);
  }
};

template <class U, class T, int N>
ONELOOP_INLINE auto cast(native_pack<T, N> a) {
  using result = typename native_pack<T, N>::template rebind<U>;
  if constexpr (std::is_same_v<T, U>) {
    return a;
  } else if constexpr (result::is_native) {
    return result(__builtin_convertvector(a.v, typename result::vector), 0);
  } else {
    result r;
    for (int i = 0; i < N; ++i) r.v[i] = scalar::convert<U>(a.v[i]);
    return r;
  }
}
template <class U, class T, int N>
ONELOOP_INLINE auto bit_cast(native_pack<T, N> a) {
  using result = typename native_pack<T, N>::template rebind<U>;
  if constexpr (std::is_integral_v<T>) detail::keep_bits(a.v);
  return result((typename result::vector)a.v, 0);
}
template <class U, class T, int N>
ONELOOP_INLINE auto mask_cast(native_mask<T, N> a) {
  using result = typename native_mask<T, N>::template rebind<U>;
  if constexpr (!has_native<U, N>) {
    result r;
    for (int i = 0; i < N; ++i) r.v[i] = a.lane(i);
    return r;
  } else if constexpr (result::is_bits != native_mask<T, N>::is_bits) {
    return result::from_bits(a.to_bits());
  } else if constexpr (result::is_bits || sizeof(T) == sizeof(U)) {
    return result(a.v, 0);
  } else {
    return result(__builtin_convertvector(a.v, typename result::vector), 0);
  }
}

namespace detail {
template <int First, class P, std::size_t... I>
ONELOOP_INLINE auto part(P a, std::index_sequence<I...>) {
  using half = native_pack<typename P::element, int(sizeof...(I))>;
  return half(__builtin_shufflevector(a.v, a.v, (First + int(I))...), 0);
}
}  // namespace detail
template <class T, int N>
ONELOOP_INLINE auto lower_half(native_pack<T, N> a) {
  return detail::part<0>(a, std::make_index_sequence<N / 2>());
}
template <class T, int N>
ONELOOP_INLINE auto upper_half(native_pack<T, N> a) {
  return detail::part<N / 2>(a, std::make_index_sequence<N / 2>());
}

}  // namespace ONELOOP_NAMESPACE::simd

#endif
