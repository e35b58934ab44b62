// SPDX-License-Identifier: BSL-1.0
// Random formulas of double: see random.hpp. A file per element type, for the compiler's sake.
// labels: sanitize
#include "random.hpp"

BOOST_AUTO_TEST_SUITE(random_formulas_of_double)

BOOST_AUTO_TEST_CASE(formulas) {
  random_formulas::check_all<double, 22>(std::make_integer_sequence<std::uint64_t, 18>());
}

BOOST_AUTO_TEST_SUITE_END()
