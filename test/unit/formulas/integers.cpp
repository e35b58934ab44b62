// SPDX-License-Identifier: BSL-1.0
// options: -O0 -Wno-psabi
#include "build.hpp"
#include "parts.hpp"

namespace formulas {

unit integers() { return entries<element::i32, first_seed, (count + 1) / 2>(); }

}  // namespace formulas
