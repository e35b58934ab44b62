// SPDX-License-Identifier: BSL-1.0
// Assignment repeats nothing silently either.
// expect: cannot_assign<.*"=".*extents<128, 64>.*extents<64>.*use<.*"broadcast<128, 64>\(f\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
void f() { W = broadcast<128, 64>(2 * x); }
#else
void f() { W = 2 * x; }
#endif
