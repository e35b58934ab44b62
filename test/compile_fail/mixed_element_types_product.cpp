// SPDX-License-Identifier: BSL-1.0
// Nor in a product.
// expect: mixed_element_types<.*"\*".*float, double, .*use<.*"cast<T>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;
tensor<double, 64> d;

#ifdef ONELOOP_CONTROL
auto y = W * cast<float>(d);
#else
auto y = W * d;
#endif
