// SPDX-License-Identifier: BSL-1.0
// A fused layer, an elementwise chain, functions, a reduction: loops only, nothing is called. The layer is one loop
// over packs of results around two of eight rows each, which g++ closes by up to three backward jumps; where the target
// may be aliased, a copy follows.
// flags: -O2 -march=x86-64-v3
// flags: -O2 -march=x86-64-v4
// codegen: layer_static calls=0 loops>=1 loops<=7 spills=0
// codegen: layer_noalias calls=0 loops>=1 loops<=5 spills=0
// codegen: chain calls=0 loops>=1 loops<=3 spills=0
// codegen: sigmoid_1024 calls=0 loops>=1 loops<=3 spills=0
// codegen: stable_sigmoid_1024 calls=0 loops>=1 loops<=3 spills=0
// codegen: mean_1024 calls=0 loops>=1 loops<=3 spills=0
// codegen: over_variables calls=0 loops>=1 loops<=5 spills=0
// codegen: initialised calls=0 loops>=1 loops<=7 spills=0
// codegen: evaluated calls<=1 loops>=1 loops<=7 spills=0
// codegen: several calls=0 loops>=1 loops<=2 spills=0
#include <oneloop/oneloop.hpp>

using namespace oneloop;

using matrix = tensor<float, 128, 64>;
using input = tensor<float, 64>;
using output = tensor<float, 128>;
using wide = tensor<float, 1024>;

extern "C" void layer_static(output& y, matrix const& W, input const& x, output const& b) { y = sigmoid(W * x + b); }

extern "C" void layer_noalias(output& y, matrix const& W, input const& x, output const& b) {
  noalias(y) = sigmoid(W * x + b);
}

extern "C" void over_variables(output& y, matrix const& W, input const& x, output const& b) {
  constexpr auto Wv = var<"W", 128, 64>;
  constexpr auto xv = var<"x", 64>;
  constexpr auto bv = var<"b", 128>;
  constexpr auto layer = sigmoid(Wv * xv + bv);
  noalias(y) = layer(Wv = W, xv = x, bv = b);
}

extern "C" void chain(wide& y, float a, wide const& x, wide const& b) { y = a * x + b; }

extern "C" void sigmoid_1024(wide& y, wide const& x) { y = sigmoid(x); }

extern "C" void stable_sigmoid_1024(wide& y, wide const& x) { y = stable_sigmoid(x); }

extern "C" float mean_1024(wide const& x) { return evaluate(mean(x)); }

extern "C" void initialised(output& y, matrix const& W, input const& x, output const& b) {
  output const z = sigmoid(W * x + b);
  y += z;
}

extern "C" void evaluated(output& y, matrix const& W, input const& x, output const& b) {
  auto const z = evaluate(sigmoid(W * x + b));
  y += z;
}

extern "C" float several(wide const& x) {
  auto const [low, high] = evaluate(min(x), max(x));
  return high - low;
}
