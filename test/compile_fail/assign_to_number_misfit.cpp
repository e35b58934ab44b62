// SPDX-License-Identifier: BSL-1.0
// A tensor of rank 0 takes a number.
// expect: cannot_assign<.*"=".*extents<>.*extents<64>.*rule<.*"equal shapes"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;
tensor<float> s;

#ifdef ONELOOP_CONTROL
void f() { s = sum(x); }
#else
void f() { s = 2 * x; }
#endif
