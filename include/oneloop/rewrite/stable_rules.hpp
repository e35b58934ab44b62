// SPDX-License-Identifier: BSL-1.0
// What stabilize(f) knows: one line per rule. A table is a template so that a program that does not ask for it does
// not pay for it: no line is looked at before.
#pragma once

#include <oneloop/rewrite/rule.hpp>

namespace ONELOOP_NAMESPACE::rewriting {

/// The rules, the more specific before the general. Of several lines that fit the first one is taken.
/// x, y, t stand for any formula; v and u, which print as x and t, for one with axes. Reasons are about float; double
/// fails in the same way further out.
///
/// What needs no line of its own, because it follows from others: sigmoid(x) % (1_c - sigmoid(x)) and
/// x / sqrt(square(x) + square(y)).
/// What is not here on purpose: x / sqrt(y) -> x % rsqrt(y). rsqrt rounds once more than the quotient, and
/// overflows nowhere where the quotient does not, so that nothing is gained.
struct stable_rules {
  template <class Rank0 = shape::extents<>, class Rank1 = shape::make_extents<dyn>>
  static constexpr auto rules() {
    constexpr var_t<"x", Rank0> x{};
    constexpr var_t<"y", Rank0> y{};
    constexpr var_t<"t", Rank0> t{};
    constexpr var_t<"x", Rank1> v{};
    constexpr var_t<"t", Rank1> u{};
    // clang-format off
    return table(
        // losses
        rule(bce(sigmoid(x), t), bce_with_logits(x, t), "sigmoid(x) rounds to 0 or 1, whose logarithms are gone"_s, "all x, t in [0, 1]"_s),
        rule(-(t % log(sigmoid(x)) + (1_c - t) % log(1_c - sigmoid(x))), bce_with_logits(x, t), "0 * log(0) is NaN, and 1 - sigmoid(x) cancels above 17"_s, "all x, t in [0, 1]"_s),
        rule(-t % log(sigmoid(x)) - (1_c - t) % log(1_c - sigmoid(x)), bce_with_logits(x, t), "0 * log(0) is NaN, and 1 - sigmoid(x) cancels above 17"_s, "all x, t in [0, 1]"_s),
        rule(-sum(u % log(softmax(v))), cross_entropy(v, u), "softmax(x) underflows 104 below the maximum: log(0)"_s, "all x"_s),

        // sigmoid and its logarithm
        rule(-log(1_c - sigmoid(x)), softplus(x), "1 - sigmoid(x) cancels above 17: log(0)"_s, "all x"_s),
        rule(-log(sigmoid(x)), softplus(-x), "sigmoid(x) is 0 below -88: log(0)"_s, "all x"_s),
        rule(log(1_c - sigmoid(x)), log_sigmoid(-x), "1 - sigmoid(x) cancels above 17: log(0)"_s, "all x"_s),
        rule(log1p(-sigmoid(x)), log_sigmoid(-x), "sigmoid(x) is 1 above 17: log(0)"_s, "all x"_s),
        rule(log(sigmoid(x)), log_sigmoid(x), "sigmoid(x) is 0 below -88: log(0)"_s, "all x"_s),
        rule(2_c * sigmoid(2_c * x) - 1_c, tanh(x), "sigmoid is 0.5 near zero: 2 * 0.5 - 1 keeps no digit"_s, "all x"_s),
        rule(1_c - sigmoid(x), stable_sigmoid(-x), "sigmoid(x) is 1 above 17: no digit is left"_s, "all x"_s),
        rule(1_c / (1_c + exp(-x)), stable_sigmoid(x), "exp(-x) overflows below -88"_s, "all x"_s),
        rule(1_c / (1_c + exp(x)), stable_sigmoid(-x), "exp(x) overflows above 88"_s, "all x"_s),
        rule(exp(x) / (1_c + exp(x)), stable_sigmoid(x), "exp(x) overflows above 88: inf / inf"_s, "all x"_s),

        // tanh from exponentials
        rule((exp(x) - exp(-x)) / (exp(x) + exp(-x)), tanh(x), "exp(x) - exp(-x) cancels near zero, inf / inf above 88"_s, "all x"_s),
        rule((exp(2_c * x) - 1_c) / (exp(2_c * x) + 1_c), tanh(x), "exp(2x) - 1 cancels near zero, inf / inf above 44"_s, "all x"_s),
        rule((1_c - exp(-2_c * x)) / (1_c + exp(-2_c * x)), tanh(x), "1 - exp(-2x) cancels near zero, inf / inf below -44"_s, "all x"_s),

        // logarithms of sums of exponentials
        rule(log(softmax(v)), log_softmax(v), "softmax(x) underflows 104 below the maximum: log(0)"_s, "all x"_s),
        rule(log(sum(exp(v))), logsumexp(v), "exp(x) overflows above 88, and is 0 below -104"_s, "all x"_s),
        rule(log(1_c + exp(x)), softplus(x), "exp(x) overflows above 88, and is lost beside 1 below -17"_s, "all x"_s),
        rule(log1p(exp(x)), softplus(x), "exp(x) overflows above 88"_s, "all x"_s),
        rule(log(1_c - exp(x)), where(-x < 0.6931_c, log(-expm1(x)), log1p(-exp(x))), "1 - exp(x) cancels near zero, and is 1 below -17"_s, "x <= 0"_s),
        rule(log(exp(x)), x, "exp(x) overflows above 88, and is 1 near zero"_s, "all x"_s),

        // differences from 1
        rule(exp(x) - 1_c, expm1(x), "exp(x) is 1 near zero: no digit is left"_s, "all x"_s),
        rule(1_c - exp(x), -expm1(x), "exp(x) is 1 near zero: no digit is left"_s, "all x"_s),
        rule(log(1_c + x), log1p(x), "x is lost beside 1 near zero"_s, "x >= -1"_s),
        rule(log(1_c - x), log1p(-x), "x is lost beside 1 near zero"_s, "x <= 1"_s),

        // squares
        rule(sqrt(square(x) + square(y)), hypot(x, y), "squares overflow above 1.8e19, and vanish below 1e-19"_s, "all x, y"_s),
        rule(sqrt(x % x + y % y), hypot(x, y), "squares overflow above 1.8e19, and vanish below 1e-19"_s, "all x, y"_s),
        rule(sqrt(x % x + square(y)), hypot(x, y), "squares overflow above 1.8e19, and vanish below 1e-19"_s, "all x, y"_s),
        rule(sqrt(1_c + square(x)), hypot(1_c, x), "the square overflows above 1.8e19"_s, "all x"_s),
        rule(sqrt(1_c + x % x), hypot(1_c, x), "the square overflows above 1.8e19"_s, "all x"_s),

        // last, because it fits everywhere
        rule(sigmoid(x), stable_sigmoid(x), "exp(-x) overflows below -88: 0 instead of exp(x)"_s, "all x"_s));
    // clang-format on
  }
};

}  // namespace ONELOOP_NAMESPACE::rewriting
