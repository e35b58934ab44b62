// SPDX-License-Identifier: BSL-1.0
// Both numbers of elements are known.
// expect: static assertion failed.*oneloop: reshape: another number of elements
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 3, 4> A;

#ifdef ONELOOP_CONTROL
auto v = reshape<2, 6>(A);
#else
auto v = reshape<5, 5>(A);
#endif
