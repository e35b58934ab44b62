// SPDX-License-Identifier: BSL-1.0
// A reduction along the last axis beside the whole.
// expect: shapes_do_not_fit<.*"/".*use<.*"expand_as<1>\(b, a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 4, 5> Z;

#ifdef ONELOOP_CONTROL
auto f = Z / expand_as<1>(sum<1>(Z), Z);
#else
auto f = Z / sum<1>(Z);
#endif
