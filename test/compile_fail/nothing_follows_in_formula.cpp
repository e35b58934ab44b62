// SPDX-License-Identifier: BSL-1.0
// One mistake inside a big formula is one error.
// expect: shapes_do_not_fit<.*"\*".*extents<128, 64>.*extents<32>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;
tensor<float, 32> bad;
tensor<float, 128> y;

#ifdef ONELOOP_CONTROL
void f() { y = stable_sigmoid(W * x + b) * 2 - exp(-b) / (1 + max(b)); }
#else
void f() { y = stable_sigmoid(W * bad + b) * 2 - exp(-b) / (1 + max(b)); }
#endif
