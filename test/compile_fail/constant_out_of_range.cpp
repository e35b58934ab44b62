// SPDX-License-Identifier: BSL-1.0
// A constant in the type is a fraction of two numbers of 64 bits.
// expect: no_constant<.*"1e-30".*rule<.*"between 1e-18_c and 1e18_c"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = 1e-18_c * x;
#else
auto y = 1e-30_c * x;
#endif
