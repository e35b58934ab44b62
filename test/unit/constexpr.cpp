// SPDX-License-Identifier: BSL-1.0
// Arithmetic, layers and products as constants and at run time: see constexpr.hpp.
#include "constexpr.hpp"

using namespace constant_expressions;

BOOST_AUTO_TEST_SUITE(constants)

BOOST_AUTO_TEST_CASE(a_difference_is_seen) {
  BOOST_TEST(!same_bits(0.0f, -0.0f));
  BOOST_TEST(!same_bits(1.0, 1.0 + 0x1p-52));
  BOOST_TEST(!same_bits(1.0f, quiet_nan<float>));
  BOOST_TEST(same_bits(quiet_nan<double>, -quiet_nan<double>));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(arithmetic, T, floating) {
  constexpr auto& x = x37<T>;
  constexpr auto& y = y37<T>;
  // A product that is added: rounded once at run time, where the target can, and so as a constant.
  check<x, y>([](auto const& x, auto const& y) { return x % y + x; });
  check<x, y>([](auto const& x, auto const& y) { return x - y % y; });
  check<x, y>([](auto const& x, auto const& y) { return x / y; });
  check<x, y>([](auto const& x, auto const& y) { return where(x < y, x, -y); });
  check<x, y>([](auto const& x, auto const& y) { return x < y; });
  check<x, y>([](auto const& x, auto const& y) { return 2 * min(x, y) - max(x, y) / 3; });
  check<x>([](auto const& x) { return cast<std::int32_t>(100 * x); });
  check<special<T>>([](auto const& x) { return x < 1; });
  check<special<T>>([](auto const& x) { return min(x, 1); });
  check<special<T>>([](auto const& x) { return -x; });
}

// ---- products and layers

BOOST_AUTO_TEST_CASE_TEMPLATE(layers, T, floating) {
  constexpr auto layer = [](auto const& w, auto const& x, auto const& b) { return sigmoid(w * x + b); };
  check<w5x3<T>, x3<T>, b5<T>>(layer);
  check<w17x9<T>, x9<T>, b17<T>>(layer);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(products, T, floating) {
  check<w17x9<T>, m9x7<T>>([](auto const& a, auto const& b) { return a * b; });
  check<w17x9<T>>([](auto const& a) { return transpose(a) * a; });
  check<b17<T>, w17x9<T>>([](auto const& v, auto const& a) { return v * a; });
  check<x37<T>, y37<T>>([](auto const& a, auto const& b) { return dot(a, b); });
}

BOOST_AUTO_TEST_SUITE_END()
