// SPDX-License-Identifier: BSL-1.0
// To a shape that the operand cannot be repeated to.
// expect: shapes_do_not_fit<.*"broadcast".*extents<64>.*extents<64, 128>.*rule<.*"same names, or equal last axes"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = broadcast<128, 64>(x);
#else
auto y = broadcast<64, 128>(x);
#endif
