// SPDX-License-Identifier: BSL-1.0
// From formula to program. Walks the formula once; each step gives the program so far, the contractions of the
// stage under construction, and what stands in the node's place:
//
//   a leaf                  itself, by address
//   a contraction           a slot of the stage, if it has the stage's index space; else a temporary
//   a reduction             a temporary (the root's own reduction is the stage's sink instead)
//   an operand of a product that is computed, not read, and used for many results: a temporary
//   a shared value          a temporary, if it costs more than reading it again
//
// Locals that hold nodes are not const: g++ 12 does not take const structs apart ("store to a read-only decl" in its
// SRA pass), and each step of this walk would leave a copy of the formula's pointers on the stack at run time.
#pragma once

#include <tuple>

#include <oneloop/plan/simple.hpp>
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
  [[no_unique_address]] Program program;
  [[no_unique_address]] Slots slots;
  [[no_unique_address]] Node node;
};
template <class Program, class Slots, class Node>
ONELOOP_INLINE constexpr auto make_lowered(Program const& program, Slots const& slots, Node const& node) {
  return lowered<Program, Slots, Node>{program, slots, node};
}

// ---- the program grows

template <class Key, class... Infos>
constexpr int find_temp(type_list<Infos...>) {
  int index = 0, found = -1;
  ((std::is_same_v<typename Infos::key, Key> && found < 0 ? void(found = index) : void(), ++index), ...);
  return found;
}

template <class Contraction, class... Slots>
constexpr int find_slot(type_list<Slots...>) {
  int index = 0, found = -1;
  ((std::is_same_v<Slots, Contraction> && found < 0 ? void(found = index) : void(), ++index), ...);
  return identified<Contraction> ? found : -1;
}
template <class... Slots>
constexpr auto types_in(hana::basic_tuple<Slots...> const&) -> type_list<Slots...>;

template <class Target, class... Sinks>
constexpr bool writes(hana::basic_tuple<Sinks...>*) {
  return (false || ... || std::is_same_v<typename Sinks::target, Target>);
}
/// The stage that writes the target.
template <class Target, class... Stages>
constexpr int stage_writing(type_list<Stages...>) {
  int index = 0, found = -1;
  ((writes<Target>(static_cast<decltype(Stages::sinks)*>(nullptr)) ? void(found = index) : void(), ++index), ...);
  return found;
}

template <class Info, class... Infos>
constexpr auto with_temp(type_list<Infos...>) -> type_list<Infos..., Info>;

template <class Stages, class Temps, int Scopes>
ONELOOP_INLINE constexpr auto make_program(Stages const& stages) {
  return program<Stages, Temps, Scopes>{stages};
}
template <class Program>
ONELOOP_INLINE constexpr auto with_new_scope(Program const& p) {
  return make_program<std::remove_cvref_t<decltype(p.stages)>, typename Program::temps, Program::scopes + 1>(p.stages);
}

template <class Space, int Axis, class Slots, class... Sinks>
ONELOOP_INLINE constexpr auto make_stage(Slots const& slots, Sinks const&... sinks) {
  return stage<Space, Axis, Slots, hana::basic_tuple<Sinks...>>{slots, hana::basic_tuple<Sinks...>(sinks...)};
}

/// The stages with one more sink in stage `At`, whose contractions become `slots`.
template <int At, class Slots, class Sink, class... Stages>
ONELOOP_INLINE constexpr auto into_stage(hana::basic_tuple<Stages...> const& stages, Slots const& slots,
                                         Sink const& sink) {
  auto const& old = hana::at_c<At>(stages);
  using old_type = std::remove_cvref_t<decltype(old)>;
  auto merged = hana::unpack(old.sinks, [&](auto const&... sinks) {
    return make_stage<typename old_type::space, old_type::axis>(slots, sinks..., sink);
  });
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    auto const one = [&]<std::size_t J>(std::integral_constant<std::size_t, J>) {
      if constexpr (J == At)
        return merged;
      else
        return hana::at_c<J>(stages);
    };
    return hana::basic_tuple<decltype(one(std::integral_constant<std::size_t, I>{}))...>{
        one(std::integral_constant<std::size_t, I>{})...};
  }(std::index_sequence_for<Stages...>{});
}

