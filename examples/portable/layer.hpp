// SPDX-License-Identifier: BSL-1.0
// What the program and the units of all instruction sets share: a declaration, and no type of oneloop's.
#pragma once

#include <cstddef>

struct layer {
  static constexpr std::ptrdiff_t outputs = 128, inputs = 64;

  /// y = stable_sigmoid(W x + b), W row by row.
  template <class Arch>
  void operator()(Arch, float const* W, float const* x, float const* b, float* y) const;
};
