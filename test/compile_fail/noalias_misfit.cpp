// SPDX-License-Identifier: BSL-1.0
// noalias checks the same.
// expect: cannot_assign<.*"=".*extents<64>.*extents<128>.*rule<.*"equal shapes"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
void f() { noalias(b) = W * x; }
#else
void f() { noalias(x) = W * x; }
#endif
