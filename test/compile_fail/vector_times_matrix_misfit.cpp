// SPDX-License-Identifier: BSL-1.0
// A vector times a matrix of another number of rows.
// expect: shapes_do_not_fit<.*"\*".*extents<64>.*extents<128, 64>.*needed<.*"size of the left".*64.*"rows of the right".*128
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = b * W;
#else
auto y = x * W;
#endif
