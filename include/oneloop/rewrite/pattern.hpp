// SPDX-License-Identifier: BSL-1.0
// Patterns: formulas whose variables stand for any formula. log(sigmoid(x)) as a pattern is that very formula over
// var<"x">; there is no second language to learn, and a pattern prints and evaluates as any other formula.
//
//   a variable      any formula; where it occurs again, the same one. Over data two formulas of one type need not be
//                   of one value, so that a second occurrence matches only what is the same by its type: variables,
//                   constants, and names within one bound formula.
//   a constant      that constant. In a search for proposals also a plain number, which is data.
//   an operation    itself. A sum or a product in either order; the product of a scalar and that of elements are one;
//                   sigmoid is also stable_sigmoid.
//   a reduction     along any axis, or all of them; the same one throughout, and in the replacement.
//   softmax         likewise; its `let` is looked into.
//
// What only says where an element is read stands in no one's way: operations commute with broadcasting, permuting and
// binding, so that these are passed, and put around what was found behind them.
//
// Matching is done on types alone and gives the paths from the root to what the variables stand for; values move
// only once a rule applies.
#pragma once

#include <oneloop/formula/operators.hpp>
#include <oneloop/formula/softmax.hpp>
#include <oneloop/op/all.hpp>

namespace ONELOOP_NAMESPACE::rewriting {

// ---- the way from a formula to a part of it

template <int Index>
struct argument {};
/// Into the only child.
struct inside {};
/// Likewise, and what was found there is wrapped as the child was.
struct through {};

template <class Op, int Axis, class A>
constexpr A const& only_child(reduced<Op, Axis, A> const& node) {
  return node.arg;
}
template <class Shape, class Map, bool Explicit, class A>
constexpr A const& only_child(broadcasted<Shape, Map, Explicit, A> const& node) {
  return node.arg;
}
template <class Permutation, class A>
constexpr A const& only_child(permuted<Permutation, A> const& node) {
  return node.arg;
}
template <fixed_string Name, class Shape, class Value>
constexpr Value const& only_child(named<Name, Shape, Value> const& node) {
  return node.value;
}
template <class Body>
constexpr Body const& only_child(bound<Body> const& node) {
  return node.body;
}

template <class Node>
struct is_named : std::false_type {};
template <fixed_string Name, class Shape, class Value>
struct is_named<named<Name, Shape, Value>> : std::true_type {};

template <class Node>
struct is_name : std::bool_constant<is_named<Node>::value || oneloop::detail::is_var<Node>> {};

template <class Shape, class Map, bool Explicit, class A, class Part>
constexpr auto wrapped_as(broadcasted<Shape, Map, Explicit, A> const&, Part part) {
  if constexpr (rank_v<Part> == 0)  // the same for every index
    return part;
  else
    return broadcasted<Shape, Map, Explicit, Part>{std::move(part)};
}
template <class Permutation, class A, class Part>
constexpr auto wrapped_as(permuted<Permutation, A> const&, Part part) {
  if constexpr (rank_v<Part> == 0)
    return part;
  else
    return oneloop::detail::permute<Permutation>(std::move(part));
}
template <class Body, class Part>
constexpr auto wrapped_as(bound<Body> const&, Part part) {
  if constexpr (any_node<is_named, Part>)
    return bound<Part>{std::move(part)};
  else
    return part;
}

template <class Node>
constexpr auto part_at(type_list<>, Node const& node) {
  return node;
}
template <int Index, class... Rest, class Node>
constexpr auto part_at(type_list<argument<Index>, Rest...>, Node const& node) {
  return part_at(type_list<Rest...>{}, hana::at_c<Index>(node.args));
}
template <class... Rest, class Node>
constexpr auto part_at(type_list<inside, Rest...>, Node const& node) {
  return part_at(type_list<Rest...>{}, only_child(node));
}
template <class... Rest, class Node>
constexpr auto part_at(type_list<through, Rest...>, Node const& node) {
  return wrapped_as(node, part_at(type_list<Rest...>{}, only_child(node)));
}

template <class Root, class Path>
using part_t = decltype(part_at(Path{}, std::declval<Root const&>()));

template <class Step, class... Steps>
constexpr auto then(type_list<Steps...>) -> type_list<Steps..., Step>;
template <class Path, class Step>
using then_t = decltype(then<Step>(Path{}));

// ---- questions about types

/// Whether equal types mean equal values: the planner's idea of identity, and any formula without data.
template <class Node>
inline constexpr bool same_by_type = std::is_empty_v<Node>;
template <fixed_string Name, class Shape, class Value>
inline constexpr bool same_by_type<named<Name, Shape, Value>> = true;
template <class Op, class Shape, class... Args>
inline constexpr bool same_by_type<applied<Op, Shape, Args...>> = (true && ... && same_by_type<Args>);
template <class Shape, class A, class B>
inline constexpr bool same_by_type<contraction<Shape, A, B>> = same_by_type<A> && same_by_type<B>;
template <class Op, int Axis, class A>
inline constexpr bool same_by_type<reduced<Op, Axis, A>> = same_by_type<A>;
template <class Shape, class Map, bool Explicit, class A>
inline constexpr bool same_by_type<broadcasted<Shape, Map, Explicit, A>> = same_by_type<A>;
template <class Permutation, class A>
inline constexpr bool same_by_type<permuted<Permutation, A>> = same_by_type<A>;

template <class Op>
inline constexpr bool is_product = std::is_same_v<Op, times_t> || std::is_same_v<Op, hadamard_t>;

template <class Wanted, class Op>
inline constexpr bool same_operation = std::is_same_v<Wanted, Op> || (is_product<Wanted> && is_product<Op>) ||
                                       (std::is_same_v<Wanted, sigmoid_t> && std::is_same_v<Op, stable_sigmoid_t>);

template <class Op>
inline constexpr bool commutes = is_product<Op> || std::is_same_v<Op, plus_t>;

template <class Node>
inline constexpr bool is_constant = false;
template <long long Numerator, long long Denominator>
inline constexpr bool is_constant<constant<Numerator, Denominator>> = true;
template <class Node>
inline constexpr bool is_scalar = false;
template <class T>
inline constexpr bool is_scalar<scalar<T>> = true;

/// softmax and log_softmax: a `let` whose operand, and the axis that was normalised, are found inside.
template <class Node>
struct normalisation {
  static constexpr bool value = false;
};
template <class Op, class Shape, class X, class Max, class Sum>
  requires(std::is_same_v<Op, softmax_t> || std::is_same_v<Op, log_softmax_t>)
struct normalisation<bound<applied<Op, Shape, named<"", Shape, X>, Max, Sum>>> {
  static constexpr bool value = true;
  using operation = Op;
  using operand = X;
  template <class A>
  struct axis_of;
  template <class Reduction, int Axis, class A>
  struct axis_of<reduced<Reduction, Axis, A>> {
    static constexpr int value = Axis;
  };
  template <class Whole, class Map, bool Explicit, class A>
  struct axis_of<broadcasted<Whole, Map, Explicit, A>> : axis_of<A> {};
  static constexpr int axis = axis_of<Max>::value;
  using path = type_list<inside, argument<0>, inside>;
};

/// Nodes that operations commute with. A name is passed only where what it stands for has no names of its own: these
/// would belong to the scope around, and be taken for others in this one.
enum class passing { no, plain, spreading };
template <class Node>
inline constexpr passing passed = passing::no;
template <class Shape, class Map, bool Explicit, class A>
inline constexpr passing passed<broadcasted<Shape, Map, Explicit, A>> = passing::spreading;
template <class Permutation, class A>
inline constexpr passing passed<permuted<Permutation, A>> = passing::spreading;
template <class Body>
inline constexpr passing passed<bound<Body>> = normalisation<bound<Body>>::value ? passing::no : passing::plain;
template <fixed_string Name, class Shape, class Value>
inline constexpr passing passed<named<Name, Shape, Value>> = any_node<is_name, Value> ? passing::no : passing::plain;

// ---- matching

inline constexpr int no_axis = -2;

/// One thing left to match: a pattern, a node, the path to it, and whether that path passes a broadcast or a
/// permutation, behind which no axis is what it was.
template <class Pattern, class Node, class Path, bool Spread>
struct goal {};

template <fixed_string Name, class Path>
struct capture {
  static constexpr auto name = Name;
  using path = Path;
};

/// The axis of a reduction as it was written, and what it means: all axes of a vector are its only one.
template <int Written, int Meant>
struct axis_found {
  static constexpr int written = Written, meant = Meant;
};

/// What a pattern found: the axis of its reductions, the constants in whose places stood plain numbers, and its
/// variables with the paths to what they stand for.
template <class Axis, class Guessed, class... Captures>
struct found {
  using axis = Axis;
  using guessed = Guessed;
  using captures = type_list<Captures...>;
};
struct no_match {};

template <class Found>
inline constexpr bool matched = !std::is_same_v<Found, no_match>;

template <fixed_string Name>
constexpr auto path_of(type_list<>) -> void;
template <fixed_string Name, class First, class... Rest>
constexpr auto path_of(type_list<First, Rest...>) {
  if constexpr (First::name == Name)
    return typename First::path{};
  else if constexpr (sizeof...(Rest) > 0)
    return path_of<Name>(type_list<Rest...>{});
}

/// Matches within `Root`. `Guess`: whether a plain number may stand for a constant.
template <class Root, bool Guess>
struct matcher {
  template <class Found>
  static constexpr auto all(Found found, type_list<>) {
    return found;
  }

