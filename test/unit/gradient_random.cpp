// SPDX-License-Identifier: BSL-1.0
// Gradients of random formulas beside differences of the same formulas written as functions of long double.
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <iterator>
#include <tuple>

using namespace oneloop;
using reference::real;

namespace {

constexpr int length = 37, depth = 3, count = 10;

// ---- a seed is a tree of operations while compiling, written twice: as a formula and as a function of long double

constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

enum kind {
  a_vector,
  plus,
  minus,
  times,
  over,
  smaller,
  larger,
  logistic,
  tangent,
  exponential,
  choice,
  size,
  squared,
  scaled,
  shifted,
  inverse,
  kinds
};

constexpr double constants[] = {0.5, -1.5, 2, 0.25, 3, -0.125};

template <std::uint64_t Seed, int Depth>
struct tree {
  static constexpr std::uint64_t here = mix(Seed * 8 + Depth);
  static constexpr kind what =
      Depth == 0 || (Depth < depth && here % 5 == 0) ? a_vector : kind(plus + (here >> 8) % (kinds - plus));
  static constexpr int which = int((here >> 32) % 3);
  static constexpr double number = constants[(here >> 40) % std::size(constants)];

  template <int Child>
  using child = tree<mix(here + Child), (Depth > 0 ? Depth - 1 : 0)>;

  template <class A, class B, class C>
  static constexpr auto formula(A const& a, B const& b, C const& c) {
    if constexpr (what == a_vector)
      return as_formula(std::get<which>(std::tie(a, b, c)));
    else if constexpr (what == plus)
      return child<1>::formula(a, b, c) + child<2>::formula(a, b, c);
    else if constexpr (what == minus)
      return child<1>::formula(a, b, c) - child<2>::formula(a, b, c);
    else if constexpr (what == times)
      return child<1>::formula(a, b, c) % child<2>::formula(a, b, c);
    else if constexpr (what == over)
      return child<1>::formula(a, b, c) / child<2>::formula(a, b, c);
    else if constexpr (what == smaller)
      return min(child<1>::formula(a, b, c), child<2>::formula(a, b, c));
    else if constexpr (what == larger)
      return max(child<1>::formula(a, b, c), child<2>::formula(a, b, c));
    else if constexpr (what == logistic)
      return sigmoid(child<1>::formula(a, b, c));
    else if constexpr (what == tangent)
      return tanh(child<1>::formula(a, b, c));
    else if constexpr (what == exponential)
      return exp(tanh(child<1>::formula(a, b, c)));
    else if constexpr (what == choice)
      return where(child<1>::formula(a, b, c) < child<2>::formula(a, b, c), a - b, c);
    else if constexpr (what == size)
      return abs(child<1>::formula(a, b, c));
    else if constexpr (what == squared)
      return square(child<1>::formula(a, b, c));
    else if constexpr (what == scaled)
      return number * child<1>::formula(a, b, c);
    else if constexpr (what == shifted)
      return child<1>::formula(a, b, c) + number;
    else
      return number / child<1>::formula(a, b, c);
  }

  static real value(real a, real b, real c) {
    if constexpr (what == a_vector) {
      return which == 0 ? a : which == 1 ? b : c;
    } else {
      real const x = child<1>::value(a, b, c);
      if constexpr (what == logistic)
        return reference::sigmoid(x);
      else if constexpr (what == tangent)
        return std::tanh(x);
      else if constexpr (what == exponential)
        return std::exp(std::tanh(x));
      else if constexpr (what == size)
        return std::fabs(x);
      else if constexpr (what == squared)
        return x * x;
      else if constexpr (what == scaled)
        return number * x;
      else if constexpr (what == shifted)
        return x + number;
      else if constexpr (what == inverse)
        return number / x;
      else {
        real const y = child<2>::value(a, b, c);
        if constexpr (what == plus)
          return x + y;
        else if constexpr (what == minus)
          return x - y;
        else if constexpr (what == times)
          return x * y;
        else if constexpr (what == over)
          return x / y;
        else if constexpr (what == smaller)
          return std::min(x, y);
        else if constexpr (what == larger)
          return std::max(x, y);
        else
          return x < y ? a - b : c;
      }
    }
  }
};

// ---- compared

constexpr auto av = var<"a", length>;
constexpr auto bv = var<"b", length>;
constexpr auto cv = var<"c", length>;

struct compared {
  int elements = 0, skipped = 0;
};

/// Four points in long double. Near a kink two steps disagree, and nothing is compared.
void compare_element(std::string const& what, real (*value)(double, double, double), double const (&at)[3],
                     int argument, double got, compared& all) {
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
  BOOST_TEST(std::fabs(got - half_step) <= 1e-8L * scale, what << ", argument " << argument << " at (" << at[0] << ", "
                                                               << at[1] << ", " << at[2] << "): " << got
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
  auto const of = [](double x, double y, double z) { return formula::value(x, y, z); };
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
