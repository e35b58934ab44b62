// SPDX-License-Identifier: BSL-1.0
// A position has no derivative.
// expect: no_derivative<.*"argmin"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto Wv = var<"W", 128, 64>;
constexpr auto xv = var<"x", 64>;
constexpr auto bv = var<"b", 128>;
constexpr auto kv = var<"k">;
constexpr auto layer = sigmoid(Wv * xv + bv);

#ifdef ONELOOP_CONTROL
auto g = gradient(sum(xv % cast<float>(xv < 0_c)), xv);
#else
auto g = gradient(sum(xv % cast<float>(argmin(xv))), xv);
#endif
