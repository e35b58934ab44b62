// SPDX-License-Identifier: BSL-1.0
// Two products are possible: the message names both.
// expect: vector_times_vector<.*"\*".*extents<64>.*extents<64>.*use<.*"hadamard\(a, b\) or a % b".*"dot\(a, b\)"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = hadamard(x, x) + x % x;
auto z = dot(x, x);
#else
auto y = x * x;
#endif
