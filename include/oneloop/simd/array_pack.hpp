// SPDX-License-Identifier: BSL-1.0
// N lanes in a plain array: the pack of constant expressions, of widths the target has no register
// for, and (N = 1) of scalars. The interface is that of native_pack; results are the same bits.
#pragma once

#include <cstddef>
#include <cstdint>

#include <oneloop/core/config.hpp>
#include <oneloop/simd/constant_math.hpp>

namespace ONELOOP_NAMESPACE::simd {

template <class T, int N>
struct array_pack;

template <class T, int N>
struct array_mask {
  using element = T;
  static constexpr int size = N;
  template <class U>
  using rebind = array_mask<U, N>;

  bool v[N];

  array_mask() = default;
  ONELOOP_INLINE explicit constexpr array_mask(bool x) {
    for (int i = 0; i < N; ++i) v[i] = x;
  }
  // lanes 0 .. n-1 are true
  static ONELOOP_INLINE constexpr array_mask first_n(int n) {
    array_mask r;
    for (int i = 0; i < N; ++i) r.v[i] = i < n;
    return r;
  }
  static ONELOOP_INLINE constexpr array_mask load(bool const* p) {
    array_mask r;
    for (int i = 0; i < N; ++i) r.v[i] = p[i];
    return r;
  }
  static ONELOOP_INLINE constexpr array_mask load_partial(bool const* p, int n, bool fill) {
    array_mask r;
    for (int i = 0; i < N; ++i) r.v[i] = i < n ? p[i] : fill;
    return r;
  }
  ONELOOP_INLINE constexpr void store(bool* p) const {
    for (int i = 0; i < N; ++i) p[i] = v[i];
  }
  ONELOOP_INLINE constexpr void store_partial(bool* p, int n) const {
    for (int i = 0; i < N && i < n; ++i) p[i] = v[i];
  }
  ONELOOP_INLINE constexpr bool lane(int i) const { return v[i]; }

  friend ONELOOP_INLINE constexpr array_mask operator&(array_mask a, array_mask b) {
    for (int i = 0; i < N; ++i) a.v[i] = a.v[i] && b.v[i];
    return a;
  }
  friend ONELOOP_INLINE constexpr array_mask operator|(array_mask a, array_mask b) {
    for (int i = 0; i < N; ++i) a.v[i] = a.v[i] || b.v[i];
    return a;
  }
  friend ONELOOP_INLINE constexpr array_mask operator^(array_mask a, array_mask b) {
    for (int i = 0; i < N; ++i) a.v[i] = a.v[i] != b.v[i];
    return a;
  }
  friend ONELOOP_INLINE constexpr array_mask operator!(array_mask a) {
    for (int i = 0; i < N; ++i) a.v[i] = !a.v[i];
    return a;
  }
  friend ONELOOP_INLINE constexpr bool any(array_mask a) {
    for (int i = 0; i < N; ++i)
      if (a.v[i]) return true;
    return false;
  }
  friend ONELOOP_INLINE constexpr bool all(array_mask a) {
    for (int i = 0; i < N; ++i)
      if (!a.v[i]) return false;
    return true;
  }
};

template <class T, int N>
struct array_pack {
  using element = T;
  using mask = array_mask<T, N>;
  static constexpr int size = N;
  static constexpr bool is_native = false;
  template <class U>
  using rebind = array_pack<U, N>;

  T v[N];

  array_pack() = default;
  ONELOOP_INLINE explicit constexpr array_pack(T x) {
    for (int i = 0; i < N; ++i) v[i] = x;
  }

  static ONELOOP_INLINE constexpr array_pack load(T const* p) {
    array_pack r;
    for (int i = 0; i < N; ++i) r.v[i] = p[i];
    return r;
  }
  static ONELOOP_INLINE constexpr array_pack load_partial(T const* p, int n, T fill) {
    array_pack r;
    for (int i = 0; i < N; ++i) r.v[i] = i < n ? p[i] : fill;
    return r;
  }
  static ONELOOP_INLINE constexpr array_pack load_strided(T const* p, std::ptrdiff_t stride) {
    array_pack r;
    for (int i = 0; i < N; ++i) r.v[i] = p[i * stride];
    return r;
  }
  static ONELOOP_INLINE constexpr array_pack load_strided_partial(T const* p, std::ptrdiff_t stride, int n, T fill) {
    array_pack r;
    for (int i = 0; i < N; ++i) r.v[i] = i < n ? p[i * stride] : fill;
    return r;
  }
  static ONELOOP_INLINE constexpr array_pack from_lanes(T const* p) { return load(p); }
  // first, first + 1, ...; each lane rounded once
  static ONELOOP_INLINE constexpr array_pack iota(T first) {
    array_pack r;
    for (int i = 0; i < N; ++i) r.v[i] = scalar::add(first, T(i));
    return r;
  }

