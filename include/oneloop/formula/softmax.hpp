// SPDX-License-Identifier: BSL-1.0
// softmax, log_softmax, cross_entropy: elementwise over an operand and two of its reductions, the maximum and
// the logarithm of the scaled sum. What rewrites see; how it is computed: plan/softmax.hpp.
#pragma once

#include <oneloop/formula/bind.hpp>
#include <oneloop/formula/expand_as.hpp>
#include <oneloop/op/reductions.hpp>
#include <oneloop/op/select.hpp>
#include <oneloop/op/softmax.hpp>

namespace ONELOOP_NAMESPACE {

/// The position along one axis of a shape, as numbers 0, 1, 2, ...
template <class Shape, int Axis>
struct index_along : node_base<index_along<Shape, Axis>> {
  using shape_type = Shape;
  using element = std::int32_t;
  static constexpr int axis = Axis;

  template <class F>
  constexpr index_along map_children(F&&) const {
    return *this;
  }
  template <class F>
  constexpr void each_child(F&&) const {}
};

namespace detail {

template <class Op, auto Axis, fixed_string Name = Op::name, class X>
constexpr auto normalised(X&& x) {
  if constexpr (any_invalid<X>) {
    return invalid{};
  } else {
    using node_type = formula_t<X>;
    using shape_type = shape_t<node_type>;
    constexpr int at = shape::resolve_axis<shape_type, Axis>();
    if constexpr (at < 0)
      return report<axis_error<at, Name, Axis, shape_type>>();
    else if constexpr (!accepted<element_t<node_type>>(Op::accepts))
      return report<wrong_element_type<Name, element_t<node_type>, other_elements<Op::accepts>>>();
    else
      return let<"">(as_formula(static_cast<X&&>(x)), [](auto const& v) {
        return elementwise<Op>(v, repeat_along<shape_type, at>(reduction<max_t, at>(v)),
                               repeat_along<shape_type, at>(reduction<shifted_logsumexp_t, at>(v)));
      });
  }
}

}  // namespace detail

/// softmax<Axis>(x) = exp(x - max(x)) / sum(exp(x - max(x))) along one axis (by index, negative from the end,
/// or dimension); without one, the last. Shape: that of x. Elements: float, double.
/// Never overflows; a slice with +inf or NaN is NaN there, as in PyTorch. Cost: a pass each for the maximum, the sum and
/// the result; one exp per element where the slices are swept tile by tile, else two (plan/softmax.hpp).
/// Example: softmax(linear(X, W, b))
template <auto Axis = -1, operand X>
constexpr auto softmax(X&& x) {
  return detail::normalised<softmax_t, Axis>(static_cast<X&&>(x));
}

/// log_softmax<Axis>(x) = x - logsumexp(x) along one axis, without the cancellation of that formula.
/// Example: log_softmax(linear(X, W, b))
template <auto Axis = -1, operand X>
constexpr auto log_softmax(X&& x) {
  return detail::normalised<log_softmax_t, Axis>(static_cast<X&&>(x));
}

/// The sum that cross_entropy ends in, which keeps the name of the function for the errors.
struct cross_entropy_sum_t : sum_t {
  static constexpr fixed_string function = "cross_entropy";
};

/// cross_entropy(x, t): for each row of logits x [..., classes], -sum(t · log_softmax(x)).
/// t holds probabilities [..., classes] of x's element type, or class indices [...] (int32).
/// Result [...]; PyTorch's scalar is mean(cross_entropy(x, t)). An index outside of the classes gives 0·log 1:
/// no class at all: its loss is 0 (PyTorch throws).
/// Example: mean(cross_entropy(linear(X, W, b), classes))
template <class X, class T>
  requires operands<X, T>
constexpr auto cross_entropy(X&& x, T&& t) {
  if constexpr (any_invalid<X, T>) {
    return invalid{};
  } else {
    using logits = formula_t<X>;
    using target = formula_t<T>;
    constexpr int last = rank_v<logits> - 1;
    constexpr auto log_softmax_of = [](auto&& rows) {
      return detail::normalised<log_softmax_t, -1, "cross_entropy">(static_cast<X&&>(rows));
    };
    if constexpr (rank_v<logits> < 1) {
      return report<wrong_rank<"cross_entropy", shown<shape_t<logits>>, hint::rule<"logits [..., classes]">>>();
    } else if constexpr (rank_v<target> == rank_v<logits> &&
                         shape::fitted<shape::unify_t<shape_t<logits>, shape_t<target>>>) {
      return -reduction<cross_entropy_sum_t, last>(or_report(detail::renamed<"cross_entropy">(
          detail::remake_apply<hadamard_t>(as_formula(static_cast<T&&>(t)), log_softmax_of(x)))));
    } else if constexpr (shape::fitted<
                             shape::unify_t<decltype(shape::reduce<last>(shape_t<logits>{})), shape_t<target>>> &&
                         rank_v<target> + 1 == rank_v<logits>) {
      using shape_type = shape_t<logits>;
      using index = element_t<target>;
      if constexpr (std::is_same_v<index, std::int32_t> || std::is_same_v<index, any_element>) {
        auto const chosen =
            index_along<shape_type, last>{} == detail::repeat_along<shape_type, last>(as_formula(static_cast<T&&>(t)));
        return -reduction<cross_entropy_sum_t, last>(where(chosen, log_softmax_of(x), constant<0, 1>{}));
      } else {
        return report<wrong_element_type<"cross_entropy", index, hint::use<"cast<int>(t), of class indices">>>();
      }
    } else {
      return report<shapes_do_not_fit<"cross_entropy", shown<shape_t<logits>>, shown<shape_t<target>>,
                                      std::conditional_t<rank_v<target> == rank_v<logits>, hint::rule<"equal shapes">,
                                                         hint::rule<"one target per row">>>>();
    }
  }
}

}  // namespace ONELOOP_NAMESPACE
