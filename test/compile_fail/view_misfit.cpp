// SPDX-License-Identifier: BSL-1.0
// A view over an array of another shape.
// expect: (deleted function|deleted constructor).*view<
// expect: other shape, layout or elements
#include <oneloop/oneloop.hpp>

using namespace oneloop;

void f(tensor<float, 3, 2>& x) {
#ifdef ONELOOP_CONTROL
  view<float, 3, 2> v(x);
#else
  view<float, 2, 3> v(x);
#endif
  v = 0;
}
