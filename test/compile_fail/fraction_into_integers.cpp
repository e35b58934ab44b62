// SPDX-License-Identifier: BSL-1.0
// A number with a fraction would be cut off without a word.
// expect: mixed_element_types<.*"=".*int, double.*"cast<int>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<int, 4> x;

#ifdef ONELOOP_CONTROL
void f() { x = 2; }
#else
void f() { x = 2.7; }
#endif