/// Whether stage `At` runs over the same loops.
template <class Space, int Axis, int At, class Stages>
inline constexpr bool joins = false;
template <class Space, int Axis, int At, class... Stages>
  requires(Space::rank > 0)
inline constexpr bool joins<Space, Axis, At, hana::basic_tuple<Stages...>> = [] {
  using other = std::remove_cvref_t<decltype(hana::at_c<At>(std::declval<hana::basic_tuple<Stages...> const&>()))>;
  return std::is_same_v<typename other::space, Space> && other::axis == Axis;
}();

// ---- the general case

template <class Scope, bool InSpace, class Node, class Program, class Slots>
ONELOOP_INLINE constexpr auto lower(Node const& node, Program const& program, Slots const& slots);

/// Plans the formula as a stage, or as one more sink of the last stage where spaces and order permit.
/// Target: to_result<I>, or void for the temporary that comes next.
template <class Scope, class Target, class Node, class Program>
ONELOOP_INLINE constexpr auto add_stage(Node const& node, Program const& program);

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

/// What stands for the formula that a temporary holds.
template <int Index, class Info>
constexpr auto stored_node(Info const*) {
  using stored = temp<Index, typename Info::shape_type, typename Info::element>;
  if constexpr (Info::transposed)
    return permuted<exchange, stored>{stored{}};
  else
    return stored{};
}
template <int Index, class... Infos>
constexpr auto stored_in(type_list<Infos...>) {
  return stored_node<Index>(static_cast<std::tuple_element_t<Index, std::tuple<Infos...>> const*>(nullptr));
}

/// The node's value from a stage of its own, or from the one that has it already.
template <class Scope, bool Factor, class Node, class Program, class Slots>
ONELOOP_INLINE constexpr auto materialise(Node const& node, Program const& before, Slots const& slots) {
  using this_key = std::conditional_t<identified<Node>, key<Node, Scope::id>, no_key>;
  constexpr int found = identified<Node> ? find_temp<this_key>(typename Program::temps{}) : -1;
  if constexpr (found >= 0) {
    return make_lowered(before, slots, stored_in<found>(typename Program::temps{}));
  } else {
    constexpr bool transposed = Factor && is_narrow<Node>;
    auto after = [&] {
      if constexpr (transposed)
        return add_stage<Scope, void>(oneloop::detail::permute<exchange>(node), before);
      else
        return add_stage<Scope, void>(node, before);
    }();
    using stored_shape = std::conditional_t<transposed, decltype(shape::reversed(shape_t<Node>{})), shape_t<Node>>;
    using after_type = std::remove_const_t<decltype(after)>;
    if constexpr (requires { after_type::found; }) {
      return make_lowered(after.program, slots,
                          stored_in<after_type::found>(typename decltype(after.program)::temps{}));
    } else {
      constexpr int index = after_type::temps::size;
      constexpr int stage = stage_writing<to_temp<index>>(decltype(types_in(after.stages)){});
      using temps = decltype(with_temp<temp_info<this_key, stored_shape, element_t<Node>, stage, transposed>>(
          typename after_type::temps{}));
      return make_lowered(
          make_program<std::remove_cvref_t<decltype(after.stages)>, temps, after_type::scopes>(after.stages), slots,
          stored_in<index>(temps{}));
    }
  }
}

template <class Scope, bool Reused, class Node, class Program, class Slots>
ONELOOP_INLINE constexpr auto lower_factor(Node const& node, Program const& program, Slots const& slots) {
  if constexpr (is_simple<Node> && (is_memory<Node> || !Reused)) {
    return make_lowered(program, slots, simple<Scope::id>(node));
  } else if constexpr (oneloop::detail::is_permuted<Node>) {
    // Stored as it is, and read in the other order: a gradient needs a layer's values in both.
    auto arg = lower_factor<Scope, Reused>(node.arg, program, slots);
    return make_lowered(arg.program, arg.slots, oneloop::detail::permute<typename Node::permutation>(arg.node));
  } else {
    return materialise<Scope, true>(node, program, slots);
  }
}

