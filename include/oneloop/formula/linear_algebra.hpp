// SPDX-License-Identifier: BSL-1.0
// dot, outer, linear: products spelled as functions.
#pragma once

#include <oneloop/formula/operators.hpp>
#include <oneloop/formula/reduce.hpp>
#include <oneloop/op/reductions.hpp>

namespace ONELOOP_NAMESPACE {

/// The sum over an elementwise product, written as a function of both factors.
struct dot_t : sum_t {
  static constexpr fixed_string name = "dot";
  static constexpr bool spreads_arguments = true;
};

/// dot(a, b): sum of a[i]·b[i]. Shapes: two vectors that fit; the result is a number.
/// Elements: float, double, int32. Cost: one pass, several partial sums.
/// Example: dot(x, y) / (norm(x) * norm(y))
template <class A, class B>
  requires operands<A, B>
constexpr auto dot(A&& a, B&& b) {
  if constexpr (any_invalid<A, B>) {
    return invalid{};
  } else {
    using left = formula_t<A>;
    using right = formula_t<B>;
    if constexpr (rank_v<left> != 1 || rank_v<right> != 1)
      return report<shapes_do_not_fit<"dot", shown<shape_t<left>>, shown<shape_t<right>>, hint::rule<"two vectors">>>();
    else if constexpr (!shape::fitted<shape::unify_t<shape_t<left>, shape_t<right>>>)
      return report<shapes_do_not_fit<"dot", shown<shape_t<left>>, shown<shape_t<right>>,
                                      typename decltype(detail::advice<shape_t<left>, shape_t<right>>())::type>>();
    else
      return reduction<dot_t>(or_report(detail::renamed<"dot">(
          detail::make_apply<hadamard_t>(as_operand(static_cast<A&&>(a)), as_operand(static_cast<B&&>(b))))));
  }
}

/// outer(a, b): every a[i]·b[j]. Shape: that of a followed by that of b.
/// Example: W + 0.1f * outer(b, x)
template <class A, class B>
  requires operands<A, B>
constexpr auto outer(A&& a, B&& b) {
  if constexpr (any_invalid<A, B>) {
    return invalid{};
  } else {
    using left = formula_t<A>;
    using right = formula_t<B>;
    using whole = decltype(shape::outer(shape_t<left>{}, shape_t<right>{}));
    return [&]<int... I, int... J>(std::integer_sequence<int, I...>, std::integer_sequence<int, J...>) {
      return elementwise<outer_t>(
          broadcasted<whole, shape::axis_map<I...>, false, left>{as_formula(static_cast<A&&>(a))},
          broadcasted<whole, shape::axis_map<(J + rank_v<left>)...>, false, right>{as_formula(static_cast<B&&>(b))});
    }(std::make_integer_sequence<int, rank_v<left>>{}, std::make_integer_sequence<int, rank_v<right>>{});
  }
}

/// The sum that linear ends in, which keeps the name of the function for the errors.
struct linear_t : plus_t {
  static constexpr fixed_string function = "linear";
};

/// linear(X, W) = X Wᵀ, the layer without a bias. Shapes: X [..., in], W [out, in]; result [..., out].
/// Example: linear(X, W)
template <class X, class W>
  requires operands<X, W>
constexpr auto linear(X&& x, W&& w) {
  if constexpr (any_invalid<X, W>) {
    return invalid{};
  } else {
    using input = formula_t<X>;
    using weights = formula_t<W>;
    if constexpr (rank_v<weights> != 2) {
      return report<wrong_rank<"linear", shown<shape_t<weights>>, hint::rule<"weights [out, in]">>>();
    } else if constexpr (rank_v<input> < 1) {
      return report<wrong_rank<"linear", shown<shape_t<input>>, hint::rule<"an input [..., in]">>>();
    } else if constexpr (!shape::fits<shape::axis<shape_t<input>, rank_v<input> - 1>,
                                      shape::axis<shape_t<weights>, 1>>()) {
      return report<shapes_do_not_fit<
          "linear", shown<shape_t<input>>, shown<shape_t<weights>>,
          hint::needed<"last axis of the input", shown_dim<shape::axis<shape_t<input>, rank_v<input> - 1>>,
                       "==", "columns of the weights", shown_dim<shape::axis<shape_t<weights>, 1>>>>>();
    } else {
      return or_report(
          detail::renamed<"linear">(detail::contract(as_formula(static_cast<X&&>(x)), transpose(static_cast<W&&>(w)))));
    }
  }
}

/// linear(X, W, b) = X Wᵀ + b, PyTorch's nn.Linear. Shapes: X [..., in], W [out, in], b [out] (or a scalar);
/// result [..., out]. The bias repeats along the leading axes.
/// Example: sigmoid(linear(X, W, b))
template <class X, class W, class B>
  requires operands<X, W, B>
constexpr auto linear(X&& x, W&& w, B&& b) {
  if constexpr (any_invalid<X, W, B>) {
    return invalid{};
  } else {
    auto product = linear(static_cast<X&&>(x), static_cast<W&&>(w));
    using bias = formula_t<B>;
    using result = shape_t<decltype(product)>;
    if constexpr (any_invalid<decltype(product)>)
      return invalid{};
    else if constexpr (rank_v<bias> == 0)
      return elementwise<linear_t>(std::move(product), static_cast<B&&>(b));
    else if constexpr (rank_v<bias> != 1 ||
                       !shape::fits<shape::axis<shape_t<bias>, 0>, shape::axis<result, result::rank - 1>>())
      return report<shapes_do_not_fit<"linear", shown<shape_t<formula_t<W>>>, shown<shape_t<bias>>,
                                      hint::rule<"weights [out, in], bias [out]">>>();
    else if constexpr (result::rank == 1)
      return elementwise<linear_t>(std::move(product), static_cast<B&&>(b));
    else
      return elementwise<linear_t>(
          std::move(product),
          broadcasted<result, shape::axis_map<result::rank - 1>, false, bias>{as_formula(static_cast<B&&>(b))});
  }
}

}  // namespace ONELOOP_NAMESPACE
