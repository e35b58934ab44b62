// SPDX-License-Identifier: BSL-1.0
// options: -O0 -Wno-psabi
#include "build.hpp"
#include "parts.hpp"

namespace formulas {

unit floats() { return entries<element::f32, first_seed, count>(); }

}  // namespace formulas
