// SPDX-License-Identifier: BSL-1.0
// What the build environment offers, and the only macros of the library.
#pragma once

#include <cstddef>

#include <oneloop/core/version.hpp>

// Functions here have these names: one error that says so, and not one in every place where they are.
#if defined(min) || defined(max)
#error \
    "oneloop: min and max are macros here. Before the first header: #define NOMINMAX for <windows.h>, or #undef them."
#undef min
#undef max
#endif

// The evaluator is a tower of tiny functions that must collapse into one loop body; g++ at -O2 stops
// inlining after its size heuristics otherwise, and every level left standing costs a call per pack.
// ONELOOP_LAMBDA is the same for lambdas: it goes between parameter list and body.
// Without optimisation, or under the address sanitizer, calls are what one wants: the sanitizer alone
// took more than three minutes over a unit with everything in one function.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ONELOOP_CALLS_STAY 1
#endif
#endif
#if !defined(__OPTIMIZE__) || defined(__SANITIZE_ADDRESS__) || defined(ONELOOP_CALLS_STAY)
#define ONELOOP_INLINE inline
#define ONELOOP_LAMBDA
#else
#define ONELOOP_INLINE inline __attribute__((always_inline))
#define ONELOOP_LAMBDA __attribute__((always_inline))
#endif

// The library asks __builtin_is_constant_evaluated() itself and not std::is_constant_evaluated(): g++ decides the
// builtin while parsing, the function only after inlining, by when the branch for constant evaluation has been
// through half of the compiler (the layer's unit at -O2: 2.28 s against 1.25 s).

// How a leaf that holds data is copied: member by member. What g++ 12 copies as one block, as it does the trivially
// copyable, it does not take apart, and formulas of more than ten operands stayed in memory (a polynomial of degree 12
// of 24 floats: 0.52 of the time so, with the rest of decision 0019 0.04). clang takes blocks apart, and is slower
// without them where a formula is large (a gradient of 100 operands: 2.6 times).
#if defined(__GNUC__) && !defined(__clang__)
#define ONELOOP_COPY_MEMBER(Leaf, member)                                    \
  constexpr Leaf(Leaf const& other) : member(other.member) {}                \
  constexpr Leaf(Leaf&& other) noexcept : member(std::move(other.member)) {} \
  constexpr Leaf& operator=(Leaf const&) = default;                          \
  constexpr Leaf& operator=(Leaf&&) = default;
#else
#define ONELOOP_COPY_MEMBER(Leaf, member)
#endif

// Built without exceptions (-fno-exceptions), a program ends where a shape_error would be thrown, its text on stderr.
#if defined(__cpp_exceptions)
#define ONELOOP_HAS_EXCEPTIONS 1
#else
#define ONELOOP_HAS_EXCEPTIONS 0
#endif

// Define ONELOOP_NO_XSIMD to do without xsimd: everything then runs with one lane.
#if !defined(ONELOOP_NO_XSIMD) && __has_include(<xsimd/xsimd.hpp>)
#define ONELOOP_HAS_XSIMD 1
#else
#define ONELOOP_HAS_XSIMD 0
#endif

// The bytes of the widest register, for what the plan decides by it.
#if defined(__AVX512F__)
#define ONELOOP_REGISTER_BYTES 64
#elif defined(__AVX__)
#define ONELOOP_REGISTER_BYTES 32
#else
#define ONELOOP_REGISTER_BYTES 16
#endif

// Whether kernels look things up in tables of 16, as is fast with AVX-512 (decision 0013). Results of the two ways
// differ in last bits: define it as 0 where AVX-512 should give those of AVX2 with FMA, as 1 for the other way round
// (slower there; the accuracy certificate so has AVX-512's results on any machine). The same in all units of a program.
#if !defined(ONELOOP_LOOKUP)
#if ONELOOP_HAS_XSIMD && defined(__AVX512F__)
#define ONELOOP_LOOKUP 1
#else
#define ONELOOP_LOOKUP 0
#endif
#endif

// Define ONELOOP_TBB, in all units of a program, to run par(f) on oneTBB; the CMake target oneloop::parallel does
// both and links it. Without it par(f) runs on the calling thread.
#if defined(ONELOOP_TBB)
#define ONELOOP_HAS_TBB 1
#else
#define ONELOOP_HAS_TBB 0
#endif

// Define ONELOOP_BLAS, in all units of a program, to have the products of large matrices computed by the BLAS that it
// links; the CMake target oneloop::blas does both. Large is what takes as many steps as matrices of this side do. The
// figures are OpenBLAS's (decision 0012); where another BLAS is further ahead, define less.
#if defined(ONELOOP_BLAS)
#define ONELOOP_HAS_BLAS 1
#else
#define ONELOOP_HAS_BLAS 0
#endif
#if !defined(ONELOOP_BLAS_FLOAT)
#define ONELOOP_BLAS_FLOAT 2500
#endif
#if !defined(ONELOOP_BLAS_DOUBLE)
#define ONELOOP_BLAS_DOUBLE 1600
#endif

// The one elementwise result of a formula of at most 32 operations is written past the caches if it has at least this
// many bytes and the formula does not read it: half of a last-level cache of 32 MiB (decision 0010). A sweep that reads
// as many takes smaller tiles (decision 0014). Where the cache is another, define half of it, the same in all units of a
// program.
#if !defined(ONELOOP_STREAM_BYTES)
#define ONELOOP_STREAM_BYTES 16777216
#endif

// The headers open the library's namespace by this name and no other. Define ONELOOP_ISA, as
// oneloop_target_isa_sources(...) does, where one program holds the same formula compiled for several instruction sets:
// each set then has symbols of its own (oneloop::avx512bw::...), and the linker cannot take the copy for AVX-512 for
// that of another unit. Source code is the same: oneloop::tensor finds what an inline namespace holds.
#if defined(ONELOOP_ISA)
#define ONELOOP_NAMESPACE oneloop::inline ONELOOP_ISA
#else
#define ONELOOP_NAMESPACE oneloop
#endif

namespace ONELOOP_NAMESPACE {

// Signed, as in std::mdspan's discussions and PyTorch: index arithmetic with negative steps stays simple.
using index_t = std::ptrdiff_t;

}  // namespace ONELOOP_NAMESPACE
