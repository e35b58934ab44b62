// SPDX-License-Identifier: BSL-1.0
// A count is the sum of a cast.
// expect: wrong_element_type<.*"sum".*bool, .*use<.*"cast<float>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = sum(cast<float>(x > 0));
#else
auto y = sum(x > 0);
#endif