template <class Scope, bool InSpace, class Shape, class A, class B, class Program, class Slots>
ONELOOP_INLINE constexpr auto lower_node(contraction<Shape, A, B> const& node, Program const& program,
                                         Slots const& slots) {
  if constexpr (InSpace) {
    auto left = lower_factor<Scope, (rank_v<B> >= 2)>(node.left, program, slots);
    auto right = lower_factor<Scope, (rank_v<A> >= 2)>(node.right, left.program, left.slots);
    using product =
        contraction<Shape, std::remove_cvref_t<decltype(left.node)>, std::remove_cvref_t<decltype(right.node)>>;
    constexpr int found = find_slot<product>(decltype(types_in(slots)){});
    if constexpr (found >= 0)
      return make_lowered(right.program, slots, slot<found, product>{});
    else
      return make_lowered(right.program, append(slots, product{left.node, right.node}),
                          slot<size_of<Slots>, product>{});
  } else {
    return materialise<Scope, false>(node, program, slots);
  }
}

template <class Scope, bool InSpace, class Op, int Axis, class A, class Program, class Slots>
ONELOOP_INLINE constexpr auto lower_node(reduced<Op, Axis, A> const& node, Program const& program, Slots const& slots) {
  return materialise<Scope, false>(node, program, slots);
}

template <class Scope, bool InSpace, class Body, class Program, class Slots>
ONELOOP_INLINE constexpr auto lower_node(bound<Body> const& node, Program const& program, Slots const& slots) {
  return lower<scope<Program::scopes, Body, Scope>, InSpace>(node.body, with_new_scope(program), slots);
}

template <class Scope, bool InSpace, fixed_string Name, class Shape, class Value, class Program, class Slots>
ONELOOP_INLINE constexpr auto lower_node(named<Name, Shape, Value> const& node, Program const& program,
                                         Slots const& slots) {
  constexpr bool costly = !is_simple<Value> || (flops_of<Value> > cheap);
  if constexpr (costly && count_of<named<Name, Shape, Value>, typename Scope::body> > 1 && identified<Value>)
    return materialise<typename Scope::parent, false>(node.value, program, slots);  // the same wherever it is shared
  else if constexpr (costly && count_of<named<Name, Shape, Value>, typename Scope::body> > 1)
    return materialise<Scope, false>(node, program, slots);
  else
    return lower<typename Scope::parent, InSpace>(node.value, program, slots);
}

template <class Scope, bool InSpace, class Shape, class Map, bool Explicit, class A, class Program, class Slots>
ONELOOP_INLINE constexpr auto lower_node(broadcasted<Shape, Map, Explicit, A> const& node, Program const& program,
                                         Slots const& slots) {
  auto arg = lower<Scope, false>(node.arg, program, slots);
  using again = broadcasted<Shape, Map, Explicit, std::remove_cvref_t<decltype(arg.node)>>;
  return make_lowered(arg.program, arg.slots, again{arg.node});
}

/// exp(x - m) of a softmax, stored where that pays.
template <class Scope, class Op, class Shape, class X, class... Args, class Program, class Slots>
ONELOOP_INLINE constexpr auto lower_exponentials(applied<Op, Shape, X, Args...> const& node, Program const& program,
                                                 Slots const& slots) {
  if constexpr (!stores_exponentials<applied<Op, Shape, X, Args...>>) {
    return make_lowered(program, slots, exponentials(node));
  } else if constexpr (has_short_rows<Shape> && is_simple<X>) {
    auto below = materialise<Scope, false>(below_largest(node), program, slots);
    return materialise<Scope, false>(elements_of<exp_t, Shape>(below.node), below.program, below.slots);
  } else {
    // The maximum first: a product that it stores is read, not computed again.
    auto largest = lower<Scope, false>(hana::at_c<1>(node.args), program, slots);
    return materialise<Scope, false>(exponentials(node), largest.program, largest.slots);
  }
}

/// softmax or log_softmax as a formula of what its stages store.
template <class Scope, class Softmax, class Program, class Slots>
ONELOOP_INLINE constexpr auto expanded(Softmax const& node, Program const& program, Slots const& slots) {
  auto powers = lower_exponentials<Scope>(node, program, slots);
  if constexpr (std::is_same_v<typename Softmax::operation, log_softmax_t>) {
    auto logarithm = materialise<Scope, false>(logarithm_of_sum(node, powers.node), powers.program, powers.slots);
    return make_lowered(logarithm.program, logarithm.slots, logarithms(node, logarithm.node));
  } else {
    return make_lowered(powers.program, powers.slots, shares(node, powers.node));
  }
}

