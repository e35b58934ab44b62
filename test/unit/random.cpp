// SPDX-License-Identifier: BSL-1.0
// Random formulas of float: see random.hpp. A file per element type, for the compiler's sake.
// labels: sanitize
#include "random.hpp"

BOOST_AUTO_TEST_SUITE(random_formulas_of_float)

BOOST_AUTO_TEST_CASE(formulas) {
  random_formulas::check_all<float, 0>(std::make_integer_sequence<std::uint64_t, 22>());
}

BOOST_AUTO_TEST_SUITE_END()
