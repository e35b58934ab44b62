// SPDX-License-Identifier: BSL-1.0
// Batches of matrices, of different numbers.
// expect: shapes_do_not_fit<.*"\*".*extents<8, 3, 4>.*extents<7, 4, 5>.*rule<.*"equal batch dimensions"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 8, 3, 4> A;
tensor<float, 8, 4, 5> B;
tensor<float, 7, 4, 5> other;

#ifdef ONELOOP_CONTROL
auto C = A * B;
#else
auto C = A * other;
#endif
