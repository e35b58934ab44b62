// SPDX-License-Identifier: BSL-1.0
// Vectors of different lengths.
// expect: shapes_do_not_fit<.*"\+".*extents<128>.*extents<64>.*rule<.*"equal shapes"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = b + b;
#else
auto y = b + x;
#endif
