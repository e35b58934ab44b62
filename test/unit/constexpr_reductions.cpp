// SPDX-License-Identifier: BSL-1.0
// Reductions as constants and at run time: also the order of the sum is the same. See constexpr.hpp.
#include "constexpr.hpp"

using namespace constant_expressions;

BOOST_AUTO_TEST_SUITE(constants_of_reductions)

BOOST_AUTO_TEST_CASE_TEMPLATE(reductions, T, floating) {
  constexpr auto& x = x37<T>;
  check<x>([](auto const& x) { return sum(x); });
  check<x>([](auto const& x) { return mean(x); });
  check<x>([](auto const& x) { return max(x); });
  check<x>([](auto const& x) { return argmax(x); });
  check<x>([](auto const& x) { return logsumexp(x); });
  check<x>([](auto const& x) { return softmax(x); });
  check<x>([](auto const& x) { return variance(x); });
  check<large5<T>>([](auto const& x) { return logsumexp(x); });
  check<large5<T>>([](auto const& x) { return softmax(x); });
  check<special<T>>([](auto const& x) { return max(x); });
  check<w17x9<T>>([](auto const& a) { return sum<0>(a); });
  check<w17x9<T>>([](auto const& a) { return sum<1>(a); });
  // Small, for a compiler that counts the steps of a constant.
  check<w5x3<T>>([](auto const& a) { return softmax<-1>(a); });
}

BOOST_AUTO_TEST_SUITE_END()
