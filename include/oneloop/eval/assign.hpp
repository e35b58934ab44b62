// SPDX-License-Identifier: BSL-1.0
// y = f: the checks, the question of aliasing, the loop.
#pragma once

#include <oneloop/eval/alias.hpp>
#include <oneloop/eval/execute.hpp>
#include <oneloop/formula/threaded.hpp>

namespace ONELOOP_NAMESPACE {

namespace eval {

template <class F>
constexpr decltype(auto) as_node(F const& f) {
  if constexpr (node<F>)
    return static_cast<F const&>(f);
  else
    return as_formula(f);
}

/// Where a target is written: a tensor through a view, a view as it is.
template <class Target>
ONELOOP_INLINE constexpr auto writable(Target& target) {
  if constexpr (requires { typename Target::oneloop_view; })
    return std::remove_const_t<Target>(target);
  else
    return target.borrow();
}

/// The target of a column-major assignment is the row-major one with all axes reversed; so is the formula.
template <class Target>
constexpr auto reversed_view(Target const& target) {
  using shape_type = decltype(shape::reversed(typename Target::shape_type{}));
  constexpr int rank = shape_type::rank;
  index_list<rank> extents, strides;
  for (int axis = 0; axis < rank; ++axis) {
    extents[axis] = target.extents()[rank - 1 - axis];
    strides[axis] = target.strides()[rank - 1 - axis];
  }
  using T = std::remove_pointer_t<decltype(target.data())>;
  return view_of_t<T, shape_type, layouts::row_major>::make(target.data(), extents, strides);
}

/// Whether the axes are exchanged: where the first index varies fastest in memory, which in one column it does as well
/// (the last layer of a 30-16-8-1 perceptron, 512 rows: 4.5 ns a row by rows of one element, 0.2 so).
template <class Target>
inline constexpr bool runs_reversed = [] {
  if constexpr (Target::rank < 2)
    return false;
  else if constexpr (Target::rank == 2 && std::is_same_v<typename Target::layout_type, layouts::row_major>)
    return shape::extent_of<shape::axis<typename Target::shape_type, 1>> == 1 &&
           shape::extent_of<shape::axis<typename Target::shape_type, 0>> != 1;
  else
    return std::is_same_v<typename Target::layout_type, layouts::column_major>;
}();

/// What stands for numbers and masks of unknown type: the target's element type.
template <class T>
using default_element = std::conditional_t<std::is_same_v<T, bool>, float, computed<T>>;

/// Element by element: a plain loop compiles in a tenth of the time of a second formula.
template <int Axis, class From, class To>
ONELOOP_INLINE constexpr void copy_elements(From const& from, To const& to, index_t from_offset, index_t to_offset) {
  if constexpr (Axis == To::rank) {
    to.data()[to_offset] = from.data()[from_offset];
  } else {
    for (index_t i = 0, n = to.extents()[Axis]; i < n; ++i)
      copy_elements<Axis + 1>(from, to, from_offset + i * stride_of<From, Axis>(from),
                              to_offset + i * stride_of<To, Axis>(to));
  }
}

/// Up to here a copy for the case of aliasing may lie on the stack of the caller.
inline constexpr index_t small_copy = 16384;

/// A loop of its own, for results that are made where they are not read yet.
template <class Policy, class Program, class Target>
[[gnu::noinline]] constexpr void execute_apart(Program const& passed, Target target) {
  auto program = passed;  // the caller's lies in memory, where stores could reach it
  execute<default_element<typename Target::element>, Policy>(program, hana::basic_tuple<Target>(target));
}

/// Of static extents. By value, so that nothing of the usual way lies in memory (a * x + y over 16 floats: 4.9 ns with
/// elements to spare beside the loop, 3.8 ns so).
template <class Policy, class Program, class Target>
[[gnu::cold, gnu::noinline]] constexpr void through_copy(Program program, Target target) {
  scratch<typename Target::element, typename Target::shape_type> between;
  auto inner = between.writable();
  execute_apart<Policy>(program, inner);
  copy_elements<0>(inner, target, 0, 0);
}

/// Where a result of run-time size waits until nothing reads the target any more. As a rule it need not, and this is a
/// null pointer in a register: one loop serves both ways, as it is told where to write.
template <class Target>
class waiting_result {
  using T = typename Target::element;
  T* elements_ = nullptr;

  [[gnu::cold, gnu::noinline]] static T* obtain(index_t count) {
    return oneloop::detail::allocate<T>(static_cast<std::size_t>(count));
  }
  [[gnu::cold, gnu::noinline]] static void release(T* elements) noexcept { oneloop::detail::deallocate(elements); }
  static Target over(T* elements, Target const& target) {
    auto const extents = target.extents();
    return Target::make(elements, extents, contiguous_strides<layouts::row_major>(extents));
  }
  [[gnu::cold, gnu::noinline]] static void copy(T* elements, Target target) {
    copy_elements<0>(over(elements, target), target, 0, 0);
  }

