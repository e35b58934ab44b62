// SPDX-License-Identifier: BSL-1.0
// Gradients of random formulas beside differences of the same trees written as functions of long double (random.hpp).
#include "random.hpp"

using namespace oneloop;
using namespace random_formulas;

namespace {

constexpr int depth = 3, count = 16;
constexpr auto av = var<"a", length>;
constexpr auto bv = var<"b", length>;
constexpr auto cv = var<"c", length>;

struct compared {
  int elements = 0, skipped = 0;
};

/// Four points in long double. Near a kink two steps disagree, and nothing is compared.
void compare_element(std::string const& what, real (*value)(double, double, double), double const (&at)[3], int argument,
                     double got, compared& all) {
  auto const difference = [&](double h) {
    auto const by = [&](int steps) {
      double moved[3] = {at[0], at[1], at[2]};
      moved[argument] += steps * h;
      return std::pair(value(moved[0], moved[1], moved[2]), real(moved[argument]) - at[argument]);
    };
    auto const [right, a] = by(1);
    auto const [left, b] = by(-1);
    auto const [far_right, c] = by(2);
    auto const [far_left, d] = by(-2);
    return (4 * (right - left) / (a - b) - (far_right - far_left) / (c - d)) / 3;
  };
  real const one_step = difference(1e-3), half_step = difference(5e-4);
  real const scale = std::max({real(1), std::fabs(half_step), std::fabs(value(at[0], at[1], at[2]))});
  if (!(std::fabs(one_step - half_step) <= 1e-9L * scale)) {
    ++all.skipped;
    return;
  }
  ++all.elements;
  BOOST_TEST(std::fabs(got - half_step) <= 1e-8L * scale,
             what << ", argument " << argument << " at (" << at[0] << ", " << at[1] << ", " << at[2] << "): " << got
                  << ", by differences " << half_step);
}

template <std::uint64_t Seed>
constexpr bool has_all() {
  using variables = oneloop::detail::variables_of<decltype(tree<Seed, depth>::formula(av, bv, cv))>;
  return variables::size == 3;
}

template <std::uint64_t Seed>
[[gnu::noinline]] void check_gradient_of(compared& all) {
  using formula = tree<Seed, depth>;
  constexpr auto f = sum(formula::formula(av, bv, cv));
  auto const a = reference::random_tensor<double, length>(3 * Seed, -3, 3),
             b = reference::random_tensor<double, length>(3 * Seed + 1, -3, 3),
             c = reference::random_tensor<double, length>(3 * Seed + 2, -3, 3);
  auto const [value, grads] = reference::run(value_and_gradient(f, wrt(av, bv, cv))(av = a, bv = b, cv = c));
  BOOST_TEST(value == reference::run(f(av = a, bv = b, cv = c)), boost::test_tools::tolerance(1e-12));
  auto const& [by_a, by_b, by_c] = grads;
  std::string const what = "seed " + std::to_string(Seed) + ": " + text(f).c_str();
  auto const of = [](double x, double y, double z) { return formula::template value<double>(x, y, z).value; };
  for (int i = 0; i < length; ++i) {
    double const at[3] = {a(i), b(i), c(i)};
    compare_element(what, of, at, 0, by_a(i), all);
    compare_element(what, of, at, 1, by_b(i), all);
    compare_element(what, of, at, 2, by_c(i), all);
  }
}

template <std::uint64_t Seed, int Left>
void check_next(compared& all) {
  if constexpr (Left > 0) {
    if constexpr (has_all<Seed>()) {
      check_gradient_of<Seed>(all);
      check_next<Seed + 1, Left - 1>(all);
    } else {
      check_next<Seed + 1, Left>(all);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gradient_of_random_formulas)

BOOST_AUTO_TEST_CASE(beside_differences) {
  compared all;
  check_next<100, count>(all);
  BOOST_TEST_MESSAGE(all.elements << " derivatives compared, " << all.skipped << " skipped");
  BOOST_TEST(all.elements >= 9 * all.skipped, all.elements << " compared, " << all.skipped << " skipped");
}

BOOST_AUTO_TEST_SUITE_END()
