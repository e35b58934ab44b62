// SPDX-License-Identifier: BSL-1.0
// What the test and the units of all instruction sets share.
#pragma once

#include <cstddef>

/// y = stable_sigmoid(x)
struct squash {
  template <class Arch>
  void operator()(Arch, float const* x, float* y, std::ptrdiff_t count) const;
};

struct sizes {
  std::ptrdiff_t batch, in, out, bias;
};

/// Y = stable_sigmoid(X Wᵀ + b), and the mean of Y; false where the sizes do not fit.
struct batch_layer {
  template <class Arch>
  bool operator()(Arch, float const* X, float const* W, float const* b, sizes, float* Y, float* mean) const;
};
