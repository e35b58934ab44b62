// SPDX-License-Identifier: BSL-1.0
// A quotient of numbers is a fraction, not an integer of its neighbours.
// expect: mixed_element_types<.*"\*".*int, double, .*use<.*"cast<float>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<std::int32_t, 64> n;

#ifdef ONELOOP_CONTROL
auto y = n * (4_c - 2_c) + n / 2_c;
#else
auto y = n * (1_c / 2_c);
#endif
