// SPDX-License-Identifier: BSL-1.0
// y += f of another shape.
// expect: shapes_do_not_fit<.*"\+=".*extents<64>.*extents<128>.*rule<.*"equal shapes"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
void f() { b += W * x; }
#else
void f() { x += W * x; }
#endif
