// SPDX-License-Identifier: BSL-1.0
// any and all ask masks.
// expect: wrong_element_type<.*"any".*float, .*use<.*"a comparison, as in a != 0"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = any(x != 0);
#else
auto y = any(x);
#endif
