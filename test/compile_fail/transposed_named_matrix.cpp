// SPDX-License-Identifier: BSL-1.0
// A square matrix with named dimensions: transposed it fits by size, and does not compile.
// expect: shapes_do_not_fit<.*"\*".*extents<.*"in=64".*"out=64".*extents<.*"in=64".*"columns of the left".*"out=64".*"rows of the right".*"in=64"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto in = dim<"in", 64>;
constexpr auto out = dim<"out", 64>;
tensor<float, out, in> W;
tensor<float, in> x;

#ifdef ONELOOP_CONTROL
auto y = W * x;
#else
auto y = transpose(W) * x;
#endif
