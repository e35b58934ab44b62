// SPDX-License-Identifier: BSL-1.0
// float and double do not meet unasked.
// expect: mixed_element_types<.*"\+".*float, double, .*use<.*"cast<T>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;
tensor<double, 64> d;

#ifdef ONELOOP_CONTROL
auto y = x + cast<float>(d);
#else
auto y = x + d;
#endif
