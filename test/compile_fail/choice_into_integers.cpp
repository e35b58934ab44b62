// SPDX-License-Identifier: BSL-1.0
// Numbers with a fraction, of which a mask chooses.
// expect: mixed_element_types<.*"=".*int, double.*"cast<int>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<int, 4> x, y;

#ifdef ONELOOP_CONTROL
void f() { y = where(x > 1, 1, 2); }
#else
void f() { y = where(x > 1, 1.5, 2.5); }
#endif