 public:
  constexpr waiting_result() = default;
  waiting_result(waiting_result const&) = delete;
  ONELOOP_INLINE constexpr ~waiting_result() {
    if (elements_) [[unlikely]]
      release(elements_);
  }
  ONELOOP_INLINE Target place(Target const& target) {
    elements_ = obtain(target.size());
    return over(elements_, target);
  }
  ONELOOP_INLINE constexpr void deliver(Target const& target) const {
    if (elements_) [[unlikely]]
      copy(elements_, target);
  }
};

template <aliasing Aliasing, class Policy, class Target, class Program>
ONELOOP_INLINE constexpr void assign_program(Target const& target, Program const& program) {
  using T = typename Target::element;
  using shape_type = typename Target::shape_type;
  using default_type = default_element<T>;
  if constexpr (Aliasing == aliasing::fresh && !shape::is_static<shape_type>) {
    execute_apart<Policy>(program, target);
  } else if constexpr (Aliasing != aliasing::possible) {
    execute<default_type, Policy>(program, hana::basic_tuple<Target>(target));
  } else {
    // Pointers to different objects cannot be ordered in a constant expression: there a copy is always taken.
    bool copy = true;
    if (!__builtin_is_constant_evaluated()) copy = needs_copy(program, target);
    if constexpr (!shape::is_static<shape_type>) {
      waiting_result<Target> waiting;
      Target const here = copy ? waiting.place(target) : target;
      execute<default_type, Policy>(program, hana::basic_tuple<Target>(here));
      waiting.deliver(target);
    } else {
      using between_view = decltype(std::declval<storage<T, shape_type>&>().writable());
      constexpr bool small = shape::static_size<shape_type> * static_cast<index_t>(sizeof(T)) <= small_copy;
      if constexpr (std::is_same_v<between_view, Target> && small) {
        storage<T, shape_type> between;
        Target const here = copy ? between.writable() : target;
        execute<default_type, Policy>(program, hana::basic_tuple<Target>(here));
        if (copy) copy_elements<0>(here, target, 0, 0);
      } else if (copy) [[unlikely]] {
        through_copy<Policy>(program, target);
      } else {
        execute<default_type, Policy>(program, hana::basic_tuple<Target>(target));
      }
    }
  }
}

/// The formula in the order that the target's axes have in memory: itself, or its mirror image.
template <class Target, class F>
ONELOOP_INLINE constexpr decltype(auto) oriented_formula(F const& f) {
  if constexpr (runs_reversed<Target>)
    return oneloop::detail::permute<decltype(oneloop::detail::reverse_all<Target::rank>())>(f);
  else
    return (f);
}
template <class Target>
ONELOOP_INLINE constexpr auto oriented_target(Target const& target) {
  if constexpr (runs_reversed<Target>)
    return reversed_view(target);
  else
    return target;
}

template <aliasing Aliasing, class Policy, class Target, class Node>
ONELOOP_INLINE constexpr void assign_static(Target& target, Node const& node) {
  auto const view = eval::writable(target);
  auto const& oriented = oriented_formula<std::remove_const_t<decltype(view)>>(node);
  assign_program<Aliasing, Policy>(oriented_target(view), planner::make(oriented));
}

/// Where extents are known at run time: compared before anything is written. A tensor without elements takes the
/// formula's extents; any other keeps its own.
template <aliasing Aliasing, class Policy, class Target, class Node>
ONELOOP_INLINE constexpr void assign_measured(Target& target, Node const& node) {
  constexpr int rank = Target::rank;
  auto extents = extents_of(node, hana::basic_tuple<>{});
  auto const current = target.extents();
  for (int axis = 0; axis < rank; ++axis)
    if (extents[axis] == open_extent) extents[axis] = current[axis];
  bool const other = __builtin_expect(!(extents == current), false);
  using shape_type = typename Target::shape_type;
  constexpr bool resizable = requires { target.resize(extents); };
  if (other && !(resizable && current.product() == 0 && extents_storage<shape_type>::from(extents).all() == extents))
    throw_cannot_assign<shape_type, shape_t<Node>>(current, extents);
  // It has the operands as they are now: the formula may read the tensor without elements (y = x + sum(y)).
  auto const& oriented = oriented_formula<decltype(eval::writable(target))>(node);
  auto const program = planner::make(oriented);
  if constexpr (resizable)
    if (other) [[unlikely]]
      target.resize(extents);
  assign_program<Aliasing, Policy>(oriented_target(eval::writable(target)), program);
}

/// A number is written when everything has been read, whatever the formula reads.
template <class Policy, class Target, class Node>
ONELOOP_INLINE constexpr void assign_number(Target& target, Node const& node) {
  auto* const to = target.data();
  using T = std::remove_pointer_t<decltype(to)>;
  execute<default_element<T>, Policy>(planner::make(node), hana::basic_tuple<T*>(to));
}

/// Of numbers that the target gives their type: none is beyond it.
template <class T, class Node>
ONELOOP_INLINE constexpr void require_integers([[maybe_unused]] Node const& node) {
  if constexpr (std::is_same_v<T, std::int32_t> && std::is_same_v<element_t<Node>, any_element>)
    oneloop::detail::require_int32(node);
}

template <aliasing Aliasing, class Policy, class Target, class F>
ONELOOP_INLINE constexpr void assign_by(Target& target, F const& f) {
  if constexpr (borrowable<F>) {
    using shape_type = typename Target::shape_type;
    report<operand_is_no_formula<"=", shown<shape_type>, F,
                                 hint::use<written<oneloop::detail::write_call<"view<T, ", shape_type, 'b'>>()>>>();
  } else if constexpr (!any_invalid<F>) {
    using target_type = std::remove_const_t<Target>;
    using target_shape = typename target_type::shape_type;
    decltype(auto) node = eval::as_node(f);
    using node_type = std::remove_cvref_t<decltype(node)>;
    using element = element_t<node_type>;
    using variables = oneloop::detail::variables_of<node_type>;
    if constexpr (std::is_const_v<std::remove_pointer_t<decltype(target.data())>>) {
      report<read_only_target<"=", shown<target_shape>, hint::rule<"view<T>, not view<T const>">>>();
    } else if constexpr (variables::size > 0) {
      report<oneloop::detail::unbound<variables>>();
    } else if constexpr (std::is_same_v<element, any_element> && std::is_same_v<typename target_type::element, bool>) {
      assign_by<Aliasing, Policy>(target, cast<bool>(node));  // m = true
    } else if constexpr (!std::is_same_v<element, any_element> &&
                         !std::is_same_v<element, typename target_type::element>) {
      report<mixed_element_types<"=", typename target_type::element, element, hint::use<"cast<T>(a)">>>();
    } else if constexpr (std::is_same_v<typename target_type::element, std::int32_t> &&
                         oneloop::detail::is_fraction<node_type>) {
      report<mixed_element_types<"=", typename target_type::element, double, hint::use<"cast<int>(a)">>>();
    } else if constexpr (std::is_same_v<typename target_type::element, std::int32_t> &&
                         oneloop::detail::is_too_large<node_type>) {
      report<mixed_element_types<"=", typename target_type::element, long long, hint::rule<"an integer of 32 bits">>>();
    } else if constexpr (rank_v<node_type> == 0 && target_shape::rank > 0) {
      eval::check(node);
      require_integers<typename target_type::element>(node);
      eval::assign_static<Aliasing, Policy>(target,
                                            broadcasted<target_shape, shape::axis_map<>, false, node_type>{node});
    } else if constexpr (rank_v<node_type> != target_shape::rank ||
                         !shape::fitted<shape::unify_t<target_shape, shape_t<node_type>>>) {
      report<cannot_assign<
          "=", shown<target_shape>, shown<shape_t<node_type>>,
          typename decltype(oneloop::detail::advice<target_shape, shape_t<node_type>, 0, 'f'>())::type>>();
    } else {
      eval::check(node);
      require_integers<typename target_type::element>(node);
      if constexpr (target_shape::rank == 0)
        eval::assign_number<Policy>(target, node);
      else if constexpr (shape::is_static<target_shape> && shape::is_static<shape_t<node_type>>)
        eval::assign_static<Aliasing, Policy>(target, node);
      else
        eval::assign_measured<Aliasing, Policy>(target, node);
    }
  }
}

}  // namespace eval

template <aliasing Aliasing, class Target, class F>
ONELOOP_INLINE constexpr void assign(Target& target, F const& f) {
  if constexpr (is_threaded<F>)
    eval::assign_by<Aliasing, eval::several_threads>(target, f.formula);
  else
    eval::assign_by<Aliasing, eval::one_thread>(target, f);
}

/// What noalias(y) gives: assignments that promise that the formula does not read y at another index.
template <class Target>
class noalias_target {
 public:
  constexpr explicit noalias_target(Target& target) : target_(target) {}
  template <assignable F>
  ONELOOP_INLINE constexpr Target& operator=(F const& f) {
    assign<aliasing::none>(target_, f);
    return target_;
  }
  template <assignable F>
  ONELOOP_INLINE constexpr Target& operator+=(F const& f) {
    assign<aliasing::none>(target_, compound<"+=">(target_, f));
    return target_;
  }
  template <assignable F>
  ONELOOP_INLINE constexpr Target& operator-=(F const& f) {
    assign<aliasing::none>(target_, compound<"-=">(target_, f));
    return target_;
  }
  template <assignable F>
  ONELOOP_INLINE constexpr Target& operator*=(F const& f) {
    assign<aliasing::none>(target_, compound<"*=">(target_, f));
    return target_;
  }
  template <assignable F>
  ONELOOP_INLINE constexpr Target& operator/=(F const& f) {
    assign<aliasing::none>(target_, compound<"/=">(target_, f));
    return target_;
  }

 private:
  Target& target_;
};

/// noalias(y) = f: no check for aliasing and no temporary; y may stand in f only where f reads it at the index
/// that is written.
template <tensor_like Target>
constexpr auto noalias(Target&& target) {
  return noalias_target<std::remove_reference_t<Target>>(target);
}

}  // namespace ONELOOP_NAMESPACE
