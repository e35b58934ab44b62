// SPDX-License-Identifier: BSL-1.0
// One step of reverse mode: from the adjoint of a node to those of its operands. The derivatives of operations and of
// reductions stand beside their kernels; here is what belongs to nodes: products, sums over what was repeated, softmax.
#pragma once

#include <oneloop/op/expand_as.hpp>
#include <oneloop/rewrite/simplify.hpp>

namespace ONELOOP_NAMESPACE {

/// A function that has none was reached by a variable.
template <fixed_string Operation>
struct no_derivative;

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
constexpr bool constant_quotient() {
  if constexpr (is_quotient<F>)
    return is_constant<argument_t<0, F>>;
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

/// A product of what is known to be of floating point: factors move through a division. What a mask sets to zero stays
/// zero whatever the other factor is (0 * inf would be NaN): where(c, g, 0) and not g * where(c, 1, 0).
template <class A, class B>
constexpr auto multiplied(A const& a, B const& b) {
  if constexpr (is_one<A>) {
    return b;
  } else if constexpr (is_one<B>) {
    return a;
  } else if constexpr (is_constant<A> && constant_quotient<B>()) {
    return divided(times(a, argument<0>(b)), argument<1>(b));
  } else if constexpr (constant_quotient<A>() && is_constant<B>) {
    return divided(times(argument<0>(a), b), argument<1>(a));
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
      return make_parts(divided(above.scale, split(argument<1>(f)).scale), above.term);
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
  } else if constexpr (constant_quotient<F>()) {
    return make_parts(argument<0>(f), divided(one{}, argument<1>(f)));
  } else {
    return make_parts(one{}, f);
  }
}

template <class A, class B>
inline constexpr bool equal_values = std::is_same_v<A, B> && std::is_empty_v<A>;

/// Two adjoints of one node.
template <class Old, class New>
constexpr auto added_adjoint(Old const& a, New const& b) {
  using first = typename Old::term_type;
  using second = typename New::term_type;
  if constexpr (is_one<first> && is_one<second>) {
    return make_adjoint(a.node, plus(a.scale, b.scale), one{});
  } else if constexpr (equal_values<typename Old::scale_type, typename New::scale_type>) {
    return make_adjoint(a.node, a.scale, plus(a.term, b.term));
  } else {
    auto left = coefficient(a.scale);
    auto right = coefficient(b.scale);
    if constexpr (equal_values<decltype(left.term), decltype(right.term)>) {
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

// ---- one node after the other

template <class... A>
constexpr auto list_of(A const&... a) {
  return hana::basic_tuple<A...>(a...);
}

/// The adjoint of an operand, unless no variable is below it or its partial derivative is zero.
template <class Names, class Node, class Scale, class Term>
constexpr auto to(Node const& node, Scale const& scale, Term const& term) {
  if constexpr (!depends<Names, Node> || is_zero<Scale> || is_zero<Term>)
    return list_of();
  else
    return list_of(make_adjoint(node, scale, term));
}
constexpr auto joined() { return list_of(); }
template <class First, class... Rest>
constexpr auto joined(First const& first, Rest const&... rest) {
  if constexpr (sizeof...(Rest) == 0)
    return first;
  else
    return hana::unpack(first, [&](auto const&... a) {
      return hana::unpack(joined(rest...), [&](auto const&... b) { return list_of(a..., b...); });
    });
}

/// To an operand of rank 0 of a node that is none: the sum.
template <class Names, class Node, class Operand, class Scale, class Term>
constexpr auto to_operand(Node const& node, Operand const& operand, Scale const& scale, Term const& term) {
  if constexpr (!depends<Names, Operand> || is_zero<Scale>)
    return list_of();
  else if constexpr (rank_v<Operand> > 0 || rank_v<Node> == 0)
    return to<Names>(operand, scale, term);
  else if constexpr (is_one<Term>)
    return to<Names>(operand, multiplied(scale, number_of_elements(node)), one{});
  else
    return to<Names>(operand, multiplied(scale, sum_of_all(term)), one{});
}

template <class Node>
struct backward;

template <class Names, class Adjoint>
constexpr auto handed_on(Adjoint const& a) {
  return backward<typename Adjoint::node_type>::template step<Names>(a);
}

template <class... D>
constexpr auto const& partial_list(hana::basic_tuple<D...> const& partials) {
  return partials;
}
template <node D>
constexpr auto partial_list(D const& partial) {
  return list_of(partial);
}

template <class From, class To, class F>
constexpr auto cast_back(F const& f) {
  if constexpr (std::is_same_v<element_t<F>, any_element> || std::is_same_v<To, any_element> || is_constant<F>)
    return f;
  else
    return cast<To>(f);
}

template <class Op, class Shape, class... Args>
struct backward<applied<Op, Shape, Args...>> {
  using node_type = applied<Op, Shape, Args...>;
  template <class Names, class Adjoint>
  static constexpr auto step(Adjoint const& a) {
    auto partials = hana::unpack(a.node.args, [&](auto const&... arg) {
      return partial_list(Op::derivative(a.node, arg...));
    });
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return joined(operand<Names>(a, hana::at_c<I>(a.node.args), hana::at_c<I>(partials))...);
    }(std::index_sequence_for<Args...>{});
  }
  template <class Names, class Adjoint, class Operand, class Partial>
  static constexpr auto operand(Adjoint const& a, Operand const& arg, Partial const& partial) {
    if constexpr (!depends<Names, Operand> || is_zero<Partial>) {
      return list_of();
    } else {
      auto factor = split(partial);
      auto scale = multiplied(a.scale, factor.scale);
      auto term = multiplied(a.term, factor.term);
      if constexpr (requires { typename Op::to; }) {
        using from = typename Op::to;
        using back = element_t<Operand>;
        return to_operand<Names>(a.node, arg, cast_back<from, back>(scale), cast_back<from, back>(term));
      } else {
        return to_operand<Names>(a.node, arg, scale, term);
      }
    }
  }
};

/// softmax and log_softmax: the other two arguments are functions of the first, and all the derivative goes there.
template <class Softmax, class X, class Largest>
struct backward_softmax {
  static constexpr int axis = [] {
    if constexpr (requires { Largest::axis; })
      return Largest::axis;
    else
      return decltype(std::declval<Largest const&>().arg)::axis;
  }();
  /// The axis as a position of x, also where the reduction was of everything.
  template <class F>
  static constexpr auto along(F const& f) {
    if constexpr (axis == all_axes)
      return sum_of_all(f);
    else
      return detail::repeat_along<shape_t<X>, axis>(summed<sum_t, axis>(f));
  }
  template <class Node>
  static constexpr auto count(Node const& x) {
    if constexpr (axis == all_axes)
      return number_of_elements(x);
    else
      return detail::size_at<axis>(x);
  }
};

/// softmax of what a log_softmax is of, from the same maximum and sum.
template <class Shape, class... Args>
constexpr auto as_softmax(applied<softmax_t, Shape, Args...> const& node) {
  return node;
}
template <class Shape, class... Args>
constexpr auto as_softmax(applied<log_softmax_t, Shape, Args...> const& node) {
  return hana::unpack(node.args, [](auto const&... arg) { return applied<softmax_t, Shape, Args...>{arg...}; });
}
template <class Body>
constexpr auto as_softmax(bound<Body> const& node) {
  auto body = as_softmax(node.body);
  return bound<decltype(body)>{body};
}

template <class X>
constexpr auto const& without_name(X const& x) {
  if constexpr (requires { x.value; })
    return x.value;
  else
    return x;
}

template <bool Log, class Names, class X, class Largest, class Adjoint>
constexpr auto step_of_softmax(Adjoint const& a, X const& named_x) {
  using rule = backward_softmax<softmax_t, X, Largest>;
  auto const& x = without_name(named_x);
  if constexpr (!depends<Names, std::remove_cvref_t<decltype(x)>>) {
    return list_of();
  } else {
    auto y = as_softmax(a.node);
    if constexpr (Log && is_one<typename Adjoint::term_type>)
      return to<Names>(x, a.scale, minus(one{}, times(rule::count(x), y)));
    else if constexpr (Log)
      return to<Names>(x, a.scale, minus(a.term, times(y, rule::along(a.term))));
    else if constexpr (is_one<typename Adjoint::term_type>)
      return list_of();  // they add up to one whatever x is
    else
      return to<Names>(x, a.scale, times(y, minus(a.term, rule::along(multiplied(a.term, y)))));
  }
}
template <class Shape, class X, class Largest, class Sum>
struct backward<applied<softmax_t, Shape, X, Largest, Sum>> {
  template <class Names, class Adjoint>
  static constexpr auto step(Adjoint const& a) {
    return step_of_softmax<false, Names, X, Largest>(a, hana::at_c<0>(a.node.args));
  }
};
template <class Shape, class X, class Largest, class Sum>
struct backward<applied<log_softmax_t, Shape, X, Largest, Sum>> {
  template <class Names, class Adjoint>
  static constexpr auto step(Adjoint const& a) {
    return step_of_softmax<true, Names, X, Largest>(a, hana::at_c<0>(a.node.args));
  }
};

/// The formula without names: what is bound inside of another formula is passed through as itself.
template <class Node>
constexpr auto without_names(Node const& node) {
  if constexpr (requires { node.body; })
    return without_names(node.body);
  else if constexpr (requires { Node::name; node.value; })
    return without_names(node.value);
  else
    return node.map_children([](auto const& child) { return without_names(child); });
}
template <class Body>
struct backward<bound<Body>> {
  template <class Names, class Adjoint>
  static constexpr auto step(Adjoint const& a) {
    return to<Names>(without_names(a.node.body), a.scale, a.term);
  }
};
template <class Shape, class X, class Largest, class Sum>
struct backward<bound<applied<softmax_t, Shape, X, Largest, Sum>>> {
  template <class Names, class Adjoint>
  static constexpr auto step(Adjoint const& a) {
    return step_of_softmax<false, Names, X, Largest>(a, hana::at_c<0>(a.node.body.args));
  }
};
template <class Shape, class X, class Largest, class Sum>
struct backward<bound<applied<log_softmax_t, Shape, X, Largest, Sum>>> {
  template <class Names, class Adjoint>
  static constexpr auto step(Adjoint const& a) {
    return step_of_softmax<true, Names, X, Largest>(a, hana::at_c<0>(a.node.body.args));
  }
};

template <class Shape, class Map, bool Explicit, class A>
struct backward<broadcasted<Shape, Map, Explicit, A>> {
  template <class Names, class Adjoint>
  static constexpr auto step(Adjoint const& a) {
    using summed_axes = unmapped_axes<Shape::rank, Map>;
    if constexpr (is_one<typename Adjoint::term_type>) {
      return to<Names>(a.node.arg, multiplied(a.scale, size_of_axes<summed_axes>(a.node)), one{});
    } else if constexpr (rank_v<A> == 0) {
      return to<Names>(a.node.arg, multiplied(a.scale, sum_of_all(a.term)), one{});
    } else {
      auto sum = sum_over(a.term, summed_axes{});
      if constexpr (rank_v<decltype(sum)> == rank_v<A>) {
        return to<Names>(a.node.arg, a.scale, sum);
      } else {
        using kept = decltype(kept_axes(Map{}));
        return to<Names>(a.node.arg, a.scale, broadcasted<shape_t<A>, kept, false, decltype(sum)>{sum});
      }
    }
  }
};

template <int... Axes, class A>
struct backward<permuted<shape::axis_map<Axes...>, A>> {
  template <class Names, class Adjoint>
  static constexpr auto step(Adjoint const& a) {
    constexpr auto inverse = [](int axis) {
      constexpr int axes[] = {Axes...};
      int at = 0;
      while (axes[at] != axis) ++at;
      return at;
    };
    if constexpr (is_one<typename Adjoint::term_type>)
      return to<Names>(a.node.arg, a.scale, one{});
    else
      return [&]<int... I>(std::integer_sequence<int, I...>) {
        return to<Names>(a.node.arg, a.scale, permuted_to<shape::axis_map<inverse(I)...>>(a.term));
      }(std::make_integer_sequence<int, static_cast<int>(sizeof...(Axes))>{});
  }
};

/// What the derivative of a reduction may ask for, over the same elements and repeated along them.
template <int Axis, class A>
struct along {
  A const& arg;
  template <class Op, class F>
  constexpr auto fold(F const& f) const {
    if constexpr (Axis == all_axes)
      return reduced_by<Op, all_axes>(f);
    else
      return detail::repeat_along<shape_t<A>, Axis>(summed<Op, Axis>(f));
  }
  /// How many elements are reduced.
  constexpr auto count() const {
    if constexpr (Axis == all_axes)
      return number_of_elements(arg);
    else
      return detail::size_at<Axis>(arg);
  }
};

template <class Op, int Axis, class A>
struct backward<reduced<Op, Axis, A>> {
  template <class F>
  static constexpr auto again(F const& f) {
    if constexpr (Axis == all_axes || rank_v<F> == 0)
      return f;
    else
      return detail::repeat_along<shape_t<A>, Axis>(f);
  }
  template <class Names, class Adjoint>
  static constexpr auto step(Adjoint const& a) {
    auto const& x = a.node.arg;
    auto factor = split(Op::derivative(again(a.node), x, along<Axis, A>{x}));
    return to<Names>(x, multiplied(a.scale, factor.scale), multiplied(again(a.term), factor.term));
  }
};

template <class Shape, class A, class B>
struct backward<contraction<Shape, A, B>> {
  static constexpr int a_rank = rank_v<A>, b_rank = rank_v<B>;
  static constexpr int rows = a_rank >= 2 ? 1 : 0, columns = b_rank >= 2 ? 1 : 0;
  static constexpr int batch = Shape::rank - rows - columns;
  static constexpr int a_batch = a_rank >= 2 ? a_rank - 2 : 0, b_batch = b_rank >= 2 ? b_rank - 2 : 0;
  static constexpr bool plain = batch == 0;

  template <class F>
  static constexpr auto turned(F const& f) {
    return permuted_to<decltype(detail::swap_last_two<rank_v<F>>())>(f);
  }
  template <int Count>
  using leading = decltype(unmapped<Count, 0>(shape::axis_map<>{}));

  /// Sums over the batch where the operand has none.
  template <int Own, class F>
  static constexpr auto without_batch(F const& f) {
    if constexpr (Own == batch)
      return f;
    else
      return sum_over(f, leading<batch>{});
  }

  /// The axes 0, 1, ... and then the last ones, of an operand whose axis next to it is left out.
  template <int Batch, int Last>
  static constexpr auto map_with() {
    return []<int... I>(std::integer_sequence<int, I...>) {
      return shape::axis_map<I..., Last>{};
    }(std::make_integer_sequence<int, Batch>{});
  }

  template <class Names, class Adjoint>
  static constexpr auto step(Adjoint const& a) {
    return joined(left<Names>(a), right<Names>(a));
  }

  template <class Names, class Adjoint>
  static constexpr auto left(Adjoint const& a) {
    auto const& b = a.node.right;
    auto const& d = a.term;
    if constexpr (!depends<Names, A>) {
      return list_of();
    } else if constexpr (is_one<typename Adjoint::term_type>) {
      // Every row gets the sums of the rows of B.
      auto sums = [&] {
        if constexpr (columns)
          return summed<sum_t, b_rank - 1>(b);
        else
          return b;
      }();
      auto own = [&] {
        if constexpr (b_batch > a_batch)
          return sum_over(sums, leading<b_batch>{});
        else
          return sums;
      }();
      if constexpr (a_batch > 0 && b_batch == 0 && rows == 0)
        return to<Names>(a.node.left, a.scale, own);
      else if constexpr (rows)
        return to<Names>(a.node.left, multiplied(a.scale, one{}), rows_repeated(own));
      else
        return to<Names>(a.node.left, a.scale, own);
    } else if constexpr (rows && columns) {
      return to<Names>(a.node.left, a.scale, without_batch<a_batch>(contracted(d, turned(b))));
    } else if constexpr (rows) {
      return to<Names>(a.node.left, a.scale, outer(d, b));
    } else if constexpr (plain) {
      return to<Names>(a.node.left, a.scale, contracted(b, d));
    } else {
      // [k] * [..., k, n]: the sum over all but k of D B
      using wide = broadcasted<shape_t<B>, decltype(map_with<b_batch, b_rank - 1>()), false, std::remove_cvref_t<decltype(d)>>;
      return to<Names>(a.node.left, a.scale,
                       sum_over(summed<sum_t, b_rank - 1>(multiplied(wide{d}, b)), leading<b_batch>{}));
    }
  }
  template <class F>
  static constexpr auto rows_repeated(F const& f) {
    using map = std::conditional_t<(rank_v<F> > 1), decltype(map_with<rank_v<F> - 1, a_rank - 1>()),
                                   shape::axis_map<a_rank - 1>>;
    return broadcasted<shape_t<A>, map, false, F>{f};
  }

  template <class Names, class Adjoint>
  static constexpr auto right(Adjoint const& a) {
    auto const& l = a.node.left;
    auto const& d = a.term;
    if constexpr (!depends<Names, B>) {
      return list_of();
    } else if constexpr (is_one<typename Adjoint::term_type>) {
      // Every column gets the sums of the columns of A.
      auto sums = [&] {
        if constexpr (rows)
          return summed<sum_t, a_rank - 2>(l);
        else
          return l;
      }();
      auto own = [&] {
        if constexpr (a_batch > b_batch)
          return sum_over_leading<a_batch>(sums);
        else
          return sums;
      }();
      if constexpr (columns)
        return to<Names>(a.node.right, a.scale, columns_repeated(own));
      else
        return to<Names>(a.node.right, a.scale, own);
    } else if constexpr (rows && columns) {
      return to<Names>(a.node.right, a.scale, without_batch<b_batch>(contracted(turned(l), d)));
    } else if constexpr (columns) {
      if constexpr (plain) {
        return to<Names>(a.node.right, a.scale, outer(l, d));
      } else {
        using tall = broadcasted<shape_t<B>, shape::axis_map<b_rank - 2>, false, A>;
        using wide = broadcasted<shape_t<B>, decltype(map_with<b_batch, b_rank - 1>()), false, std::remove_cvref_t<decltype(d)>>;
        return to<Names>(a.node.right, a.scale, multiplied(tall{l}, wide{d}));
      }
    } else if constexpr (plain) {
      return to<Names>(a.node.right, a.scale, contracted(turned(l), d));
    } else {
      // [..., m, k] * [k]: the sum over all but k of D A
      return [&]<int... I>(std::integer_sequence<int, I...>) {
        using tall = broadcasted<shape_t<A>, shape::axis_map<I...>, false, std::remove_cvref_t<decltype(d)>>;
        return to<Names>(a.node.right, a.scale, sum_over(multiplied(tall{d}, l), leading<a_rank - 1>{}));
      }(std::make_integer_sequence<int, Shape::rank>{});
    }
  }
  template <int Count, class F>
  static constexpr auto sum_over_leading(F const& f) {
    return sum_over(f, leading<Count>{});
  }
  template <class F>
  static constexpr auto columns_repeated(F const& f) {
    return [&]<int... I>(std::integer_sequence<int, I...>) {
      // a vector is the rows of every matrix of a batch
      constexpr int first = rank_v<B> - 1 - rank_v<F>;
      return broadcasted<shape_t<B>, shape::axis_map<(I + first)...>, false, F>{f};
    }(std::make_integer_sequence<int, rank_v<F>>{});
  }
};

// ---- errors

/// The first operation without a derivative that a variable reaches, or void. What is constant in steps (comparisons,
/// rounding) has the derivative zero and ends the search.
template <class Names, class Node>
constexpr auto no_derivative_at();
template <class Names, class... T>
constexpr auto no_derivative_of(type_list<T...>) {
  return std::type_identity<void>{};
}
template <class Names, class First, class... Rest>
constexpr auto no_derivative_of(type_list<First, Rest...>) {
  using found = typename decltype(no_derivative_at<Names, First>())::type;
  if constexpr (!std::is_void_v<found>)
    return std::type_identity<found>{};
  else
    return no_derivative_of<Names>(type_list<Rest...>{});
}
template <class Node>
inline constexpr bool ends_in_zero = false;
template <class Op, class Shape, class... Args>
inline constexpr bool ends_in_zero<applied<Op, Shape, Args...>> = detail::yields_mask<Op>;
template <class Node>
inline constexpr bool has_no_derivative = false;
template <class Op, int Axis, class A>
inline constexpr bool has_no_derivative<reduced<Op, Axis, A>> = !requires { Op::derivative; };
template <class Op, class Shape, class... Args>
inline constexpr bool has_no_derivative<applied<Op, Shape, Args...>> = !requires { Op::derivative; };
template <class Node>
inline constexpr bool is_where = false;
template <class Shape, class... Args>
inline constexpr bool is_where<applied<where_t, Shape, Args...>> = true;

template <class Names, class Node>
constexpr auto no_derivative_at() {
  if constexpr (!depends<Names, Node> || ends_in_zero<Node>)
    return std::type_identity<void>{};
  else if constexpr (has_no_derivative<Node>)
    return std::type_identity<typename Node::operation>{};
  else if constexpr (is_where<Node>)
    return no_derivative_of<Names>(type_list<argument_t<1, Node>, argument_t<2, Node>>{});
  else
    return no_derivative_of<Names>(children_t<Node>{});
}
template <class Names, class Node>
using no_derivative_in = typename decltype(no_derivative_at<Names, Node>())::type;

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
