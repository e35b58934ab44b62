// SPDX-License-Identifier: BSL-1.0
// Links only when there is a kernel for each of the list.
#include "portable.hpp"

#include <xsimd/xsimd.hpp>

int main() {
  float const x[] = {1, 2, 3, 4};
  return xsimd::dispatch<ONELOOP_ARCH_LIST>(sum{})(x) == 10 ? 0 : 1;
}
