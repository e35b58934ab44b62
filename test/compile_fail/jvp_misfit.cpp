// SPDX-License-Identifier: BSL-1.0
// A direction of another shape than the variable.
// expect: binding_does_not_fit<.*"x".*variable<.*extents<64>.*given<.*extents<128>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto Wv = var<"W", 128, 64>;
constexpr auto xv = var<"x", 64>;
constexpr auto bv = var<"b", 128>;
constexpr auto kv = var<"k">;
constexpr auto layer = sigmoid(Wv * xv + bv);

#ifdef ONELOOP_CONTROL
auto g = jvp(layer, xv = xv);
#else
auto g = jvp(layer, xv = bv);
#endif
