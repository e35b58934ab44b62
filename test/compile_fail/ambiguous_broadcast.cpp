// SPDX-License-Identifier: BSL-1.0
// A vector of "n" beside a matrix of [n, n]: along which axis?
// expect: shapes_do_not_fit<.*"-".*use<.*"broadcast<n, n>\(b\)".*"expand_as<1>\(b, a\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto n = dim<"n">;
tensor<float, n, n> S(4, 4);

#ifdef ONELOOP_CONTROL
auto f = S - expand_as<0>(mean<0>(S), S);
auto g = S - broadcast<n, n>(mean<0>(S));
#else
auto f = S - mean<0>(S);
#endif
