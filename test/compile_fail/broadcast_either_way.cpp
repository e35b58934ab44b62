// SPDX-License-Identifier: BSL-1.0
// A reduced square matrix beside the whole: both ways to repeat it are named.
// expect: shapes_do_not_fit<.*"-".*use<.*"broadcast<dyn, dyn>\(b\)".*"expand_as<1>\(b, a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, dyn, dyn> Z(3, 3);

#ifdef ONELOOP_CONTROL
auto f = Z - expand_as<-1>(mean<-1>(Z), Z);
#else
auto f = Z - mean<-1>(Z);
#endif
