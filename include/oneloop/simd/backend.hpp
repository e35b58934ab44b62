// SPDX-License-Identifier: BSL-1.0
// The two backends, and how many lanes the target has. A loop is written over Backend::pack<T, N>:
// native_backend at run time, constant_backend in a constant expression, with the same N in both,
// so that sums are associated alike and results agree to the bit.
#pragma once

#include <cstddef>
#include <cstdint>

#include <oneloop/core/config.hpp>
#include <oneloop/simd/array_pack.hpp>
#include <oneloop/simd/native_pack.hpp>

namespace ONELOOP_NAMESPACE::simd {

struct constant_backend {
  template <class T, int N>
  static constexpr bool streams = false;
  template <class T, int N>
  using pack = array_pack<T, N>;
  template <class T, int N>
  using mask = array_mask<T, N>;
  // The compiler forgets where the value comes from: it cannot trade it for other induction variables.
  template <class V>
  static constexpr void hide(V&) {}
  static constexpr void free_registers() {}
  static constexpr void free_32_registers() {}
  template <class... P>
  static constexpr void keep_in_registers(P&...) {}
  // The line of the element so far from this one, in or beyond the array.
  template <class T>
  static constexpr void prefetch(T const*, std::ptrdiff_t) {}
};

#if ONELOOP_HAS_XSIMD

#if defined(__x86_64__) && !defined(__AVX512F__)  // sixteen registers: all but the first four
#define ONELOOP_OTHER_REGISTERS \
  "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"
#endif

namespace detail {
template <class T>
constexpr int find_lanes() {
  if constexpr (has_registers<T>)
    return widest_register<T>() / int(sizeof(T));
  else
    return 1;
}
}  // namespace detail

// lanes of the widest register
template <class T>
inline constexpr int lanes = detail::find_lanes<T>();

// a register where xsimd has that width, else an array
struct native_backend {
#if defined(__SSE2__)
  // whether pack<T, N> has stream(p)
  template <class T, int N>
  static constexpr bool streams = has_native<T, N>;
  static ONELOOP_INLINE void fence_streams() { _mm_sfence(); }
#else
  template <class T, int N>
  static constexpr bool streams = false;
#endif
  template <class T, int N>
  using pack = typename detail::pack_of<T, N, has_native<T, N>>::pack;
  template <class T, int N>
  using mask = typename detail::pack_of<T, N, has_native<T, N>>::mask;
  template <class V>
  static ONELOOP_INLINE void hide(V& value) {
    asm("" : "+r"(value));
  }
  // Nothing stays in a vector register across this place: before a loop that needs all of them. g++ 12 otherwise keeps
  // constants of what follows the loop in them, and sums of the loop in memory (6 x 2 sums, sixteen registers).
  static ONELOOP_INLINE void free_registers() {
#if defined(ONELOOP_OTHER_REGISTERS)
    asm volatile("" ::: "xmm0", "xmm1", "xmm2", "xmm3", ONELOOP_OTHER_REGISTERS);
#endif
  }
  // The same where there are 32: before a loop that turns a square of half as many packs.
  static ONELOOP_INLINE void free_32_registers() {
#if defined(__x86_64__) && defined(__AVX512F__)
    asm volatile("" ::
                     : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
                       "xmm12", "xmm13", "xmm14", "xmm15", "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21",
                       "xmm22", "xmm23", "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31");
#endif
  }
  // Up to three packs stay in registers across this place, and nothing else in most of the others: at the end of a loop
  // of more constants than registers. g++ 12 otherwise keeps some of those, which it could as well read from its table,
  // and the sums of the loop in memory.
  template <class... P>
  static ONELOOP_INLINE void keep_in_registers(P&... packs) {
#if defined(ONELOOP_OTHER_REGISTERS) && !defined(__clang__)
    if constexpr ((true && ... && P::is_native)) keep_vectors(packs.v...);
#endif
    (void(packs), ...);
  }
#if defined(ONELOOP_OTHER_REGISTERS)
  static ONELOOP_INLINE void keep_vectors(auto& a) { asm volatile("" : "+x"(a)::ONELOOP_OTHER_REGISTERS); }
  static ONELOOP_INLINE void keep_vectors(auto& a, auto& b) {
    asm volatile("" : "+x"(a), "+x"(b)::ONELOOP_OTHER_REGISTERS);
  }
  static ONELOOP_INLINE void keep_vectors(auto& a, auto& b, auto& c) {
    asm volatile("" : "+x"(a), "+x"(b), "+x"(c)::ONELOOP_OTHER_REGISTERS);
  }
#endif
  template <class T>
  static ONELOOP_INLINE void prefetch(T const* from, std::ptrdiff_t away) {
    auto const bytes = sizeof(T) * static_cast<std::uintptr_t>(away);
    __builtin_prefetch(reinterpret_cast<void const*>(reinterpret_cast<std::uintptr_t>(from) + bytes));
  }
};
#undef ONELOOP_OTHER_REGISTERS

#else

template <class T>
inline constexpr int lanes = 1;
using native_backend = constant_backend;

#endif

}  // namespace ONELOOP_NAMESPACE::simd