/// Axes are exchanged as far down as possible, so that a product below them still runs in the stage:
/// transpose(A * B) is transpose(B) * transpose(A).
template <class Scope, bool InSpace, class Permutation, class A, class Program, class Slots>
ONELOOP_INLINE constexpr auto lower_node(permuted<Permutation, A> const& node, Program const& program,
                                         Slots const& slots) {
  using oneloop::detail::permute;
  if constexpr (Program::temps::size > 0 && children_t<A>::size > 0 && stored_as<Scope, A, Program> >= 0) {
    return make_lowered(program, slots,
                        permute<Permutation>(stored_in<stored_as<Scope, A, Program>>(typename Program::temps{})));
  } else if constexpr (is_softmax<A>) {
    auto inside = expanded<Scope>(node.arg, program, slots);
    return lower<Scope, InSpace>(permute<Permutation>(inside.node), inside.program, inside.slots);
  } else if constexpr (is_apply<A>) {
    auto inside = hana::unpack(node.arg.args, [](auto const&... arg) {
      auto const exchange = [](auto const& a) {
        if constexpr (rank_v<decltype(a)> == 0)
          return a;
        else
          return permute<Permutation>(a);
      };
      return applied<typename A::operation, shape_t<permuted<Permutation, A>>, decltype(exchange(arg))...>{
          std::in_place, exchange(arg)...};
    });
    return lower<Scope, InSpace>(inside, program, slots);
  } else if constexpr (is_matrix_product<A>) {
    auto left = permute<Permutation>(node.arg.right);
    auto right = permute<Permutation>(node.arg.left);
    using turned = contraction<shape_t<permuted<Permutation, A>>, std::remove_const_t<decltype(left)>,
                               std::remove_const_t<decltype(right)>>;
    return lower<Scope, InSpace>(turned{left, right}, program, slots);
  } else if constexpr (requires { node.arg.body; }) {
    // A bound formula keeps its scope: the exchange goes inside.
    auto inside = permute<Permutation>(node.arg.body);
    using body = std::remove_const_t<decltype(inside)>;
    return lower<Scope, InSpace>(bound<body>{inside}, program, slots);
  } else {
    auto arg = lower<Scope, false>(node.arg, program, slots);
    using again = permuted<Permutation, std::remove_cvref_t<decltype(arg.node)>>;
    return make_lowered(arg.program, arg.slots, again{arg.node});
  }
}

template <class Scope, bool InSpace, class Program, class Slots, class... Done>
ONELOOP_INLINE constexpr auto lower_each(Program const& program, Slots const& slots,
                                         hana::basic_tuple<Done...> const& done) {
  return make_lowered(program, slots, done);
}
template <class Scope, bool InSpace, class Program, class Slots, class... Done, class First, class... Rest>
ONELOOP_INLINE constexpr auto lower_each(Program const& program, Slots const& slots,
                                         hana::basic_tuple<Done...> const& done, First const& first,
                                         Rest const&... rest) {
  // An argument of rank 0 is one value for the whole space: a product inside it has another space.
  auto one = lower<Scope, InSpace>(first, program, slots);
  return lower_each<Scope, InSpace>(one.program, one.slots, append(done, one.node), rest...);
}

template <class Scope, bool InSpace, class Op, class Shape, class... Args, class Program, class Slots>
ONELOOP_INLINE constexpr auto lower_node(applied<Op, Shape, Args...> const& node, Program const& program,
                                         Slots const& slots) {
  auto args = hana::unpack(node.args, [&](auto const&... arg) {
    return lower_each<Scope, InSpace>(program, slots, hana::basic_tuple<>{}, arg...);
  });
  auto again = hana::unpack(args.node, [](auto const&... arg) {
    return applied<Op, Shape, std::remove_cvref_t<decltype(arg)>...>{std::in_place, arg...};
  });
  return make_lowered(args.program, args.slots, again);
}

