// SPDX-License-Identifier: BSL-1.0
// Floating-point types of 16 bits. They are storage: elements of this kind are read into float, formulas compute
// there, and results are rounded once, at the store. float16 is IEEE's binary16, bfloat16 the upper half of a float.
#pragma once

#include <cstdint>
#include <type_traits>

#include <oneloop/core/config.hpp>

namespace ONELOOP_NAMESPACE {

namespace detail {

/// A format of 16 bits: sign, exponent, fraction.
template <int Fraction>
struct small_format {
  static constexpr int fraction = Fraction;
  static constexpr int bias = (1 << (14 - Fraction)) - 1;
  static constexpr std::uint32_t infinity = (0x7fffu >> Fraction) << Fraction;
  static constexpr std::uint32_t quiet = 1u << (Fraction - 1);
};

/// Nearest, ties to even; the payload of a NaN keeps its upper bits, and becomes quiet. By integers, so that a constant
/// expression takes it as well.
template <class Format>
constexpr std::uint16_t narrowed(double x) {
  constexpr int smallest = 1 - Format::bias;
  auto const bits = __builtin_bit_cast(std::uint64_t, x);
  auto const sign = static_cast<std::uint32_t>(bits >> 63) << 15;
  std::uint64_t const magnitude = bits & 0x7fff'ffff'ffff'ffff;
  std::uint64_t const fraction = magnitude & 0xf'ffff'ffff'ffff;
  std::uint32_t result = 0;
  if (magnitude > 0x7ff0'0000'0000'0000) {
    result = Format::infinity | Format::quiet | static_cast<std::uint32_t>(fraction >> (52 - Format::fraction));
  } else if (int const exponent = static_cast<int>(magnitude >> 52) - 1023; exponent > Format::bias) {
    result = Format::infinity;
  } else if (int const dropped = 52 - Format::fraction + (exponent < smallest ? smallest - exponent : 0);
             dropped <= 53) {
    std::uint64_t const all = fraction | (std::uint64_t{1} << 52), half = std::uint64_t{1} << (dropped - 1);
    std::uint64_t const kept = all >> dropped, rest = all & (2 * half - 1);
    result = static_cast<std::uint32_t>(kept) + (rest > half || (rest == half && kept % 2 != 0));
    // The hidden bit counts as one in the exponent; a carry goes there, and from the largest number to infinity.
    if (exponent > smallest) result += static_cast<std::uint32_t>(exponent - smallest) << Format::fraction;
  }
  return static_cast<std::uint16_t>(sign | result);
}

/// Exact. A signalling NaN becomes quiet on the way from float16, as vcvtph2ps has it; bfloat16 is half of a float as
/// it is.
template <class Format>
constexpr float widened(std::uint16_t bits) {
  std::uint32_t const sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
  std::uint32_t magnitude = bits & 0x7fffu;
  if constexpr (Format::fraction != 7) {
    if (magnitude > Format::infinity) magnitude |= Format::quiet;
    magnitude <<= 23 - Format::fraction;
    if ((bits & Format::infinity) == Format::infinity)
      magnitude |= 0x7f80'0000u;
    else  // as float the number is 2^(bias - 127) too small, perhaps subnormal; the product is exact
      magnitude = __builtin_bit_cast(
          std::uint32_t, __builtin_bit_cast(float, magnitude) * __builtin_bit_cast(float, (254u - Format::bias) << 23));
  } else {
    magnitude <<= 16;
  }
  return __builtin_bit_cast(float, sign | magnitude);
}

}  // namespace detail

/// 16 bits that convert: from numbers with one rounding (to nearest, ties to even; what is too large becomes infinite),
/// to float exactly. Arithmetic on them is that of float. Integers of 64 bits and long double go through double.
template <int Fraction>
class small_float {
 public:
  using format = detail::small_format<Fraction>;
  small_float() = default;
  template <class Number>
    requires std::is_arithmetic_v<Number>
  constexpr small_float(Number x) : bits_(detail::narrowed<format>(static_cast<double>(x))) {}
  constexpr operator float() const { return detail::widened<format>(bits_); }

 private:
  std::uint16_t bits_;
};

/// float16: 11 significant bits, 6.1e-5 to 65504, subnormals down to 6e-8. The compiler's _Float16 where there is one.
/// NumPy: float16; PyTorch: torch.float16.
#if defined(__FLT16_MANT_DIG__)
__extension__ typedef _Float16 float16;
#else
using float16 = small_float<10>;
#endif

/// bfloat16: 8 significant bits, the range of float. Of our own everywhere: conversions of __bf16 are calls of
/// functions that libgcc has from 13 on. PyTorch: torch.bfloat16.
using bfloat16 = small_float<7>;

/// Stored in 16 bits, computed in float.
template <class T>
inline constexpr bool is_small_float = std::is_same_v<T, float16>;
template <int Fraction>
inline constexpr bool is_small_float<small_float<Fraction>> = true;

namespace detail {
template <class T>
struct small_format_of {
  using type = small_format<10>;
};
template <int Fraction>
struct small_format_of<small_float<Fraction>> {
  using type = small_format<Fraction>;
};
template <class T>
struct computed_in {
  using type = T;
};
template <class T>
  requires is_small_float<T>
struct computed_in<T> {
  using type = float;
};
}  // namespace detail

/// The element type that elements of type T are computed in: float for the small ones, else T itself.
template <class T>
using computed = typename detail::computed_in<T>::type;

}  // namespace ONELOOP_NAMESPACE
