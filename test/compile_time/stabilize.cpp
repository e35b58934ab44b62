// SPDX-License-Identifier: BSL-1.0
// stabilize, explain_stabilize, diagnose: each rule as the equality of two formulas, and what they are matched
// through: order, names, broadcasts, permutations, axes.
#include <oneloop/oneloop.hpp>
#include <type_traits>
#include <utility>

using namespace oneloop;

extern tensor<float, 64> a, c;  // asked for their types only
extern tensor<float, 128, 64> A;
extern tensor<float, 128> d;

namespace {

constexpr auto batch = dim<"batch">;
constexpr auto in = dim<"in", 64>;

constexpr auto W = var<"W", 128, 64>;
constexpr auto x = var<"x", 64>;
constexpr auto y = var<"y", 64>;
constexpr auto t = var<"t", 64>;
constexpr auto b = var<"b", 128>;
constexpr auto X = var<"X", batch, in>;
constexpr auto T = var<"T", batch, in>;
constexpr auto k = var<"k">;

template <class F, class G>
constexpr bool becomes(F const& formula, G const& stable) {
  return same_formula(stabilize(formula), stable) && same_formula(stabilize(stable), stable);
}

// ---- every line of the table, over its own variables

template <class... Rules>
constexpr bool each_becomes(type_list<Rules...>) {
  return (true && ... && becomes(typename Rules::pattern{}, typename Rules::replacement{}));
}
static_assert(each_becomes(rewriting::stable_rules::rules()));
static_assert(decltype(rewriting::stable_rules::rules())::size >= 30);

// ---- and over vectors, as a user writes them

static_assert(becomes(log(sigmoid(x)), log_sigmoid(x)));
static_assert(becomes(log(sigmoid(W * x + b)), log_sigmoid(W* x + b)));
static_assert(becomes(log(sigmoid(k)), log_sigmoid(k)));
static_assert(becomes(log(1_c - sigmoid(x)), log_sigmoid(-x)));
static_assert(becomes(log1p(-sigmoid(x)), log_sigmoid(-x)));
static_assert(becomes(-log(1_c - sigmoid(x)), softplus(x)));
static_assert(becomes(-log(sigmoid(x)), softplus(-x)));
static_assert(becomes(1_c - sigmoid(x), stable_sigmoid(-x)));
static_assert(becomes(1_c - stable_sigmoid(x), stable_sigmoid(-x)));
static_assert(becomes(log(1_c + exp(x)), softplus(x)));
static_assert(becomes(log(exp(x) + 1_c), softplus(x)));
static_assert(becomes(log1p(exp(x)), softplus(x)));
static_assert(becomes(log(sum(exp(x))), logsumexp(x)));
static_assert(becomes(log(sum<0>(exp(W))), logsumexp<0>(W)));
static_assert(becomes(log(sum<-1>(exp(W))), logsumexp<-1>(W)));
static_assert(becomes(log(sum<batch>(exp(X))), logsumexp<batch>(X)));
static_assert(becomes(log(softmax(x)), log_softmax(x)));
static_assert(becomes(log(softmax<0>(W)), log_softmax<0>(W)));
static_assert(becomes(log(softmax<in>(X)), log_softmax<in>(X)));
static_assert(becomes(exp(x) - 1_c, expm1(x)));
static_assert(becomes(1_c - exp(x), -expm1(x)));
static_assert(becomes(log(1_c + x), log1p(x)));
static_assert(becomes(log(1_c - x), log1p(-x)));
static_assert(becomes(log(1_c - exp(x)), where(-x < 0.6931_c, log(-expm1(x)), log1p(-exp(x)))));
static_assert(becomes(log(exp(x)), x));
static_assert(becomes(bce(sigmoid(x), t), bce_with_logits(x, t)));
static_assert(becomes(-(t % log(sigmoid(x)) + (1_c - t) % log(1_c - sigmoid(x))), bce_with_logits(x, t)));
static_assert(becomes(-((1_c - t) % log(1_c - sigmoid(x)) + log(sigmoid(x)) % t), bce_with_logits(x, t)));
static_assert(becomes(-t % log(sigmoid(x)) - (1_c - t) % log(1_c - sigmoid(x)), bce_with_logits(x, t)));
static_assert(becomes(mean(bce(sigmoid(X * x), k)), mean(bce_with_logits(X* x, k))));
static_assert(becomes(-sum<-1>(T % log(softmax(X))), cross_entropy(X, T)));
static_assert(becomes(-sum(t % log(softmax(x))), cross_entropy(x, t)));
static_assert(becomes(-sum<0>(t % log(softmax(x))), cross_entropy(x, t)));
static_assert(becomes(sqrt(square(x) + square(y)), hypot(x, y)));
static_assert(becomes(sqrt(x % x + y % y), hypot(x, y)));
static_assert(becomes(sqrt(square(y) + x % x), hypot(x, y)));
static_assert(becomes(sqrt(k * k + square(y)), hypot(k, y)));
static_assert(becomes(sqrt(square(x) + 1_c), hypot(1_c, x)));
static_assert(becomes(x / sqrt(square(x) + square(y)), x / hypot(x, y)));
static_assert(becomes(x / sqrt(y), x / sqrt(y)));
static_assert(becomes(sigmoid(x) % (1_c - sigmoid(x)), stable_sigmoid(x) % stable_sigmoid(-x)));
static_assert(becomes((exp(x) - exp(-x)) / (exp(x) + exp(-x)), tanh(x)));
static_assert(becomes((exp(x) - exp(-x)) / (exp(-x) + exp(x)), tanh(x)));
static_assert(becomes((exp(2_c * x) - 1_c) / (exp(2_c * x) + 1_c), tanh(x)));
static_assert(becomes((1_c - exp(-2_c * x)) / (1_c + exp(-2_c * x)), tanh(x)));
static_assert(becomes(2_c * sigmoid(2_c * x) - 1_c, tanh(x)));
static_assert(becomes(sigmoid(x * 2_c) * 2_c - 1_c, tanh(x)));
static_assert(becomes(1_c / (1_c + exp(-x)), stable_sigmoid(x)));
static_assert(becomes(1_c / (exp(x) + 1_c), stable_sigmoid(-x)));
static_assert(becomes(exp(x) / (1_c + exp(x)), stable_sigmoid(x)));
static_assert(becomes(exp(x) / (exp(x) + 1_c), stable_sigmoid(x)));
static_assert(becomes(sigmoid(x), stable_sigmoid(x)));

// ---- signs cancel, rules meet each other's results, and what is found is made stable in turn

static_assert(becomes(1_c - sigmoid(-x), stable_sigmoid(x)));
static_assert(becomes(-log(sigmoid(-x)), softplus(x)));
static_assert(becomes(log(1_c - (1_c - sigmoid(x))), log_sigmoid(x)));
static_assert(becomes(log(1_c / (1_c + exp(-x))), log_sigmoid(x)));
static_assert(becomes(log(1_c - 1_c / (1_c + exp(x))), log_sigmoid(x)));
static_assert(becomes(log(sigmoid(log(sum(exp(x))) - sigmoid(k))), log_sigmoid(logsumexp(x) - stable_sigmoid(k))));
static_assert(becomes(tanh(exp(x) - 1_c) + sum(sigmoid(y)), tanh(expm1(x)) + sum(stable_sigmoid(y))));
static_assert(becomes(softmax(sigmoid(x)), softmax(stable_sigmoid(x))));
static_assert(becomes(log(softmax(log(sigmoid(x)))), log_softmax(log_sigmoid(x))));

// ---- what is not the pattern stays

static_assert(becomes(log(2_c - sigmoid(x)), log(2_c - stable_sigmoid(x))));
static_assert(becomes(log(2_c + exp(x)), log(2_c + exp(x))));
static_assert(becomes(exp(x) / (1_c + exp(y)), exp(x) / (1_c + exp(y))));
static_assert(becomes((exp(x) - exp(y)) / (exp(x) + exp(y)), (exp(x) - exp(y)) / (exp(x) + exp(y))));
static_assert(becomes(sqrt(x % y + y % y), sqrt(x % y + y % y)));
static_assert(becomes(-sum<0>(T % log(softmax(X))), -sum<0>(T % log_softmax(X))));
static_assert(becomes(-sum(T % log(softmax(X))), -sum(T % log_softmax(X))));
static_assert(becomes(log(sum(x)), log(sum(x))));
static_assert(becomes(1_c - exp(x) / y, 1_c - exp(x) / y));
static_assert(becomes(W * x + b, W* x + b));
static_assert(becomes(1_c - x, 1_c - x));
static_assert(becomes(-(t % log(sigmoid(x)) + (1_c - y) % log(1_c - sigmoid(x))),
                      -(t % log_sigmoid(x) + (1_c - y) % log_sigmoid(-x))));

// ---- through broadcasts, permutations, linear

static_assert(becomes(log(broadcast<128, 64>(sigmoid(x))), log_sigmoid(broadcast<128, 64>(x))));
static_assert(becomes(broadcast<128, 64>(log(sigmoid(x))), broadcast<128, 64>(log_sigmoid(x))));
static_assert(becomes(log(1_c + transpose(exp(W))), softplus(transpose(W))));
static_assert(becomes(log(transpose(1_c + exp(W))), softplus(transpose(W))));
static_assert(becomes(transpose(log(sigmoid(W))), transpose(log_sigmoid(W))));
static_assert(becomes(log(broadcast<128, 64>(sigmoid(k * x))), log_sigmoid(broadcast<128, 64>(k* x))));
static_assert(becomes(log(broadcast<2, 3>(sum(exp(x)))), log(broadcast<2, 3>(sum(exp(x))))));
static_assert(becomes(log(sigmoid(linear(X, var<"V", 10, in>, var<"c", 10>))),
                      log_sigmoid(linear(X, var<"V", 10, in>, var<"c", 10>))));
static_assert(becomes(X - log(sum<in>(exp(X))), X - logsumexp<in>(X)));

// ---- over bound data

static_assert(std::is_same_v<decltype(stabilize(log(sigmoid(a)))), decltype(log_sigmoid(a))>);
static_assert(std::is_same_v<decltype(stabilize(log(sigmoid(A * a + d)))), decltype(log_sigmoid(A * a + d))>);
static_assert(std::is_same_v<decltype(stabilize(log(sigmoid(x))(x = a))), decltype(log_sigmoid(x)(x = a))>);
static_assert(std::is_same_v<decltype(stabilize(log(sigmoid(x)(x = a)))), decltype(log_sigmoid(x(x = a)))>);
static_assert(
    std::is_same_v<decltype(stabilize(sqrt(x % x + y % y)(x = a, y = c))), decltype(hypot(x, y)(x = a, y = c))>);
static_assert(std::is_same_v<decltype(stabilize(log(x)(x = sigmoid(a)))), bound<decltype(log_sigmoid(a))>>);
// Two tensors of one type may be two tensors.
static_assert(std::is_same_v<decltype(stabilize(sqrt(a % c + a % c))), decltype(sqrt(a % c + a % c))>);
static_assert(std::is_same_v<decltype(stabilize(sqrt(a % a + c % c))), decltype(sqrt(a % a + c % c))>);
// Each part of it is made stable all the same.
static_assert(std::is_same_v<decltype(stabilize(sigmoid(a) % (1_c - sigmoid(a)))),
                             decltype(stable_sigmoid(a) % stable_sigmoid(-a))>);
// A plain number is data.
static_assert(std::is_same_v<decltype(stabilize(1 - sigmoid(a))), decltype(1 - stable_sigmoid(a))>);
// The names of a value belong to the scope around: log(x) does not see through them.
static_assert(
    std::is_same_v<decltype(stabilize(log(x)(x = sigmoid(y))(y = a))), decltype(log(x)(x = stable_sigmoid(y))(y = a))>);
// What a replacement repeats is computed once, by name or, over data, by a name of its own.
static_assert(plan_v<decltype(stabilize(log(1_c - exp(A * a + d))))>.bytes_read <
              plan_v<decltype(A * a + d)>.bytes_read + 1024);

// ---- what it says

static_assert(text(stabilize(log(sigmoid(x)))) == "log_sigmoid(x)");
static_assert(explain_stabilize(log_sigmoid(x)) == "");
static_assert(explain_stabilize(log(sigmoid(W * x + b))) ==
              "log(sigmoid(W * x + b)) -> log_sigmoid(W * x + b): sigmoid(x) is 0 below -88: log(0) (all x)\n");
static_assert(explain_stabilize(mean(sigmoid(x) + log(sum(exp(y))))) ==
              "sigmoid(x) -> stable_sigmoid(x): exp(-x) overflows below -88: 0 instead of exp(x) (all x)\n"
              "log(sum(exp(y))) -> logsumexp(y): exp(x) overflows above 88, and is 0 below -104 (all x)\n");
static_assert(explain_stabilize_v<decltype(log(1_c + exp(a)))> ==
              "log(1 + exp([64])) -> softplus([64]): "
              "exp(x) overflows above 88, and is lost beside 1 below -17 (all x)\n");

static_assert(diagnose(log_sigmoid(W * x + b)).count == 0);
static_assert(diagnose(log_sigmoid(W * x + b)).text == "");
static_assert(diagnose(log(sigmoid(x))).count == 1 && diagnose(log(sigmoid(x))).proposals == 0);
static_assert(diagnose(log(sigmoid(x))).text ==
              "log(sigmoid(x)): sigmoid(x) is 0 below -88: log(0); stable: log_sigmoid(x)\n");
static_assert(diagnose(log(sigmoid(x)) + sigmoid(y) - log(sigmoid(x))).count == 2);  // each once
static_assert(decltype(diagnose(log(sigmoid(x)) + sigmoid(y)))::findings::size == 2);
static_assert(diagnose(log(1 + exp(x))).count == 0 && diagnose(log(1 + exp(x))).proposals == 1);
static_assert(diagnose(log(1 + exp(x))).text ==
              "log(number + exp(x)): exp(x) overflows above 88, and is lost beside 1 below -17; "
              "if this is log(1 + exp(x)), write 1_c instead of the plain number, for softplus(x)\n");
static_assert(diagnose(2 * sigmoid(2 * x) - 1).proposals == 1);
static_assert(diagnose_v<decltype(log(sigmoid(a)))>.count == 1);
static_assert(diagnose(1 + x).proposals == 0);

static_assert(std::is_empty_v<decltype(stabilize(log(sigmoid(x))))>);

}  // namespace
