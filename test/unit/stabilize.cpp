// SPDX-License-Identifier: BSL-1.0
// stabilize: every rule in float against many digits (see stabilize.hpp), and formulas over data.
// options: -O0 -Wno-psabi
#include "stabilize.hpp"

using namespace oneloop;
using stability::values;

BOOST_AUTO_TEST_SUITE(stabilize_suite)

BOOST_AUTO_TEST_CASE(every_rule_is_right_where_the_original_is_not) { stability::check_all<float>(stability::table{}); }

BOOST_AUTO_TEST_CASE(formulas_over_data_refer_to_it_or_hold_it) {
  tensor<float, 3, 2> const W{{100, 0}, {0, 100}, {-100, -100}};
  tensor<float, 2> x{-1, 1};
  tensor<float, 3> const b{-50, 0, 0};
  auto const f = stabilize(log(sigmoid(W * x + b)));
  tensor<float, 3> y = f;
  BOOST_TEST(y[0] == -150);
  BOOST_TEST(std::abs(y[1]) < 1e-37f);
  BOOST_TEST(y[2] == std::log(0.5f), boost::test_tools::tolerance(1e-6f));
  x[0] = 1;  // a formula, not a value
  y = f;
  BOOST_TEST(y[2] == -200);

  // What the formula held it still holds when the original is gone.
  auto const held = [] {
    tensor<float, 2> z{-200, 0};
    auto const original = log(sigmoid(tensor<float, 2>(z)) % (1_c / (1_c + exp(-tensor<float, 2>(z)))));
    return stabilize(original);
  }();
  tensor<float, 2> const v = evaluate(held);
  BOOST_TEST(v[1] == std::log(0.25f), boost::test_tools::tolerance(1e-6f));
  auto const of_owned = [] { return stabilize(log(sigmoid(tensor<float, 2>{-200, 200}))); }();
  tensor<float, 2> const w = evaluate(of_owned);
  BOOST_TEST(w[0] == -200);
}

BOOST_AUTO_TEST_CASE(bound_broadcast_and_permuted_formulas_give_the_same_values) {
  constexpr auto batch = dim<"batch">;
  constexpr auto X = var<"X", batch, 2>;
  constexpr auto c = var<"c", 2>;
  tensor<float, batch, 2> data(3);
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 2; ++j) data(i, j) = float(i - j);
  tensor<float, 2> const k{0.5f, -0.25f};

  auto const check = [](auto const& formula) {
    auto const stable = stabilize(formula);
    static_assert(!std::is_same_v<std::remove_const_t<decltype(stable)>, std::remove_cvref_t<decltype(formula)>>);
    auto const expected = evaluate(formula);
    auto const got = evaluate(stable);
    auto const flat = [](auto const& a) {
      if constexpr (requires { a.data(); })
        return values<float>(a.data(), a.data() + a.size());
      else
        return values<float>{a};
    };
    auto const e = flat(expected), g = flat(got);
    BOOST_REQUIRE_EQUAL(e.size(), g.size());
    // As exact as the original is: log(1 - exp(x)) cancels.
    for (std::size_t i = 0; i < e.size(); ++i) BOOST_TEST(g[i] == e[i], boost::test_tools::tolerance(1e-4f));
  };
  check(log(sigmoid(X + broadcast<batch, 2>(c)))(X = data, c = k));
  check(log(broadcast<batch, 2>(sigmoid(c)) % exp(X))(X = data, c = k));
  check(transpose(log(1_c + exp(X)))(X = data));
  check(log(transpose(1_c + exp(X)))(X = data));
  check((X - broadcast<batch, 2>(log(sum<batch>(exp(X)))))(X = data));
  check(sqrt(X % X + square(exp(X) - 1_c))(X = data));
  check(log(softmax<batch>(X))(X = data));
  check((-sum<-1>(X % log(softmax(X))))(X = data));
  check(log(sigmoid(X)(X = data)));
  check(log(1_c - exp(X - 5))(X = data));
  check(log(1_c - exp(data - 5)));
  check(sigmoid(data) % (1_c - sigmoid(data)));
  // One name, two values: the inner x is not the outer one.
  constexpr auto x = var<"x", 2>;
  constexpr auto y = var<"y", 2>;
  tensor<float, 2> const m{3, 4};
  check((sqrt(x % x + y % y) + log(sigmoid(x)))(x = y, y = k)(y = m));
}

BOOST_AUTO_TEST_SUITE_END()
