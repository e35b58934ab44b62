// SPDX-License-Identifier: BSL-1.0
// From formula to program. Walks the type of the formula once; each step gives the program so far, the contractions of
// the stage under construction, and what stands in the node's place:
//
//   a leaf                  itself
//   a contraction           a slot of the stage, if it has the stage's index space; else a temporary
//   a reduction             a temporary (the root's own reduction is the stage's sink instead)
//   an operand of a product that is computed, not read, and used for many results: a temporary
//   a shared value          a temporary, if it costs more than reading it again
//
// All of it is about types: the data is left out before and put in afterwards (plan/operands.hpp). With nodes that hold
// data, and functions that run, two thirds of the compile time of a large gradient went here.
#pragma once

#include <initializer_list>

#include <oneloop/plan/operands.hpp>
#include <oneloop/plan/softmax.hpp>

namespace ONELOOP_NAMESPACE::planner {

/// The bound formula that names are looked up in; equal names mean equal values within one. What a name stands
/// for belongs to the scope around: in f(xv = yv, yv = a)(yv = b) the two y are not the same.
template <int Id, class Body, class Parent>
struct scope {
  static constexpr int id = Id;
  using body = Body;
  using parent = Parent;
};
using outermost = scope<0, void, void>;

template <class Program, class Slots, class Node>
struct lowered {
  using program_type = Program;
  using slots = Slots;
  using node = Node;
};

// ---- the program grows

/// Which one holds first, or -1.
constexpr int first_of(std::initializer_list<bool> conditions) {
  int index = 0;
  for (bool const condition : conditions) {
    if (condition) return index;
    ++index;
  }
  return -1;
}

template <class Key, class... Infos>
constexpr int find_temp(type_list<Infos...>) {
  return first_of({std::is_same_v<typename Infos::key, Key>...});
}

template <class Contraction, class... Slots>
constexpr int find_slot(type_list<Slots...>) {
  return identified<Contraction> ? first_of({std::is_same_v<Slots, Contraction>...}) : -1;
}

template <class Target, class... Sinks>
constexpr bool writes(type_list<Sinks...>) {
  return (false || ... || std::is_same_v<typename Sinks::target, Target>);
}
/// The stage that writes the target.
template <class Target, class... Stages>
constexpr int stage_writing(type_list<Stages...>) {
  return first_of({writes<Target>(typename Stages::sinks_type{})...});
}

template <class Program>
using with_new_scope = program<typename Program::stages_type, typename Program::temps, Program::scopes + 1>;

template <int At, class New, class List, class Index>
struct replaced_at;
template <int At, class New, class... T, int... I>
struct replaced_at<At, New, type_list<T...>, std::integer_sequence<int, I...>> {
  using type = type_list<std::conditional_t<I == At, New, T>...>;
};
/// The stages with one more sink in stage `At`, whose contractions become `Slots`.
template <int At, class Stages, class Slots, class Sink>
struct joined {
  using old = nth<At, Stages>;
  using merged = stage<typename old::space, old::axis, Slots, appended<typename old::sinks_type, Sink>>;
  using type = typename replaced_at<At, merged, Stages, std::make_integer_sequence<int, Stages::size>>::type;
};

/// Whether stages run over the same loops.
template <class Space, int Axis, class Stage>
inline constexpr bool joins = Space::rank > 0 && (Stage::axis == Axis) && std::is_same_v<typename Stage::space, Space>;

// ---- the general case

/// What each kind of node becomes: lowering<Node>::in<Scope, InSpace, Program, Slots>() gives a `lowered`.
template <class Node>
struct lowering;

template <class Scope, bool InSpace, class Node, class Program, class Slots>
constexpr auto lower();
template <class Scope, bool InSpace, class Node, class Program, class Slots>
using lower_t = decltype(lower<Scope, InSpace, Node, Program, Slots>());
/// The same of a node that something else has been lowered to.
template <class Scope, bool InSpace, class Lowered>
using lower_again =
    lower_t<Scope, InSpace, typename Lowered::node, typename Lowered::program_type, typename Lowered::slots>;

/// Plans the formula as a stage, or as one more sink of the last stage where spaces and order permit.
/// Target: to_result<I>, or void for the temporary that comes next.
template <class Scope, class Target, class Node, class Program>
constexpr auto add_stage();

/// The temporary that holds the node's value already, or -1.
template <class Scope, class Node, class Program>
inline constexpr int stored_as = -1;
template <class Scope, class Node, class Program>
  requires(identified<Node>)
inline constexpr int stored_as<Scope, Node, Program> = find_temp<key<Node, Scope::id>>(typename Program::temps{});

/// A factor with fewer columns than two registers have lanes, and many rows, is stored with its axes exchanged: what
/// the lanes run along is then as long as a tile, not a part of one panel (30-16-8-1 perceptron, 512 rows, AVX-512: 21
/// ns a row stored by rows, 10 so; 1000 rows, AVX2: 41 ns with 16 columns exchanged too, 30 so, 33 by rows).
template <class Node>
inline constexpr bool is_narrow = false;
template <class Node>
  requires(rank_v<Node> == 2)
inline constexpr bool is_narrow<Node> = [] {
  constexpr int narrow =
      2 * ONELOOP_REGISTER_BYTES / static_cast<int>(sizeof(computed<element_or<element_t<Node>, float>>));
  constexpr int rows = shape::extent_of<shape::axis<shape_t<Node>, 0>>;
  constexpr int columns = shape::extent_of<shape::axis<shape_t<Node>, 1>>;
  return columns != shape::dynamic && columns < narrow && (rows == shape::dynamic || rows > 8 * narrow);
}();

using exchange = oneloop::detail::swapped_axes;

/// What stands for a formula that temporary `Index` holds, as it is or with its axes exchanged.
template <int Index, class Info, bool Transposed>
struct stored_node {
  using type = temp<Index, typename Info::shape_type, typename Info::element>;
};
template <int Index, class Info>
struct stored_node<Index, Info, true> {
  using type = permuted<exchange, temp<Index, typename Info::shape_type, typename Info::element>>;
};
/// The formula that it was made for.
template <int Index, class Temps>
using stored_in = typename stored_node<Index, nth<Index, Temps>, nth<Index, Temps>::transposed>::type;

/// The axes of a formula in another order.
template <class Permutation, class Node>
using permuted_node = decltype(oneloop::detail::permute<Permutation>(std::declval<Node>()));

template <bool Turned, class Permutation, class Node>
struct turn_if {
  using type = Node;
};
template <class Permutation, class Node>
struct turn_if<true, Permutation, Node> {
  using type = permuted_node<Permutation, Node>;
};
template <bool Turned, class Permutation, class Node>
using turned_if = typename turn_if<Turned, Permutation, Node>::type;

/// The program already stores the value, in temporary `Index`.
template <int Index, class Program>
struct already_stored {
  static constexpr int found = Index;
  using program_type = Program;
};

/// The node's value from a stage of its own, or from the one that has it already.
template <class Scope, bool Factor, class Node, class Program, class Slots>
constexpr auto materialise() {
  using this_key = std::conditional_t<identified<Node>, key<Node, Scope::id>, no_key>;
  constexpr int found = identified<Node> ? find_temp<this_key>(typename Program::temps{}) : -1;
  if constexpr (found >= 0) {
    return lowered<Program, Slots, stored_in<found, typename Program::temps>>{};
  } else {
    constexpr bool transposed = Factor && is_narrow<Node>;
    using stored = turned_if<transposed, exchange, Node>;
    using after = decltype(add_stage<Scope, void, stored, Program>());
    if constexpr (requires { after::found; }) {
      // Made for this formula or for its transpose: how it is stored is known of `stored`.
      using same = typename after::program_type;
      using info = nth<after::found, typename same::temps>;
      return lowered<same, Slots, typename stored_node<after::found, info, transposed>::type>{};
    } else {
      constexpr int index = after::temps::size;
      constexpr int stage = stage_writing<to_temp<index>>(typename after::stages_type{});
      using temps =
          appended<typename after::temps, temp_info<this_key, shape_t<stored>, element_t<Node>, stage, transposed>>;
      return lowered<program<typename after::stages_type, temps, after::scopes>, Slots, stored_in<index, temps>>{};
    }
  }
}
template <class Scope, bool Factor, class Node, class Program, class Slots>
using materialise_t = decltype(materialise<Scope, Factor, Node, Program, Slots>());

template <class Scope, bool Reused, class Node, class Program, class Slots>
constexpr auto lower_factor() {
  if constexpr (is_simple<Node> && (is_memory<Node> || !Reused)) {
    return lowered<Program, Slots, simple<Scope::id, Node>>{};
  } else if constexpr (oneloop::detail::is_permuted<Node>) {
    // Stored as it is, and read in the other order: a gradient needs a layer's values in both.
    using arg = decltype(lower_factor<Scope, Reused, nth<0, children_t<Node>>, Program, Slots>());
    return lowered<typename arg::program_type, typename arg::slots,
                   permuted_node<typename Node::permutation, typename arg::node>>{};
  } else {
    return materialise<Scope, true, Node, Program, Slots>();
  }
}

template <class Shape, class A, class B>
struct lowering<contraction<Shape, A, B>> {
  template <class Scope, bool InSpace, class Program, class Slots>
  static constexpr auto in() {
    if constexpr (InSpace) {
      using left = decltype(lower_factor<Scope, (rank_v<B> >= 2), A, Program, Slots>());
      using right =
          decltype(lower_factor<Scope, (rank_v<A> >= 2), B, typename left::program_type, typename left::slots>());
      using product = contraction<Shape, typename left::node, typename right::node>;
      using program_type = typename right::program_type;
      constexpr int found = find_slot<product>(Slots{});
      if constexpr (found >= 0)
        return lowered<program_type, Slots, slot<found, product>>{};
      else
        return lowered<program_type, appended<Slots, product>, slot<Slots::size, product>>{};
    } else {
      return materialise<Scope, false, contraction<Shape, A, B>, Program, Slots>();
    }
  }
};

template <class Op, int Axis, class A>
struct lowering<reduced<Op, Axis, A>> {
  template <class Scope, bool InSpace, class Program, class Slots>
  static constexpr auto in() {
    return materialise<Scope, false, reduced<Op, Axis, A>, Program, Slots>();
  }
};

template <class Body>
struct lowering<bound<Body>> {
  template <class Scope, bool InSpace, class Program, class Slots>
  static constexpr auto in() {
    return lower<scope<Program::scopes, Body, Scope>, InSpace, Body, with_new_scope<Program>, Slots>();
  }
};

template <fixed_string Name, class Shape, class Value>
struct lowering<named<Name, Shape, Value>> {
  using node = named<Name, Shape, Value>;
  static constexpr bool costly = !is_simple<Value> || (flops_of<Value> > cheap);
  template <class Scope, bool InSpace, class Program, class Slots>
  static constexpr auto in() {
    if constexpr (costly && count_of<node, typename Scope::body> > 1 && identified<Value>)
      return materialise<typename Scope::parent, false, Value, Program, Slots>();  // the same wherever it is shared
    else if constexpr (costly && count_of<node, typename Scope::body> > 1)
      return materialise<Scope, false, node, Program, Slots>();
    else
      return lower<typename Scope::parent, InSpace, Value, Program, Slots>();
  }
};

template <class Shape, class Map, bool Explicit, class A>
struct lowering<broadcasted<Shape, Map, Explicit, A>> {
  template <class Scope, bool InSpace, class Program, class Slots>
  static constexpr auto in() {
    using arg = lower_t<Scope, false, A, Program, Slots>;
    return lowered<typename arg::program_type, typename arg::slots,
                   broadcasted<Shape, Map, Explicit, typename arg::node>>{};
  }
};

/// exp(x - m) of a softmax, stored where that pays.
template <class Scope, class Softmax, class Program, class Slots>
constexpr auto lower_exponentials() {
  using shape_type = shape_t<Softmax>;
  using x = nth<0, children_t<Softmax>>;
  if constexpr (!stores_exponentials<Softmax>) {
    return lowered<Program, Slots, exponentials<Softmax>>{};
  } else if constexpr (has_short_rows<shape_type> && is_simple<x>) {
    using below = materialise_t<Scope, false, below_largest<Softmax>, Program, Slots>;
    return materialise<Scope, false, applied<exp_t, shape_type, typename below::node>, typename below::program_type,
                       typename below::slots>();
  } else {
    // The maximum first: a product that it stores is read, not computed again.
    using largest = lower_t<Scope, false, nth<1, children_t<Softmax>>, Program, Slots>;
    return materialise<Scope, false, exponentials<Softmax>, typename largest::program_type, typename largest::slots>();
  }
}

/// softmax or log_softmax as a formula of what its stages store.
template <class Scope, class Softmax, class Program, class Slots>
constexpr auto expanded() {
  using powers = decltype(lower_exponentials<Scope, Softmax, Program, Slots>());
  using after = typename powers::program_type;
  if constexpr (std::is_same_v<typename Softmax::operation, log_softmax_t>) {
    using logarithm =
        materialise_t<Scope, false, logarithm_of_sum<Softmax, typename powers::node>, after, typename powers::slots>;
    return lowered<typename logarithm::program_type, typename logarithm::slots,
                   logarithms<Softmax, typename logarithm::node>>{};
  } else {
    return lowered<after, typename powers::slots, shares<Softmax, typename powers::node>>{};
  }
}

/// Axes are exchanged as far down as possible, so that a product below them still runs in the stage:
/// transpose(A * B) is transpose(B) * transpose(A).
template <class Permutation, class A>
struct lowering<permuted<Permutation, A>> {
  template <class Arg>
  using turned = turned_if<(rank_v<Arg> > 0), Permutation, Arg>;
  template <class Op, class Shape, class... Args>
  static constexpr auto inside(applied<Op, Shape, Args...> const*)
      -> applied<Op, shape_t<permuted<Permutation, A>>, turned<Args>...>;
  template <class Shape, class Left, class Right>
  static constexpr auto inside(contraction<Shape, Left, Right> const*)
      -> contraction<shape_t<permuted<Permutation, A>>, permuted_node<Permutation, Right>,
                     permuted_node<Permutation, Left>>;
  // A bound formula keeps its scope: the exchange goes inside.
  template <class Body>
  static constexpr auto inside(bound<Body> const*) -> bound<permuted_node<Permutation, Body>>;

