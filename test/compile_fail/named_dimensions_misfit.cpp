// SPDX-License-Identifier: BSL-1.0
// Equal sizes, but the names say that the vector is not an input of the matrix.
// expect: shapes_do_not_fit<.*"\*".*extents<.*"out=64".*"in=64".*extents<.*"out=64".*"columns of the left".*"in=64".*"rows of the right".*"out=64"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto in = dim<"in", 64>;
constexpr auto out = dim<"out", 64>;
tensor<float, out, in> W;
tensor<float, in> x;
tensor<float, out> y;

#ifdef ONELOOP_CONTROL
auto z = W * x;
#else
auto z = W * y;
#endif
