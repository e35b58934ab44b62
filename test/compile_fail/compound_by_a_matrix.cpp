// SPDX-License-Identifier: BSL-1.0
// A target cannot be repeated: no broadcast is proposed.
// expect: shapes_do_not_fit<.*"-=".*extents<4>.*extents<4, 4>.*rule<.*"equal shapes"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 4> x;
tensor<float, 4, 4> W;

#ifdef ONELOOP_CONTROL
void f() { x -= W * x; }
#else
void f() { x -= W; }
#endif
