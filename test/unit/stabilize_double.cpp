// SPDX-License-Identifier: BSL-1.0
// Every rule of stabilize in double against many digits: see stabilize.hpp.
// options: -O0 -Wno-psabi
#include "stabilize.hpp"

BOOST_AUTO_TEST_SUITE(stabilize_double)

BOOST_AUTO_TEST_CASE(every_rule_is_right_where_the_original_is_not) {
  stability::check_all<double>(stability::table{});
}

BOOST_AUTO_TEST_SUITE_END()
