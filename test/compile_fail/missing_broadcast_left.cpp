// SPDX-License-Identifier: BSL-1.0
// The smaller operand may stand on the left.
// expect: shapes_do_not_fit<.*"-".*extents<64>.*extents<.*"batch".*64>.*use<.*"broadcast<batch, 64>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto batch = dim<"batch">;
tensor<float, batch, 64> X(4);
tensor<float, 64> x;

#ifdef ONELOOP_CONTROL
auto y = broadcast<batch, 64>(x) - X;
#else
auto y = x - X;
#endif
