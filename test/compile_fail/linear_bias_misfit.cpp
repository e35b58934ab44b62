// SPDX-License-Identifier: BSL-1.0
// The bias of linear has the size of the output.
// expect: shapes_do_not_fit<.*"linear".*extents<128, 64>.*extents<64>.*rule<.*"weights \[out, in\], bias \[out\]"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;
tensor<float, 3, 64> X;

#ifdef ONELOOP_CONTROL
auto y = linear(X, W, b);
#else
auto y = linear(X, W, x);
#endif
