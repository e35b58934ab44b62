// SPDX-License-Identifier: BSL-1.0
// Equality of formulas, the measure of every rewrite.
#pragma once

#include <oneloop/formula/leaf.hpp>

namespace ONELOOP_NAMESPACE {

/// same_formula(f, g): whether two formulas are built alike: the same operations over the same variables and
/// constants, in the same order. A constant; for formulas over data it says that their types agree, which is
/// less: two tensors of one type are not told apart.
template <formula F, formula G>
constexpr bool same_formula(F const&, G const&) {
  return std::is_same_v<formula_t<F const&>, formula_t<G const&>>;
}

}  // namespace ONELOOP_NAMESPACE
