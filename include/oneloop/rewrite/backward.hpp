// SPDX-License-Identifier: BSL-1.0
// One step of reverse mode: from the adjoint of a node to those of its operands. The derivatives of operations and of
// reductions stand beside their kernels; here is what belongs to nodes: products, sums over what was repeated, softmax.
#pragma once

#include <oneloop/rewrite/adjoint.hpp>
#include <oneloop/rewrite/over_names.hpp>

namespace ONELOOP_NAMESPACE {

/// A function that has none was reached by a variable.
template <fixed_string Operation>
struct no_derivative;

namespace rewrite {

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

template <class Node>
inline constexpr bool is_repeated = false;
template <class Shape, class Map, bool Explicit, class A>
inline constexpr bool is_repeated<broadcasted<Shape, Map, Explicit, A>> = true;

/// To what was repeated along some axes: the sum over them, whose extents `sizes` tells.
template <class Names, class Sizes, class Shape, class Map, bool Explicit, class A, class Scale, class Term>
constexpr auto to_repeated(Sizes const& sizes, broadcasted<Shape, Map, Explicit, A> const& operand, Scale const& scale,
                           Term const& term) {
  using axes = unmapped_axes<Shape::rank, Map>;
  if constexpr (is_one<Term>) {
    return to<Names>(operand.arg, multiplied(scale, size_of_axes<axes>(sizes)), one{});
  } else {
    auto sum = sum_out(sizes, scale, term, axes{});
    using sum_type = decltype(sum.term);
    if constexpr (rank_v<A> == 0)
      return to<Names>(operand.arg, multiplied(sum.scale, sum.term), one{});
    else if constexpr (rank_v<sum_type> == 0)
      return to<Names>(operand.arg, multiplied(sum.scale, sum.term), one{});
    else if constexpr (rank_v<sum_type> == rank_v<A>)
      return to<Names>(operand.arg, sum.scale, sum.term);
    else  // an extent of 1 was stretched
      return to<Names>(operand.arg, sum.scale,
                       broadcasted<shape_t<A>, decltype(kept_axes(Map{})), false, sum_type>{sum.term});
  }
}

/// To an operand of a node; to one of lower rank the sum.
template <class Names, class Node, class Operand, class Scale, class Term>
constexpr auto to_operand(Node const& node, Operand const& operand, Scale const& scale, Term const& term) {
  if constexpr (!depends<Names, Operand> || is_zero<Scale>) {
    return list_of();
  } else if constexpr (is_repeated<Operand>) {
    return to_repeated<Names>(node, operand, scale, term);
  } else if constexpr (rank_v<Operand> > 0 || rank_v<Node> == 0) {
    return to<Names>(operand, scale, term);
  } else if constexpr (is_one<Term>) {
    return to<Names>(operand, multiplied(scale, number_of_elements(node)), one{});
  } else {
    auto sum = sum_out(node, scale, term, unmapped_axes<rank_v<Node>, shape::axis_map<>>{});
    return to<Names>(operand, multiplied(sum.scale, sum.term), one{});
  }
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
    auto partials =
        hana::unpack(a.node.args, [&](auto const&... arg) { return partial_list(Op::derivative(a.node, arg...)); });
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
  return hana::unpack(node.args,
                      [](auto const&... arg) { return applied<softmax_t, Shape, Args...>{std::in_place, arg...}; });
}

template <bool Log, class Names, class X, class Largest, class Adjoint>
constexpr auto step_of_softmax(Adjoint const& a, X const& x) {
  using rule = backward_softmax<softmax_t, X, Largest>;
  if constexpr (!depends<Names, X>) {
    return list_of();
  } else if constexpr (!is_one<typename Adjoint::term_type> && !detail::tells_extents<typename Adjoint::term_type>()) {
    return step_of_softmax<Log, Names, X, Largest>(make_adjoint(a.node, a.scale, expand_as(a.term, a.node)), x);
  } else {
    auto y = as_softmax(a.node);
    if constexpr (Log && is_one<typename Adjoint::term_type>)
      return to<Names>(x, a.scale, minus(one{}, times(rule::count(x), y)));
    else if constexpr (Log && is_negative<typename Adjoint::scale_type>())
      return to<Names>(x, negated(a.scale), minus(times(y, rule::along(a.term)), a.term));
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

template <class Shape, class Map, bool Explicit, class A>
struct backward<broadcasted<Shape, Map, Explicit, A>> {
  template <class Names, class Adjoint>
  static constexpr auto step(Adjoint const& a) {
    return to_repeated<Names>(a.node, a.node, a.scale, a.term);
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
    using term = typename Adjoint::term_type;
    if constexpr (is_one<term>)
      return joined(left<Names>(a), right<Names>(a));
    else if constexpr (plain && rows && columns && repeats_along<0, term>())
      return every_row<Names>(a, not_repeated<0>(a.term));
    else if constexpr (!detail::tells_extents<term>())
      return step<Names>(make_adjoint(a.node, a.scale, expand_as(a.term, a.node)));
    else
      return joined(left<Names>(a), right<Names>(a));
  }

  /// The adjoint has equal rows.
  template <class Names, class Adjoint, class Row>
  static constexpr auto every_row(Adjoint const& a, Row const& row) {
    return joined(to<Names>(a.node.left, a.scale, rows_repeated(contracted(row, turned(a.node.right)))),
                  to<Names>(a.node.right, a.scale, outer(summed<sum_t, 0>(a.node.left), row)));
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
      using wide =
          broadcasted<shape_t<B>, decltype(map_with<b_batch, b_rank - 1>()), false, std::remove_cvref_t<decltype(d)>>;
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
        using wide =
            broadcasted<shape_t<B>, decltype(map_with<b_batch, b_rank - 1>()), false, std::remove_cvref_t<decltype(d)>>;
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

}  // namespace rewrite

}  // namespace ONELOOP_NAMESPACE
