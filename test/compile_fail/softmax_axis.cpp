// SPDX-License-Identifier: BSL-1.0
// softmax along an axis that is not there.
// expect: no_such_axis<.*"softmax".*1, .*extents<64>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = softmax(x);
#else
auto y = softmax<1>(x);
#endif
