// SPDX-License-Identifier: BSL-1.0
// expect: shapes_do_not_fit.*"\*".*extents<128, 64>.*extents<32>.*columns of the left.*64.*==.*rows of the right.*32
#include <oneloop/oneloop.hpp>

using namespace oneloop;

void f(tensor<float, 128, 64> const& W) {
#ifdef ONELOOP_CONTROL
  tensor<float, 64> x;
#else
  tensor<float, 32> x;
#endif
  auto P = pack(W);
  auto y = sigmoid(P * x);
  (void)y;
}
