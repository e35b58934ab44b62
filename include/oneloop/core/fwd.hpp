// SPDX-License-Identifier: BSL-1.0
// The doors to later layers: from an operation (op/) to the nodes (formula/), so that an operation's header
// holds its tag, its kernel and its function together; from a tensor's assignment to the evaluation (eval/).
#pragma once

#include <oneloop/core/concepts.hpp>
#include <oneloop/core/config.hpp>
#include <oneloop/core/fixed_string.hpp>

namespace ONELOOP_NAMESPACE {

/// The elementwise node of operation `Op` over the operands. Defined in formula/apply.hpp.
template <class Op, class... Args>
constexpr auto elementwise(Args&&... args);

/// The node that reduces all axes, or the one given by index or dimension. Defined in formula/reduce.hpp.
template <class Op, class Arg>
constexpr auto reduction(Arg&& arg);
template <class Op, auto Axis, class Arg>
constexpr auto reduction(Arg&& arg);

/// The value of a formula of rank 0. Defined in eval/evaluate.hpp; formulas convert to numbers by it.
template <class Number, class F>
constexpr Number value_of(F const& formula);

/// What `target += formula` and its kin assign; their errors name that operator. Defined in formula/operators.hpp.
template <fixed_string Operator, class Target, class F>
constexpr auto compound(Target& target, F const& formula);

/// Whether the formula may read the target: it may; it is promised not to; it cannot, the target being made.
enum class aliasing { possible, none, fresh };
/// Evaluates `formula` into `target`. Defined in eval/assign.hpp; tensors and views call it.
template <aliasing Aliasing, class Target, class F>
constexpr void assign(Target& target, F const& formula);

}  // namespace ONELOOP_NAMESPACE
