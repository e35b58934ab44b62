// SPDX-License-Identifier: BSL-1.0
// Two packs as one of twice as many lanes: every operation is done to the one and to the other. A kernel written once
// over a pack then runs as two chains side by side, where the processor would have to look past the end of the first to
// find the second (stable_sigmoid, AVX2: 28 operations in a chain of 85 cycles; 0.84 to 0.92 of the time).
#pragma once

#include <cstddef>

#include <oneloop/core/config.hpp>
#include <oneloop/simd/bits.hpp>

namespace ONELOOP_NAMESPACE::simd {

template <class M>
struct mask_pair {
  using half = M;
  using element = typename M::element;
  static constexpr int size = 2 * M::size;
  template <class U>
  using rebind = mask_pair<typename M::template rebind<U>>;

  M low, high;

  mask_pair() = default;
  ONELOOP_INLINE constexpr mask_pair(M l, M h) : low(l), high(h) {}
  ONELOOP_INLINE explicit constexpr mask_pair(bool x) : low(x), high(x) {}

  static ONELOOP_INLINE constexpr mask_pair load(bool const* p) { return {M::load(p), M::load(p + M::size)}; }
  ONELOOP_INLINE constexpr void store(bool* p) const {
    low.store(p);
    high.store(p + M::size);
  }
  ONELOOP_INLINE constexpr bool lane(int i) const { return i < M::size ? low.lane(i) : high.lane(i - M::size); }

  friend ONELOOP_INLINE constexpr mask_pair operator&(mask_pair a, mask_pair b) {
    return {a.low & b.low, a.high & b.high};
  }
  friend ONELOOP_INLINE constexpr mask_pair operator|(mask_pair a, mask_pair b) {
    return {a.low | b.low, a.high | b.high};
  }
  friend ONELOOP_INLINE constexpr mask_pair operator^(mask_pair a, mask_pair b) {
    return {a.low ^ b.low, a.high ^ b.high};
  }
  friend ONELOOP_INLINE constexpr mask_pair operator!(mask_pair a) { return {!a.low, !a.high}; }
  friend ONELOOP_INLINE constexpr bool any(mask_pair a) { return any(a.low | a.high); }
  friend ONELOOP_INLINE constexpr bool all(mask_pair a) { return all(a.low & a.high); }
};

// Always whole: what is left of an array is less than a pair, and goes pack by pack.
template <class P>
struct pack_pair {
  using half = P;
  using element = typename P::element;
  using mask = mask_pair<typename P::mask>;
  static constexpr int size = 2 * P::size;
  static constexpr bool is_native = false;
  template <class U>
  using rebind = pack_pair<typename P::template rebind<U>>;

  P low, high;

  pack_pair() = default;
  ONELOOP_INLINE constexpr pack_pair(P l, P h) : low(l), high(h) {}
  ONELOOP_INLINE explicit constexpr pack_pair(element x) : low(x), high(low) {}

  static ONELOOP_INLINE constexpr pack_pair load(element const* p) { return {P::load(p), P::load(p + P::size)}; }
  static ONELOOP_INLINE constexpr pack_pair load_strided(element const* p, std::ptrdiff_t stride) {
    return {P::load_strided(p, stride), P::load_strided(p + P::size * stride, stride)};
  }
  static ONELOOP_INLINE constexpr pack_pair from_lanes(element const* p) { return load(p); }
  static ONELOOP_INLINE constexpr pack_pair iota(element first) {
    return {P::iota(first), P(first) + P::iota(element(P::size))};  // each lane rounded once
  }
  ONELOOP_INLINE constexpr void store(element* p) const {
    low.store(p);
    high.store(p + P::size);
  }
  ONELOOP_INLINE constexpr void store_strided(element* p, std::ptrdiff_t stride) const {
    low.store_strided(p, stride);
    high.store_strided(p + P::size * stride, stride);
  }
  ONELOOP_INLINE constexpr element lane(int i) const { return i < P::size ? low.lane(i) : high.lane(i - P::size); }

  using pair = pack_pair;
  friend ONELOOP_INLINE constexpr pair operator+(pair a, pair b) { return {a.low + b.low, a.high + b.high}; }
  friend ONELOOP_INLINE constexpr pair operator-(pair a, pair b) { return {a.low - b.low, a.high - b.high}; }
  friend ONELOOP_INLINE constexpr pair operator*(pair a, pair b) { return {a.low * b.low, a.high * b.high}; }
  friend ONELOOP_INLINE constexpr pair operator/(pair a, pair b) { return {a.low / b.low, a.high / b.high}; }
  friend ONELOOP_INLINE constexpr pair operator-(pair a) { return {-a.low, -a.high}; }
  friend ONELOOP_INLINE constexpr pair fma(pair a, pair b, pair c) {
    return {fma(a.low, b.low, c.low), fma(a.high, b.high, c.high)};
  }
  friend ONELOOP_INLINE constexpr pair fnma(pair a, pair b, pair c) {
    return {fnma(a.low, b.low, c.low), fnma(a.high, b.high, c.high)};
  }
  friend ONELOOP_INLINE constexpr pair min(pair a, pair b) { return {min(a.low, b.low), min(a.high, b.high)}; }
  friend ONELOOP_INLINE constexpr pair max(pair a, pair b) { return {max(a.low, b.low), max(a.high, b.high)}; }
  friend ONELOOP_INLINE constexpr pair minimum(pair a, pair b) {
    return {minimum(a.low, b.low), minimum(a.high, b.high)};
  }
  friend ONELOOP_INLINE constexpr pair maximum(pair a, pair b) {
    return {maximum(a.low, b.low), maximum(a.high, b.high)};
  }
  friend ONELOOP_INLINE constexpr pair abs(pair a) { return {abs(a.low), abs(a.high)}; }

