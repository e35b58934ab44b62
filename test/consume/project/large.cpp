// SPDX-License-Identifier: BSL-1.0
// A program whose large products are a BLAS's: compiles and links.
#include <oneloop/oneloop.hpp>

static_assert(ONELOOP_HAS_BLAS);

int main() {
  oneloop::tensor<double, oneloop::dyn, oneloop::dyn> A(1600, 1600), B(1600, 1600), C(1600, 1600);
  C = A * B + 1;
  return C(1599, 1599) == 1 ? 0 : 1;
}
