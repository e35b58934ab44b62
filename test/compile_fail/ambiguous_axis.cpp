// SPDX-License-Identifier: BSL-1.0
// A name that two axes have tells neither.
// expect: ambiguous_axis<.*"sum".*"n".*extents<.*"n".*"n".*rule<.*"the axis by its index"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto n = dim<"n">;
tensor<float, n, n> S(4, 4);

#ifdef ONELOOP_CONTROL
auto y = sum<0>(S);
#else
auto y = sum<n>(S);
#endif
