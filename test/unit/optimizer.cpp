// SPDX-License-Identifier: BSL-1.0
// Steps of training beside the definitions of torch.optim, in long double; and that a step is part of the gradient's
// loop.
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <array>
#include <oneloop/nn/optimizer.hpp>
#include <tuple>

using namespace oneloop;

namespace {

constexpr auto W = var<"W", 3, 4>;
constexpr auto w = var<"w", 4>;
constexpr auto v = var<"v", 4>;
constexpr auto m = var<"m", 4>;
constexpr auto t = var<"t", 3>;
constexpr auto rate = var<"lr">;
constexpr auto count = var<"count">;
// Quadratic: the gradient is 2/3 Wᵀ (W w - t).
constexpr auto loss = mean(mse(W * w, t));
constexpr auto slope = gradient(loss, w);

// Options that are constants leave an empty formula, without what is multiplied by zero.
static_assert(text(nn::sgd{.lr = 0.1_c}(w, v)) == "w - 0.1 * v");
static_assert(text(nn::sgd{.lr = rate, .weight_decay = 0.5_c}(w, v)) == "w - lr * (v + 0.5 * w)");
static_assert(text(nn::momentum{}(w, v, m)) == "(w - 0.001 * (0.9 * v + m), 0.9 * v + m)");
static_assert(std::is_empty_v<decltype(nn::momentum{}(w, v, slope))>);
// The step is in the loop that ends the gradient: one that finds delta, one that does all the rest.
static_assert(plan(nn::momentum{}(w, v, slope)).loops == plan(slope).loops);

using real = long double;
using vector = std::array<real, 4>;

struct problem {
  tensor<double, 3, 4> matrix{{0.5, -0.25, 0.1, 0.3}, {0.2, 0.4, -0.1, 0.6}, {-0.3, 0.2, 0.9, 0.1}};
  tensor<double, 3> target{1, -0.5, 0.25};
  tensor<double, 4> start{0.4, -0.3, 0.5, 0.7};
  vector expected{0.4L, -0.3L, 0.5L, 0.7L};

