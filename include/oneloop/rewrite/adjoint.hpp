// SPDX-License-Identifier: BSL-1.0
// Adjoints, what a node is told of its part in the root: a number times a formula. How two of them add up, and how one
// is summed over the axes that an operand was repeated along.
#pragma once

#include <oneloop/op/expand_as.hpp>
#include <oneloop/rewrite/simplify.hpp>

namespace ONELOOP_NAMESPACE {

namespace rewrite {

template <fixed_string... Names>
struct name_list {};

template <fixed_string Name, fixed_string... Names>
constexpr bool named_in(name_list<Names...>) {
  return (false || ... || (Name == Names));
}

/// Whether one of the variables occurs in the node.
template <class Names, class Node>
inline constexpr bool depends = false;
template <class Names, class... T>
constexpr bool any_depends(type_list<T...>) {
  return (false || ... || depends<Names, T>);
}
template <class Names, class Node>
  requires(children_t<Node>::size > 0)
inline constexpr bool depends<Names, Node> = any_depends<Names>(children_t<Node>{});
template <class Names, fixed_string Name, class Shape>
inline constexpr bool depends<Names, var_t<Name, Shape>> = named_in<Name>(Names{});
// An extent is no function of the elements.
template <class Names, int Axis, class A>
inline constexpr bool depends<Names, size_along<Axis, A>> = false;

template <class Node>
inline constexpr int height = 0;
template <class... T>
constexpr int highest_of(type_list<T...>) {
  int result = 0;
  ((height<T> > result ? void(result = height<T>) : void()), ...);
  return result;
}
template <class Node>
  requires(children_t<Node>::size > 0)
inline constexpr int height<Node> = 1 + highest_of(children_t<Node>{});

// ---- adjoints

/// d root / d node = scale * term; the scale has rank 0, the term the node's shape, or it is the constant 1.
template <class Node, class Scale, class Term>
struct adjoint {
  using node_type = Node;
  using scale_type = Scale;
  using term_type = Term;
  [[no_unique_address]] Node node;
  [[no_unique_address]] Scale scale;
  [[no_unique_address]] Term term;
};
template <class Node, class Scale, class Term>
constexpr auto make_adjoint(Node const& node, Scale const& scale, Term const& term) {
  return adjoint<Node, Scale, Term>{node, scale, term};
}

template <class Scale, class Term>
struct parts {
  [[no_unique_address]] Scale scale;
  [[no_unique_address]] Term term;
};
template <class Scale, class Term>
constexpr auto make_parts(Scale const& scale, Term const& term) {
  return parts<Scale, Term>{scale, term};
}

template <class F>
constexpr bool reciprocal() {
  if constexpr (is_quotient<F>)
    return is_one<argument_t<0, F>>;
  else
    return false;
}
template <class F>
constexpr bool masked() {
  if constexpr (is_operation<where_t, F>)
    return is_zero<argument_t<1, F>> || is_zero<argument_t<2, F>>;
  else
    return false;
}

/// A quotient of what is known to be of floating point: 2 / (5 * n) is 0.4 / n.
template <class A, class B>
constexpr auto quotient(A const& a, B const& b) {
  if constexpr (is_constant<A> && has_constant<B>)
    return divided(divided(a, argument<0>(b)), argument<1>(b));
  else
    return divided(a, b);
}

/// A product of what is known to be of floating point: factors move through a division. What a mask sets to zero stays
/// zero whatever the other factor is (0 * inf would be NaN): where(c, g, 0) and not g * where(c, 1, 0).
template <class A, class B>
constexpr auto multiplied(A const& a, B const& b) {
  if constexpr (is_one<A>) {
    return b;
  } else if constexpr (is_one<B>) {
    return a;
  } else if constexpr (is_constant<A> && has_constant_above<B>()) {
    return quotient(times(a, argument<0>(b)), argument<1>(b));
  } else if constexpr (has_constant_above<A>() && is_constant<B>) {
    return quotient(times(argument<0>(a), b), argument<1>(a));
  } else if constexpr (reciprocal<B>()) {
    return divided(a, argument<1>(b));
  } else if constexpr (reciprocal<A>()) {
    return divided(b, argument<1>(a));
  } else if constexpr (masked<B>() && !is_constant<A>) {
    if constexpr (is_zero<argument_t<2, B>>)
      return where(argument<0>(b), multiplied(a, argument<1>(b)), zero{});
    else
      return where(argument<0>(b), zero{}, multiplied(a, argument<2>(b)));
  } else if constexpr (masked<A>() && !is_constant<B>) {
    if constexpr (is_zero<argument_t<2, A>>)
      return where(argument<0>(a), multiplied(argument<1>(a), b), zero{});
    else
      return where(argument<0>(a), zero{}, multiplied(argument<2>(a), b));
  } else {
    return times(a, b);
  }
}

/// A partial derivative as a number and a formula of full shape.
template <class F>
constexpr auto split(F const& f) {
  if constexpr (is_negation<F>) {
    auto inner = split(argument<0>(f));
    return make_parts(negated(inner.scale), inner.term);
  } else if constexpr (is_product<F>) {
    auto left = split(argument<0>(f));
    auto right = split(argument<1>(f));
    return make_parts(multiplied(left.scale, right.scale), multiplied(left.term, right.term));
  } else if constexpr (is_quotient<F>) {
    auto above = split(argument<0>(f));
    if constexpr (rank_v<argument_t<1, F>> == 0)
      return make_parts(quotient(above.scale, split(argument<1>(f)).scale), above.term);
    else
      return make_parts(above.scale, divided(above.term, argument<1>(f)));
  } else if constexpr (rank_v<F> > 0) {
    return make_parts(one{}, f);
  } else if constexpr (is_operation<plus_t, F>) {
    return make_parts(plus(argument<0>(f), argument<1>(f)), one{});
  } else if constexpr (is_operation<minus_t, F>) {
    return make_parts(minus(argument<0>(f), argument<1>(f)), one{});
  } else {
    return make_parts(f, one{});
  }
}

/// What a constant multiplies: 2 / n is 2 and 1 / n.
template <class F>
constexpr auto coefficient(F const& f) {
  if constexpr (is_constant<F>) {
    return make_parts(f, one{});
  } else if constexpr (has_constant<F>) {
    return make_parts(argument<0>(f), argument<1>(f));
  } else if constexpr (is_negation<F>) {
    return make_parts(constant<-1, 1>{}, argument<0>(f));
  } else if constexpr (has_constant_above<F>()) {
    return make_parts(argument<0>(f), divided(one{}, argument<1>(f)));
  } else {
    return make_parts(one{}, f);
  }
}

template <class F>
constexpr bool is_negative() {
  return fraction_of<decltype(coefficient(std::declval<F const&>()).scale)>.numerator < 0;
}

/// Two adjoints of one node. Equal types are equal values, as data stands there by name.
template <class Old, class New>
constexpr auto added_adjoint(Old const& a, New const& b) {
  using first = typename Old::term_type;
  using second = typename New::term_type;
  if constexpr (is_one<first> && is_one<second>) {
    return make_adjoint(a.node, plus(a.scale, b.scale), one{});
  } else if constexpr (std::is_same_v<typename Old::scale_type, typename New::scale_type>) {
    return make_adjoint(a.node, a.scale, plus(a.term, b.term));
  } else {
    auto left = coefficient(a.scale);
    auto right = coefficient(b.scale);
    if constexpr (std::is_same_v<decltype(left.term), decltype(right.term)>) {
      constexpr auto ratio = fraction_of<decltype(right.scale)> / fraction_of<decltype(left.scale)>;
      if constexpr (ratio.exact)
        return make_adjoint(a.node, a.scale, plus(a.term, times(make_constant<ratio>(), b.term)));
      else
        return make_adjoint(a.node, left.term, plus(times(left.scale, a.term), times(right.scale, b.term)));
    } else {
      return make_adjoint(a.node, one{}, plus(times(a.scale, a.term), times(b.scale, b.term)));
    }
  }
}

// ---- shapes

/// How many elements of the node lie along the axes for which `counted` holds.
template <class Axes, class Node>
constexpr auto size_of_axes(Node const& node) {
  return []<int... Axis>(std::integer_sequence<int, Axis...>, Node const& of) {
    auto const all = [](auto self, auto const& product, auto const&... rest) {
      if constexpr (sizeof...(rest) == 0)
        return product;
      else
        return [&](auto const& next, auto const&... others) {
          return self(self, times(product, next), others...);
        }(rest...);
    };
    return all(all, one{}, detail::size_at<Axis>(of)...);
  }(Axes{}, node);
}

template <class Node>
constexpr auto number_of_elements(Node const& node) {
  return size_of_axes<std::make_integer_sequence<int, rank_v<Node>>>(node);
}

/// The sum over one axis; that of a vector is the sum of all.
template <class Op, int Axis, class F>
constexpr auto summed(F const& f) {
  return reduced_by<Op, (rank_v<F> == 1 ? all_axes : Axis)>(f);
}
template <class F>
constexpr auto sum_of_all(F const& f) {
  return reduced_by<sum_t, all_axes>(f);
}

/// A repeated operand without the axis that it is repeated along.
template <int Axis, class F>
constexpr bool repeats_along() {
  return false;
}
template <int Axis, class F>
  requires requires { typename F::map; }
constexpr bool repeats_along() {
  return
      []<int... Map>(shape::axis_map<Map...>) { return (true && ... && (Map != Axis && Map >= 0)); }(typename F::map{});
}
template <int Axis, class Shape, int... Map, bool Explicit, class G>
constexpr auto not_repeated(broadcasted<Shape, shape::axis_map<Map...>, Explicit, G> const& f) {
  using rest = decltype(shape::reduce<Axis>(Shape{}));
  if constexpr (rank_v<G> == 0 || rest::rank == sizeof...(Map))
    return f.arg;
  else
    return broadcasted<rest, shape::axis_map<(Map > Axis ? Map - 1 : Map)...>, false, G>{f.arg};
}

template <class F, int... Axes>
constexpr bool any_repeated() {
  return (false || ... || repeats_along<Axes, F>());
}

/// Whether the operand is repeated, but not along this axis.
template <int Axis, class F>
constexpr bool repeats_around() {
  return false;
}
template <int Axis, class F>
  requires requires { typename F::map; }
constexpr bool repeats_around() {
  return []<int... Map>(shape::axis_map<Map...>) {
    return (false || ... || (Map == Axis)) && (true && ... && (Map >= 0)) && sizeof...(Map) < rank_v<F>;
  }(typename F::map{});
}
/// Its sum over the axis: that of what is repeated, repeated. Fewer elements, and no extent need be known.
template <int Axis, class Shape, int... Map, bool Explicit, class G>
constexpr auto summed_within(broadcasted<Shape, shape::axis_map<Map...>, Explicit, G> const& f) {
  constexpr int inner = [] {
    int place = 0, found = 0;
    ((Map == Axis ? void(found = place) : void(), ++place), ...);
    return found;
  }();
  auto sum = summed<sum_t, inner>(f.arg);
  if constexpr (rank_v<decltype(sum)> == 0)
    return sum;
  else
    return [&]<int... I>(std::integer_sequence<int, I...>) {
      constexpr int map[] = {Map...};
      constexpr auto outer = [](int place) {
        int const axis = map[place < inner ? place : place + 1];
        return axis > Axis ? axis - 1 : axis;
      };
      return broadcasted<decltype(shape::reduce<Axis>(Shape{})), shape::axis_map<outer(I)...>, false, decltype(sum)>{
          sum};
    }(std::make_integer_sequence<int, static_cast<int>(sizeof...(Map)) - 1>{});
}

/// Sums over axes, in descending order. What is repeated along an axis is counted and not summed: `sizes` tells how
/// many there are.
template <class Sizes, class Scale, class F>
constexpr auto sum_out(Sizes const&, Scale const& scale, F const& f, std::integer_sequence<int>) {
  return make_parts(scale, f);
}
template <class Sizes, class Scale, class F, int Axis, int... Rest>
constexpr auto sum_out(Sizes const& sizes, Scale const& scale, F const& f, std::integer_sequence<int, Axis, Rest...>) {
  using rest = std::integer_sequence<int, Rest...>;
  if constexpr (rank_v<F> == 0) {
    return sum_out(sizes, multiplied(scale, detail::size_at<Axis>(sizes)), f, rest{});
  } else if constexpr (repeats_along<Axis, F>()) {
    auto size = detail::size_at<Axis>(sizes);
    if constexpr (!std::is_same_v<decltype(size), detail::no_source>)
      return sum_out(sizes, multiplied(scale, size), not_repeated<Axis>(f), rest{});
    else
      return sum_out(sizes, scale, summed<sum_t, Axis>(f), rest{});
  } else if constexpr (repeats_around<Axis, F>()) {
    return sum_out(sizes, scale, summed_within<Axis>(f), rest{});
  } else if constexpr (!detail::tells_extents<F>() && detail::tells_extents<Sizes>()) {
    return sum_out(sizes, scale, expand_as(f, sizes), std::integer_sequence<int, Axis, Rest...>{});
  } else if constexpr (rank_v<F> == sizeof...(Rest) + 1 && !any_repeated<F, Rest...>()) {
    return make_parts(scale, sum_of_all(f));
  } else {
    return sum_out(sizes, scale, summed<sum_t, Axis>(f), rest{});
  }
}

/// Sums over the axes in descending order.
template <class F>
constexpr auto sum_over(F const& f, std::integer_sequence<int>) {
  return f;
}
template <class F, int Axis, int... Rest>
constexpr auto sum_over(F const& f, std::integer_sequence<int, Axis, Rest...>) {
  if constexpr (rank_v<F> == sizeof...(Rest) + 1)
    return sum_of_all(f);
  else
    return sum_over(summed<sum_t, Axis>(f), std::integer_sequence<int, Rest...>{});
}

template <int Axis, int... Axes>
constexpr auto prepended(std::integer_sequence<int, Axes...>) -> std::integer_sequence<int, Axis, Axes...>;

/// The axes below Rank that the map does not reach, in descending order.
template <int Rank, int Axis, int... Map>
constexpr auto unmapped(shape::axis_map<Map...> map) {
  if constexpr (Rank == Axis)
    return std::integer_sequence<int>{};
  else if constexpr ((false || ... || (Map == Rank - 1 - Axis)))
    return unmapped<Rank, Axis + 1>(map);
  else
    return decltype(prepended<Rank - 1 - Axis>(unmapped<Rank, Axis + 1>(map))){};
}
template <int Rank, class Map>
using unmapped_axes = decltype(unmapped<Rank, 0>(Map{}));

/// Repeats what was reduced along the axis.
template <int Axis, class Shape, class F>
constexpr auto repeated(F const& f) {
  return detail::repeat_along<Shape, Axis>(f);
}

/// The axes of an operand, without those that are stretched, as places in itself.
template <int... Map>
constexpr auto kept_axes(shape::axis_map<Map...>) {
  constexpr int map[] = {Map..., 0};
  constexpr int count = (0 + ... + (Map >= 0 ? 1 : 0));
  constexpr auto place = [](int wanted) {
    constexpr int inner[] = {Map..., 0};
    int at = 0;
    for (;; ++at)
      if (inner[at] >= 0 && wanted-- == 0) return at;
  };
  (void)map;
  return [&]<int... I>(std::integer_sequence<int, I...>) {
    return shape::axis_map<place(I)...>{};
  }(std::make_integer_sequence<int, count>{});
}

// ---- the end

/// Whether the number is better divided by than multiplied with: after a sum there are few elements.
template <class F>
inline constexpr bool is_summed = is_contraction<F> || is_reduced<F>;
template <class Permutation, class A>
inline constexpr bool is_summed<permuted<Permutation, A>> = is_summed<A>;

/// scale * term in the shape of the variable.
template <class Var, class Scale, class Term>
constexpr auto in_shape_of(Var const& variable, Scale const& scale, Term const& term) {
  using shape_type = shape_t<Var>;
  auto whole = [&] {
    if constexpr (is_one<Term> && rank_v<Var> == 0)
      return scale;
    else if constexpr (is_one<Term>)
      return broadcasted<shape_type, shape::axis_map<>, true, Scale>{scale};
    else if constexpr (reciprocal<Scale>() && is_summed<Term>)
      return divided(term, argument<1>(scale));
    else
      return times(scale, term);
  }();
  if constexpr (detail::tells_extents<decltype(whole)>())
    return whole;
  else if constexpr (is_one<Term>)
    return expand_as(scale, variable);
  else
    return expand_as(whole, variable);
}

}  // namespace rewrite

}  // namespace ONELOOP_NAMESPACE
