// SPDX-License-Identifier: BSL-1.0
// Gradients as formulas: reverse mode over the formula's type. From the root to the variables, each node hands its
// adjoint on to its operands by the derivative that its operation states beside its kernel.
//
// An adjoint is scale * term: a number (a formula of rank 0), and a formula of the node's shape or the constant 1. The
// number travels in front of sums and products of matrices, so that the gradient of mean(loss(X * w, t)) by w is
// transpose(X) * delta / n, with delta untouched, and the mean needs no loop over delta.
//
// Nodes are taken from the highest down, and adjoints of equal subformulas are added before they travel on: what is
// used twice is passed once.
#pragma once

#include <oneloop/rewrite/backward.hpp>

namespace ONELOOP_NAMESPACE {

/// wrt(a, b): by which variables, where there are several.
template <class... Vars>
struct wrt_t {};

template <fixed_string... Names, class... Shapes>
constexpr auto wrt(var_t<Names, Shapes> const&...) {
  return wrt_t<var_t<Names, Shapes>...>{};
}

namespace rewrite {

// ---- pending adjoints

template <class... E>
struct entries {
  [[no_unique_address]] hana::basic_tuple<E...> list;
};
template <class... E>
constexpr auto make_entries(E const&... e) {
  return entries<E...>{hana::basic_tuple<E...>(e...)};
}

/// Equal types are equal values, as data stands there by name.
template <class Old, class New>
inline constexpr bool same_node = std::is_same_v<typename Old::node_type, typename New::node_type>;

template <class New>
constexpr auto insert(entries<> const&, New const& added) {
  return make_entries(added);
}
template <class First, class... Rest, class New>
constexpr auto insert(entries<First, Rest...> const& pending, New const& added) {
  return hana::unpack(pending.list, [&](auto const& first, auto const&... rest) {
    if constexpr (same_node<First, New>) {
      return make_entries(added_adjoint(first, added), rest...);
    } else {
      return hana::unpack(insert(make_entries(rest...), added).list,
                          [&](auto const&... all) { return make_entries(first, all...); });
    }
  });
}

template <class Pending>
constexpr auto insert_all(Pending const& pending) {
  return pending;
}
template <class Pending, class First, class... Rest>
constexpr auto insert_all(Pending const& pending, First const& first, Rest const&... rest) {
  return insert_all(insert(pending, first), rest...);
}

template <class... E>
constexpr int highest(entries<E...> const*) {
  int index = 0, found = 0, most = -1;
  ((height<typename E::node_type> > most ? void((most = height<typename E::node_type>, found = index)) : void(),
    ++index),
   ...);
  return most <= 0 ? -1 : found;
}

/// All but one.
template <int Index, class... E>
constexpr auto without(entries<E...> const& pending) {
  auto const at = [&]<int I>(std::integral_constant<int, I>) -> auto const& {
    return hana::at_c<(I < Index ? I : I + 1)>(pending.list);
  };
  return [&]<int... I>(std::integer_sequence<int, I...>) {
    return make_entries(at(std::integral_constant<int, I>{})...);
  }(std::make_integer_sequence<int, static_cast<int>(sizeof...(E)) - 1>{});
}

/// Takes the highest node until only variables are left.
template <class Names, class... E>
constexpr auto propagate(entries<E...> const& pending) {
  constexpr int next = highest(static_cast<entries<E...> const*>(nullptr));
  if constexpr (next < 0) {
    return pending;
  } else {
    auto const& taken = hana::at_c<next>(pending.list);
    auto rest = without<next>(pending);
    return hana::unpack(handed_on<Names>(taken),
                        [&](auto const&... more) { return propagate<Names>(insert_all(rest, more...)); });
  }
}

// ---- the gradient by one variable, out of what has arrived there

template <class Var>
constexpr auto gradient_of(Var const& variable, entries<> const&) {
  return in_shape_of(variable, zero{}, one{});
}
template <class Var, class First, class... Rest>
constexpr auto gradient_of(Var const& variable, entries<First, Rest...> const& arrived) {
  auto const& first = hana::at_c<0>(arrived.list);
  if constexpr (First::node_type::name == Var::name)
    return in_shape_of(first.node, first.scale, first.term);
  else
    return gradient_of(variable, without<0>(arrived));
}

/// The first that the formula does not have, or void.
template <class Variables>
constexpr auto unknown_variable() {}
template <class Variables, class First, class... Rest>
constexpr auto unknown_variable() {
  if constexpr (!detail::has_name<First::name>(Variables{}))
    return name_t<First::name>{};
  else
    return unknown_variable<Variables, Rest...>();
}

template <fixed_string Function, class F, class... Vars>
constexpr auto gradient_error() {
  using unknown = decltype(unknown_variable<detail::variables_of<F>, Vars...>());
  using names = name_list<Vars::name...>;
  if constexpr (!std::is_void_v<unknown>)
    return std::type_identity<no_such_variable<unknown::value, detail::variable_names<F>>>{};
  else if constexpr (rank_v<F> != 0)
    return std::type_identity<wrong_rank<Function, shown<shape_t<F>>, hint::rule<"a number, as sum or mean give">>>{};
  else if constexpr (!std::is_void_v<no_derivative_in<names, F>>)
    return std::type_identity<no_derivative<no_derivative_in<names, F>::name>>{};
  else if constexpr (!accepted<element_t<F>>(elements::floating))
    return std::type_identity<wrong_element_type<Function, element_t<F>, hint::use<"cast<float>(a)">>>{};
  else
    return std::type_identity<void>{};
}

template <class F, fixed_string Name, class Shape>
constexpr auto error_by(var_t<Name, Shape>) -> decltype(gradient_error<"gradient", F, var_t<Name, Shape>>());
template <class F, class... Vars>
constexpr auto error_by(wrt_t<Vars...>) -> decltype(gradient_error<"gradient", F, Vars...>());
/// What is wrong with the gradient of a formula by a variable, or by several; void: nothing.
template <class F, class By>
using error_of = typename decltype(error_by<formula_t<F>>(By{}))::type;

/// Gradients by all the variables, from one way down.
template <class F, class... Vars>
constexpr auto gradients(F const& f, Vars const&... variables) {
  using names = name_list<Vars::name...>;
  auto arrived = propagate<names>(make_entries(make_adjoint(f, one{}, one{})));
  return formula_results<decltype(gradient_of(variables, arrived))...>{gradient_of(variables, arrived)...};
}

}  // namespace rewrite

/// gradient(f, x): the derivatives of the number f by each element of the variable x, as a formula; printable,
/// differentiable again. gradient(f, wrt(x, y)): several, as results. Shape: that of x. Elements: floating.
/// Special values: as the derivatives that the operations state; what where(c, a, b) does not choose has no influence.
/// Of min and max the elements that tie share. The result is simple (rewrite/simplify.hpp).
/// Errors: f is no number (PyTorch: "grad can be implicitly created only for scalar outputs"), a variable that f does
/// not have, an operation without a derivative (argmin, argmax, all, any) on the way. Cost: that of the formula.
/// PyTorch: torch.autograd.grad; JAX: grad.
template <formula F, fixed_string Name, class Shape>
constexpr auto gradient(F const& f, var_t<Name, Shape> const&) {
  using variable = var_t<Name, Shape>;
  if constexpr (any_invalid<F>)
    return invalid{};
  else if constexpr (!std::is_void_v<rewrite::error_of<F const&, variable>>)
    return report<rewrite::error_of<F const&, variable>>();
  else
    return rewrite::over_names(
        [](auto const& node) { return hana::at_c<0>(rewrite::gradients(node, variable{}).formulas); }, as_formula(f));
}
template <formula F, class... Vars>
constexpr auto gradient(F const& f, wrt_t<Vars...> const&) {
  if constexpr (any_invalid<F>)
    return invalid{};
  else if constexpr (!std::is_void_v<rewrite::error_of<F const&, wrt_t<Vars...>>>)
    return report<rewrite::error_of<F const&, wrt_t<Vars...>>>();
  else
    return rewrite::over_names([](auto const& node) { return rewrite::gradients(node, Vars{}...); }, as_formula(f));
}

/// value_and_gradient(f, x), value_and_gradient(f, wrt(x, y)): f and its gradient, as results that are evaluated
/// together: auto [value, grads] = evaluate(both(xv = x, yv = y)). JAX: value_and_grad.
template <formula F, class By>
constexpr auto value_and_gradient(F const& f, By const&) {
  if constexpr (any_invalid<F>)
    return invalid{};
  else if constexpr (!std::is_void_v<rewrite::error_of<F const&, By>>)
    return report<rewrite::error_of<F const&, By>>();
  else
    return rewrite::over_names(
        [](auto const& node) {
          auto gradients = gradient(node, By{});
          return formula_results<std::remove_cvref_t<decltype(node)>, decltype(gradients)>{node, std::move(gradients)};
        },
        as_formula(f));
}

}  // namespace ONELOOP_NAMESPACE