template <class Scope, bool InSpace, class Op, class Shape, class... Args, class Program, class Slots>
  requires is_softmax<applied<Op, Shape, Args...>>
ONELOOP_INLINE constexpr auto lower_node(applied<Op, Shape, Args...> const& node, Program const& program,
                                         Slots const& slots) {
  auto inside = expanded<Scope>(node, program, slots);
  return lower<Scope, InSpace>(inside.node, inside.program, inside.slots);
}

template <class Scope, bool InSpace, class Node, class Program, class Slots>
ONELOOP_INLINE constexpr auto lower(Node const& node, Program const& program, Slots const& slots) {
  if constexpr (Program::temps::size > 0 && children_t<Node>::size > 0 && stored_as<Scope, Node, Program> >= 0)
    return make_lowered(program, slots, stored_in<stored_as<Scope, Node, Program>>(typename Program::temps{}));
  else if constexpr (is_simple<Node>)
    return make_lowered(program, slots, simple<Scope::id>(node));
  else
    return lower_node<Scope, InSpace>(node, program, slots);
}

// ---- stages

/// The part of a root that runs in the stage's space, and what its sink does with it.
template <class Node>
struct root_of {
  static constexpr int axis = all_axes;
  using inner = Node;
  static constexpr bool in_space = true;
  static constexpr Node const& inside(Node const& node) { return node; }
  template <class Target, class F>
  using sink = store_sink<Target, F>;
};
template <class Op, int Axis, class A>
struct root_of<reduced<Op, Axis, A>> {
  static constexpr int axis = Axis;
  using inner = A;
  // Along one axis the loop is not over tiles of the space, so a product inside gets a stage of its own.
  static constexpr bool in_space = Axis == all_axes;
  static constexpr A const& inside(reduced<Op, Axis, A> const& node) { return node.arg; }
  template <class Target, class F>
  using sink = fold_sink<Op, Axis, Target, F>;
};

template <class Target, int Next>
using target_or_temp = std::conditional_t<std::is_void_v<Target>, to_temp<Next>, Target>;

template <class Scope, class Target, class Node, class Program>
ONELOOP_INLINE constexpr auto new_stage(Node const& node, Program const& program);
template <int At, class Scope, class Target, class Node, class Program>
ONELOOP_INLINE constexpr auto join_stage(Node const& node, Program const& program);

template <class Scope, class Target, class Node, class Program>
ONELOOP_INLINE constexpr auto add_stage(Node const& node, Program const& program) {
  if constexpr (requires { node.body; }) {
    return add_stage<scope<Program::scopes, std::remove_cvref_t<decltype(node.body)>, Scope>, Target>(
        node.body, with_new_scope(program));
  } else if constexpr (requires { node.value; } && !is_simple<Node>) {
    return add_stage<typename Scope::parent, Target>(node.value, program);
  } else {
    return join_stage<0, Scope, Target>(node, program);
  }
}

