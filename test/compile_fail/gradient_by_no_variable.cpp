// SPDX-License-Identifier: BSL-1.0
// By a variable that the formula does not have; the message lists those it has.
// expect: no_such_variable<.*"k".*variables<.*"W".*"x".*"b"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto Wv = var<"W", 128, 64>;
constexpr auto xv = var<"x", 64>;
constexpr auto bv = var<"b", 128>;
constexpr auto kv = var<"k">;
constexpr auto layer = sigmoid(Wv * xv + bv);

#ifdef ONELOOP_CONTROL
auto g = gradient(sum(layer), wrt(Wv, bv));
#else
auto g = gradient(sum(layer), wrt(Wv, kv));
#endif
