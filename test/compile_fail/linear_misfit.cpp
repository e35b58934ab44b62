// SPDX-License-Identifier: BSL-1.0
// linear(X, W, b) takes the weights as PyTorch does, [out, in].
// expect: shapes_do_not_fit<.*"linear".*extents<.*"batch".*64>.*extents<64, 128>.*"last axis of the input".*64.*"==".*"columns of the weights".*128
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto batch = dim<"batch">;
tensor<float, batch, 64> X(4);
tensor<float, 128, 64> W;
tensor<float, 64, 128> V;
tensor<float, 128> b;

#ifdef ONELOOP_CONTROL
auto y = linear(X, W, b);
#else
auto y = linear(X, V, b);
#endif
