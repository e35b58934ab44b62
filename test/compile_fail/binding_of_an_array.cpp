// SPDX-License-Identifier: BSL-1.0
// Nor is it bound to a variable; the error names that.
// expect: operand_is_no_formula<.*"x".*extents<64>.*float ?\[64\].*use<.*"view<T, ...>\(value\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto xv = var<"x", 64>;
float data[64];

#ifdef ONELOOP_CONTROL
auto y = evaluate(exp(xv)(xv = view<float, 64>(data)));
#else
auto y = evaluate(exp(xv)(xv = data));
#endif
