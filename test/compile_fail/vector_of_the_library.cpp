// SPDX-License-Identifier: BSL-1.0
// A std::vector has no shape: the message says how it gets one.
// expect: operand_is_no_formula<.*"\+".*extents<64>.*vector<float>.*use<.*"view<T, 64>\(b\)"
#include <oneloop/oneloop.hpp>

#include <vector>

using namespace oneloop;

tensor<float, 64> x;
std::vector<float> v(64);

#ifdef ONELOOP_CONTROL
auto y = x + view<float, 64>(v);
#else
auto y = x + v;
#endif
