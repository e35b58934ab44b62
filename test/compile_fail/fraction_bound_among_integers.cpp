// SPDX-License-Identifier: BSL-1.0
// A number with a fraction under a name would be cut off without a word.
// expect: mixed_element_types<.*"\*".*int, double, .*use<.*"cast<float>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<std::int32_t, 64> x;
constexpr auto n = var<"n", 64>;
constexpr auto s = var<"s">;

#ifdef ONELOOP_CONTROL
auto y = (n * s)(n = x, s = 3);
#else
auto y = (n * s)(n = x, s = 2.7);
#endif