  ONELOOP_INLINE constexpr void store(T* p) const {
    for (int i = 0; i < N; ++i) p[i] = v[i];
  }
  ONELOOP_INLINE constexpr void store_partial(T* p, int n) const {
    for (int i = 0; i < N && i < n; ++i) p[i] = v[i];
  }
  ONELOOP_INLINE constexpr void store_strided(T* p, std::ptrdiff_t stride) const {
    for (int i = 0; i < N; ++i) p[i * stride] = v[i];
  }
  ONELOOP_INLINE constexpr void store_strided_partial(T* p, std::ptrdiff_t stride, int n) const {
    for (int i = 0; i < N && i < n; ++i) p[i * stride] = v[i];
  }
  ONELOOP_INLINE constexpr T lane(int i) const { return v[i]; }

  friend ONELOOP_INLINE constexpr array_pack operator+(array_pack a, array_pack b) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::add(a.v[i], b.v[i]);
    return a;
  }
  friend ONELOOP_INLINE constexpr array_pack operator-(array_pack a, array_pack b) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::sub(a.v[i], b.v[i]);
    return a;
  }
  friend ONELOOP_INLINE constexpr array_pack operator*(array_pack a, array_pack b) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::mul(a.v[i], b.v[i]);
    return a;
  }
  friend ONELOOP_INLINE constexpr array_pack operator/(array_pack a, array_pack b) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::div(a.v[i], b.v[i]);
    return a;
  }
  friend ONELOOP_INLINE constexpr array_pack operator-(array_pack a) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::neg(a.v[i]);
    return a;
  }
  // a * b + c, one rounding where the target has the instruction
  friend ONELOOP_INLINE constexpr array_pack fma(array_pack a, array_pack b, array_pack c) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::fma(a.v[i], b.v[i], c.v[i]);
    return a;
  }
  // c - a * b
  friend ONELOOP_INLINE constexpr array_pack fnma(array_pack a, array_pack b, array_pack c) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::fma(scalar::neg(a.v[i]), b.v[i], c.v[i]);
    return a;
  }
  // a < b ? a : b, so b when either is NaN
  friend ONELOOP_INLINE constexpr array_pack min(array_pack a, array_pack b) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::less(a.v[i], b.v[i]) ? a.v[i] : b.v[i];
    return a;
  }
  // a > b ? a : b
  friend ONELOOP_INLINE constexpr array_pack max(array_pack a, array_pack b) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::less(b.v[i], a.v[i]) ? a.v[i] : b.v[i];
    return a;
  }
  // min and max, but NaN when either is NaN
  friend ONELOOP_INLINE constexpr array_pack minimum(array_pack a, array_pack b) {
    return select(is_nan(a), a, min(a, b));
  }
  friend ONELOOP_INLINE constexpr array_pack maximum(array_pack a, array_pack b) {
    return select(is_nan(a), a, max(a, b));
  }
  friend ONELOOP_INLINE constexpr array_pack abs(array_pack a) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::abs(a.v[i]);
    return a;
  }

  friend ONELOOP_INLINE constexpr mask operator<(array_pack a, array_pack b) {
    mask r;
    for (int i = 0; i < N; ++i) r.v[i] = scalar::less(a.v[i], b.v[i]);
    return r;
  }
  friend ONELOOP_INLINE constexpr mask operator<=(array_pack a, array_pack b) {
    mask r;
    for (int i = 0; i < N; ++i) r.v[i] = scalar::less_equal(a.v[i], b.v[i]);
    return r;
  }
  friend ONELOOP_INLINE constexpr mask operator>(array_pack a, array_pack b) { return b < a; }
  friend ONELOOP_INLINE constexpr mask operator>=(array_pack a, array_pack b) { return b <= a; }
  friend ONELOOP_INLINE constexpr mask operator==(array_pack a, array_pack b) {
    mask r;
    for (int i = 0; i < N; ++i) r.v[i] = a.v[i] == b.v[i];
    return r;
  }
  friend ONELOOP_INLINE constexpr mask operator!=(array_pack a, array_pack b) {
    mask r;
    for (int i = 0; i < N; ++i) r.v[i] = a.v[i] != b.v[i];
    return r;
  }
  friend ONELOOP_INLINE constexpr array_pack select(mask m, array_pack a, array_pack b) {
    for (int i = 0; i < N; ++i) a.v[i] = m.v[i] ? a.v[i] : b.v[i];
    return a;
  }

  // floating-point elements
  friend ONELOOP_INLINE constexpr array_pack sqrt(array_pack a) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::sqrt(a.v[i]);
    return a;
  }
  friend ONELOOP_INLINE constexpr array_pack floor(array_pack a) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::floor(a.v[i]);
    return a;
  }
  friend ONELOOP_INLINE constexpr array_pack ceil(array_pack a) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::ceil(a.v[i]);
    return a;
  }
  friend ONELOOP_INLINE constexpr array_pack trunc(array_pack a) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::trunc(a.v[i]);
    return a;
  }
  friend ONELOOP_INLINE constexpr array_pack round_even(array_pack a) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::round_even(a.v[i]);
    return a;
  }
  friend ONELOOP_INLINE constexpr array_pack copysign(array_pack a, array_pack b) {
    for (int i = 0; i < N; ++i) a.v[i] = scalar::copysign(a.v[i], b.v[i]);
    return a;
  }
  friend ONELOOP_INLINE constexpr mask is_nan(array_pack a) { return a != a; }

  // integer elements
  friend ONELOOP_INLINE constexpr array_pack operator&(array_pack a, array_pack b) {
    for (int i = 0; i < N; ++i) a.v[i] = a.v[i] & b.v[i];
    return a;
  }
  friend ONELOOP_INLINE constexpr array_pack operator|(array_pack a, array_pack b) {
    for (int i = 0; i < N; ++i) a.v[i] = a.v[i] | b.v[i];
    return a;
  }
  friend ONELOOP_INLINE constexpr array_pack operator^(array_pack a, array_pack b) {
    for (int i = 0; i < N; ++i) a.v[i] = a.v[i] ^ b.v[i];
    return a;
  }
  friend ONELOOP_INLINE constexpr array_pack operator<<(array_pack a, int n) {
    for (int i = 0; i < N; ++i) a.v[i] = T(scalar::modular<T>(a.v[i]) << n);
    return a;
  }
  friend ONELOOP_INLINE constexpr array_pack operator>>(array_pack a, int n) {
    for (int i = 0; i < N; ++i) a.v[i] = a.v[i] >> n;
    return a;
  }
  // zeros come in from the left, whatever the sign
  friend ONELOOP_INLINE constexpr array_pack shift_right_logical(array_pack a, int n) {
    for (int i = 0; i < N; ++i) a.v[i] = T(scalar::modular<T>(a.v[i]) >> n);
    return a;
  }
};

