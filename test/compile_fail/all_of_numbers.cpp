// SPDX-License-Identifier: BSL-1.0
// any and all ask masks.
// expect: wrong_element_type<.*"all".*int, .*use<.*"a comparison, as in a != 0"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<std::int32_t, 64> n;

#ifdef ONELOOP_CONTROL
auto y = all<0>(n > 0);
#else
auto y = all<0>(n);
#endif
