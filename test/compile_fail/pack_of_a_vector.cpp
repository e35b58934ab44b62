// SPDX-License-Identifier: BSL-1.0
// expect: wrong_rank.*"pack".*extents<4>.*a matrix
#include <oneloop/oneloop.hpp>

using namespace oneloop;

void f() {
  tensor<float, 4, 4> W;
  tensor<float, 4> x;
#ifdef ONELOOP_CONTROL
  auto P = pack(W);
#else
  auto P = pack(x);
#endif
  (void)P;
}