/// The program already stores the value, in temporary `Index`.
template <int Index, class Program>
struct already_stored {
  static constexpr int found = Index;
  [[no_unique_address]] Program program;
};

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
constexpr int temp_of_equal(hana::basic_tuple<Sinks...>*) {
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
ONELOOP_INLINE constexpr auto join_stage(Node const& node, Program const& program) {
  using root = root_of<Node>;
  using space = shape_t<typename root::inner>;
  constexpr int stages = size_of<std::remove_cvref_t<decltype(program.stages)>>;
  if constexpr (At == stages) {
    return new_stage<Scope, Target>(node, program);
  } else if constexpr (!joins<space, root::axis, At, std::remove_cvref_t<decltype(program.stages)>>) {
    return join_stage<At + 1, Scope, Target>(node, program);
  } else {
    auto const& open = hana::at_c<At>(program.stages);
    auto inside = lower<Scope, root::in_space>(root::inside(node), program, open.slots);
    using after = std::remove_cvref_t<decltype(inside.program)>;
    constexpr bool no_new_stage = size_of<std::remove_cvref_t<decltype(inside.program.stages)>> == stages;
    constexpr bool ready = waits_for<typename after::temps, std::remove_cvref_t<decltype(inside.node)>> < At &&
                           latest<typename after::temps>(decltype(types_in(inside.slots)){}) < At;
    using formula_type = std::remove_cvref_t<decltype(inside.node)>;
    constexpr bool fits = one_range<space, formula_type, size_of<std::remove_cvref_t<decltype(open.slots)>>,
                                    size_of<std::remove_cvref_t<decltype(inside.slots)>>>();
    constexpr int equal = std::is_void_v<Target> && identified<formula_type>
                              ? temp_of_equal<typename root::template sink<void, formula_type>>(
                                    static_cast<std::remove_cvref_t<decltype(open.sinks)>*>(nullptr))
                              : -1;
    if constexpr (equal >= 0) {
      return already_stored<equal, after>{inside.program};
    } else if constexpr (no_new_stage && ready && fits) {
      using sink = typename root::template sink<target_or_temp<Target, after::temps::size>, formula_type>;
      auto all = into_stage<At>(inside.program.stages, inside.slots, sink{inside.node});
      return make_program<std::remove_const_t<decltype(all)>, typename after::temps, after::scopes>(all);
    } else {
      return join_stage<At + 1, Scope, Target>(node, program);
    }
  }
}

template <class Scope, class Target, class Node, class Program>
ONELOOP_INLINE constexpr auto new_stage(Node const& node, Program const& program) {
  using root = root_of<Node>;
  auto inside = lower<Scope, root::in_space>(root::inside(node), program, hana::basic_tuple<>{});
  using after = std::remove_cvref_t<decltype(inside.program)>;
  using sink = typename root::template sink<target_or_temp<Target, after::temps::size>,
                                            std::remove_cvref_t<decltype(inside.node)>>;
  auto all = append(inside.program.stages,
                    make_stage<shape_t<typename root::inner>, root::axis>(inside.slots, sink{inside.node}));
  return make_program<std::remove_const_t<decltype(all)>, typename after::temps, after::scopes>(all);
}

template <class Scope, int Index, class Program>
ONELOOP_INLINE constexpr auto lower_all(Program const& program) {
  return program;
}
template <class Scope, int Index, class Program, class First, class... Rest>
ONELOOP_INLINE constexpr auto lower_all(Program const& program, First const& first, Rest const&... rest);

/// Several results share the scope: what is equal in them is one value.
template <class Scope, int Index, class Node, class Program>
ONELOOP_INLINE constexpr auto add_results(Node const& node, Program const& program) {
  if constexpr (!yields_several<Node>)
    return add_stage<Scope, to_result<Index>>(node, program);
  else if constexpr (requires { node.body; })
    return add_results<scope<Program::scopes, std::remove_cvref_t<decltype(node.body)>, Scope>, Index>(
        node.body, with_new_scope(program));
  else
    return hana::unpack(node.formulas, [&](auto const&... f) { return lower_all<Scope, Index>(program, f...); });
}

template <class Scope, int Index, class Program, class First, class... Rest>
ONELOOP_INLINE constexpr auto lower_all(Program const& program, First const& first, Rest const&... rest) {
  return lower_all<Scope, Index + oneloop::detail::count_results<First>>(add_results<Scope, Index>(first, program),
                                                                         rest...);
}

template <class Node>
struct holds_elements : std::false_type {};
template <class Array>
struct holds_elements<owned<Array>> {
  static constexpr bool is_view = requires { typename Array::oneloop_view; };
  static constexpr bool value = !is_view;
};

/// The formula with pointers to the arrays that it holds: lowering copies nodes, and a view of a copied array would
/// outlive it.
template <class Node>
ONELOOP_INLINE constexpr decltype(auto) borrowing(Node const& node) {
  if constexpr (holds_elements<Node>::value)
    return referenced<std::remove_cvref_t<decltype(node.data())>>{node.data()};
  else if constexpr (any_node<holds_elements, Node>)
    return node.map_children([](auto const& child) { return borrowing(child); });
  else
    return (node);
}

/// The program that computes the formulas, in one pass where their spaces agree.
template <class... F>
ONELOOP_INLINE constexpr auto make(F const&... formulas) {
  return lower_all<outermost, 0>(program<hana::basic_tuple<>, type_list<>, 1>{}, borrowing(formulas)...);
}

}  // namespace ONELOOP_NAMESPACE::planner
