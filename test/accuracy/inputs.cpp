// SPDX-License-Identifier: BSL-1.0
#include "inputs.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace accuracy {

namespace {

struct generator {
  std::uint64_t state;
  explicit generator(std::uint64_t seed) : state(88172645463325252u ^ seed * 0x9e3779b97f4a7c15u) {
    for (int i = 0; i < 4; ++i) (*this)();
    if (state == 0) state = 1;
  }
  std::uint64_t operator()() {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state * 2685821657736338717u;
  }
  double uniform() { return double((*this)() >> 11) * 0x1p-53; }
  double moderate(int low, int high) {
    double const x = std::ldexp(1 + uniform(), low + int((*this)() % std::uint64_t(high - low)));
    return (*this)() & 1 ? x : -x;
  }
};

// A signalling NaN raises `invalid` in whatever reads it, which says nothing about the function.
template <class T>
T quiet(T x) {
  return x != x ? std::copysign(std::numeric_limits<T>::quiet_NaN(), x) : x;
}

template <class T>
T from_bits(std::uint64_t bits) {
  if constexpr (sizeof(T) == 4)
    return quiet(std::bit_cast<float>(std::uint32_t(bits)));
  else
    return quiet(std::bit_cast<double>(bits));
}

// Limits of ranges, seams of approximations, poles, zeros, and where results become subnormal, infinite or constant.
constexpr double points[] = {0x1p-1022,
                             0x1p-55,
                             0x1p-54,
                             0x1p-53,
                             0x1p-27,
                             0x1p-26,
                             0.125,
                             0.25,
                             0.34657359027997264,
                             0.41421356237309503,
                             0.5,
                             0.625,
                             0.6931471805599453,
                             0.7071067811865476,
                             0.84375,
                             1,
                             1.0397207708399179,
                             1.25,
                             1.4142135623730951,
                             1.5707963267948966,
                             2,
                             2.5,
                             3,
                             3.1415926535897931,
                             4,
                             4.71238898038469,
                             6,
                             6.2831853071795862,
                             9.5,
                             14.5,
                             16,
                             18.714973875118524,
                             20,
                             22,
                             36.04365338911715,
                             36.736800569677102,
                             37.5,
                             38.5,
                             39,
                             40,
                             64,
                             88.72283905206835,
                             103.97,
                             104,
                             708.39641853226408,
                             709.09,
                             709.782712893384,
                             710.47586007394386,
                             744.44007192138126,
                             745.13321910194122,
                             746,
                             1024,
                             2097152,
                             1e9,
                             0x1p52,
                             0x1p500,
                             0x1p1023,
                             std::numeric_limits<double>::max()};
constexpr std::uint64_t point_blocks = 2 * std::size(points);
constexpr std::uint64_t binade_blocks = 4096 * 16 / block;

}  // namespace

int float_walk::fill(std::uint64_t index, arguments<float>& out) const {
  std::uint64_t const sign = index / blocks_per_sign(), first = index % blocks_per_sign() * block;
  for (int i = 0; i < block; ++i) {
    std::uint64_t const word = std::min<std::uint64_t>((first + std::uint64_t(i)) * stride, 0x7fffffff);
    out.a[i] = from_bits<float>(word | sign << 31);
  }
  return sign == 0 ? 1 : -1;
}

std::uint64_t double_walk::blocks() const { return point_blocks + binade_blocks + random / block; }

int double_walk::fill(std::uint64_t index, arguments<double>& out) const {
  if (index < point_blocks) {
    std::uint64_t const middle = std::bit_cast<std::uint64_t>(points[index / 2]), sign = index % 2 << 63;
    for (std::uint64_t i = 0; i < block; ++i) out.a[i] = from_bits<double>((middle + i - block / 2) | sign);
    return sign == 0 ? 1 : -1;
  }
  index -= point_blocks;
  generator random(index);
  if (index < binade_blocks) {
    for (std::uint64_t i = 0; i < block; ++i) {
      std::uint64_t const fraction = random() & (~std::uint64_t(0) >> 12);
      std::uint64_t const edges[] = {0, 1, 2, ~std::uint64_t(0) >> 12};
      out.a[i] = from_bits<double>((index * (block / 16) + i / 16) << 52 | (i % 16 < 4 ? edges[i % 4] : fraction));
    }
  } else {
    for (int i = 0; i < block; ++i) out.a[i] = i % 2 ? from_bits<double>(random()) : random.moderate(-30, 11);
  }
  std::sort(out.a, out.a + block, [](double x, double y) { return x < y || (x == x && y != y); });
  return 1;
}

template <class T>
int pair_walk<T>::fill(std::uint64_t index, arguments<T>& out) const {
  using L = std::numeric_limits<T>;
  constexpr T special[] = {0,
                           T(-0.0),
                           1,
                           -1,
                           T(0.5),
                           T(-0.5),
                           2,
                           -2,
                           3,
                           T(1.5),
                           T(-2.5),
                           T(1e8),
                           T(1e-8),
                           L::min(),
                           L::denorm_min(),
                           -L::denorm_min(),
                           L::max(),
                           L::lowest(),
                           L::infinity(),
                           -L::infinity(),
                           L::quiet_NaN(),
                           T(0.1),
                           1 - L::epsilon() / 2,
                           1 + L::epsilon()};
  constexpr std::uint64_t specials = std::size(special);
  generator random(index + 77);
  for (std::uint64_t i = 0; i < block; ++i) {
    T &a = out.a[i], &b = out.b[i];
    if (index % 16 == 0) {
      a = special[i % specials];
      b = special[i / specials % specials];
      if (i >= specials * specials) b = from_bits<T>(random());
      if (i >= 2 * specials * specials) std::swap(a, b);
    } else {
      a = T(random.moderate(-20, 20)), b = T(random.moderate(-20, 20));
      if (random() % 4 == 0) a = from_bits<T>(random());
      if (random() % 4 == 0) b = from_bits<T>(random());
    }
    switch (kind) {
      case pairs::any: break;
      case pairs::powers:
        if (index % 16 == 0) break;
        a = random() % 8 == 0 ? a : std::fabs(a);
        b = random() % 8 == 0 ? b
                              : T((sizeof(T) == 4 ? 110 : 760) / std::fabs(std::log(std::fabs(double(a)))) *
                                  (2 * random.uniform() - 1));
        break;
      case pairs::probabilities:
        // a is a probability or a logit: both walk all of their range, outside of [0, 1] bce is NaN
        if (index % 2 == 1) a = T(random.uniform());
        b = std::fabs(b) <= 1 ? std::fabs(b) : random() % 4 == 0 ? T(random() % 2) : T(random.uniform());
        break;
    }
  }
  return 0;
}

template struct pair_walk<float>;
template struct pair_walk<double>;

}  // namespace accuracy
