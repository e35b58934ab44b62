// SPDX-License-Identifier: BSL-1.0
// The reference: the table of a drawn formula, walked in long double, element by element. Of the library it knows the
// promised errors (Op::ulp), nothing else.
#pragma once

#include <string>
#include <vector>

#include "interval.hpp"

namespace formulas {

/// Row-major.
struct grid {
  shape axes;
  list extents;
  std::vector<interval> values;
};

/// What each result may be, in the order of the roots; with a compound assignment, after it. Exact: the values,
/// unrounded.
std::vector<grid> reference(environment const& env, bool exact = false);

/// Whether the bound says something: at most this many units in the last place wide.
inline bool sharp(interval const& x, element type) {
  if (!x.number) return true;
  if (x.nan) return false;
  if (x.lo == x.hi) return true;
  real const unit = precision::of(type, false).epsilon;
  return x.hi - x.lo <= 4096 * unit * std::max(real(1), x.size());
}

/// The formula as code, with its operands; and the words for its name alone.
std::string code_of(program const& p);
std::string declarations_of(environment const& env);
char const* name_of(kind k);

}  // namespace formulas
