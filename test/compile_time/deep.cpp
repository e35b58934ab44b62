// SPDX-License-Identifier: BSL-1.0
// A formula of 64 operations, one within the other, compiles within the compilers' default depth of instantiations (900
// with g++, 1024 with clang), evaluation included.
#include <oneloop/oneloop.hpp>

using namespace oneloop;
using vector = tensor<float, dyn>;

template <int Operations>
auto chain(vector const& x, vector const& y) {
  if constexpr (Operations == 0)
    return x + y;
  else
    return chain<Operations - 2>(x, y) * 0.5f - y;
}

void deep(vector& z, vector const& x, vector const& y) { z = chain<64>(x, y); }
