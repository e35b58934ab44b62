// SPDX-License-Identifier: BSL-1.0
// A rule: a pattern, what replaces it, why, and where it holds; and the engine that applies a table of them to a
// fixed point. Nothing here knows what the rules are for.
#pragma once

#include <oneloop/rewrite/pattern.hpp>

namespace ONELOOP_NAMESPACE::rewriting {

template <fixed_string Text>
struct text_of {
  static constexpr auto value = Text;
};
/// "log(0)"_s: a text in the type, for reasons and domains.
template <fixed_string Text>
constexpr text_of<Text> operator""_s() {
  return {};
}

template <class Pattern, class Replacement, fixed_string Reason, fixed_string Domain>
struct rule_of {
  using pattern = Pattern;
  using replacement = Replacement;
  static constexpr auto reason = Reason;
  static constexpr auto domain = Domain;
};

/// One line of a table; see stable_rules for what it looks like.
template <class Pattern, class Replacement, fixed_string Reason, fixed_string Domain>
constexpr auto rule(Pattern, Replacement, text_of<Reason>, text_of<Domain>) {
  return rule_of<Pattern, Replacement, Reason, Domain>{};
}
template <class... Rules>
constexpr type_list<Rules...> table(Rules...) {
  return {};
}

// ---- a replacement over what was found

template <fixed_string Name, class Value>
struct given {
  Value value;
};
template <class Axis, class... Given>
struct givens : Given... {
  using axis = Axis;
};
template <fixed_string Name, class Value>
constexpr Value const& value_of(given<Name, Value> const& g) {
  return g.value;
}

template <class Node>
inline constexpr bool is_negated = false;
template <class Shape, class A>
inline constexpr bool is_negated<applied<negate_t, Shape, A>> = true;

/// As the operators make it, but that -(-x) is x: exact, and what a reader of 1_c - sigmoid(-x) expects.
template <class Op, class... Args>
constexpr auto remade(Args&&... args) {
  if constexpr (std::is_same_v<Op, negate_t> && (is_negated<std::remove_cvref_t<Args>> && ...))
    return hana::at_c<0>((args, ...).args);
  else
    return oneloop::detail::remake_apply<Op>(static_cast<Args&&>(args)...);
}

template <class Replacement>
struct made;

template <fixed_string Name, class Shape>
struct made<var_t<Name, Shape>> {
  template <class Givens>
  static constexpr auto from(Givens const& g) {
    return value_of<Name>(g);
  }
};
template <long long Numerator, long long Denominator>
struct made<constant<Numerator, Denominator>> {
  template <class Givens>
  static constexpr auto from(Givens const&) {
    return constant<Numerator, Denominator>{};
  }
};
template <class Op, class Shape, class... Args>
struct made<applied<Op, Shape, Args...>> {
  template <class Givens>
  static constexpr auto from(Givens const& g) {
    return remade<Op>(made<Args>::from(g)...);
  }
};
template <class Op, int Axis, class A>
struct made<reduced<Op, Axis, A>> {
  template <class Givens>
  static constexpr auto from(Givens const& g) {
    auto child = made<A>::from(g);
    if constexpr (any_invalid<decltype(child)>)
      return child;
    else  // an axis in the replacement is the one found; without one, all axes stay all axes
      return oneloop::detail::make_reduced<Op, (Axis == all_axes ? Givens::axis::written : Givens::axis::meant)>(
          std::move(child));
  }
};
template <class Body>
  requires normalisation<bound<Body>>::value
struct made<bound<Body>> {
  template <class Givens>
  static constexpr auto from(Givens const& g) {
    using operation = typename normalisation<bound<Body>>::operation;
    auto child = made<typename normalisation<bound<Body>>::operand>::from(g);
    constexpr int axis = Givens::axis::meant;
    if constexpr (axis < 0 || axis >= rank_v<decltype(child)>)  // all axes of a matrix: no softmax does that
      return invalid{};
    else
      return oneloop::detail::normalised<operation, axis>(std::move(child));
  }
};

/// How often a variable stands in a formula.
template <fixed_string Name, class Node>
inline constexpr int uses_of = 0;
template <fixed_string Name, class Shape>
inline constexpr int uses_of<Name, var_t<Name, Shape>> = 1;
template <fixed_string Name, class... Nodes>
constexpr int uses_in(type_list<Nodes...>) {
  return (0 + ... + uses_of<Name, Nodes>);
}
template <fixed_string Name, class Node>
  requires(children_t<Node>::size > 0)
inline constexpr int uses_of<Name, Node> = uses_in<Name>(children_t<Node>{});

/// The one replacement variable that would be computed several times, because over data the plan cannot see that it
/// is one: then it gets a name.
template <class Replacement, class Node, class Capture>
constexpr bool needs_name() {
  using part = part_t<Node, typename Capture::path>;
  return uses_of<Capture::name, Replacement> > 1 && !same_by_type<part> && children_t<part>::size > 0;
}

template <class Replacement, class Axis, class Guessed, class Capture, class Node>
  requires(needs_name<Replacement, Node, Capture>())
constexpr auto replaced(found<Axis, Guessed, Capture>, Node const& node) {
  return oneloop::detail::let<"">(part_at(typename Capture::path{}, node), [](auto const& v) {
    return made<Replacement>::from(givens<Axis, given<Capture::name, std::remove_cvref_t<decltype(v)>>>{{v}});
  });
}
template <class Replacement, class Axis, class Guessed, class... Captures, class Node>
constexpr auto replaced(found<Axis, Guessed, Captures...>, Node const& node) {
  return made<Replacement>::from(givens<Axis, given<Captures::name, part_t<Node, typename Captures::path>>...>{
      {part_at(typename Captures::path{}, node)}...});
}

// ---- a table of rules over a formula

/// A rule that applies to a formula, with what it makes of it.
template <class Rule, class Found, class Result>
struct application {
  using rule = Rule;
  using found_type = Found;
  using result = Result;
};

/// What a rule makes of a formula of type `Node`, or no_match: also where the result would be another formula by
/// its shape or its elements, or no other at all.
template <class Rule, class Node, bool Guess>
constexpr auto try_rule() {
  using match = match_t<typename Rule::pattern, Node, Guess>;
  if constexpr (!matched<match>) {
    return no_match{};
  } else {
    using result = decltype(replaced<typename Rule::replacement>(match{}, std::declval<Node const&>()));
    if constexpr (any_invalid<result>)
      return no_match{};
    else if constexpr (std::is_same_v<result, Node> || !std::is_same_v<shape_t<result>, shape_t<Node>> ||
                       !std::is_same_v<element_t<result>, element_t<Node>>)
      return no_match{};
    else
      return application<Rule, match, result>{};
  }
}

template <class Node, bool Guess>
constexpr no_match first_rule(type_list<>) {
  return {};
}
template <class Node, bool Guess, class First, class... Rest>
constexpr auto first_rule(type_list<First, Rest...>) {
  using here = decltype(try_rule<First, Node, Guess>());
  if constexpr (matched<here>)
    return here{};
  else
    return first_rule<Node, Guess>(type_list<Rest...>{});
}

/// A plain number stands for a constant only where no rule applies without that.
template <class Table, class Node, bool Guess>
constexpr auto rule_for() {
  using rules = decltype(Table::rules());
  using sure = decltype(first_rule<Node, false>(rules{}));
  if constexpr (Guess && !matched<sure>)
    return first_rule<Node, true>(rules{});
  else
    return sure{};
}
template <class Table, class Node, bool Guess>
using rule_for_t = decltype(rule_for<Table, Node, Guess>());

/// Largest first, from the root down, because a rule of many operations knows more than the rules of its parts; then
/// the parts of what came out, and where they changed, the whole once more. It ends because no replacement is a
/// pattern's match again (a test holds each line of the table to that), so that every step uses up operations of f.
template <class Table, bool Guess, class Node>
constexpr auto rewritten(Node const& node) {
  using here = rule_for_t<Table, Node, Guess>;
  if constexpr (matched<here>) {
    return rewritten<Table, Guess>(replaced<typename here::rule::replacement>(typename here::found_type{}, node));
  } else if constexpr (children_t<Node>::size == 0) {
    return node;
  } else {
    using over_parts = decltype(node.map_children([](auto const& child) { return rewritten<Table, Guess>(child); }));
    if constexpr (std::is_same_v<over_parts, Node>) {
      return node;
    } else {
      auto parts = node.map_children([](auto const& child) { return rewritten<Table, Guess>(child); });
      if constexpr (matched<rule_for_t<Table, over_parts, Guess>>)
        return rewritten<Table, Guess>(parts);
      else
        return parts;
    }
  }
}
template <class Table, bool Guess, class Node>
using rewritten_t = decltype(rewritten<Table, Guess>(std::declval<Node const&>()));

/// One step of a rewrite.
template <class Before, class After, class Rule, class Guessed>
struct step {
  using before = Before;
  using after = After;
  using rule = Rule;
  using guessed = Guessed;
};

template <class... Steps>
constexpr type_list<Steps...> united(type_list<Steps...> steps, type_list<>) {
  return steps;
}
template <class... Steps, class First, class... Rest>
constexpr auto united(type_list<Steps...> steps, type_list<First, Rest...>) {
  return united(oneloop::detail::add_once(steps, type_list<First>{}), type_list<Rest...>{});
}

template <class Table, bool Guess, class Node>
constexpr auto steps_of();

template <class Table, bool Guess, class... Steps>
constexpr auto steps_in(type_list<Steps...> steps, type_list<>) {
  return steps;
}
template <class Table, bool Guess, class... Steps, class First, class... Rest>
constexpr auto steps_in(type_list<Steps...> steps, type_list<First, Rest...>) {
  return steps_in<Table, Guess>(united(steps, steps_of<Table, Guess, First>()), type_list<Rest...>{});
}

/// The steps that rewritten<Table, Guess> takes, in their order, each once.
template <class Table, bool Guess, class Node>
constexpr auto steps_of() {
  using here = rule_for_t<Table, Node, Guess>;
  if constexpr (matched<here>) {
    using first = step<Node, typename here::result, typename here::rule, typename here::found_type::guessed>;
    return united(type_list<first>{}, steps_of<Table, Guess, typename here::result>());
  } else {
    constexpr auto below = steps_in<Table, Guess>(type_list<>{}, children_t<Node>{});
    if constexpr (decltype(below)::size == 0) {
      return below;
    } else {
      using over_parts = decltype(std::declval<Node const&>().map_children(
          [](auto const& child) { return rewritten<Table, Guess>(child); }));
      if constexpr (matched<rule_for_t<Table, over_parts, Guess>>)
        return united(below, steps_of<Table, Guess, over_parts>());
      else
        return below;
    }
  }
}
template <class Table, bool Guess, class Node>
using steps_t = decltype(steps_of<Table, Guess, Node>());

}  // namespace ONELOOP_NAMESPACE::rewriting