  template <class Found, class Pattern, class Node, class Path, bool Spread, class... Rest>
  static constexpr auto all(Found found, type_list<goal<Pattern, Node, Path, Spread>, Rest...> goals) {
    using oneloop::detail::is_var;
    if constexpr (is_var<Pattern>)
      return variable<Pattern::name, Path>(found, type_list<Rest...>{});
    else if constexpr (passed<Node> != passing::no)
      return all(found, type_list<goal<Pattern, std::remove_cvref_t<decltype(only_child(std::declval<Node const&>()))>,
                                       then_t<Path, std::conditional_t<is_named<Node>::value, inside, through>>,
                                       Spread || passed<Node> == passing::spreading>,
                                  Rest...>{});
    else if constexpr (is_constant<Pattern>)
      return number<Pattern, Node>(found, type_list<Rest...>{});
    else
      return node(found, goals);
  }

  template <fixed_string Name, class Path, class Axis, class Guessed, class... Captures, class Goals>
  static constexpr auto variable(found<Axis, Guessed, Captures...> before, Goals goals) {
    using first = decltype(path_of<Name>(type_list<Captures...>{}));
    if constexpr (std::is_void_v<first>)
      return all(found<Axis, Guessed, Captures..., capture<Name, Path>>{}, goals);
    else if constexpr (std::is_same_v<part_t<Root, first>, part_t<Root, Path>> && same_by_type<part_t<Root, Path>>)
      return all(before, goals);
    else
      return no_match{};
  }

