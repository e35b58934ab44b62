// SPDX-License-Identifier: BSL-1.0
// expect: cannot_construct<.*"tensor".*extents<2, 2>.*rule<.*"rows in braces: {{1,2},{3,4}}"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

#ifdef ONELOOP_CONTROL
tensor<float, 2, 2> x{{1, 2}, {3, 4}};
#else
tensor<float, 2, 2> x{1, 2, 3, 4};
#endif
