// SPDX-License-Identifier: BSL-1.0
// A run-time extent too few.
// expect: (deleted function|deleted constructor).*view<
// expect: needs one extent for each run-time dimension
#include <oneloop/oneloop.hpp>

using namespace oneloop;

float f(float* data, int n) {
#ifdef ONELOOP_CONTROL
  view<float, dyn, dyn> v(data, n, 2);
#else
  view<float, dyn, dyn> v(data, n);
#endif
  return evaluate(sum(v));
}
