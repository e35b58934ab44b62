// SPDX-License-Identifier: BSL-1.0
// Only run-time extents are given.
// expect: cannot_construct<.*"tensor".*extents<.*"batch".*64>.*rule<.*"one number per run-time extent"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto batch = dim<"batch">;

#ifdef ONELOOP_CONTROL
tensor<float, batch, 64> x(32);
#else
tensor<float, batch, 64> x(32, 64);
#endif
