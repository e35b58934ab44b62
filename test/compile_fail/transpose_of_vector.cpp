// SPDX-License-Identifier: BSL-1.0
// A vector is no row: there is nothing to transpose.
// expect: wrong_rank<.*"transpose".*extents<64>.*rule<.*"a matrix, or a batch of them"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = transpose(W);
#else
auto y = transpose(x);
#endif
