// SPDX-License-Identifier: BSL-1.0
// The same on the left of a product, and nothing follows in the rest of the formula.
// expect: operand_is_no_formula<.*"\*".*vector<float>.*extents<"?.*batch.*use<.*"view<T, batch, 64>\(a\)"
#include <oneloop/oneloop.hpp>

#include <vector>

using namespace oneloop;

constexpr auto batch = dim<"batch">;
tensor<float, batch, 64> X(4);
std::vector<float> v(4);

#ifdef ONELOOP_CONTROL
auto y = evaluate(exp(view<float, batch>(v, 4) * X) + 1);
#else
auto y = evaluate(exp(v * X) + 1);
#endif
