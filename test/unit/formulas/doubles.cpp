// SPDX-License-Identifier: BSL-1.0
// options: -O0 -Wno-psabi
#include "build.hpp"
#include "parts.hpp"

namespace formulas {

unit doubles() { return entries<element::f64, first_seed + 2 * count, count>(); }

}  // namespace formulas
