// SPDX-License-Identifier: BSL-1.0
// float16 and bfloat16: conversions against the definition of the formats, every pattern of them; casts; text.
#include "small_float.hpp"

#include <oneloop/io/print.hpp>
#include <sstream>

using namespace small_floats;

namespace {

/// What the pattern means, by the definition of the format; of the pattern of infinity the next power of two.
template <class S>
double meaning(int pattern) {
  int const exponent = (pattern & 0x7fff) >> fraction<S>, digits = pattern & ((1 << fraction<S>)-1);
  double const size = exponent == 0
                          ? std::ldexp(digits, 1 - exponent_bias<S> - fraction<S>)
                          : std::ldexp(digits + (1 << fraction<S>), exponent - exponent_bias<S> - fraction<S>);
  return pattern & 0x8000 ? -size : size;
}

/// Every way from float to 16 bits that the build has: number, widest pack, the arithmetic of packs, one lane.
template <class S>
void check_narrowed(float x, int expected, int& wrong) {
  using format = typename oneloop::detail::small_format_of<S>::type;
  using pack = simd::native_backend::pack<float, simd::lanes<float>>;
  using array = simd::array_pack<float, 4>;
  S memory[simd::lanes<float>];
  simd::store(pack(x), memory);
  S four[4];
  simd::store(array(x), four);
  bool right = bits_of(S(x)) == expected && bits_of(simd::narrow<S>(x)) == expected && bits_of(four[3]) == expected &&
               simd::detail::narrowed<format>(array(x)).lane(2) == expected &&
               simd::detail::narrowed<format>(pack(x)).lane(simd::lanes<float> - 1) == expected;
  for (auto const& each : memory) right = right && bits_of(each) == expected;
  if (!right && ++wrong < 5) BOOST_TEST_MESSAGE("narrowed " << x << ": expected the pattern " << expected);
}
template <class S>
void check_narrowed(double x, int expected, int& wrong) {
  bool const right = bits_of(S(x)) == expected && bits_of(simd::narrow<S>(x)) == expected;
  if (!right && ++wrong < 5) BOOST_TEST_MESSAGE("narrowed " << x << ": expected the pattern " << expected);
}

template <class S>
S from_pattern(int pattern) {
  return std::bit_cast<S>(static_cast<std::uint16_t>(pattern));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(small_float_elements)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_pattern_means_what_the_format_says, Tag, formats) {
  using S = typename Tag::type;
  using format = typename oneloop::detail::small_format_of<S>::type;
  using pack = simd::native_backend::pack<float, simd::lanes<float>>;
  using integers = simd::integer_pack<pack>;
  int wrong = 0;
  for (int pattern = 0; pattern < 65536; ++pattern) {
    S const x = from_pattern<S>(pattern);
    S repeated[simd::lanes<float>];
    for (auto& each : repeated) each = x;
    int const size = pattern & 0x7fff;
    for (float const value : {float(x), simd::number(x), simd::load<pack>(repeated).lane(simd::lanes<float> - 1),
                              simd::detail::widened<format, pack>(integers(pattern)).lane(0)}) {
      bool right = std::signbit(value) == (pattern >= 0x8000);
      if (size > infinite<S>)
        right = right && std::isnan(value);
      else if (size == infinite<S>)
        right = right && std::isinf(value);
      else
        right = right && double(value) == meaning<S>(pattern);
      if (!right && ++wrong < 5) BOOST_TEST_MESSAGE("pattern " << pattern << " gives " << value);
    }
    // And back; a NaN stays one, quiet.
    check_narrowed<S>(simd::number(x), size > infinite<S> ? pattern | (1 << (fraction<S> - 1)) : pattern, wrong);
  }
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(ties_go_to_even, Tag, formats) {
  using S = typename Tag::type;
  int wrong = 0;
  for (int pattern = 0; pattern < infinite<S>; ++pattern) {
    // Between the largest number and infinity, too.
    double const tie = (meaning<S>(pattern) + meaning<S>(pattern + 1)) / 2;
    int const even = pattern + pattern % 2;
    for (int sign : {0, 0x8000}) {
      double const x = sign ? -tie : tie, beyond = sign ? -HUGE_VAL : HUGE_VAL;
      check_narrowed<S>(x, sign | even, wrong);
      check_narrowed<S>(std::nextafter(x, 0.0), sign | pattern, wrong);
      check_narrowed<S>(std::nextafter(x, beyond), sign | (pattern + 1), wrong);
      if (double(float(x)) != x) continue;
      check_narrowed<S>(float(x), sign | even, wrong);
      check_narrowed<S>(std::nextafter(float(x), 0.0f), sign | pattern, wrong);
      check_narrowed<S>(std::nextafter(float(x), float(beyond)), sign | (pattern + 1), wrong);
    }
  }
  for (float x : {3e38f, std::numeric_limits<float>::max(), HUGE_VALF}) {
    int const expected = std::is_same_v<S, bfloat16> && x < 3.2e38f ? 0x7f62 : infinite<S>;
    check_narrowed<S>(x, expected, wrong);
  }
  check_narrowed<S>(1e300, infinite<S>, wrong);
  check_narrowed<S>(-1e-300, 0x8000, wrong);
  check_narrowed<S>(5e-324, 0, wrong);
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(casts_round_once, Tag, stored) {
  using S = typename Tag::type;
  // Just above a tie, by less than float tells: by way of float it would be the tie, and go to even.
  double const tie = 1 + std::ldexp(1.0, -fraction<S> - 1), above = tie + 0x1p-40;
  tensor<double, 19> d;
  d = above;
  tensor<S, 19> x = cast<S>(d);
  for (auto const& each : x) BOOST_TEST(double(float(each)) == 1 + std::ldexp(1.0, -fraction<S>));
  d = tie;
  x = cast<S>(d);
  for (auto const& each : x) BOOST_TEST(float(each) == 1);
  tensor<std::int32_t, 19> i;
  i = std::is_same_v<S, bfloat16> ? (1 << 30) + (1 << 22) + 1 : 2049;
  x = cast<S>(i);
  for (auto const& each : x) BOOST_TEST(float(each) == (std::is_same_v<S, bfloat16> ? 0x1.02p30f : 2048));
  i = cast<std::int32_t>(x);
  BOOST_TEST(i(18) == static_cast<std::int32_t>(float(x(18))));
  d = cast<double>(x);
  BOOST_TEST(d(18) == double(float(x(18))));
  tensor<bool, 19> m = cast<bool>(x - x);
  BOOST_TEST(!m(7));
  x = cast<S>(!m);
  BOOST_TEST(float(x(7)) == 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(numbers_of_the_type_and_text, Tag, stored) {
  using S = typename Tag::type;
  tensor<S, 3> x{S(0.1), S(-2), S(0.0078125)};
  S const half(0.5);
  tensor<S, 3> y = half * x;
  check_rounded(y, evaluate(0.5f * wide(x)));
  constexpr auto v = var<"v", 3>;
  constexpr auto k = var<"k">;
  y = (k * v)(v = x, k = half);
  check_rounded(y, evaluate(0.5f * wide(x)));
  std::ostringstream out;
  out << x;
  // The shortest digits that tell the number from its neighbours; in a stream's fixed notation what it is exactly.
  BOOST_TEST(out.str() ==
             (std::is_same_v<S, bfloat16> ? "[ 0.1    -2.      0.0078]" : "[ 0.1      -2.        0.007812]"));
  out.str("");
  out << std::fixed << x;
  BOOST_TEST(out.str() ==
             (std::is_same_v<S, bfloat16> ? "[ 0.100098 -2.000000  0.007812]" : "[ 0.099976 -2.000000  0.007812]"));
}

BOOST_AUTO_TEST_SUITE_END()
