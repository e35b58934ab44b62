// SPDX-License-Identifier: BSL-1.0
// Several results at once, one of them wrong.
// expect: shapes_do_not_fit<.*"\+".*extents<128>.*extents<64>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
float f() {
  auto [low, y] = evaluate(min(b), b + b);
  return low + y(0);
}
#else
float f() {
  auto [low, y] = evaluate(min(b), b + x);
  return low + y(0);
}
#endif
