// SPDX-License-Identifier: BSL-1.0
// A gradient is of a number; the message says how to get one.
// expect: wrong_rank<.*"gradient".*extents<128>.*rule<.*"a number, as sum or mean give"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto Wv = var<"W", 128, 64>;
constexpr auto xv = var<"x", 64>;
constexpr auto bv = var<"b", 128>;
constexpr auto kv = var<"k">;
constexpr auto layer = sigmoid(Wv * xv + bv);

#ifdef ONELOOP_CONTROL
auto g = gradient(sum(layer), Wv);
#else
auto g = gradient(layer, Wv);
#endif
