// SPDX-License-Identifier: BSL-1.0
// What was evaluated from a mistake can be used as a number, an array, a condition.
// expect: shapes_do_not_fit<.*"\*".*extents<128, 64>.*extents<32>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;
tensor<float, 32> bad;

template <class X>
float use(X const& x) {
  auto const y = evaluate(tanh(W * x + b));
  float const first = y(0) + 2 * y[1];
  float const largest = evaluate(max(abs(y)));
  float total = 0;
  for (auto element : y) total = total + element;
  if (evaluate(all(y < 1)) && y.size() == 128) return first;
  tensor<float, 128> z = y;
  z += y;
  noalias(z) = 2 * y;
  z(3) = y(3);
  return total + largest + z(0);
}

#ifdef ONELOOP_CONTROL
float f() { return use(x); }
#else
float f() { return use(bad); }
#endif
