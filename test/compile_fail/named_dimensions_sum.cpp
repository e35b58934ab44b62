// SPDX-License-Identifier: BSL-1.0
// Run-time extents of different names never fit, whatever their sizes.
// expect: shapes_do_not_fit<.*"\+".*extents<.*"batch".*64>.*extents<.*"time".*64>.*rule<.*"equal names of dimensions"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto batch = dim<"batch">;
constexpr auto time_step = dim<"time">;
tensor<float, batch, 64> X(4), Z(4);
tensor<float, time_step, 64> Y(4);

#ifdef ONELOOP_CONTROL
auto S = X + Z;
#else
auto S = X + Y;
#endif
