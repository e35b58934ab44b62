// SPDX-License-Identifier: BSL-1.0
// Negative axes count from the end.
// expect: no_such_axis<.*"max".*-3, .*extents<128, 64>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = max<-2>(W);
#else
auto y = max<-3>(W);
#endif
