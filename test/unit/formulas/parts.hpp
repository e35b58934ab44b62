// SPDX-License-Identifier: BSL-1.0
// The formulas of each unit. A unit is of one element type for the most part, so that it compiles each kernel once.
// Most units are not optimised, for the compiler's sake: g++ 12 takes 1.1 s a formula at -O0 and 2.2 s at -O1.
#pragma once

#include "environment.hpp"

// CMake: the first seed, and how many formulas each unit draws.
#ifndef ONELOOP_FORMULAS_SEED
#define ONELOOP_FORMULAS_SEED 0
#endif
#ifndef ONELOOP_FORMULAS_COUNT
#define ONELOOP_FORMULAS_COUNT 36
#endif

namespace formulas {

inline constexpr std::uint64_t first_seed = ONELOOP_FORMULAS_SEED;
inline constexpr int count = ONELOOP_FORMULAS_COUNT;

unit floats();
unit more_floats();
unit doubles();
unit integers();
unit optimised();
unit gradients();

}  // namespace formulas
