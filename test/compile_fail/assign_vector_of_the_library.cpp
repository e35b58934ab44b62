// SPDX-License-Identifier: BSL-1.0
// Nor is a std::vector assigned without a shape.
// expect: operand_is_no_formula<.*"=".*extents<64>.*vector<float>.*use<.*"view<T, 64>\(b\)"
#include <oneloop/oneloop.hpp>

#include <vector>

using namespace oneloop;

tensor<float, 64> x;
std::vector<float> v(64);

void store() {
#ifdef ONELOOP_CONTROL
  x = view<float, 64>(v);
#else
  x = v;
#endif
}
