// SPDX-License-Identifier: BSL-1.0
// options: -O0 -Wno-psabi
#include "build.hpp"
#include "parts.hpp"

namespace formulas {

unit gradients() { return drawn_gradients<first_seed, (count + 3) / 4>(); }

}  // namespace formulas
