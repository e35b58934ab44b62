// SPDX-License-Identifier: BSL-1.0
// where chooses by a mask.
// expect: wrong_element_type<.*"where".*float, .*use<.*"a comparison, as in a != 0"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = where(x != 0, x, 1);
#else
auto y = where(x, x, 1);
#endif