  template <class Scope, bool InSpace, class Program, class Slots>
  static constexpr auto in() {
    constexpr int stored = children_t<A>::size > 0 ? stored_as<Scope, A, Program> : -1;
    if constexpr (stored >= 0) {
      return lowered<Program, Slots, permuted_node<Permutation, stored_in<stored, typename Program::temps>>>{};
    } else if constexpr (is_softmax<A>) {
      using formula = decltype(expanded<Scope, A, Program, Slots>());
      return lower<Scope, InSpace, permuted_node<Permutation, typename formula::node>, typename formula::program_type,
                   typename formula::slots>();
    } else if constexpr (is_apply<A> || is_matrix_product<A> || is_bound<A>) {
      return lower<Scope, InSpace, decltype(inside(static_cast<A const*>(nullptr))), Program, Slots>();
    } else {
      using arg = lower_t<Scope, false, A, Program, Slots>;
      return lowered<typename arg::program_type, typename arg::slots, permuted<Permutation, typename arg::node>>{};
    }
  }
};

/// One argument after the other. One of rank 0 is one value for the whole space: a product inside it has another space.
template <class Scope, bool InSpace, class Before, class... Args>
struct lower_each {
  using type = Before;
};
template <class Scope, bool InSpace, class Program, class Slots, class... Done, class First, class... Rest>
struct lower_each<Scope, InSpace, lowered<Program, Slots, type_list<Done...>>, First, Rest...> {
  using one = lower_t<Scope, InSpace, First, Program, Slots>;
  using type = typename lower_each<
      Scope, InSpace, lowered<typename one::program_type, typename one::slots, type_list<Done..., typename one::node>>,
      Rest...>::type;
};

template <class Op, class Shape, class... Args>
struct lowering<applied<Op, Shape, Args...>> {
  using node = applied<Op, Shape, Args...>;
  template <class... Planned>
  static constexpr auto of(type_list<Planned...>) -> applied<Op, Shape, Planned...>;

