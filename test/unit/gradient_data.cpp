// SPDX-License-Identifier: BSL-1.0
// Gradients of formulas over data, not over variables: the same plan and the same values as over variables, beside
// differences of the values, and no leaf taken for another of its type.
// options: -O0 -Wno-psabi
#include "gradients.hpp"

#include <oneloop/nn/optimizer.hpp>
#include <tuple>

using namespace gradients;

namespace {

constexpr auto tv = var<"t", batch>;
constexpr auto yv = var<"y", 6>;
constexpr auto vv = var<"v", 6>;

/// Of data that the function leaves behind: the formula holds it.
auto distance_to(double first) {
  tensor<double, 6> target{first, 0.25, -0.5, 0.75, 0.1, -0.3};
  return sum(square(xv - std::move(target)));
}

struct regression : data {
  tensor<double, batch> t = filled(tensor<double, batch>(7), 8);
};

template <class A, class B>
void equal(A const& a, B const& b) {
  BOOST_TEST_REQUIRE(a.size() == b.size());
  for (index_t i = 0; i < a.size(); ++i) BOOST_TEST(a.data()[i] == b.data()[i]);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gradient_of_data)

BOOST_FIXTURE_TEST_CASE(planned_as_over_variables, regression) {
  auto const over_data = mean(bce_with_logits(X * xv + kv, t));
  auto const over_names = mean(bce_with_logits(Xv * xv + kv, tv));
  auto const both = value_and_gradient(over_data, wrt(xv, kv));
  auto const named = value_and_gradient(over_names, wrt(xv, kv));
  auto const here = both(xv = x, kv = 0.5);
  auto const there = named(xv = x, kv = 0.5, Xv = X, tv = t);
  // The product once, and not for the value, the delta and its sum each.
  static_assert(plan_v<decltype(here)> == plan_v<decltype(there)>);
  static_assert(plan_v<decltype(gradient(over_data, xv)(xv = x, kv = 0.5))> ==
                plan_v<decltype(gradient(over_names, xv)(xv = x, kv = 0.5, Xv = X, tv = t))>);
  auto const [value, slopes] = evaluate(here);
  auto const [wanted, wanted_slopes] = evaluate(there);
  BOOST_TEST(value == wanted);
  equal(std::get<0>(slopes), std::get<0>(wanted_slopes));
  BOOST_TEST(std::get<1>(slopes) == std::get<1>(wanted_slopes));
  agrees(over_data, wrt(xv, kv), xv = x, kv = 0.5);
}

BOOST_FIXTURE_TEST_CASE(texts, regression) {
  auto const loss = mean(mse(X * xv, t));
  BOOST_TEST(text(gradient(loss, xv)).c_str() ==
             "2 / size<batch>([batch, 6]) * (transpose([batch, 6]) * ([batch, 6] * x - [batch]))");
  // Bound to data a name stays; a number has none.
  auto const named = mean(0.5 * mse(Xv * xv, tv))(Xv = X, tv = t, xv = yv);
  BOOST_TEST(text(gradient(named, yv)).c_str() == "2 * (number / size<batch>(X) * (transpose(X) * (X * y - t)))");
  BOOST_TEST(std::string(explain(gradient(named, yv)(yv = x))).find("X * y") != std::string::npos);
  BOOST_TEST(std::string(explain(gradient(loss, xv)(xv = x))).find("[batch, 6] * x") != std::string::npos);
  // In a graph two of one shape are two.
  BOOST_TEST(std::string(to_dot(gradient(mean(u % mse(X * xv, t)), xv)(xv = x))).find("\"[batch] 2\" -> s1") !=
             std::string::npos);
  agrees(named, yv, yv = x);
}

BOOST_FIXTURE_TEST_CASE(every_leaf_is_itself, regression) {
  // Two formulas of one type.
  tensor<double, batch, 6> const other = filled(tensor<double, batch, 6>(7), 5);
  auto const first = gradient(mean(tanh(X * xv)), xv);
  auto const second = gradient(mean(tanh(other * xv)), xv);
  static_assert(std::is_same_v<decltype(first), decltype(second)>);
  tensor<double, 6> const a = first(xv = x), b = second(xv = x), sum_of_both = (first + second)(xv = x);
  for (int i = 0; i < 6; ++i) BOOST_TEST(std::fabs(a[i] + b[i] - sum_of_both[i]) < 1e-15);
  BOOST_TEST(a[0] != b[0]);
  agrees(sum(first % second), xv, xv = x);

  // One variable inside and outside of a gradient, and another of its name and type: y is x there, and x here.
  tensor<double, 6> const one{1, 2, 3, 4, 5, 6}, two{-1, 0.5, 2, -0.25, 3, 0.125};
  auto const f = yv % gradient(sum(x % square(xv)), xv);
  tensor<double, 6> const product = f(xv = yv, yv = one)(yv = two);
  for (int i = 0; i < 6; ++i) BOOST_TEST(product[i] == one[i] * 2 * x[i] * two[i]);

  // Two leaves of one type in one formula, and a number of each.
  tensor<double, 6> const left{0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
  agrees(2.5 * sum(left % sin(xv)) + 0.75 * sum(x % cos(xv)), xv, xv = one);
}

BOOST_AUTO_TEST_CASE(data_in_the_formula) {
  auto const slope = gradient(distance_to(0.5), xv);
  tensor<double, 6> const at{1, 1, 1, 1, 1, 1};
  tensor<double, 6> const result = slope(xv = at);
  double const target[] = {0.5, 0.25, -0.5, 0.75, 0.1, -0.3};
  for (int i = 0; i < 6; ++i) BOOST_TEST(result[i] == 2 * (1 - target[i]));
}

BOOST_FIXTURE_TEST_CASE(losses, data) {
  agrees(mean(cross_entropy(linear(X, Wv, b), c)), Wv, Wv = W);
  agrees(sum(square(softmax(linear(X, Wv, b)))), Wv, Wv = W);
  agrees(sum(log_softmax(X * Cv) % linear(X, W, b)), Cv, Cv = C);
  auto const here = value_and_gradient(mean(cross_entropy(linear(X, Wv, b), c)), Wv);
  auto const named = value_and_gradient(mean(cross_entropy(layer, cv)), Wv);
  static_assert(plan_v<decltype(here(Wv = W))>.loops == plan_v<decltype(named(Wv = W, Xv = X, bv = b, cv = c))>.loops);
}

BOOST_FIXTURE_TEST_CASE(derivatives_of_gradients, data) {
  auto const loss = mean(softplus(X * xv));
  agrees(sum(square(gradient(loss, xv))), xv, xv = x);
  auto const named = mean(softplus(Xv * xv))(Xv = X, xv = yv);
  agrees(sum(square(gradient(named, yv))), yv, yv = x);
  // Along a direction of data.
  tensor<double, batch> const along = jvp(tanh(X * xv), xv = x)(xv = x);
  tensor<double, batch> const by_names = jvp(tanh(Xv * xv), xv = vv)(Xv = X, xv = x, vv = x);
  equal(along, by_names);
}

BOOST_FIXTURE_TEST_CASE(steps, regression) {
  // The velocity stands in both results; what it is made of is computed once.
  auto const over_data = nn::momentum{.lr = 0.1, .momentum = 0.5}(xv, vv, gradient(mean(mse(X * xv, t)), xv));
  auto const over_names = nn::momentum{.lr = 0.1_c, .momentum = 0.5_c}(xv, vv, gradient(mean(mse(Xv * xv, tv)), xv));
  tensor<double, 6> const speed{1, 0.5, 0.25, 0, -0.25, -0.5};
  auto const here = over_data(xv = x, vv = speed);
  auto const there = over_names(xv = x, vv = speed, Xv = X, tv = t);
  static_assert(plan_v<decltype(here)>.loops == plan_v<decltype(there)>.loops);
  auto const [next, velocity] = evaluate(here);
  auto const [wanted, wanted_velocity] = evaluate(there);
  for (int i = 0; i < 6; ++i) {
    BOOST_TEST(std::fabs(next[i] - wanted[i]) < 1e-15);
    BOOST_TEST(std::fabs(velocity[i] - wanted_velocity[i]) < 1e-15);
  }
  auto const adam = nn::adam{.lr = 0.1}(x, speed, square(speed), gradient(mean(mse(X * xv, t)), xv)(xv = x), 3);
  auto const by_names = nn::adam{.lr = 0.1}(xv, vv, square(vv), gradient(mean(mse(Xv * xv, tv)), xv), 3);
  equal(std::get<0>(evaluate(adam)), std::get<0>(evaluate(by_names(xv = x, vv = speed, Xv = X, tv = t))));
}

BOOST_AUTO_TEST_SUITE_END()
