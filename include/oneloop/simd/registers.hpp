// SPDX-License-Identifier: BSL-1.0
// Which registers the target has, as xsimd knows it. On x86 its table of registers is all that is taken of xsimd: the
// rest brings <complex>, <memory> and <ostream>, half of the time that a unit with a layer took (1.4 s, g++ 12.2 -O2).
#pragma once

#include <oneloop/core/config.hpp>
#if ONELOOP_HAS_XSIMD

#include <cstdint>

#if defined(__SSE2__)
#if !defined(__clang__)
// g++ 12 warns of its own AVX-512 intrinsics (GCC bug 105593): 120 KB of warnings for one sigmoid with -Wall.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#endif
#include <xsimd/types/xsimd_all_registers.hpp>
#else
#include <xsimd/xsimd.hpp>
#endif

namespace ONELOOP_NAMESPACE::simd {

namespace detail {

#if defined(__SSE2__)
template <class T, class Arch>
inline constexpr int bytes_in = [] {
  if constexpr (xsimd::types::has_simd_register<T, Arch>::value)
    return int(sizeof(typename xsimd::types::simd_register<T, Arch>::register_type));
  else
    return 0;
}();
template <class T>
constexpr bool has_register(int bytes) {
  return bytes > 0 && (bytes == bytes_in<T, xsimd::sse2> || bytes == bytes_in<T, xsimd::avx> ||
                       bytes == bytes_in<T, xsimd::avx512f>);
}
// bytes of the widest
template <class T>
constexpr int widest_register() {
  for (int bytes = 64; bytes > 0; bytes /= 2)
    if (has_register<T>(bytes)) return bytes;
  return 0;
}
#else
template <class T>
constexpr int widest_register() {
  if constexpr (xsimd::has_simd_register<T>::value)
    return int(sizeof(xsimd::batch<T>));
  else
    return 0;
}
#endif

}  // namespace detail

// What packs are made of.
template <class T>
inline constexpr bool has_registers = false;
template <>
inline constexpr bool has_registers<float> = detail::widest_register<float>() > 0;
template <>
inline constexpr bool has_registers<double> = detail::widest_register<double>() > 0;
template <>
inline constexpr bool has_registers<std::int32_t> = detail::widest_register<std::int32_t>() > 0;
template <>
inline constexpr bool has_registers<std::int64_t> = detail::widest_register<std::int64_t>() > 0;

template <class T, int N>
constexpr bool find_native() {
  if constexpr (N > 1 && has_registers<T>) {
#if defined(__SSE2__)
    return detail::has_register<T>(int(sizeof(T)) * N);
#else
    return !std::is_void_v<xsimd::make_sized_batch_t<T, N>>;
#endif
  } else {
    return false;
  }
}
template <class T, int N>
inline constexpr bool has_native = find_native<T, N>();

}  // namespace ONELOOP_NAMESPACE::simd

#endif