  template <class Scope, bool InSpace, class Program, class Slots>
  static constexpr auto in() {
    if constexpr (is_softmax<node>) {
      return lower_again<Scope, InSpace, decltype(expanded<Scope, node, Program, Slots>())>{};
    } else {
      using args = typename lower_each<Scope, InSpace, lowered<Program, Slots, type_list<>>, Args...>::type;
      return lowered<typename args::program_type, typename args::slots, decltype(of(typename args::node{}))>{};
    }
  }
};

template <class Scope, bool InSpace, class Node, class Program, class Slots>
constexpr auto lower() {
  constexpr int stored = children_t<Node>::size > 0 ? stored_as<Scope, Node, Program> : -1;
  if constexpr (stored >= 0)
    return lowered<Program, Slots, stored_in<stored, typename Program::temps>>{};
  else if constexpr (is_simple<Node>)
    return lowered<Program, Slots, simple<Scope::id, Node>>{};
  else
    return lowering<Node>::template in<Scope, InSpace, Program, Slots>();
}

// ---- stages

/// The part of a root that runs in the stage's space, and what its sink does with it.
template <class Node>
struct root_of {
  static constexpr int axis = all_axes;
  using inner = Node;
  static constexpr bool in_space = true;
  template <class Target, class F>
  using sink = store_sink<Target, F>;
};
template <class Op, int Axis, class A>
struct root_of<reduced<Op, Axis, A>> {
  static constexpr int axis = Axis;
  using inner = A;
  // Along one axis the loop is not over tiles of the space, so a product inside gets a stage of its own.
  static constexpr bool in_space = Axis == all_axes;
  template <class Target, class F>
  using sink = fold_sink<Op, Axis, Target, F>;
};

template <class Target, int Next>
using target_or_temp = std::conditional_t<std::is_void_v<Target>, to_temp<Next>, Target>;

template <class Scope, class Target, class Node, class Program>
constexpr auto new_stage();
template <int At, class Scope, class Target, class Node, class Program>
constexpr auto join_stage();

template <class Scope, class Target, class Node, class Program>
constexpr auto add_stage() {
  if constexpr (is_bound<Node>) {
    using body = nth<0, children_t<Node>>;
    return add_stage<scope<Program::scopes, body, Scope>, Target, body, with_new_scope<Program>>();
  } else if constexpr (is_named<Node> && !is_simple<Node>) {
    return add_stage<typename Scope::parent, Target, nth<0, children_t<Node>>, Program>();
  } else {
    return join_stage<0, Scope, Target, Node, Program>();
  }
}

template <class A, class B>
inline constexpr bool equal_but_for_target = false;
template <class T, class U, class F>
inline constexpr bool equal_but_for_target<store_sink<T, F>, store_sink<U, F>> = true;
template <class Op, int Axis, class T, class U, class F>
inline constexpr bool equal_but_for_target<fold_sink<Op, Axis, T, F>, fold_sink<Op, Axis, U, F>> = true;
template <class Target>
inline constexpr int temp_index = -1;
template <int Index>
inline constexpr int temp_index<to_temp<Index>> = Index;
/// The temporary that a sink like this one writes, or -1: what two formulas have in common once they are planned.
template <class Sink, class... Sinks>
constexpr int temp_of_equal(type_list<Sinks...>) {
  int found = -1;
  ((equal_but_for_target<Sink, Sinks> && temp_index<typename Sinks::target> >= 0
        ? void(found = temp_index<typename Sinks::target>)
        : void()),
   ...);
  return found;
}

/// The first slot of the stage that the formula has, or `None`.
template <int None, class Node>
inline constexpr int first_slot = None;
template <int None, int Index, class Contraction>
inline constexpr int first_slot<None, slot<Index, Contraction>> = Index;
template <int None, class... T>
constexpr int first_slot_in(type_list<T...>) {
  int first = None;
  ((first_slot<None, T> < first ? void(first = first_slot<None, T>) : void()), ...);
  return first;
}
template <int None, class Node>
  requires(children_t<Node>::size > 0 && !is_slot<Node>)
inline constexpr int first_slot<None, Node> = first_slot_in<None>(children_t<Node>{});

/// Whether a formula, planned with the contractions of a stage at hand, runs over that stage's range of indices, for
/// which alone these are computed. Two without a name may differ in size, unless both formulas have the same
/// contraction.
template <class Space, class Node, int Before, int Now>
constexpr bool one_range() {
  if constexpr (!has_anonymous_extent<Space> || Now == 0)
    return true;
  else
    return first_slot<Before, Node> < Before;
}

/// As one more sink of the first stage from `At` on that runs over the same loops and has what the formula needs, or as
/// a stage of its own.
template <int At, class Scope, class Target, class Node, class Program>
constexpr auto join_stage() {
  using root = root_of<Node>;
  using space = shape_t<typename root::inner>;
  using stages = typename Program::stages_type;
  if constexpr (At == stages::size) {
    return new_stage<Scope, Target, Node, Program>();
  } else if constexpr (!joins<space, root::axis, nth<At, stages>>) {
    return join_stage<At + 1, Scope, Target, Node, Program>();
  } else {
    using open = nth<At, stages>;
    using inside = lower_t<Scope, root::in_space, typename root::inner, Program, typename open::slots_type>;
    using after = typename inside::program_type;
    using slots = typename inside::slots;
    using formula_type = typename inside::node;
    constexpr bool no_new_stage = after::stages_type::size == stages::size;
    constexpr bool ready =
        waits_for<typename after::temps, formula_type> < At && latest<typename after::temps>(slots{}) < At;
    constexpr bool fits = one_range<space, formula_type, open::slots_type::size, slots::size>();
    constexpr int equal =
        std::is_void_v<Target> && identified<formula_type>
            ? temp_of_equal<typename root::template sink<void, formula_type>>(typename open::sinks_type{})
            : -1;
    if constexpr (equal >= 0) {
      return already_stored<equal, after>{};
    } else if constexpr (no_new_stage && ready && fits) {
      using sink = typename root::template sink<target_or_temp<Target, after::temps::size>, formula_type>;
      return program<typename joined<At, typename after::stages_type, slots, sink>::type, typename after::temps,
                     after::scopes>{};
    } else {
      return join_stage<At + 1, Scope, Target, Node, Program>();
    }
  }
}

template <class Scope, class Target, class Node, class Program>
constexpr auto new_stage() {
  using root = root_of<Node>;
  using inside = lower_t<Scope, root::in_space, typename root::inner, Program, type_list<>>;
  using after = typename inside::program_type;
  using sink = typename root::template sink<target_or_temp<Target, after::temps::size>, typename inside::node>;
  using last = stage<shape_t<typename root::inner>, root::axis, typename inside::slots, type_list<sink>>;
  return program<appended<typename after::stages_type, last>, typename after::temps, after::scopes>{};
}

template <class Scope, int Index, class Program>
constexpr auto lower_all(type_list<>) {
  return Program{};
}
template <class Scope, int Index, class Program, class First, class... Rest>
constexpr auto lower_all(type_list<First, Rest...>);

/// Several results share the scope: what is equal in them is one value.
template <class Scope, int Index, class Node, class Program>
constexpr auto add_results() {
  if constexpr (!yields_several<Node>) {
    return add_stage<Scope, to_result<Index>, Node, Program>();
  } else if constexpr (is_bound<Node>) {
    using body = nth<0, children_t<Node>>;
    return add_results<scope<Program::scopes, body, Scope>, Index, body, with_new_scope<Program>>();
  } else {
    return lower_all<Scope, Index, Program>(children_t<Node>{});
  }
}

template <class Scope, int Index, class Program, class First, class... Rest>
constexpr auto lower_all(type_list<First, Rest...>) {
  using after = decltype(add_results<Scope, Index, First, Program>());
  return lower_all<Scope, Index + oneloop::detail::count_results<First>, after>(type_list<Rest...>{});
}

/// The program that computes the formulas, in one pass where their spaces agree.
template <class... F>
ONELOOP_INLINE constexpr auto make(F const&... formulas) {
  using numbered_type = rewrite::numbering<F...>;
  using planned =
      decltype(lower_all<outermost, 0, program<type_list<>, type_list<>, 1>>(typename numbered_type::formulas{}));
  typename numbered_type::operands operands{};
  rewrite::find_operands(typename numbered_type::formulas{}, operands, formulas...);
  return filled<planned>::from(operands);
}

}  // namespace ONELOOP_NAMESPACE::planner
