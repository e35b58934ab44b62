// SPDX-License-Identifier: BSL-1.0
// A matrix times a matrix that would fit transposed.
// expect: shapes_do_not_fit<.*"\*".*extents<32, 64>.*extents<128, 64>.*needed<.*"columns of the left".*64.*"rows of the right".*128
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 32, 64> X;
tensor<float, 128, 64> W;

#ifdef ONELOOP_CONTROL
auto Y = X * transpose(W);
#else
auto Y = X * W;
#endif
