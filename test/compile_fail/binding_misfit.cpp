// SPDX-License-Identifier: BSL-1.0
// The data has another shape than the variable.
// expect: binding_does_not_fit<.*"W".*variable<.*extents<128, 64>.*given<.*extents<64, 128>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto Wv = var<"W", 128, 64>;
constexpr auto xv = var<"x", 64>;
constexpr auto bv = var<"b", 128>;
constexpr auto layer = sigmoid(Wv * xv + bv);
tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;
tensor<float, 64, 128> T;

#ifdef ONELOOP_CONTROL
auto f = layer(Wv = transpose(T), xv = x, bv = b);
#else
auto f = layer(Wv = T, xv = x, bv = b);
#endif
