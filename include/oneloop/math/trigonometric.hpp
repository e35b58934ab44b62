// SPDX-License-Identifier: BSL-1.0
// sin, cos, tan of radians.
#pragma once

#include <cstdint>

#include <oneloop/core/config.hpp>
#include <oneloop/math/bound.hpp>
#include <oneloop/math/poly.hpp>
#include <oneloop/simd/pack.hpp>

namespace ONELOOP_NAMESPACE::math {

inline constexpr ulp_bound sin_ulp{1.1, 1.1}, cos_ulp{1.1, 1.1}, tan_ulp{2.5, 2.8};

// x = n pi/2 + r + low, |r| <= pi/4; `quadrant` has n in its low bits. Up to 2^20 (float), 2^30
// (double): three parts of pi/2 (72 and 159 bits) and exact products, so that r keeps its relative
// accuracy beside the multiples of pi/2.
template <class P>
struct quarter_turns {
  P r, low;
  simd::integer_pack<P> quadrant;
};
template <class P>
ONELOOP_INLINE constexpr quarter_turns<P> reduce_moderate(P x) {
  using T = typename P::element;
  using F = simd::format_of<P>;
  constexpr bool single = is_single<P>;
  P const c1(single ? T(0x1.921fb6p+0) : T(0x1.921fb54442d18p+0)),
      c2(single ? T(-0x1.777a5cp-25) : T(0x1.1a62633145c07p-54)),
      c3(single ? T(-0x1.ee59dap-50) : T(-0x1.f1976b7ed8fbcp-110));
  P const shifted = fma(x, P(T(0.63661977236758134308)), P(F::magic));
  P const n = shifted - P(F::magic);
  // x - n c1 is exact
  two<P> const p = two_product(n, c2), u = two_sum(residual(n, c1, x), -p.hi);
  two<P> const v = fast_two_sum(u.hi, fnma(n, c3, u.lo - p.lo));
  return {v.hi, v.lo, simd::bits(shifted)};
}

// The bits of 2 / pi after the binary point, behind a word of zeros.
inline constexpr std::uint64_t two_over_pi[] = {
    0,
    0xa2f9836e4e441529,
    0xfc2757d1f534ddc0,
    0xdb6295993c439041,
    0xfe5163abdebbc561,
    0xb7246e3a424dd2e0,
    0x06492eea09d1921c,
    0xfe1deb1cb129a73e,
    0xe88235f52ebb4484,
    0xe99c7026b45f7e41,
    0x3991d639835339f4,
    0x9c845f8bbdf9283b,
    0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f,
    0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08,
    0x56033046fc7b6bab,
    0xf0cfbc209af4361d,
};

// The same for one large number, exactly: x = m 2^e, and of m 2^e (2 / pi) mod 4 only 192 bits of
// 2 / pi matter (Payne and Hanek's observation). 2 of the product's bits are the quadrant, at worst
// 62 cancel, 53 are cut off, which leaves 75 for r. Integers, so the same in constant expressions.
struct exact_turns {
  double r, low;
  int quadrant;
};
constexpr exact_turns reduce_exactly(double x) {
  namespace soft = simd::software;
  if (!soft::below(x, soft::infinity<double>)) return {soft::nan<double>, 0, 0};
  soft::parts const p = soft::decompose(x);
  int const start = p.e + 62;  // the first bit that counts, with the word of zeros
  std::uint64_t const* const word = two_over_pi + start / 64;
  std::uint64_t f[3] = {};  // the fraction of a turn, highest word first
  soft::wide carry = 0;
  for (int i = 2; i >= 0; --i) {
    std::uint64_t w = word[i];
    if (start % 64) w = w << start % 64 | word[i + 1] >> (64 - start % 64);
    carry += soft::wide(p.m) * w;
    f[i] = std::uint64_t(carry);
    carry >>= 64;
  }
  int quadrant = int(f[0] >> 62);
  f[0] = f[0] << 2 | f[1] >> 62, f[1] = f[1] << 2 | f[2] >> 62, f[2] <<= 2;
  bool const minus = f[0] >> 63 != 0;  // nearest quarter turn
  if (minus) {
    f[2] = -f[2], f[1] = ~f[1] + (f[2] == 0), f[0] = ~f[0] + (f[2] == 0 && f[1] == 0);
    ++quadrant;
  }
  int exponent = -64;
  if (f[0] == 0) f[0] = f[1], f[1] = f[2], f[2] = 0, exponent -= 64;
  int const zeros = __builtin_clzll(f[0] | 1);
  soft::wide const g = ((soft::wide(f[0]) << 64 | f[1]) << zeros) | (zeros ? f[2] >> (64 - zeros) : 0);
  double const scale = __builtin_bit_cast(double, std::uint64_t(1023 + exponent - zeros + 11) << 52);
  double const h = double(std::uint64_t(g >> 75)) * scale;  // 53 bits, and the next 53
  double const l = double(std::uint64_t(g >> 22) & 0x1fffffffffffff) * (scale * 0x1p-53);
  constexpr double c1 = 0x1.921fb54442d18p+0, c2 = 0x1.1a62633145c07p-54;
  double const r = h * c1;
  double const low = soft::fma(h, c1, -r) + soft::fma(h, c2, l * c1);
  bool const turn = minus != (x < 0);
  return {turn ? -r : r, turn ? -low : low, x < 0 ? -quadrant : quadrant};
}
// For the lanes beyond `limit`; out of line, as hardly anyone computes the sine of a million.
template <class P>
[[gnu::noinline, gnu::cold]] constexpr void reduce_large(P const& x, typename P::element limit,
                                                         quarter_turns<P>& turns) {
  using T = typename P::element;
  using I = simd::integer_pack<P>;
  T v[P::size] = {}, r[P::size] = {}, low[P::size] = {};
  typename I::element quadrant[P::size] = {};
  x.store(v), turns.r.store(r), turns.low.store(low), turns.quadrant.store(quadrant);
  for (int i = 0; i < P::size; ++i) {
    if (v[i] != v[i] || (v[i] <= limit && v[i] >= -limit)) continue;
    exact_turns const t = reduce_exactly(v[i]);
    r[i] = T(t.r);
    if (t.r == t.r) low[i] = T(t.r - double(r[i]) + t.low);  // NaN - NaN is no constant
    quadrant[i] = t.quadrant;
  }
  turns = {P::load(r), P::load(low), I::load(quadrant)};
}

template <class P>
ONELOOP_INLINE constexpr quarter_turns<P> reduce_quarter(P x) {
  using T = typename P::element;
  constexpr T limit = is_single<P> ? 0x1p20 : 0x1p30;
  quarter_turns<P> turns = reduce_moderate(x);
  if (any(abs(x) > P(limit))) [[unlikely]] {
    // copies, or the ones used below would have to live in memory
    P const y = x;
    quarter_turns<P> patched = turns;
    reduce_large(y, limit, patched);
    turns = patched;
  }
  return turns;
}

// sin and cos of r + low, |r| <= pi/4: own Remez fits, error below 2^-27 and 2^-57
template <class P>
ONELOOP_INLINE constexpr P sin_near_zero(P r, P low) {
  P const z = r * r;
  P s;
  if constexpr (is_single<P>) {
    s = horner(z, -0x1.9908e2p-13f, 0x1.110696p-7f, -0x1.555544p-3f);
  } else {
    s = horner(z, 0x1.5d6fd94299f1cp-33, -0x1.ae5def8d810e9p-26, 0x1.71de34e458604p-19, -0x1.a01a019b6dfd5p-13,
               0x1.111111110f3a3p-7, -0x1.5555555555546p-3);
  }
  return r + fma(r * z, s, low);
}
template <class P>
ONELOOP_INLINE constexpr P cos_near_zero(P r, P low) {
  using T = typename P::element;
  P const one(1), z = r * r;
  P c;
  if constexpr (is_single<P>) {
    c = horner(z, 0x1.99c3bep-16f, -0x1.6c0bb6p-10f, 0x1.55554ap-5f);
  } else {
    c = horner(z, -0x1.8f85da2bce5d1p-37, 0x1.1ee99e4387cc4p-29, -0x1.27e4f7999a0ecp-22, 0x1.a01a019c19673p-16,
               -0x1.6c16c16c14b8dp-10, 0x1.5555555555549p-5);
  }
  two<P> const u = fast_two_sum(one, P(T(-0.5)) * z);
  return u.hi + (u.lo + fnma(r, low, z * z * c));
}

// sin((quadrant + Turn) pi/2 + r)
template <int Turn, class P>
ONELOOP_INLINE constexpr P sin_of_turns(quarter_turns<P> a) {
  using T = typename P::element;
  using I = simd::integer_pack<P>;
  I const q = a.quadrant + I(Turn), one(1);
  auto const swapped = mask_cast<T>((q & one) == one);
  P const y = select(swapped, cos_near_zero(a.r, a.low), sin_near_zero(a.r, a.low));
  constexpr int to_sign = sizeof(T) * 8 - 2;
  return simd::from_bits<P>(simd::bits(y) ^ ((q & I(2)) << to_sign));
}

// Domain of all three: all numbers; NaN for infinities, NaN stays. A pack with a lane beyond 2^20
// (float), 2^30 (double) takes some 60 ns for each such lane.

// sin(x). Zeros stay.
// Worst error: 1.02 float, 1.07 double ULP. Method: reduction by pi/2, two polynomials.
template <class P>
ONELOOP_INLINE constexpr P sin(P x) {
  P const y = sin_of_turns<0>(reduce_quarter(x));
  return select(x == P(0), x, y);
}
// cos(x). Worst error: 1.07 float, 1.09 double ULP.
template <class P>
ONELOOP_INLINE constexpr P cos(P x) {
  return sin_of_turns<1>(reduce_quarter(x));
}
// tan(x) = sin / cos, exchanged and negated in odd quadrants. Zeros stay.
// Worst error: 2.47 float, 2.72 double ULP.
template <class P>
ONELOOP_INLINE constexpr P tan(P x) {
  using T = typename P::element;
  using I = simd::integer_pack<P>;
  quarter_turns<P> const a = reduce_quarter(x);
  P const s = sin_near_zero(a.r, a.low), c = cos_near_zero(a.r, a.low);
  auto const odd = mask_cast<T>((a.quadrant & I(1)) == I(1));
  P const y = select(odd, -c, s) / select(odd, s, c);
  return select(x == P(0), x, y);
}

}  // namespace ONELOOP_NAMESPACE::math
