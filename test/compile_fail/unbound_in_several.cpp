// SPDX-License-Identifier: BSL-1.0
// Every formula that is evaluated needs its data.
// expect: unbound_variable<.*"x"
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
auto r = evaluate(min(W * x), max(b));
auto low = std::get<0>(r);
#else
auto r = evaluate(min(W * xv), max(b));
auto low = std::get<0>(r);
#endif
