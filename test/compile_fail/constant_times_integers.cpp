// SPDX-License-Identifier: BSL-1.0
// Neither has a constant in the type.
// expect: mixed_element_types<.*"\*".*int, double, .*use<.*"cast<float>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<std::int32_t, 64> n;

#ifdef ONELOOP_CONTROL
auto y = 2_c * n;
#else
auto y = 0.5_c * n;
#endif
