// SPDX-License-Identifier: BSL-1.0
// The same over variables: a formula is checked when it is written, before there is data.
// expect: shapes_do_not_fit<.*"\*".*extents<128, 64>.*extents<32>.*needed<.*"columns of the left".*64.*"==".*"rows of the right".*32
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto W = var<"W", 128, 64>;

#ifdef ONELOOP_CONTROL
constexpr auto y = W * var<"x", 64>;
#else
constexpr auto y = W * var<"x", 32>;
#endif
