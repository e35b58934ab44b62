// SPDX-License-Identifier: BSL-1.0
// A function of real numbers.
// expect: wrong_element_type<.*"sigmoid".*int, .*use<.*"cast<float>\(a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<std::int32_t, 64> n;

#ifdef ONELOOP_CONTROL
auto y = sigmoid(cast<float>(n));
#else
auto y = sigmoid(n);
#endif
