// SPDX-License-Identifier: BSL-1.0
// A matrix times a vector of another length.
// expect: shapes_do_not_fit<.*"\*".*extents<128, 64>.*extents<32>.*needed<.*"columns of the left".*64.*"==".*"rows of the right".*32
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 32> short_x;

#ifdef ONELOOP_CONTROL
auto y = W * x;
#else
auto y = W * short_x;
#endif
