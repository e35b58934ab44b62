// SPDX-License-Identifier: BSL-1.0
// stabilize(f): the formula over stable nodes. The rules are in stable_rules.hpp, a line each.
#pragma once

#include <oneloop/formula/print.hpp>
#include <oneloop/rewrite/stable_rules.hpp>

namespace ONELOOP_NAMESPACE {

/// stabilize(f): f with what overflows, underflows or cancels replaced by functions that do not:
/// stabilize(log(sigmoid(x))) is log_sigmoid(x). Only where it is called; nothing is rewritten unasked.
/// Shape, elements: those of f. Over variables the result is a constant like f; over data it refers to the same
/// data, or holds it as f does, so that it may outlive f. Numbers are seen where they stand in the type: 1_c, not 1.
/// What a formula repeats (hypot, tanh) is seen over variables, and over data bound to them by name.
/// Special values: what was right stays right within the bounds of the functions that replace it; hypot(inf, NaN) is
/// inf, where sqrt(x² + y²) was NaN. Threads are asked for last: par(stabilize(f)).
/// Cost: at compile time only, 0.3 s for the first use in a unit.
template <operand F>
constexpr auto stabilize(F&& formula) {
  if constexpr (any_invalid<F>)
    return invalid{};
  else
    return rewriting::rewritten<rewriting::stable_rules, false>(as_formula(static_cast<F&&>(formula)));
}

namespace rewriting {

template <class Steps>
struct write_steps;
template <class... Steps>
struct write_steps<type_list<Steps...>> {
  template <class Step>
  static constexpr void write_one(writer& out) {
    oneloop::detail::write<typename Step::before>(out, oneloop::detail::loosest);
    out << " -> ";
    oneloop::detail::write<typename Step::after>(out, oneloop::detail::loosest);
    out << ": " << Step::rule::reason << " (" << Step::rule::domain << ")\n";
  }
  constexpr void operator()(writer& out) const { (write_one<Steps>(out), ...); }
};

}  // namespace rewriting

/// explain_stabilize(f): what stabilize(f) does, a line per step, as a constant; empty where there is nothing to do.
/// The outer steps come first. For a formula over data, explain_stabilize_v<decltype(f)>.
template <class F>
inline constexpr auto explain_stabilize_v =
    written<rewriting::write_steps<rewriting::steps_t<rewriting::stable_rules, false, formula_t<F>>>>();

template <formula F>
constexpr auto explain_stabilize(F const&) {
  if constexpr (any_invalid<F>)
    return invalid{};
  else
    return explain_stabilize_v<F const&>;
}

}  // namespace ONELOOP_NAMESPACE
