// SPDX-License-Identifier: BSL-1.0
// A double formula does not narrow unasked.
// expect: mixed_element_types<.*"=".*float, double, .*use<.*"cast<T>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 64> y;
tensor<double, 64> d;

#ifdef ONELOOP_CONTROL
void f() { y = cast<float>(2 * d); }
#else
void f() { y = 2 * d; }
#endif
