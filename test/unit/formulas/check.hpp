// SPDX-License-Identifier: BSL-1.0
// One drawn formula over many data, and what must be so.
#pragma once

#include "reference.hpp"

namespace formulas {

struct tally {
  long elements = 0, sharp = 0;
};

/// Data of several kinds, extents that differ; each element lies within the bound of the reference. Elementwise
/// formulas give the same bits for an element alone and for the first ones alone. Reports by Boost.Test.
tally check(entry const& e);

/// Derivatives beside differences of the reference in long double.
tally check_gradient(entry const& e);

}  // namespace formulas
