// SPDX-License-Identifier: BSL-1.0
// A pointer to constants, for elements that may be written.
// expect: (deleted function|deleted constructor).*view<
// expect: other elements, or const: view<T const, ...>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

float f(float const* data, int n) {
#ifdef ONELOOP_CONTROL
  view<float const, dyn> v(data, n);
#else
  view<float, dyn> v(data, n);
#endif
  return evaluate(sum(v));
}
