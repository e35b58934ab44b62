// SPDX-License-Identifier: BSL-1.0
// The gradient beside differences of the values: whether the derivative that an operation states is right.
#pragma once

#include <limits>

#include <oneloop/eval/evaluate.hpp>
#include <oneloop/rewrite/gradient.hpp>

namespace ONELOOP_NAMESPACE {

/// What check_gradient found: the element where gradient and difference are furthest apart.
struct gradient_check {
  /// Their distance, relative to the largest derivative by that variable; NaN if one of them is.
  double worst = 0;
  char const* variable = "";
  index_t element = 0;  // in row-major order
  double gradient = 0;
  double difference = 0;
};

namespace eval {

template <fixed_string Name, class First, class... Rest>
constexpr auto const& binding_of(First const& first, Rest const&... rest) {
  if constexpr (First::name == Name)
    return first;
  else
    return binding_of<Name>(rest...);
}

/// The binding, unless it is that of the variable under test: then another value.
template <class Var, class Binding, class Value>
constexpr auto rebound(Binding const& old, Value const& value) {
  if constexpr (Binding::name == Var::name)
    return Var{} = value;
  else
    return old;
}

template <class Value>
auto* first_element_at(Value& value) {
  if constexpr (number<Value>)
    return &value;
  else
    return value.data();
}
template <class Value>
index_t element_count(Value const& value) {
  if constexpr (number<Value>)
    return 1;
  else
    return value.size();
}

/// In a function of its own, so that the loop is compiled once and not at each of the points.
template <class F>
[[gnu::noinline]] double number_of(F const& f) {
  return static_cast<double>(evaluate(f));
}
template <class F>
[[gnu::noinline]] auto values_of(F const& f) {
  return evaluate(f);
}

template <class Var, class F, class Gradient, class... Bindings>
[[gnu::noinline]] void compare_gradient(gradient_check& found, F const& f, Gradient const& gradient,
                                        Bindings const&... bindings) {
  auto at = evaluate(binding_of<Var::name>(bindings...).value);
  auto* const x = first_element_at(at);
  auto const* const slope = first_element_at(gradient);
  using T = std::remove_cvref_t<decltype(*slope)>;
  auto const value = [&] { return number_of(f(rebound<Var>(bindings, at)...)); };
  // Four points: the error of the formula is of the fourth order, that of the values is divided by the step.
  // The step is the fifth root of the element's epsilon.
  constexpr double step = std::numeric_limits<T>::digits == 24 ? 0.0412346222 : 0.000740095979;
  // <cmath> for four functions would be a tenth of the time that the headers take to compile. A NaN is no magnitude.
  auto const magnitude = [](double a) { return a < 0 ? -a : a; };
  auto const larger = [](double a, double b) { return b > a ? b : a; };
  index_t const count = element_count(at);
  double largest = 0, furthest = -1;
  gradient_check here;
  here.variable = Var::name.c_str();
  for (index_t i = 0; i < count; ++i) {
    auto const kept = x[i];
    T const h = static_cast<T>(step * larger(1, magnitude(static_cast<double>(kept))));
    auto const by = [&](int steps) {
      x[i] = static_cast<T>(kept) + static_cast<T>(steps) * h;
      double const moved = static_cast<double>(x[i]) - static_cast<double>(kept);
      double const result = value();
      x[i] = kept;
      return std::pair(result, moved);
    };
    auto const [right, a] = by(1);
    auto const [left, b] = by(-1);
    auto const [far_right, c] = by(2);
    auto const [far_left, d] = by(-2);
    double const difference = (4 * (right - left) / (a - b) - (far_right - far_left) / (c - d)) / 3;
    double const gradient_here = static_cast<double>(slope[i]);
    double const distance = magnitude(gradient_here - difference);
    largest = larger(larger(largest, magnitude(gradient_here)), magnitude(difference));
    if (!(distance <= furthest)) {
      furthest = distance;
      here.element = i;
      here.gradient = gradient_here;
      here.difference = difference;
    }
    if (distance != distance) break;
  }
  here.worst = furthest > 0 ? furthest / largest : furthest < 0 ? 0 : furthest;
  if (!(here.worst <= found.worst) || !*found.variable) found = here;
}

template <class F, class... Vars, class Gradients, class... Bindings>
gradient_check compare_gradients(F const& f, wrt_t<Vars...>, Gradients const& gradients, Bindings const&... bindings) {
  gradient_check found;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (compare_gradient<Vars>(found, f, std::get<I>(gradients), bindings...), ...);
  }(std::index_sequence_for<Vars...>{});
  return found;
}

}  // namespace eval

/// check_gradient(f, wrt(x, y), x = ..., y = ..., z = ...): the gradient of f at these values beside differences of f
/// (four points, each element in turn), for those who state a derivative of their own. `worst` is about 1e-9 in double
/// and 1e-4 in float where the derivative is right and f is smooth between x - 2h and x + 2h, h = epsilon^(1/5)·max(1,
/// |x|). Errors: those of gradient and of the call. Cost: four evaluations of f per element. PyTorch:
/// torch.autograd.gradcheck.
template <formula F, class... Vars, class... Bindings>
gradient_check check_gradient(F const& f, wrt_t<Vars...> const& by, Bindings const&... bindings) {
  using both = decltype(value_and_gradient(f, by));
  if constexpr (any_invalid<both>) {
    return {};
  } else {
    // Of a formula without data the type is all there is: nothing that makes the gradient has to be compiled.
    auto bound_both = [&] {
      if constexpr (std::is_empty_v<both>)
        return both{}(bindings...);
      else
        return value_and_gradient(f, by)(bindings...);
    }();
    if constexpr (any_invalid<decltype(bound_both)>)
      return {};
    else
      return eval::compare_gradients(f, by, std::get<1>(eval::values_of(bound_both)), bindings...);
  }
}
template <formula F, fixed_string Name, class Shape, class... Bindings>
gradient_check check_gradient(F const& f, var_t<Name, Shape> const& x, Bindings const&... bindings) {
  return check_gradient(f, wrt(x), bindings...);
}

}  // namespace ONELOOP_NAMESPACE