  vector gradient_at(vector const& at) const {
    vector result{};
    for (int i = 0; i < 3; ++i) {
      real sum = -real(target(i));
      for (int j = 0; j < 4; ++j) sum += real(matrix(i, j)) * at[std::size_t(j)];
      for (int j = 0; j < 4; ++j) result[std::size_t(j)] += 2 * sum * real(matrix(i, j)) / 3;
    }
    return result;
  }
  static void agrees(char const* what, tensor<double, 4> const& got, vector const& wanted) {
    for (int j = 0; j < 4; ++j)
      BOOST_TEST(std::fabs(got(j) - wanted[std::size_t(j)]) < 1e-13L, what << "[" << j << "]: " << got(j));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(optimizers)

BOOST_FIXTURE_TEST_CASE(sgd, problem) {
  auto const step = nn::sgd{.lr = 0.3, .weight_decay = 0.01_c}(w, slope);
  auto at = start;
  for (int n = 0; n < 20; ++n) {
    at = evaluate(step(w = at, W = matrix, t = target));
    auto const g = gradient_at(expected);
    for (std::size_t j = 0; j < 4; ++j) expected[j] -= 0.3 * (g[j] + expected[j] / 100);
  }
  agrees("w", at, expected);
}

template <bool Nesterov>
void check_momentum(problem& p) {
  auto const step =
      nn::momentum{.lr = rate, .weight_decay = 0.01_c, .nesterov = std::bool_constant<Nesterov>{}}(w, v, slope);
  auto at = p.start;
  tensor<double, 4> velocity;
  vector expected_velocity{};
  for (int n = 0; n < 20; ++n) {
    double const lr = 0.1 / (1 + n);  // another one at each step
    std::tie(at, velocity) = evaluate(step(w = at, v = velocity, W = p.matrix, t = p.target, rate = lr));
    auto const g = p.gradient_at(p.expected);
    for (std::size_t j = 0; j < 4; ++j) {
      real const d = g[j] + p.expected[j] / 100;
      expected_velocity[j] = 9 * expected_velocity[j] / 10 + d;
      p.expected[j] -= lr * (Nesterov ? d + 9 * expected_velocity[j] / 10 : expected_velocity[j]);
    }
  }
  problem::agrees("w", at, p.expected);
  problem::agrees("v", velocity, expected_velocity);
}

BOOST_FIXTURE_TEST_CASE(momentum, problem) { check_momentum<false>(*this); }
BOOST_FIXTURE_TEST_CASE(nesterov, problem) { check_momentum<true>(*this); }

/// The definition, with the betas as they are.
struct adam_reference {
  real lr, beta1, beta2;
  vector first{}, second{};
  void step(problem& p, int n) {
    auto const g = p.gradient_at(p.expected);
    for (std::size_t j = 0; j < 4; ++j) {
      real const d = g[j] + p.expected[j] / 100;
      first[j] = beta1 * first[j] + (1 - beta1) * d;
      second[j] = beta2 * second[j] + (1 - beta2) * d * d;
      real const m_hat = first[j] / (1 - std::pow(beta1, real(n)));
      real const v_hat = second[j] / (1 - std::pow(beta2, real(n)));
      p.expected[j] -= lr * m_hat / (std::sqrt(v_hat) + 1e-8L);
    }
  }
};

// The step's number as a number, in a formula made anew, and as a variable of one formula, which is empty.
BOOST_FIXTURE_TEST_CASE(adam, problem) {
  adam_reference reference{.lr = 0.05, .beta1 = 0.8, .beta2 = 0.999L};
  nn::adam const optimizer{.lr = 0.05, .beta1 = 0.8, .weight_decay = 0.01_c};
  constexpr auto step = nn::adam{.lr = rate, .beta1 = 0.8_c, .weight_decay = 0.01_c}(w, m, v, slope, count);
  static_assert(std::is_empty_v<decltype(step)> && plan(step).loops == plan(slope).loops);
  auto at = start, at_variable = start;
  tensor<double, 4> first, second, first_variable, second_variable;
  for (int n = 1; n <= 20; ++n) {
    std::tie(at, first, second) =
        evaluate(optimizer(w, m, v, slope, n)(w = at, m = first, v = second, W = matrix, t = target));
    std::tie(at_variable, first_variable, second_variable) =
        evaluate(step(w = at_variable, m = first_variable, v = second_variable, W = matrix, t = target, rate = 0.05,
                      count = double(n)));
    reference.step(*this, n);
  }
  agrees("w", at, expected);
  agrees("m", first, reference.first);
  agrees("v", second, reference.second);
  agrees("w, variable", at_variable, expected);
  agrees("m, variable", first_variable, reference.first);
  agrees("v, variable", second_variable, reference.second);
}

// In floats the corrections keep their digits: the first step is lr long whatever the gradient is, to the last bits (1
// - beta2 from a rounded beta2 would be off by 2e-5). No decay here: g = 0.5, m = v = 0.
BOOST_AUTO_TEST_CASE(adam_in_floats) {
  tensor<float, 4> const g{0.5f, -0.25f, 3, -1e-2f}, zero;
  for (int n : {1, 2, 10, 1000, 100'000}) {
    auto const check = [&](char const* what, auto const& after) {
      constexpr real exact1 = 0.9L, exact2 = 0.999L;
      for (int j = 0; j < 4; ++j) {
        real const d = g(j), m_hat = (1 - exact1) * d / (1 - std::pow(exact1, real(n)));
        real const v_hat = (1 - exact2) * d * d / (1 - std::pow(exact2, real(n)));
        real const wanted = -m_hat / (std::sqrt(v_hat) + 1e-8L);
        BOOST_TEST(std::fabs(after(j) - wanted) <= 8 * std::numeric_limits<float>::epsilon() * std::fabs(wanted),
                   what << " at step " << n << "[" << j << "]: " << after(j) << ", " << double(wanted));
      }
    };
    auto const [by_constants, m1, v1] = evaluate(nn::adam{.lr = 1_c}(zero, zero, zero, g, n));
    check("constants", by_constants);
    auto const [by_numbers, m2, v2] =
        evaluate(nn::adam{.lr = 1_c, .beta1 = 0.9, .beta2 = 0.999}(zero, zero, zero, g, n));
    check("numbers", by_numbers);
    auto const [by_variable, m3, v3] = evaluate(nn::adam{.lr = 1_c}(zero, zero, zero, g, count)(count = float(n)));
    check("variable", by_variable);
  }
}

BOOST_AUTO_TEST_SUITE_END()
