// SPDX-License-Identifier: BSL-1.0
// Neither is what is done with a wrong call.
// expect: binding_does_not_fit<.*"x".*variable<.*extents<64>.*given<.*extents<32>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto Wv = var<"W", 128, 64>;
constexpr auto xv = var<"x", 64>;
constexpr auto bv = var<"b", 128>;
constexpr auto layer = sigmoid(Wv * xv + bv);
tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;
tensor<float, 32> bad;

#ifdef ONELOOP_CONTROL
auto f = layer(Wv = W, xv = x, bv = b);
#else
auto f = layer(Wv = W, xv = bad, bv = b);
#endif

auto g = 2 * f + layer(Wv = W, xv = x, bv = f);
tensor<float, 128> y = g;
