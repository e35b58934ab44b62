// SPDX-License-Identifier: BSL-1.0
// Formulas of many operands are taken apart: neither they nor their plans are copied through memory (decision 0019).
// flags: -O2 -march=x86-64-v3
// flags: -O3 -march=x86-64-v3
// codegen: gates calls=0 stores<=20 spills=0
// What is called is what checks extents, and what streams a large result.
// codegen-gcc: terms calls<=2 stores<=130
// codegen-gcc: polynomial calls<=3 stores<=160
// codegen-clang: terms calls<=12 stores<=130
// codegen-clang: polynomial calls<=12 stores<=130
#include <oneloop/oneloop.hpp>

using namespace oneloop;

using weights = tensor<float, 8, 8>;
using units = tensor<float, 8>;
using vector = view<float const, dyn>;

extern "C" void gates(units& y, weights const& W, weights const& U, units const& x, units const& h, units const& b) {
  noalias(y) = sigmoid(W * x + U * h + b) % h + (1_c - sigmoid(W * x + U * h + b)) % tanh(W * h + U * x + b);
}

extern "C" void terms(view<float, dyn> y, vector x, vector z, vector w) {
  y = x % z + 2.0f * w - (x - z) % w + sqrt(abs(z)) * 3.0f + min(x, w) % (z + 1.0f) - max(x + z, w) / (w + 5.0f) +
      x * 0.5f % z;
}

// By Horner's rule.
template <int Degree>
auto powers(vector x) {
  if constexpr (Degree == 1)
    return 0.1f * x;
  else
    return (powers<Degree - 1>(x) + 0.1f * Degree) % x;
}

extern "C" void polynomial(view<float, dyn> y, vector x) { y = powers<12>(x); }
