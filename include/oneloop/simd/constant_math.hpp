// SPDX-License-Identifier: BSL-1.0
// Arithmetic of one lane. At run time each function is the hardware operation; in a constant
// expression it is the same operation done so that no input is rejected: both compilers refuse
// overflow and NaN-producing arithmetic there, and clang 19 has no constant fma, sqrt or floor.
// Results are those of IEEE round-to-nearest, bit for bit (of a NaN only that it is one). The
// normal path costs one or two comparisons, because clang allows 2^20 steps.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include <oneloop/core/config.hpp>

namespace ONELOOP_NAMESPACE::simd {

#if defined(__FMA__) || defined(__AVX512F__) || defined(__aarch64__)
inline constexpr bool has_fma = true;
#else
inline constexpr bool has_fma = false;
#endif

// The format of a binary float: `half` is the power of two at half the largest exponent.
template <class T>
struct float_format;
template <>
struct float_format<float> {
  using integer = std::int32_t;
  using unsigned_integer = std::uint32_t;
  static constexpr int fraction = 23, bias = 127;
  static constexpr float half = 0x1p64f, inverse_half = 0x1p-64f, quarter = 0x1p32f;
  static constexpr float huge = 0x1p126f, root_huge = 0x1p63f, magic = 0x1.8p23f;
};
template <>
struct float_format<double> {
  using integer = std::int64_t;
  using unsigned_integer = std::uint64_t;
  static constexpr int fraction = 52, bias = 1023;
  static constexpr double half = 0x1p512, inverse_half = 0x1p-512, quarter = 0x1p256;
  static constexpr double huge = 0x1p1022, root_huge = 0x1p511, magic = 0x1.8p52;
};

// The software path. Callable at run time as well, so that tests can hold it against the hardware.
namespace software {

template <class T>
constexpr T infinity = std::numeric_limits<T>::infinity();
template <class T>
constexpr T nan = std::numeric_limits<T>::quiet_NaN();

template <class T>
constexpr T magnitude(T x) {
  return __builtin_copysign(x, T(1));
}
constexpr float magnitude(float x) { return __builtin_copysignf(x, 1.0f); }
template <class T>
constexpr bool negative(T x) {
  return __builtin_copysign(1.0, double(x)) < 0;
}
constexpr bool negative(float x) { return __builtin_copysignf(1.0f, x) < 0; }
template <class T>
constexpr T with_sign(T x, bool minus) {
  return minus ? -x : x;
}

// |x| < bound, false for NaN (an ordered comparison of a NaN is no constant under -ftrapping-math)
template <class T>
constexpr bool below(T x, T bound) {
  return x == x && x < bound && x > -bound;
}
template <class T>
constexpr bool infinite(T x) {
  return x == infinity<T> || x == -infinity<T>;
}

template <class T>
constexpr T add(T a, T b) {
  constexpr T huge = float_format<T>::huge;
  if (below(a, huge) && below(b, huge)) return a + b;
  if (a != a || b != b) return nan<T>;
  if (infinite(a)) return infinite(b) && a != b ? nan<T> : a;
  if (infinite(b)) return b;
  // a quarter of the sum rounds like the sum: one operand is at least 2^126 (2^1022)
  T const quarter = a * T(0.25) + b * T(0.25);
  return below(quarter, huge) ? quarter * 4 : with_sign(infinity<T>, quarter < 0);
}

template <class T>
constexpr T mul(T a, T b) {
  using F = float_format<T>;
  if (below(a, F::root_huge) && below(b, F::root_huge)) return a * b;
  if (a != a || b != b) return nan<T>;
  bool const minus = negative(a) != negative(b);
  if (infinite(a) || infinite(b)) {
    return a == 0 || b == 0 ? nan<T> : with_sign(infinity<T>, minus);
  }
  T const u = magnitude(a), v = magnitude(b);
  if (u <= 1 || v <= 1) return a * b;
  T const scaled = (u * F::inverse_half) * (v * F::inverse_half);
  return with_sign(scaled < 1 ? scaled * F::half * F::half : infinity<T>, minus);
}

template <class T>
constexpr T div(T a, T b) {
  using F = float_format<T>;
  if (below(a, F::root_huge) && b == b && (b > 1 / F::root_huge || b < -1 / F::root_huge) && !infinite(b)) {
    return a / b;
  }
  if (a != a || b != b) return nan<T>;
  bool const minus = negative(a) != negative(b);
  if (infinite(a)) return infinite(b) ? nan<T> : with_sign(infinity<T>, minus);
  if (infinite(b)) return with_sign(T(0), minus);
  if (b == 0) return a == 0 ? nan<T> : with_sign(infinity<T>, minus);
  T u = magnitude(a), v = magnitude(b);
  if (u <= v) return a / b;
  int halves = 0;  // quotient = u / v * half^halves, u / v near one
  for (; u >= F::quarter; u *= F::inverse_half) ++halves;
  for (; u < 1 / F::quarter; u *= F::half) --halves;
  for (; v >= F::quarter; v *= F::inverse_half) --halves;
  for (; v < 1 / F::quarter; v *= F::half) ++halves;
  if (halves <= 0) return a / b;
  T const q = u / v;
  bool const overflow = halves > 2 || (halves == 2 ? q >= 1 : q >= F::half);
  if (overflow) return with_sign(infinity<T>, minus);
  return with_sign(halves == 2 ? q * F::half * F::half : q * F::half, minus);
}

template <class U, class T>
constexpr U convert(T x) {
  if constexpr (std::is_integral_v<U> && std::is_floating_point_v<T>) {
    // out of range and NaN: the smallest integer, as cvttps2dq gives
    constexpr T bound = T(std::numeric_limits<U>::max() / 2 + 1) * 2;
    constexpr T lowest = std::is_signed_v<U> ? -bound : T(0);
    return x == x && x < bound && x >= lowest ? U(x) : std::numeric_limits<U>::min();
  } else if constexpr (std::is_same_v<U, float> && std::is_same_v<T, double>) {
    constexpr double overflow = 0x1.ffffffp127;  // halfway between the largest float and 2^128
    if (x != x) return nan<float>;
    if (!below(x, overflow)) return with_sign(infinity<float>, x < 0);
    return float(x);
  } else {
    return U(x);
  }
}

__extension__ typedef unsigned __int128 wide;

// (-1)^minus * m * 2^e rounded to nearest even; the lowest bit of m may be sticky when
// m >= 2^(fraction + 3)
template <class T>
constexpr T round_to(bool minus, wide m, int e) {
  using F = float_format<T>;
  using U = typename F::unsigned_integer;
  if (m == 0) return with_sign(T(0), minus);
  std::uint64_t const high = std::uint64_t(m >> 64);
  int const top = high ? 127 - __builtin_clzll(high) : 63 - __builtin_clzll(std::uint64_t(m));
  int biased = e + top + F::bias;
  if (biased > 2 * F::bias) return with_sign(infinity<T>, minus);
  int drop = top - F::fraction;
  if (biased < 1) {
    drop += 1 - biased;
    biased = 1;
  }
  U q = 0;
  if (drop <= 0) {
    q = U(m << -drop);
  } else if (drop < 128) {
    q = U(m >> drop);
    wide const rest = m - (wide(q) << drop), tie = wide(1) << (drop - 1);
    if (rest > tie || (rest == tie && (q & 1))) ++q;
  }
  // the leading bit of q adds one to the exponent
  U const word = (U(biased - 1) << F::fraction) + q;
  return with_sign(__builtin_bit_cast(T, word), minus);
}

struct parts {
  std::uint64_t m;
  int e;
};
// |x| = m * 2^e for a finite x other than zero, m with its leading bit at `fraction`
template <class T>
constexpr parts decompose(T x) {
  using F = float_format<T>;
  auto const word = __builtin_bit_cast(typename F::unsigned_integer, magnitude(x));
  std::uint64_t m = word & ((std::uint64_t(1) << F::fraction) - 1);
  int const biased = int(word >> F::fraction);
  if (biased) return {m | (std::uint64_t(1) << F::fraction), biased - F::bias - F::fraction};
  int const shift = __builtin_clzll(m) - (63 - F::fraction);
  return {m << shift, 1 - F::bias - F::fraction - shift};
}

constexpr double fma(double a, double b, double c) {
  if (!(below(a, infinity<double>) && below(b, infinity<double>)) || a == 0 || b == 0) {
    return add(mul(a, b), c);
  }
  if (!below(c, infinity<double>)) return c;
  if (c == 0) return mul(a, b);
  parts const x = decompose(a), y = decompose(b), z = decompose(c);
  // leading bits at 124 or 125, and at 125
  wide p = wide(x.m) * y.m << 20, q = wide(z.m) << 73;
  int pe = x.e + y.e - 20, qe = z.e - 73;
  bool const minus_p = negative(a) != negative(b), minus_q = negative(c);
  int const d = pe - qe;
  wide& small = d >= 0 ? q : p;
  int const shift = d >= 0 ? d : -d;
  if (shift >= 127) {
    small = 1;
  } else if (shift > 0) {
    bool const lost = (small & ((wide(1) << shift) - 1)) != 0;
    small = (small >> shift) | wide(lost);
  }
  int const e = d >= 0 ? pe : qe;
  if (minus_p == minus_q) return round_to<double>(minus_p, p + q, e);
  if (p == q) return 0.0;
  return p > q ? round_to<double>(minus_p, p - q, e) : round_to<double>(minus_q, q - p, e);
}
// The product is exact in double; the sum is rounded to odd there, so that only the second rounding
// counts.
constexpr float fma(float a, float b, float c) {
  double const x = a, y = b, z = c;
  constexpr double finite = 0x1p128;
  if (!(below(x, finite) && below(y, finite) && below(z, finite))) {
    return convert<float>(add(mul(x, y), z));
  }
  double const p = x * y, s = p + z, t = s - p, lost = (p - (s - t)) + (z - t);
  if (lost == 0) return convert<float>(s);
  auto word = __builtin_bit_cast(std::uint64_t, s);
  if ((word & 1) == 0) word = (lost > 0) == (s > 0) ? word + 1 : word - 1;
  return convert<float>(__builtin_bit_cast(double, word));
}

template <class T>
constexpr T sqrt(T x) {
  if (x != x || x == 0 || x == infinity<T>) return x;
  if (x < 0) return nan<T>;
  // x = m * 2^e, e even; q = floor(sqrt(m * 2^shift)) has 55 or 56 bits: Newton, then exact steps
  constexpr int fraction = float_format<T>::fraction;
  constexpr int shift = (108 - fraction + 1) & ~1;
  constexpr double unit = (fraction + shift) & 1 ? 0x1.6a09e667f3bcdp54 : 0x1p54;
  parts p = decompose(x);
  if (p.e & 1) p = {p.m * 2, p.e - 1};
  double const m = double(p.m) / double(std::uint64_t(1) << fraction);  // in [1, 4)
  double r = 0.7 + 0.33 * m;                                            // 4 % off at most
  r = 0.5 * (r + m / r), r = 0.5 * (r + m / r), r = 0.5 * (r + m / r), r = 0.5 * (r + m / r);
  wide const n = wide(p.m) << shift;
  std::uint64_t q = std::uint64_t(r * unit);
  while (wide(q) * q > n) --q;
  while (wide(q + 1) * (q + 1) <= n) ++q;
  bool const inexact = wide(q) * q != n;
  return round_to<T>(false, (wide(q) << 1) | wide(inexact), (p.e - shift) / 2 - 1);
}

template <class T>
constexpr T trunc(T x) {
  constexpr T whole = T(std::uint64_t(1) << float_format<T>::fraction);
  if (!below(x, whole)) return x;
  T const t = T(std::int64_t(x));
  return with_sign(magnitude(t), negative(x));
}
template <class T>
constexpr T floor(T x) {
  T const t = trunc(x);
  return t == t && t > x ? t - 1 : t;
}
template <class T>
constexpr T ceil(T x) {
  T const t = trunc(x);
  return t == t && t < x ? with_sign(magnitude(t + 1), negative(x)) : t;
}
template <class T>
constexpr T round_even(T x) {
  constexpr T whole = T(std::uint64_t(1) << float_format<T>::fraction);
  if (!below(x, whole)) return x;
  return with_sign((magnitude(x) + whole) - whole, negative(x));
}

}  // namespace software

// One lane, either way.
namespace scalar {

// Keeps g++ (default -ffp-contract=fast) from merging a product with a later sum into an fma, which
// would give other bits than the constant expression. Clang contracts inside one expression only,
// never across functions. __builtin_assoc_barrier would do for a scalar, but the vectorizer of
// g++ 12 drops it, and it splits a vector into its lanes.
template <class V>
ONELOOP_INLINE void keep_product(V& product) {
#if defined(__GNUC__) && !defined(__clang__)
#if defined(__FMA__) || defined(__FMA4__) || defined(__AVX512F__)
  asm("" : "+v"(product));
#elif defined(__aarch64__)
  asm("" : "+w"(product));
#endif
#endif
  (void)product;
}

template <class T>
inline constexpr bool is_float = std::is_floating_point_v<T>;
// integers wrap around, as the vector instructions do
template <class T>
using modular = std::make_unsigned_t<T>;

template <class T>
ONELOOP_INLINE constexpr T add(T a, T b) {
  if constexpr (!is_float<T>)
    return T(modular<T>(a) + modular<T>(b));
  else if (__builtin_is_constant_evaluated())
    return software::add(a, b);
  else
    return a + b;
}
template <class T>
ONELOOP_INLINE constexpr T sub(T a, T b) {
  if constexpr (!is_float<T>)
    return T(modular<T>(a) - modular<T>(b));
  else if (__builtin_is_constant_evaluated())
    return software::add(a, -b);
  else
    return a - b;
}
template <class T>
ONELOOP_INLINE constexpr T mul(T a, T b) {
  if constexpr (!is_float<T>)
    return T(modular<T>(a) * modular<T>(b));
  else if (__builtin_is_constant_evaluated())
    return software::mul(a, b);
  else {
    T product = a * b;
    keep_product(product);
    return product;
  }
}
template <class T>
ONELOOP_INLINE constexpr T div(T a, T b) {
  if constexpr (!is_float<T>)
    return a / b;
  else if (__builtin_is_constant_evaluated())
    return software::div(a, b);
  else
    return a / b;
}
template <class T>
ONELOOP_INLINE constexpr T neg(T a) {
  if constexpr (!is_float<T>)
    return T(modular<T>(0) - modular<T>(a));
  else
    return -a;
}
template <class T>
ONELOOP_INLINE constexpr T fma(T a, T b, T c) {
  if constexpr (!is_float<T> || !has_fma)
    return add(mul(a, b), c);
  else if (__builtin_is_constant_evaluated())
    return software::fma(a, b, c);
  else if constexpr (std::is_same_v<T, float>)
    return __builtin_fmaf(a, b, c);
  else
    return __builtin_fma(a, b, c);
}
// Quiet: no invalid exception for a quiet NaN, as the vector compares used.
template <class T>
ONELOOP_INLINE constexpr bool less(T a, T b) {
  if constexpr (!is_float<T>)
    return a < b;
  else if (__builtin_is_constant_evaluated())
    return a == a && b == b && a < b;
  else
    return __builtin_isless(a, b);
}
template <class T>
ONELOOP_INLINE constexpr bool less_equal(T a, T b) {
  if constexpr (!is_float<T>)
    return a <= b;
  else if (__builtin_is_constant_evaluated())
    return a == a && b == b && a <= b;
  else
    return __builtin_islessequal(a, b);
}
template <class T>
ONELOOP_INLINE constexpr T abs(T a) {
  if constexpr (!is_float<T>)
    return a < 0 ? neg(a) : a;
  else if constexpr (std::is_same_v<T, float>)
    return __builtin_copysignf(a, 1.0f);
  else
    return __builtin_copysign(a, 1.0);
}
template <class T>
ONELOOP_INLINE constexpr T copysign(T a, T b) {
  if constexpr (std::is_same_v<T, float>)
    return __builtin_copysignf(a, b);
  else
    return __builtin_copysign(a, b);
}
template <class T>
ONELOOP_INLINE constexpr T sqrt(T a) {
  if (__builtin_is_constant_evaluated())
    return software::sqrt(a);
  else if constexpr (std::is_same_v<T, float>)
    return __builtin_sqrtf(a);
  else
    return __builtin_sqrt(a);
}
template <class T>
ONELOOP_INLINE constexpr T floor(T a) {
  if (__builtin_is_constant_evaluated())
    return software::floor(a);
  else if constexpr (std::is_same_v<T, float>)
    return __builtin_floorf(a);
  else
    return __builtin_floor(a);
}
template <class T>
ONELOOP_INLINE constexpr T ceil(T a) {
  if (__builtin_is_constant_evaluated())
    return software::ceil(a);
  else if constexpr (std::is_same_v<T, float>)
    return __builtin_ceilf(a);
  else
    return __builtin_ceil(a);
}
template <class T>
ONELOOP_INLINE constexpr T trunc(T a) {
  if (__builtin_is_constant_evaluated())
    return software::trunc(a);
  else if constexpr (std::is_same_v<T, float>)
    return __builtin_truncf(a);
  else
    return __builtin_trunc(a);
}
template <class T>
ONELOOP_INLINE constexpr T round_even(T a) {
  if (__builtin_is_constant_evaluated())
    return software::round_even(a);
  else if constexpr (std::is_same_v<T, float>)
    return __builtin_nearbyintf(a);
  else
    return __builtin_nearbyint(a);
}
template <class U, class T>
ONELOOP_INLINE constexpr U convert(T a) {
  // out of range is undefined in C++, so float to integer is checked at run time too
  if constexpr (is_float<T> && !is_float<U>)
    return software::convert<U>(a);
  else if (__builtin_is_constant_evaluated())
    return software::convert<U>(a);
  else
    return static_cast<U>(a);
}

}  // namespace scalar
}  // namespace ONELOOP_NAMESPACE::simd
