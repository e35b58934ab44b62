// SPDX-License-Identifier: BSL-1.0
// What a static_assert asks about a wrong formula is no second error.
// expect: shapes_do_not_fit<.*"\*".*extents<128, 64>.*extents<32>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto W = var<"W", 128, 64>;

#ifdef ONELOOP_CONTROL
constexpr auto x = var<"x", 64>;
#else
constexpr auto x = var<"x", 32>;
#endif

constexpr auto layer = sigmoid(W * x);
static_assert(shape_of(layer) == extents<128>);
static_assert(text(layer) == "sigmoid(W * x)");
static_assert(plan(layer).loops == 1 && plan(layer).temporaries == 0);
static_assert(plan_v<decltype(layer)>.loops == 1);
