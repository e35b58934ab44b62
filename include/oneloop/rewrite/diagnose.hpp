// SPDX-License-Identifier: BSL-1.0
// diagnose(f): what is unstable in a formula, and why, as a constant; stabilize(f) would repair it.
#pragma once

#include <oneloop/rewrite/stabilize.hpp>

namespace ONELOOP_NAMESPACE {

namespace rewriting {

/// What one finding is: the formula, the rule that it meets, and the constants that would have to be written for it.
template <class Step>
inline constexpr bool is_proposal = Step::guessed::size > 0;

template <class Guessed>
struct write_constants;
template <class First, class... Rest>
struct write_constants<type_list<First, Rest...>> {
  constexpr void operator()(writer& out) const {
    oneloop::detail::write<First>(out, oneloop::detail::loosest);
    out << "_c";
    ((out << ", ", oneloop::detail::write<Rest>(out, oneloop::detail::loosest), out << "_c"), ...);
  }
};

template <class Steps>
struct write_findings;
template <class... Steps>
struct write_findings<type_list<Steps...>> {
  template <class Step>
  static constexpr void write_one(writer& out) {
    oneloop::detail::write<typename Step::before>(out, oneloop::detail::loosest);
    out << ": " << Step::rule::reason;
    if constexpr (is_proposal<Step>) {
      out << "; if this is " << text_v<typename Step::rule::pattern> << ", write "
          << written<write_constants<typename Step::guessed>>() << " instead of the plain number, for ";
      oneloop::detail::write<typename Step::after>(out, oneloop::detail::loosest);
    } else {
      out << "; stable: ";
      oneloop::detail::write<typename Step::after>(out, oneloop::detail::loosest);
    }
    out << "\n";
  }
  constexpr void operator()(writer& out) const { (write_one<Steps>(out), ...); }
};

template <class Steps>
struct diagnosis;
template <class... Steps>
struct diagnosis<type_list<Steps...>> {
  /// The findings: `before`, `after` and `guessed` are types; `rule` has `reason` and `domain`.
  using findings = type_list<Steps...>;
  /// What is unstable, and what would be if a plain number had the value that a rule needs.
  static constexpr int count = (0 + ... + !is_proposal<Steps>);
  static constexpr int proposals = (0 + ... + is_proposal<Steps>);
  static constexpr auto text = written<write_findings<findings>>();
};

}  // namespace rewriting

/// The diagnosis of a formula type: diagnose_v<decltype(f)> for a formula over data.
template <class F>
inline constexpr rewriting::diagnosis<rewriting::steps_t<rewriting::stable_rules, true, formula_t<F>>> diagnose_v{};

/// diagnose(f): the unstable subformulas of f, largest first, each once: .count of them, and .text with a line for
/// each: what, why, and what stabilize(f) makes of it. A plain number is data, whose value the compiler does not know:
/// where a rule needs a constant in its place, the line proposes it (`1_c` for 1), counted in .proposals.
/// static_assert(diagnose(f).count == 0) keeps a formula stable. A constant.
template <formula F>
constexpr auto diagnose(F const&) {
  if constexpr (any_invalid<F>)
    return invalid{};
  else
    return diagnose_v<F const&>;
}

}  // namespace ONELOOP_NAMESPACE