  friend ONELOOP_INLINE constexpr mask operator<(pair a, pair b) { return {a.low < b.low, a.high < b.high}; }
  friend ONELOOP_INLINE constexpr mask operator<=(pair a, pair b) { return {a.low <= b.low, a.high <= b.high}; }
  friend ONELOOP_INLINE constexpr mask operator>(pair a, pair b) { return {a.low > b.low, a.high > b.high}; }
  friend ONELOOP_INLINE constexpr mask operator>=(pair a, pair b) { return {a.low >= b.low, a.high >= b.high}; }
  friend ONELOOP_INLINE constexpr mask operator==(pair a, pair b) { return {a.low == b.low, a.high == b.high}; }
  friend ONELOOP_INLINE constexpr mask operator!=(pair a, pair b) { return {a.low != b.low, a.high != b.high}; }
  friend ONELOOP_INLINE constexpr pair select(mask m, pair a, pair b) {
    return {select(m.low, a.low, b.low), select(m.high, a.high, b.high)};
  }

  friend ONELOOP_INLINE constexpr pair sqrt(pair a) { return {sqrt(a.low), sqrt(a.high)}; }
  friend ONELOOP_INLINE constexpr pair floor(pair a) { return {floor(a.low), floor(a.high)}; }
  friend ONELOOP_INLINE constexpr pair ceil(pair a) { return {ceil(a.low), ceil(a.high)}; }
  friend ONELOOP_INLINE constexpr pair trunc(pair a) { return {trunc(a.low), trunc(a.high)}; }
  friend ONELOOP_INLINE constexpr pair round_even(pair a) { return {round_even(a.low), round_even(a.high)}; }
  friend ONELOOP_INLINE constexpr pair copysign(pair a, pair b) {
    return {copysign(a.low, b.low), copysign(a.high, b.high)};
  }
  friend ONELOOP_INLINE constexpr mask is_nan(pair a) { return {is_nan(a.low), is_nan(a.high)}; }

  friend ONELOOP_INLINE constexpr pair operator&(pair a, pair b) { return {a.low & b.low, a.high & b.high}; }
  friend ONELOOP_INLINE constexpr pair operator|(pair a, pair b) { return {a.low | b.low, a.high | b.high}; }
  friend ONELOOP_INLINE constexpr pair operator^(pair a, pair b) { return {a.low ^ b.low, a.high ^ b.high}; }
  friend ONELOOP_INLINE constexpr pair operator<<(pair a, int n) { return {a.low << n, a.high << n}; }
  friend ONELOOP_INLINE constexpr pair operator>>(pair a, int n) { return {a.low >> n, a.high >> n}; }
  friend ONELOOP_INLINE constexpr pair shift_right_logical(pair a, int n) {
    return {shift_right_logical(a.low, n), shift_right_logical(a.high, n)};
  }
};

template <class U, class P>
ONELOOP_INLINE constexpr auto cast(pack_pair<P> a) {
  using result = pack_pair<typename P::template rebind<U>>;
  return result{cast<U>(a.low), cast<U>(a.high)};
}
template <class U, class P>
ONELOOP_INLINE constexpr auto bit_cast(pack_pair<P> a) {
  using result = pack_pair<typename P::template rebind<U>>;
  return result{bit_cast<U>(a.low), bit_cast<U>(a.high)};
}
template <class U, class M>
ONELOOP_INLINE constexpr auto mask_cast(mask_pair<M> a) {
  using result = mask_pair<typename M::template rebind<U>>;
  return result{mask_cast<U>(a.low), mask_cast<U>(a.high)};
}
template <class T, class I>
ONELOOP_INLINE constexpr auto lookup(table<T> const& t, pack_pair<I> i) {
  using result = pack_pair<typename I::template rebind<T>>;
  return result{lookup(t, i.low), lookup(t, i.high)};
}
template <class P>
ONELOOP_INLINE constexpr pack_pair<P> scale2(pack_pair<P> x, pack_pair<P> n) {
  return {scale2(x.low, n.low), scale2(x.high, n.high)};
}

// A backend whose packs are pairs of another's.
template <class Backend>
struct paired : Backend {
  template <class T, int N>
  using pack = pack_pair<typename Backend::template pack<T, N / 2>>;
  template <class T, int N>
  using mask = mask_pair<typename Backend::template mask<T, N / 2>>;
};

}  // namespace ONELOOP_NAMESPACE::simd
