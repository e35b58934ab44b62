// SPDX-License-Identifier: BSL-1.0
// Two variables of one name and different shapes, of which no data can be both.
// expect: binding_does_not_fit<.*"x".*variable<.*extents<32>.*given<.*extents<64>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;
constexpr auto a = var<"x", 64>;
constexpr auto c = var<"x", 32>;

#ifdef ONELOOP_CONTROL
auto y = (sum(a) + sum(a))(a = x);
#else
auto y = (sum(a) + sum(c))(a = x);
#endif
