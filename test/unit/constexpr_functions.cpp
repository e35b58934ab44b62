// SPDX-License-Identifier: BSL-1.0
// Functions at special values, as constants and at run time: see constexpr.hpp.
#include "constexpr.hpp"

using namespace constant_expressions;

BOOST_AUTO_TEST_SUITE(constants_of_functions)

// ---- elementwise, at special values

BOOST_AUTO_TEST_CASE_TEMPLATE(exponentials_and_logarithms, T, floating) {
  constexpr auto& x = special<T>;
  check<x>([](auto const& x) { return exp(x); });
  check<x>([](auto const& x) { return expm1(x); });
  check<x>([](auto const& x) { return log(x); });
  check<x>([](auto const& x) { return exp2(x); });
  check<x>([](auto const& x) { return log2(x); });
  check<x>([](auto const& x) { return log10(x); });
  check<x>([](auto const& x) { return log1p(x); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(sigmoids, T, floating) {
  constexpr auto& x = special<T>;
  check<x>([](auto const& x) { return sigmoid(x); });
  check<x>([](auto const& x) { return stable_sigmoid(x); });
  check<x>([](auto const& x) { return log_sigmoid(x); });
  check<x>([](auto const& x) { return softplus(x); });
  check<x>([](auto const& x) { return tanh(x); });
  check<unit37<T>>([](auto const& x) { return logit(x); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(activations, T, floating) {
  constexpr auto& x = special<T>;
  check<x>([](auto const& x) { return relu(x); });
  check<x>([](auto const& x) { return leaky_relu(x); });
  check<x>([](auto const& x) { return elu(x); });
  check<x>([](auto const& x) { return silu(x); });
  check<x>([](auto const& x) { return gelu(x); });
  check<x>([](auto const& x) { return mish(x); });
  check<x>([](auto const& x) { return hard_sigmoid(x); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(other_functions, T, floating) {
  constexpr auto& x = special<T>;
  check<x>([](auto const& x) { return erf(x); });
  check<x>([](auto const& x) { return sin(x); });
  check<x>([](auto const& x) { return cos(x); });
  check<x>([](auto const& x) { return atan(x); });
  check<x>([](auto const& x) { return sqrt(x); });
  check<x>([](auto const& x) { return cbrt(x); });
  check<x>([](auto const& x) { return round(x); });
  check<x>([](auto const& x) { return abs(x); });
  check<unit37<T>, y37<T>>([](auto const& a, auto const& b) { return pow(a, b); });
}

BOOST_AUTO_TEST_SUITE_END()