// static_cast of each lane; a float out of the range of an integer gives its smallest value
template <class U, class T, int N>
ONELOOP_INLINE constexpr array_pack<U, N> cast(array_pack<T, N> a) {
  array_pack<U, N> r;
  for (int i = 0; i < N; ++i) r.v[i] = scalar::convert<U>(a.v[i]);
  return r;
}
// the same bits as another element type of the same size
template <class U, class T, int N>
ONELOOP_INLINE constexpr array_pack<U, N> bit_cast(array_pack<T, N> a) {
  array_pack<U, N> r;
  for (int i = 0; i < N; ++i) r.v[i] = __builtin_bit_cast(U, a.v[i]);
  return r;
}
template <class U, class T, int N>
ONELOOP_INLINE constexpr array_mask<U, N> mask_cast(array_mask<T, N> a) {
  array_mask<U, N> r;
  for (int i = 0; i < N; ++i) r.v[i] = a.v[i];
  return r;
}
template <class T, int N>
ONELOOP_INLINE constexpr array_pack<T, N / 2> lower_half(array_pack<T, N> a) {
  return array_pack<T, N / 2>::load(a.v);
}
template <class T, int N>
ONELOOP_INLINE constexpr array_pack<T, N / 2> upper_half(array_pack<T, N> a) {
  return array_pack<T, N / 2>::load(a.v + N / 2);
}

}  // namespace ONELOOP_NAMESPACE::simd
