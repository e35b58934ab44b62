// SPDX-License-Identifier: BSL-1.0
// Across the lanes. The order is fixed: lane i joins lane i + N/2, then i + N/4, and so on; every
// backend does the same, so the bits agree. Sequential order would cost N - 1 dependent operations.
#pragma once

#include <utility>

#include <oneloop/core/config.hpp>
#include <oneloop/simd/backend.hpp>

namespace ONELOOP_NAMESPACE::simd {

// Of native packs only; the name is there without them.
template <class T, int Rows, class Row, int N, class Join>
ONELOOP_INLINE Row transpose_reduce(Row const (&rows)[N], Join const& join);

#if ONELOOP_HAS_XSIMD
namespace detail {

template <int Distance, class P, std::size_t... I>
ONELOOP_INLINE P rotate(P a, std::index_sequence<I...>) {
  return P(__builtin_shufflevector(a.v, a.v, ((int(I) + Distance) % P::size)...), 0);
}
template <int Distance, class T, int N, class F>
ONELOOP_INLINE T reduce_within(native_pack<T, N> a, F f) {
  a = f(a, rotate<Distance>(a, std::make_index_sequence<N>()));
  if constexpr (Distance > 1)
    return reduce_within<Distance / 2>(a, f);
  else
    return a.lane(0);
}

// One merging step (groups<Half>): two vectors whose groups of 2 * Half lanes hold partial sums become one with
// groups of Half. Inside a unit (16 bytes, or everything while groups are that wide) the first half
// comes from a and the second from b: each such pattern is one shuffle instruction (vshuff32x4,
// unpcklpd, shufps); interleaving a and b would be a vpermt2ps with an index register.
template <class T, int N, int Half>
constexpr int merge_index(int i, bool upper) {
  constexpr int block = 16 / int(sizeof(T)), unit = Half < block ? block : N;
  int const within = i % unit, from_b = within / (unit / 2), k = within % (unit / 2);
  return from_b * N + i / unit * unit + k / Half * (2 * Half) + (upper ? Half : 0) + k % Half;
}
// Which row goes into which leaf of the tree of merges so that lane r ends up with row r.
template <class T, int N>
struct leaf_order {
  int row[N] = {};
  template <int Half>
  constexpr void merge_labels(int* label) {  // label[leaf * N + lane]
    if constexpr (Half >= 1) {
      for (int pair = 0; pair < Half; ++pair) {
        int merged[N] = {};
        int const* ab = label + 2 * pair * N;
        for (int i = 0; i < N; ++i) merged[i] = ab[merge_index<T, N, Half>(i, false)];
        for (int i = 0; i < N; ++i) label[pair * N + i] = merged[i];
      }
      merge_labels<Half / 2>(label);
    }
  }
  constexpr leaf_order() {
    int label[N * N] = {};
    for (int i = 0; i < N * N; ++i) label[i] = i / N;
    merge_labels<N / 2>(label);
    for (int lane = 0; lane < N; ++lane) row[label[lane]] = lane;
  }
};
template <class T, int N>
inline constexpr leaf_order<T, N> leaves{};

template <int Half, bool Upper, class T, int N, std::size_t... I>
ONELOOP_INLINE native_pack<T, N> half_of(native_pack<T, N> a, native_pack<T, N> b, std::index_sequence<I...>) {
  return native_pack<T, N>(__builtin_shufflevector(a.v, b.v, (merge_index<T, N, Half>(int(I), Upper))...), 0);
}
template <int Half>
struct groups {
  template <class T, int N>
  static ONELOOP_INLINE native_pack<T, N> lower(native_pack<T, N> a, native_pack<T, N> b) {
    return half_of<Half, false>(a, b, std::make_index_sequence<N>());
  }
  template <class T, int N>
  static ONELOOP_INLINE native_pack<T, N> upper(native_pack<T, N> a, native_pack<T, N> b) {
    return half_of<Half, true>(a, b, std::make_index_sequence<N>());
  }
};

// whether one of the N/Half leaves from Leaf on is among the first Rows rows
template <class T, int N, int Half, int Leaf, int Rows>
constexpr bool holds_rows() {
  for (int leaf = Leaf; leaf < Leaf + N / Half; ++leaf)
    if (leaves<T, N>.row[leaf] < Rows) return true;
  return false;
}
// the N/Half leaves from Leaf on, joined; what holds none of the first Rows rows is never read
template <class T, int Half, int Leaf, int Rows, class Row, int N, class Join>
ONELOOP_INLINE decltype(auto) merged(Row const (&rows)[N], Join const& join) {
  if constexpr (Half == N) {
    return (rows[leaves<T, N>.row[Leaf]]);  // by reference: g++ 12 copies what is more than a pack by 16 bytes
  } else {
    constexpr int next = Leaf + N / (2 * Half);
    constexpr bool first = holds_rows<T, N, 2 * Half, Leaf, Rows>();
    constexpr bool second = holds_rows<T, N, 2 * Half, next, Rows>();
    auto const& a = merged<T, Half * 2, first ? Leaf : next, Rows>(rows, join);
    if constexpr (first && second)
      return join(groups<Half>{}, a, merged<T, Half * 2, next, Rows>(rows, join));
    else
      return join(groups<Half>{}, a, a);
  }
}

// The same tree without the additions: both halves are kept, and after the last step vector k holds element k
// of every row. L groups of C vectors become L / 2 groups of 2 C.
template <int Half, class T, int N, std::size_t... I>
ONELOOP_INLINE void transpose_step(native_pack<T, N> const* from, native_pack<T, N>* to,
                                   std::index_sequence<I...> lanes) {
  constexpr int C = N / (2 * Half);
  // output l * 2 C + 2 c + upper
  ((to[I] = half_of<Half, I % 2>(from[2 * (I / (2 * C)) * C + I % (2 * C) / 2],
                                 from[(2 * (I / (2 * C)) + 1) * C + I % (2 * C) / 2], lanes)),
   ...);
  if constexpr (Half > 1) {
    native_pack<T, N> next[N];
    transpose_step<Half / 2>(to, next, lanes);
    ((to[I] = next[I]), ...);
  }
}

}  // namespace detail

// rows becomes its columns: N log2(N) shuffles
template <class T, int N>
ONELOOP_INLINE void transpose(native_pack<T, N> (&rows)[N]) {
  native_pack<T, N> ordered[N];
  [&]<std::size_t... I>(std::index_sequence<I...>) ONELOOP_LAMBDA {
    ((ordered[I] = rows[detail::leaves<T, N>.row[I]]), ...);
    detail::transpose_step<N / 2>(ordered, rows, std::index_sequence<I...>());
  }(std::make_index_sequence<N>());
}

template <class T, int N, class F>
ONELOOP_INLINE T reduce(native_pack<T, N> a, F f) {
  if constexpr (sizeof(T) * N > 16)
    return reduce(f(lower_half(a), upper_half(a)), f);
  else
    return detail::reduce_within<N / 2>(a, f);
}

// The same for rows of any kind that consist of such vectors: join(half, a, b) is to merge half.lower(a, b) with
// half.upper(a, b), lane by lane.
template <class T, int Rows, class Row, int N, class Join>
ONELOOP_INLINE Row transpose_reduce(Row const (&rows)[N], Join const& join) {
  return detail::merged<T, 1, 0, Rows>(rows, join);
}
// lane r < Rows: the sum of the lanes of rows[r]; other rows are not read, other lanes hold sums of some
// of the first. At most N - 1 merges of two shuffles and one addition.
template <int Rows, class T, int N>
ONELOOP_INLINE native_pack<T, N> transpose_reduce_add(native_pack<T, N> const (&rows)[N]) {
  return transpose_reduce<T, Rows>(
      rows, [](auto half, auto a, auto b) ONELOOP_LAMBDA { return half.lower(a, b) + half.upper(a, b); });
}
#endif

// f takes two packs of any width (a generic lambda) and works lane by lane
template <class T, int N, class F>
ONELOOP_INLINE constexpr T reduce(array_pack<T, N> a, F f) {
  if constexpr (N == 1)
    return a.v[0];
  else {
    static_assert(N % 2 == 0);
    return reduce(f(lower_half(a), upper_half(a)), f);
  }
}

template <class T, int N>
ONELOOP_INLINE constexpr void transpose(array_pack<T, N> (&rows)[N]) {
  for (int i = 0; i < N; ++i)
    for (int k = i + 1; k < N; ++k) {
      T const upper = rows[i].v[k];
      rows[i].v[k] = rows[k].v[i];
      rows[k].v[i] = upper;
    }
}
template <int Rows, class T, int N>
ONELOOP_INLINE constexpr array_pack<T, N> transpose_reduce_add(array_pack<T, N> const (&rows)[N]) {
  array_pack<T, N> r;
  for (int i = 0; i < N; ++i) {
    r.v[i] = reduce(rows[i < Rows ? i : 0], [](auto a, auto b) ONELOOP_LAMBDA { return a + b; });
  }
  return r;
}
template <class P, int N>
ONELOOP_INLINE constexpr P transpose_reduce_add(P const (&rows)[N]) {
  return transpose_reduce_add<N>(rows);
}

template <class P>
ONELOOP_INLINE constexpr typename P::element reduce_add(P a) {
  return reduce(a, [](auto x, auto y) ONELOOP_LAMBDA { return x + y; });
}
template <class P>
ONELOOP_INLINE constexpr typename P::element reduce_mul(P a) {
  return reduce(a, [](auto x, auto y) ONELOOP_LAMBDA { return x * y; });
}
// of min and max the hardware's: the later operand wins when one is NaN
template <class P>
ONELOOP_INLINE constexpr typename P::element reduce_min(P a) {
  return reduce(a, [](auto x, auto y) ONELOOP_LAMBDA { return min(x, y); });
}
template <class P>
ONELOOP_INLINE constexpr typename P::element reduce_max(P a) {
  return reduce(a, [](auto x, auto y) ONELOOP_LAMBDA { return max(x, y); });
}

}  // namespace ONELOOP_NAMESPACE::simd
