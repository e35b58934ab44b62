// SPDX-License-Identifier: BSL-1.0
// A batched layer, a loss over a product, a packed layer: loops only, which keep to the registers. The products of a block
// are computed and followed in registers and in one buffer, in a function of their own (decision 0017) that calls nothing.
// flags: -O2 -march=x86-64-v3
// flags: -O2 -march=x86-64-v4
// codegen: batched calls=1
// codegen: batched_packed calls=1
// codegen: ~folded_apart calls=0 loops>=3 spills=0
// codegen: packed_layer calls=0 loops>=1 loops<=4 spills=0
// codegen: loss calls=0 loops>=1 spills=0
#include <oneloop/oneloop.hpp>

using namespace oneloop;

using batch = tensor<float, 32, 64>;
using weights = tensor<float, 128, 64>;
using bias = tensor<float, 128>;
using results = tensor<float, 32, 128>;
using packed_weights = decltype(pack(weights()));

extern "C" void batched(results& Y, batch const& X, weights const& W, bias const& b) {
  noalias(Y) = stable_sigmoid(linear(X, W, b));
}

extern "C" void batched_packed(results& Y, batch const& X, packed_weights const& P, bias const& b) {
  noalias(Y) = stable_sigmoid(linear(X, P, b));
}

extern "C" void packed_layer(bias& y, packed_weights const& P, tensor<float, 64> const& x, bias const& b) {
  noalias(y) = sigmoid(P * x + b);
}

extern "C" float loss(batch const& X, tensor<float, 64> const& w, float k, tensor<float, 32> const& t) {
  return evaluate(mean(bce_with_logits(X * w + k, t)));
}
