// SPDX-License-Identifier: BSL-1.0
// A variable without dimensions is a number.
// expect: binding_does_not_fit<.*"k".*variable<.*extents<>.*given<.*extents<64>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;
constexpr auto kv = var<"k">;
constexpr auto f = exp(kv * 2_c);

#ifdef ONELOOP_CONTROL
auto y = f(kv = 0.5);
#else
auto y = f(kv = x);
#endif
