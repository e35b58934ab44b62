// SPDX-License-Identifier: BSL-1.0
// float16 and float do not meet unasked, although both are computed in float.
// expect: mixed_element_types<.*"\+".*float, (_Float16|.*small_float<10>), .*use<.*"cast<T>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 64> x;
tensor<float16, 64> h;

#ifdef ONELOOP_CONTROL
auto y = x + cast<float>(h);
#else
auto y = x + h;
#endif
