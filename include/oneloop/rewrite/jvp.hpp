// SPDX-License-Identifier: BSL-1.0
// Directional derivatives as formulas: forward mode over the formula's type, from the variables to the root, by the
// same derivatives as the gradient. One way up gives the change of every element of f along one direction.
#pragma once

#include <oneloop/rewrite/backward.hpp>

namespace ONELOOP_NAMESPACE {

namespace rewrite {

// The tangent of a node is a formula of its shape, or the constant 0.

/// A number for every element of the node.
template <class Node, class F>
constexpr auto in_full(Node const& node, F const& f) {
  using filled = broadcasted<shape_t<Node>, shape::axis_map<>, true, F>;
  if constexpr (is_zero<F> || rank_v<F> == rank_v<Node>)
    return f;
  else if constexpr (shape::is_static<shape_t<Node>>)
    return filled{f};
  else
    return expand_as(f, node);
}

template <class Node>
struct forward;

template <class Node, class Directions>
constexpr auto tangent(Node const& node, Directions const& directions) {
  return forward<Node>::of(node, directions);
}

template <class Node>
struct forward {
  template <class Directions>
  static constexpr auto of(Node const&, Directions const&) {
    return zero{};
  }
};

template <fixed_string Name, class Shape>
struct forward<var_t<Name, Shape>> {
  template <class First, class... Rest>
  static constexpr auto of(var_t<Name, Shape> const& node, hana::basic_tuple<First, Rest...> const& directions) {
    return hana::unpack(directions, [&](auto const& first, auto const&... rest) {
      if constexpr (First::name == Name)
        return in_full(node, first.value);
      else
        return of(node, hana::basic_tuple<Rest...>(rest...));
    });
  }
  static constexpr auto of(var_t<Name, Shape> const&, hana::basic_tuple<> const&) { return zero{}; }
};

template <class Partial, class Tangent>
constexpr auto along_argument(Partial const& partial, Tangent const& t) {
  if constexpr (is_zero<Partial> || is_zero<Tangent>)
    return zero{};
  else
    return multiplied(partial, t);
}

template <class Sum>
constexpr auto added(Sum const& sum) {
  return sum;
}
template <class Sum, class First, class... Rest>
constexpr auto added(Sum const& sum, First const& first, Rest const&... rest) {
  return added(plus(sum, first), rest...);
}

template <class Op, class Shape, class... Args>
struct forward<applied<Op, Shape, Args...>> {
  template <class Directions>
  static constexpr auto of(applied<Op, Shape, Args...> const& node, Directions const& directions) {
    auto partials =
        hana::unpack(node.args, [&](auto const&... arg) { return partial_list(Op::derivative(node, arg...)); });
    auto sum = [&]<std::size_t... I>(std::index_sequence<I...>) {
      return added(zero{}, of_argument(hana::at_c<I>(partials), tangent(hana::at_c<I>(node.args), directions))...);
    }(std::index_sequence_for<Args...>{});
    return in_full(node, sum);
  }
  template <class Partial, class Tangent>
  static constexpr auto of_argument(Partial const& partial, Tangent const& t) {
    if constexpr (requires { typename Op::to; } && !is_zero<Partial> && !is_zero<Tangent>)
      return cast<typename Op::to>(t);
    else
      return along_argument(partial, t);
  }
};

template <class Shape, class A, class B>
struct forward<contraction<Shape, A, B>> {
  template <class Directions>
  static constexpr auto of(contraction<Shape, A, B> const& node, Directions const& directions) {
    auto left = tangent(node.left, directions);
    auto right = tangent(node.right, directions);
    auto const times_right = [&] {
      if constexpr (is_zero<decltype(left)>)
        return left;
      else
        return contracted(left, node.right);
    };
    auto const times_left = [&] {
      if constexpr (is_zero<decltype(right)>)
        return right;
      else
        return contracted(node.left, right);
    };
    return plus(times_right(), times_left());
  }
};

template <class Op, int Axis, class A>
struct forward<reduced<Op, Axis, A>> {
  template <class Directions>
  static constexpr auto of(reduced<Op, Axis, A> const& node, Directions const& directions) {
    auto inner = tangent(node.arg, directions);
    if constexpr (is_zero<decltype(inner)>) {
      return inner;
    } else {
      auto factor =
          split(Op::derivative(backward<reduced<Op, Axis, A>>::again(node), node.arg, along<Axis, A>{node.arg}));
      return multiplied(factor.scale, reduced_by<sum_t, Axis>(multiplied(factor.term, inner)));
    }
  }
};

template <class Shape, class Map, bool Explicit, class A>
struct forward<broadcasted<Shape, Map, Explicit, A>> {
  template <class Directions>
  static constexpr auto of(broadcasted<Shape, Map, Explicit, A> const& node, Directions const& directions) {
    auto inner = tangent(node.arg, directions);
    if constexpr (is_zero<decltype(inner)>)
      return inner;
    else
      return broadcasted<Shape, Map, Explicit, decltype(inner)>{inner};
  }
};

template <class Permutation, class A>
struct forward<permuted<Permutation, A>> {
  template <class Directions>
  static constexpr auto of(permuted<Permutation, A> const& node, Directions const& directions) {
    auto inner = tangent(node.arg, directions);
    if constexpr (is_zero<decltype(inner)>)
      return inner;
    else
      return permuted_to<Permutation>(inner);
  }
};

template <bool Log, class X, class Largest, class Node, class Directions>
constexpr auto tangent_of_softmax(Node const& node, X const& x, Directions const& directions) {
  using rule = backward_softmax<softmax_t, X, Largest>;
  auto inner = tangent(x, directions);
  if constexpr (is_zero<decltype(inner)>) {
    return inner;
  } else {
    auto y = as_softmax(node);
    auto shifted = minus(inner, rule::along(multiplied(inner, y)));
    if constexpr (Log)
      return shifted;
    else
      return times(y, shifted);
  }
}
template <class Shape, class X, class Largest, class Sum>
struct forward<applied<softmax_t, Shape, X, Largest, Sum>> {
  static constexpr auto of(auto const& node, auto const& directions) {
    return tangent_of_softmax<false, X, Largest>(node, hana::at_c<0>(node.args), directions);
  }
};
template <class Shape, class X, class Largest, class Sum>
struct forward<applied<log_softmax_t, Shape, X, Largest, Sum>> {
  static constexpr auto of(auto const& node, auto const& directions) {
    return tangent_of_softmax<true, X, Largest>(node, hana::at_c<0>(node.args), directions);
  }
};

/// A number fits every variable.
template <fixed_string Name, class First, class... Rest>
constexpr auto shape_named(type_list<First, Rest...>) {
  if constexpr (First::name == Name || sizeof...(Rest) == 0)
    return std::type_identity<shape_t<First>>{};
  else
    return shape_named<Name>(type_list<Rest...>{});
}
template <class Variable>
struct any_direction {
  static constexpr auto name = Variable::name;
  Variable value;
};
template <class F, class Variables, class Binding>
struct direction {
  using type = Binding;
};
template <class F, fixed_string Name, class... Vars, class Shape, class Value>
  requires(rank_v<Value> == 0)
struct direction<F, type_list<Vars...>, binding<Name, Shape, Value>> {
  using type = any_direction<var_t<Name, typename decltype(shape_named<Name>(type_list<Vars...>{}))::type>>;
};

template <class F, class... Bindings>
constexpr auto jvp_error() {
  using variables = detail::variables_of<F>;
  using names = name_list<Bindings::name...>;
  using repeated = decltype(detail::repeated_name<Bindings...>());
  using unknown = decltype(detail::unknown_name<variables, Bindings...>());
  if constexpr (!std::is_void_v<repeated>)
    return std::type_identity<variable_bound_twice<repeated::value>>{};
  else if constexpr (!std::is_void_v<unknown>)
    return std::type_identity<no_such_variable<unknown::value, detail::variable_names<F>>>{};
  else if constexpr (!std::is_void_v<no_derivative_in<names, F>>)
    return std::type_identity<no_derivative<no_derivative_in<names, F>::name>>{};
  else
    return detail::misfit_of<typename direction<F, variables, Bindings>::type...>(variables{});
}

}  // namespace rewrite

/// jvp(f, x = v): the derivative of f along the direction v, as a formula of f's shape: J v, without J; several
/// directions jvp(f, x = v, y = w) add up. v is any formula of x's shape, a number for all elements alike, or data.
/// Errors: a variable that f does not have, a direction of another shape, an operation without a derivative on the way.
/// Cost: about that of f twice. PyTorch: torch.func.jvp; JAX: jvp.
template <formula F, class... Bindings>
  requires(sizeof...(Bindings) > 0 &&
           (true && ... && requires { typename std::remove_cvref_t<Bindings>::oneloop_binding; }))
constexpr auto jvp(F const& f, Bindings const&... directions) {
  if constexpr (any_invalid<F, decltype(Bindings::value)...>) {
    return invalid{};
  } else {
    using error = typename decltype(rewrite::jvp_error<formula_t<F>, Bindings...>())::type;
    if constexpr (!std::is_void_v<error>) {
      return report<error>();
    } else {
      return rewrite::over_names(
          []<class Node, class... Value>(Node const& node, Value const&... value) {
            auto along = rewrite::list_of(binding<Bindings::name, typename Bindings::shape_type, Value>{value}...);
            return rewrite::in_full(node, rewrite::tangent(node, along));
          },
          as_formula(f), directions.value...);
    }
  }
}

}  // namespace ONELOOP_NAMESPACE
