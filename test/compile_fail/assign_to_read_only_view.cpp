// SPDX-License-Identifier: BSL-1.0
// A view of const elements is read.
// expect: read_only_target<.*"=".*extents<64>.*rule<.*"view<T>, not view<T const>"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
void f(float* p) {
  auto v = view<float, 64>(p);
  v = v + x;
  v += x;
}
#else
void f(float const* p) {
  auto v = view<float const, 64>(p);
  v = v + x;
}
#endif
