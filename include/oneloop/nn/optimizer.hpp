// SPDX-License-Identifier: BSL-1.0
// Steps of training, as formulas: from a parameter, its gradient and what the optimiser remembers to the next ones. As
// the gradient is a formula too, the step is computed in the gradient's last loop: no gradient is stored.
//
//   constexpr auto step = nn::momentum{.lr = 0.1_c}(w, v, gradient(loss, w));
//   std::tie(weights, velocity) = evaluate(step(w = weights, v = velocity, X = rows, t = truth));
//
// The definitions, the names of the options and their defaults are those of torch.optim. An option is a number, or a
// constant, which keeps the step an empty formula and leaves out what is multiplied by zero, or a formula of rank 0
// (a learning rate that is bound at each step: .lr = var<"lr">).
#pragma once

#include <cmath>
#include <type_traits>

#include <oneloop/op/power.hpp>
#include <oneloop/rewrite/gradient.hpp>

namespace ONELOOP_NAMESPACE::nn {

namespace detail {

/// g + decay * w; without decay nothing of w.
template <class G, class W, class Decay>
constexpr auto decayed(G const& g, W const& w, Decay const& decay) {
  if constexpr (rewrite::is_zero<Decay>)
    return g;
  else
    return rewrite::plus(g, rewrite::times(decay, w));
}

/// make(operands..., options...), over names where one of them holds data: the gradient stands in a step several times.
template <class Make, class... Operands, class... Options>
constexpr auto step_of(Make const& make, hana::basic_tuple<Operands...> const& operands, Options const&... options) {
  return hana::unpack(operands, [&](auto const&... operand) {
    if constexpr ((true && ... && std::is_empty_v<Operands>))
      return make(operand..., as_formula(options)...);
    else
      return rewrite::over_names(make, operand..., as_formula(options)...);
  });
}

template <class... F>
constexpr auto together(F const&... f) {
  if constexpr (any_invalid<F...>)
    return invalid{};
  else
    return formula_results<F...>{f...};
}

/// a·x + b·y.
template <class A, class X, class B, class Y>
constexpr auto blended(A const& a, X const& x, B const& b, Y const& y) {
  return rewrite::plus(rewrite::times(a, x), rewrite::times(b, y));
}

/// Of a plain number before it is rounded to the element type: 1 - 0.999 has three digits less than 0.999.
template <class Option>
constexpr auto one_minus(Option const& option) {
  if constexpr (std::is_arithmetic_v<Option>)
    return 1 - static_cast<double>(option);
  else
    return rewrite::minus(rewrite::one{}, as_formula(option));
}

/// 1 - beta^t, as accurate as the element type is: a power near 1 would leave few digits.
template <class Beta, class Step>
constexpr auto bias_correction(Beta const& beta, Step const& t) {
  if constexpr (rewrite::is_constant<Beta> && std::is_arithmetic_v<Step>)
    return 1 - std::pow(Beta::template value<double>(), static_cast<double>(t));
  else if constexpr (std::is_arithmetic_v<Beta> && std::is_arithmetic_v<Step>)
    return 1 - std::pow(static_cast<double>(beta), static_cast<double>(t));
  else
    return -expm1(as_formula(t) * log1p(-as_formula(one_minus(beta))));
}

}  // namespace detail

/// torch.optim.SGD: w' = w - lr·(g + weight_decay·w). Shapes: w and g fit; the result is w'. Elements: floating.
/// Cost: 2 flops per element, 4 with weight decay, in the loop of g.
template <class Lr = constant<1, 1000>, class Decay = constant<0, 1>>
struct sgd {
  Lr lr{};
  Decay weight_decay{};

