// SPDX-License-Identifier: BSL-1.0
// The name is that of the function, not of what it is made of.
// expect: wrong_element_type<.*"softmax".*int.*"cast<float>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<int, 4> i;

#ifdef ONELOOP_CONTROL
auto f = softmax(cast<float>(i));
#else
auto f = softmax(i);
#endif
