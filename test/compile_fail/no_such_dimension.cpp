// SPDX-License-Identifier: BSL-1.0
// A reduction along a dimension of another name.
// expect: no_such_axis<.*"mean".*"time".*extents<.*"batch".*64>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto batch = dim<"batch">;
constexpr auto time_step = dim<"time">;
tensor<float, batch, 64> X(4);

#ifdef ONELOOP_CONTROL
auto y = mean<batch>(X);
#else
auto y = mean<time_step>(X);
#endif
