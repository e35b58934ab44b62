// SPDX-License-Identifier: BSL-1.0
// A constant is written in decimal digits.
// expect: no_constant<.*"0x1F".*rule<.*"decimal: 1_c, 0\.5_c, 1e-3_c"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = 31_c * x;
#else
auto y = 0x1F_c * x;
#endif
