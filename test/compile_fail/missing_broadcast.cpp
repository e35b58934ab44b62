// SPDX-License-Identifier: BSL-1.0
// Nothing is repeated silently: the message spells the call that does it.
// expect: shapes_do_not_fit<.*"\+".*extents<128, 64>.*extents<64>.*use<.*"broadcast<128, 64>\(b\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = W + broadcast<128, 64>(x);
#else
auto y = W + x;
#endif
