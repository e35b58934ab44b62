// SPDX-License-Identifier: BSL-1.0
// dot is of vectors.
// expect: shapes_do_not_fit<.*"dot".*extents<128, 64>.*extents<128, 64>.*rule<.*"two vectors"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = dot(x, x);
#else
auto y = dot(W, W);
#endif