  template <class W, class G>
    requires operands<W, G>
  constexpr auto operator()(W const& w, G const& g) const {
    if constexpr (any_invalid<W, G>)
      return invalid{};
    else
      return detail::step_of(
          [](auto const& weights, auto const& slope, auto const& rate, auto const& decay) {
            return rewrite::minus(weights, rewrite::times(rate, detail::decayed(slope, weights, decay)));
          },
          rewrite::list_of(as_formula(w), as_formula(g)), lr, weight_decay);
  }
};

/// torch.optim.SGD with momentum and no dampening: v' = momentum·v + d, d = g + weight_decay·w; w' = w - lr·v', or with
/// nesterov (std::true_type{}) w - lr·(d + momentum·v'). Start with v = 0. Results: (w', v'), in one loop.
template <class Lr = constant<1, 1000>, class Momentum = constant<9, 10>, class Decay = constant<0, 1>,
          class Nesterov = std::false_type>
struct momentum {
  Lr lr{};
  Momentum momentum{};
  Decay weight_decay{};
  Nesterov nesterov{};

  template <class W, class V, class G>
    requires operands<W, V, G>
  constexpr auto operator()(W const& w, V const& v, G const& g) const {
    if constexpr (any_invalid<W, V, G>) {
      return invalid{};
    } else {
      return detail::step_of(
          [](auto const& weights, auto const& before, auto const& slope, auto const& rate, auto const& kept,
             auto const& decay) {
            auto d = detail::decayed(slope, weights, decay);
            auto velocity = detail::blended(kept, before, rewrite::one{}, d);
            auto direction = [&] {
              if constexpr (Nesterov::value)
                return rewrite::plus(d, rewrite::times(kept, velocity));
              else
                return velocity;
            }();
            return detail::together(rewrite::minus(weights, rewrite::times(rate, direction)), velocity);
          },
          rewrite::list_of(as_formula(w), as_formula(v), as_formula(g)), lr, momentum, weight_decay);
    }
  }
};

/// torch.optim.Adam: m' = β₁·m + (1 - β₁)·d, v' = β₂·v + (1 - β₂)·d², d = g + weight_decay·w;
/// w' = w - lr / (1 - β₁ᵗ) · m' / (√v' / √(1 - β₂ᵗ) + eps), t = 1, 2, ... the number of the step. Start with m = v = 0.
/// Results: (w', m', v'), in one loop. t is a number, and the formula is made anew at each step; or a formula of rank
/// 0, which is bound then: optimizer(w, m, v, gradient(loss, w), var<"step">) is one formula for the whole training.
template <class Lr = constant<1, 1000>, class Beta1 = constant<9, 10>, class Beta2 = constant<999, 1000>,
          class Eps = constant<1, 100000000>, class Decay = constant<0, 1>>
struct adam {
  Lr lr{};
  Beta1 beta1{};
  Beta2 beta2{};
  Eps eps{};
  Decay weight_decay{};

  template <class W, class M, class V, class G, class Step>
    requires operands<W, M, V, G> && (std::is_arithmetic_v<Step> || formula<Step>)
  constexpr auto operator()(W const& w, M const& m, V const& v, G const& g, Step const& t) const {
    if constexpr (any_invalid<W, M, V, G, Step>) {
      return invalid{};
    } else {
      return detail::step_of(
          [](auto const& weights, auto const& mean, auto const& variance, auto const& slope, auto const& rate,
             auto const& kept1, auto const& new1, auto const& kept2, auto const& new2, auto const& correction1,
             auto const& correction2, auto const& small, auto const& decay) {
            auto d = detail::decayed(slope, weights, decay);
            auto first = detail::blended(kept1, mean, new1, d);
            auto second = detail::blended(kept2, variance, new2, square(d));
            auto step = rate / correction1 * (first / (rsqrt(correction2) * sqrt(second) + small));
            return detail::together(weights - step, first, second);
          },
          rewrite::list_of(as_formula(w), as_formula(m), as_formula(v), as_formula(g)), lr, beta1,
          detail::one_minus(beta1), beta2, detail::one_minus(beta2), detail::bias_correction(beta1, t),
          detail::bias_correction(beta2, t), eps, weight_decay);
    }
  }
};

}  // namespace ONELOOP_NAMESPACE::nn
