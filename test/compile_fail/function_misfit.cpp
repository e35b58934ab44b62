// SPDX-License-Identifier: BSL-1.0
// The operands of a function.
// expect: shapes_do_not_fit<.*"hypot".*extents<64>.*extents<128>.*rule<.*"equal shapes"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = hypot(x, x);
#else
auto y = hypot(x, b);
#endif
