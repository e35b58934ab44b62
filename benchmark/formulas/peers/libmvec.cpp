// SPDX-License-Identifier: BSL-1.0
// Plain loops under -ffast-math, where the compiler calls the C library's vector functions (libmvec).
#include "peers.hpp"

#include <cmath>

namespace {

[[gnu::noinline]] void axpy(float a, float const* __restrict x, float const* __restrict y, float* __restrict z, long count) {
  for (long i = 0; i < count; ++i) z[i] = a * x[i] + y[i];
}
[[gnu::noinline]] void sigmoid(float const* __restrict x, float* __restrict z, long count) {
  for (long i = 0; i < count; ++i) z[i] = 1 / (1 + std::exp(-x[i]));
}
[[gnu::noinline]] void linear(float const* __restrict X, float const* __restrict W, float const* __restrict b,
                              float* __restrict Y, long batch, long outputs, long inputs) {
  for (long r = 0; r < batch; ++r) {
    for (long o = 0; o < outputs; ++o) {
      float sum = b[o];
      for (long i = 0; i < inputs; ++i) sum += X[r * inputs + i] * W[o * inputs + i];
      Y[r * outputs + o] = sum;
    }
    for (long o = 0; o < outputs; ++o) Y[r * outputs + o] = 1 / (1 + std::exp(-Y[r * outputs + o]));
  }
}

peers::registered const libmvec({
    .name = "libmvec",
    .axpy = [](float const* a, peers::in x, peers::in y, peers::out z, long count) -> peers::made {
      return {[=] { axpy(*a, x, y, z, count); }};
    },
    .sigmoid = [](peers::in x, peers::out z, long count) -> peers::made {
      return {[=] { sigmoid(x, z, count); }};
    },
    .layer = [](peers::in W, peers::in x, peers::in b, peers::out y, int rows, int columns) -> peers::made {
      return {[=] { linear(x, W, b, y, 1, rows, columns); }};
    },
    .linear = [](peers::in X, peers::in W, peers::in b, peers::out Y, int batch, int outputs, int inputs) -> peers::made {
      return {[=] { linear(X, W, b, Y, batch, outputs, inputs); }};
    },
});

}  // namespace
