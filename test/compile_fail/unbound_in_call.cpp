// SPDX-License-Identifier: BSL-1.0
// A call binds every variable of the formula.
// expect: unbound_variable<.*"b"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto Wv = var<"W", 128, 64>;
constexpr auto xv = var<"x", 64>;
constexpr auto bv = var<"b", 128>;
constexpr auto layer = sigmoid(Wv * xv + bv);
tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto f = layer(Wv = W, xv = x, bv = b);
#else
auto f = layer(Wv = W, xv = x);
#endif
