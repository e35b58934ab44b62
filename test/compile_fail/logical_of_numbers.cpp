// SPDX-License-Identifier: BSL-1.0
// && is of masks.
// expect: wrong_element_type<.*"&&".*float, .*use<.*"a comparison, as in a != 0"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = x != 0 && x < 1;
#else
auto y = x && x;
#endif
