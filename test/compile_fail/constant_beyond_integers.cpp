// SPDX-License-Identifier: BSL-1.0
// A constant of more than 32 bits would wrap.
// expect: mixed_element_types<.*"<".*int, long long.*"cast<double>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<int, 4> x;

#ifdef ONELOOP_CONTROL
auto m = x < 2147483647_c;
#else
auto m = x < 4294967297_c;
#endif
