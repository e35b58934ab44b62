// SPDX-License-Identifier: BSL-1.0
// A fraction has no place among integers.
// expect: mixed_element_types<.*"\*".*int, double, .*use<.*"cast<float>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<std::int32_t, 64> n;

#ifdef ONELOOP_CONTROL
auto y = 0.5 * cast<float>(n) + 2 * cast<float>(2 * n);
#else
auto y = 0.5 * n;
#endif
