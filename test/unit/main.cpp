// SPDX-License-Identifier: BSL-1.0
// The main program of every unit test.
#define BOOST_TEST_MODULE oneloop
#include <boost/test/unit_test.hpp>
