// SPDX-License-Identifier: BSL-1.0
// float16 and bfloat16 in tests: data, and the comparison with a result in float that is rounded once.
#pragma once

#include <bit>
#include <cmath>
#include <limits>
#include <oneloop/oneloop.hpp>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

namespace small_floats {

using namespace oneloop;

// float16 is the compiler's type where there is one: then ours, which other targets have, is tested beside it.
using own_float16 = small_float<10>;
// By name: the C++ library of g++ 12 has no type_info of _Float16, which Boost.Test asks for.
struct half {
  using type = float16;
};
struct brain {
  using type = bfloat16;
};
struct own_half {
  using type = own_float16;
};
using stored = boost::mpl::list<half, brain>;
using formats = boost::mpl::list<half, brain, own_half>;

template <class S>
inline constexpr int fraction = std::is_same_v<S, bfloat16> ? 7 : 10;
template <class S>
inline constexpr int exponent_bias = std::is_same_v<S, bfloat16> ? 127 : 15;
template <class S>
inline constexpr int infinite = (0x7fff >> fraction<S>) << fraction<S>;

std::uint16_t bits_of(auto const& x) { return std::bit_cast<std::uint16_t>(x); }

template <class S>
tensor<S, dyn> data(index_t n, float scale, float offset) {
  tensor<S, dyn> x(n);
  std::uint32_t state = 12345;
  for (auto& each : x) {
    state = state * 1664525u + 1013904223u;
    each = S(scale * static_cast<float>(state >> 8) / 16777216.0f + offset);
  }
  return x;
}
template <class S>
tensor<S, dyn, dyn> matrix(index_t rows, index_t columns, float offset) {
  tensor<S, dyn, dyn> x(rows, columns);
  auto const values = data<S>(rows * columns, 2, offset);
  for (index_t i = 0; i < values.size(); ++i) x.data()[i] = values(i);
  return x;
}

/// The same elements as float.
auto wide(auto const& x) {
  using array = std::remove_cvref_t<decltype(x)>;
  eval::tensor_with_t<float, typename array::shape_type> r;
  if constexpr (requires { r.resize(x.extents()); }) r.resize(x.extents());
  auto to = r.begin();
  for (auto const& each : x) *to++ = static_cast<float>(each);
  return r;
}

/// Each element of x is that of y, which is of float, rounded once.
template <class X, class Y>
void check_rounded(X const& x, Y const& y) {
  using S = typename X::element;
  BOOST_REQUIRE((x.extents() == y.extents()));
  int wrong = 0;
  auto one = x.begin();
  for (float each : y) {
    if (bits_of(*one) != bits_of(S(each)) && ++wrong < 5)
      BOOST_TEST_MESSAGE(static_cast<float>(*one) << " and not " << each << " rounded");
    ++one;
  }
  BOOST_TEST(wrong == 0);
}

}  // namespace small_floats