  template <class Pattern, class Node, class Axis, class... Guessed, class... Captures, class Goals>
  static constexpr auto number(found<Axis, type_list<Guessed...>, Captures...> before, Goals goals) {
    if constexpr (std::is_same_v<Pattern, Node>)
      return all(before, goals);
    else if constexpr (Guess && is_scalar<Node>)
      return all(found<Axis, type_list<Guessed..., Pattern>, Captures...>{}, goals);
    else
      return no_match{};
  }

  template <class Found, class Op, class S, class... P, class Other, class T, class... A, class Path, bool Spread,
            class... Rest>
  static constexpr auto node(Found found,
                             type_list<goal<applied<Op, S, P...>, applied<Other, T, A...>, Path, Spread>, Rest...>) {
    if constexpr (!same_operation<Op, Other> || sizeof...(P) != sizeof...(A)) {
      return no_match{};
    } else {
      auto const in_order = [&]<std::size_t... I>(std::index_sequence<I...>) {
        return all(found, type_list<goal<P, A, then_t<Path, argument<I>>, Spread>..., Rest...>{});
      };
      using straight = decltype(in_order(std::index_sequence_for<P...>{}));
      if constexpr (commutes<Op> && !matched<straight>)
        return swapped<Path, Spread>(found, type_list<P...>{}, type_list<A...>{}, type_list<Rest...>{});
      else
        return straight{};
    }
  }
  template <class Path, bool Spread, class Found, class P, class Q, class A, class B, class... Rest>
  static constexpr auto swapped(Found found, type_list<P, Q>, type_list<A, B>, type_list<Rest...>) {
    return all(found, type_list<goal<P, B, then_t<Path, argument<1>>, Spread>,
                                goal<Q, A, then_t<Path, argument<0>>, Spread>, Rest...>{});
  }

  template <class Found, class Op, int Any, class P, int Axis, class A, class Path, class... Rest>
  static constexpr auto node(Found found,
                             type_list<goal<reduced<Op, Any, P>, reduced<Op, Axis, A>, Path, false>, Rest...>) {
    constexpr int meant = Axis == all_axes && rank_v<A> == 1 ? 0 : Axis;
    return along<axis_found<Axis, meant>>(found, type_list<goal<P, A, then_t<Path, inside>, false>, Rest...>{});
  }

  template <class Found, class P, class A, class Path, class... Rest>
    requires(normalisation<bound<P>>::value && normalisation<bound<A>>::value)
  static constexpr auto node(Found found, type_list<goal<bound<P>, bound<A>, Path, false>, Rest...>) {
    using wanted = normalisation<bound<P>>;
    using given = normalisation<bound<A>>;
    using path = then_t<then_t<then_t<Path, inside>, argument<0>>, inside>;
    if constexpr (std::is_same_v<typename wanted::operation, typename given::operation>)
      return along<axis_found<given::axis, given::axis>>(
          found, type_list<goal<typename wanted::operand, typename given::operand, path, false>, Rest...>{});
    else
      return no_match{};
  }

  /// One axis for the whole pattern; the first that was written stays.
  template <class Here, class Axis, class Guessed, class... Captures, class Goals>
  static constexpr auto along(found<Axis, Guessed, Captures...> before, Goals goals) {
    if constexpr (Axis::meant == no_axis)
      return all(found<Here, Guessed, Captures...>{}, goals);
    else if constexpr (Axis::meant == Here::meant)
      return all(before, goals);
    else
      return no_match{};
  }

  template <class Found, class Goals>
  static constexpr auto node(Found, Goals) {
    return no_match{};
  }
};

template <class Pattern, class Node, bool Guess>
constexpr auto match() {
  // Not behind a broadcast at the root: what is below it has its own turn.
  if constexpr (passed<Node> != passing::no)
    return no_match{};
  else
    return matcher<Node, Guess>::all(found<axis_found<no_axis, no_axis>, type_list<>>{},
                                     type_list<goal<Pattern, Node, type_list<>, false>>{});
}

/// What `Pattern` finds in a formula of type `Node`, or no_match.
template <class Pattern, class Node, bool Guess>
using match_t = decltype(match<Pattern, Node, Guess>());

}  // namespace ONELOOP_NAMESPACE::rewriting
