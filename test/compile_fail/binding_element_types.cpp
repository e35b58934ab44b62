// SPDX-License-Identifier: BSL-1.0
// Bound values of different element types meet inside the formula.
// expect: mixed_element_types<.*"\*".*float, double, .*use<.*"cast<T>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto Wv = var<"W", 128, 64>;
constexpr auto xv = var<"x", 64>;
constexpr auto bv = var<"b", 128>;
constexpr auto layer = sigmoid(Wv * xv + bv);
tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;
tensor<double, 64> d;

#ifdef ONELOOP_CONTROL
auto f = layer(Wv = W, xv = cast<float>(d), bv = b);
#else
auto f = layer(Wv = W, xv = d, bv = b);
#endif
