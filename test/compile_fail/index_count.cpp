// SPDX-License-Identifier: BSL-1.0
// One index of a matrix.
// expect: wrong_rank<.*"\(\.\.\.\)".*extents<3, 4>.*rule<.*"one index for each axis"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 3, 4> A;

#ifdef ONELOOP_CONTROL
float f() { return A(1, 2) + A[1][2]; }
#else
float f() { return A(1); }
#endif
