// SPDX-License-Identifier: BSL-1.0
// A target of the same size and another name.
// expect: cannot_assign<.*"=".*extents<.*"in=64".*extents<.*"out=64".*rule<.*"equal names of dimensions"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto in = dim<"in", 64>;
constexpr auto out = dim<"out", 64>;
tensor<float, out, in> W;
tensor<float, in> x;
tensor<float, out> y;

#ifdef ONELOOP_CONTROL
void f() { y = W * x; }
#else
void f() { x = W * x; }
#endif
