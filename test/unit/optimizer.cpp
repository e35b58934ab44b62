// SPDX-License-Identifier: BSL-1.0
// Steps of training beside the definitions of torch.optim, in long double; and that a step is part of the gradient's loop.
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
    for (int j = 0; j < 4; ++j) BOOST_TEST(std::fabs(got(j) - wanted[std::size_t(j)]) < 1e-13L, what << "[" << j << "]: " << got(j));
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
  auto const step = nn::momentum{.lr = rate, .weight_decay = 0.01_c, .nesterov = std::bool_constant<Nesterov>{}}(w, v, slope);
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

BOOST_FIXTURE_TEST_CASE(adam, problem) {
  auto at = start;
  tensor<double, 4> first, second;
  vector expected_first{}, expected_second{};
  nn::adam const optimizer{.lr = 0.05, .beta1 = 0.8, .weight_decay = 0.01_c};
  for (int n = 1; n <= 20; ++n) {
    std::tie(at, first, second) =
        evaluate(optimizer(w, m, v, slope, n)(w = at, m = first, v = second, W = matrix, t = target));
    auto const g = gradient_at(expected);
    for (std::size_t j = 0; j < 4; ++j) {
      real const d = g[j] + expected[j] / 100;
      expected_first[j] = 0.8 * expected_first[j] + (1 - real(0.8)) * d;
      expected_second[j] = 0.999L * expected_second[j] + 0.001L * d * d;
      real const m_hat = expected_first[j] / (1 - std::pow(real(0.8), real(n)));
      real const v_hat = expected_second[j] / (1 - std::pow(0.999L, real(n)));
      expected[j] -= 0.05 * m_hat / (std::sqrt(v_hat) + 1e-8L);
    }
  }
  agrees("w", at, expected);
  agrees("m", first, expected_first);
  agrees("v", second, expected_second);
}

BOOST_AUTO_TEST_SUITE_END()
