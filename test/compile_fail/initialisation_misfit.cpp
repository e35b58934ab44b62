// SPDX-License-Identifier: BSL-1.0
// A tensor from a formula of another shape.
// expect: cannot_assign<.*"=".*extents<64>.*extents<128>.*rule<.*"equal shapes"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
tensor<float, 128> y = sigmoid(W * x + b);
#else
tensor<float, 64> y = sigmoid(W * x + b);
#endif
