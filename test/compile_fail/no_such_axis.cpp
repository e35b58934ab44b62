// SPDX-License-Identifier: BSL-1.0
// A reduction along an axis that is not there.
// expect: no_such_axis<.*"sum".*2, .*extents<128, 64>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = sum<1>(W);
#else
auto y = sum<2>(W);
#endif
