// SPDX-License-Identifier: BSL-1.0
// -1 and 2 are one axis.
// expect: ambiguous_axis<.*"mean".*, 2, .*extents<2, 3, 4>.*rule<.*"each axis once"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 2, 3, 4> X;

#ifdef ONELOOP_CONTROL
auto y = mean<-1, 0>(X);
#else
auto y = mean<-1, 2>(X);
#endif
