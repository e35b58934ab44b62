// SPDX-License-Identifier: BSL-1.0
// The name is that of the function, not of what it is made of.
// expect: mixed_element_types<.*"linear".*float, double
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 5, 64> X;
tensor<double, 128, 64> W;

#ifdef ONELOOP_CONTROL
auto f = linear(X, cast<float>(W));
#else
auto f = linear(X, W);
#endif
