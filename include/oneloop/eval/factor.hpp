// SPDX-License-Identifier: BSL-1.0
// The factors of a contraction: what is known of where their elements lie, and the walk along the axis that is summed.
// A factor may be any formula without a contraction; usually it is memory, and then one pointer walks.
#pragma once

#include <oneloop/eval/value.hpp>

namespace ONELOOP_NAMESPACE::eval {

/// Whether neighbours along the axis are neighbours in memory (or the value does not change along it).
template <class Node, int Axis>
inline constexpr bool is_unit = true;
template <class View, class Shape, class Identity, int Axis>
inline constexpr bool is_unit<planner::read<View, Shape, Identity>, Axis> = known_stride<View, Axis> == 1;
template <int Index, class Shape, class Element, int Axis>
inline constexpr bool is_unit<planner::temp<Index, Shape, Element>, Axis> = Axis == Shape::rank - 1;
template <class Op, class Shape, class... Args, int Axis>
inline constexpr bool is_unit<applied<Op, Shape, Args...>, Axis> =
    (true && ... && (rank_v<Args> == 0 || is_unit<Args, Axis>));
template <int... Axes, class A, int Axis>
inline constexpr bool is_unit<permuted<shape::axis_map<Axes...>, A>, Axis> = [] {
  constexpr int axes[] = {Axes...};
  return is_unit<A, axes[Axis]>;
}();
template <class Shape, int... Map, bool Explicit, class A, int Axis>
inline constexpr bool is_unit<broadcasted<Shape, shape::axis_map<Map...>, Explicit, A>, Axis> =
    []<int... I>(std::integer_sequence<int, I...>) {
      return (true && ... && (Map != Axis || is_unit<A, I>));
    }(std::make_integer_sequence<int, sizeof...(Map)>{});

/// Whether the factor is an array that a sweep passes by.
template <class Node>
inline constexpr bool passes = false;
template <class View, class Shape>
inline constexpr bool passes<planner::read<View, Shape, planner::passing>> = true;
template <class Permutation, class A>
inline constexpr bool passes<permuted<Permutation, A>> = passes<A>;

/// Zero lanes of a factor stay zero if it is read as it is; a computed one has to be made zero.
template <class Node>
inline constexpr bool keeps_zero = false;
template <class View, class Shape, class Identity>
inline constexpr bool keeps_zero<planner::read<View, Shape, Identity>> = true;
template <int Index, class Shape, class Element>
inline constexpr bool keeps_zero<planner::temp<Index, Shape, Element>> = true;
template <class Permutation, class A>
inline constexpr bool keeps_zero<permuted<Permutation, A>> = keeps_zero<A>;

// ---- factors in memory: an address per index, a stride per axis

template <class Node>
struct memory {
  static constexpr bool known = false;
};
/// A product over no terms still begins its walk, and an array of run-time extents without elements may have no memory.
template <class Shape, class T>
ONELOOP_INLINE constexpr T* advanced(T* data, index_t offset) {
  if constexpr (shape::is_static<Shape>)
    return data + offset;
  else
    return data + (data ? offset : 0);
}
template <class View, class Shape, class Identity>
struct memory<planner::read<View, Shape, Identity>> {
  using node = planner::read<View, Shape, Identity>;
  static constexpr bool known = !std::is_same_v<typename View::element, bool> && !in_panels<View>;
  template <class Env>
  static ONELOOP_INLINE constexpr auto const* address(node const& n, index_list<Shape::rank> const& at, Env const&) {
    return advanced<Shape>(n.view.data(), offset_of(n.view, at));
  }
  template <int Axis, class Env>
  static ONELOOP_INLINE constexpr index_t stride(node const& n, Env const&) {
    return stride_of<View, Axis>(n.view);
  }
};
template <int Index, class Shape, class Element>
struct memory<planner::temp<Index, Shape, Element>> {
  using node = planner::temp<Index, Shape, Element>;
  static constexpr bool known = Shape::rank > 0 && !std::is_same_v<Element, bool>;
  template <class Env>
  static ONELOOP_INLINE constexpr auto const* address(node const&, index_list<Shape::rank> const& at, Env const& env) {
    auto const& view = hana::at_c<Index>(env.temps);
    return advanced<Shape>(view.data(), offset_of(view, at));
  }
  template <int Axis, class Env>
  static ONELOOP_INLINE constexpr index_t stride(node const&, Env const& env) {
    auto const& view = hana::at_c<Index>(env.temps);
    return stride_of<std::remove_cvref_t<decltype(view)>, Axis>(view);
  }
};
template <int... Axes, class A>
struct memory<permuted<shape::axis_map<Axes...>, A>> {
  using node = permuted<shape::axis_map<Axes...>, A>;
  static constexpr bool known = memory<A>::known;
  template <class Env>
  static ONELOOP_INLINE constexpr auto const* address(node const& n, index_list<sizeof...(Axes)> const& at,
                                                      Env const& env) {
    index_list<sizeof...(Axes)> turned;
    int from = 0;
    ((turned[Axes] = at[from++]), ...);
    return memory<A>::address(n.arg, turned, env);
  }
  template <int Axis, class Env>
  static ONELOOP_INLINE constexpr index_t stride(node const& n, Env const& env) {
    constexpr int axes[] = {Axes...};
    return memory<A>::template stride<axes[Axis]>(n.arg, env);
  }
};

/// What lies there: the element, or what it is computed in where an earlier stage left it.
template <class Node, class Env>
using stored_element = std::remove_cvref_t<decltype(*memory<Node>::address(
    std::declval<Node const&>(), std::declval<index_list<rank_v<Node>> const&>(), std::declval<Env const&>()))>;

/// A packed matrix: contiguous along axis J in pieces of `width`, which follow each other along axis K.
template <class Node, int K, int J>
struct panels {
  static constexpr bool known = false;
};
template <class View, class Shape, class Identity>
  requires(in_panels<View>)
struct panels<planner::read<View, Shape, Identity>, 1, 0> {
  static constexpr bool known = true;
  static constexpr int width = View::layout_type::width;
  static ONELOOP_INLINE constexpr auto const* address(planner::read<View, Shape, Identity> const& n, index_t j) {
    return n.view.data() + oneloop::detail::panel_offset<width>(n.view.extents()[1], j, 0);
  }
};
template <class A>
struct panels<permuted<shape::axis_map<1, 0>, A>, 0, 1> {
  static constexpr bool known = panels<A, 1, 0>::known;
  static constexpr int width = [] {
    if constexpr (known)
      return panels<A, 1, 0>::width;
    else
      return 0;
  }();
  static ONELOOP_INLINE constexpr auto const* address(permuted<shape::axis_map<1, 0>, A> const& n, index_t j) {
    return panels<A, 1, 0>::address(n.arg, j);
  }
};

// ---- the walk along axis K: packs, or single elements in all lanes, for several indices of axis J

/// Any factor: evaluated where the walk stands.
template <class Backend, int N, class T, int K, int J, class Node, class Env>
struct walker {
  Node const& node;
  Env const& env;
  index_list<rank_v<Node>> at;

  ONELOOP_INLINE constexpr walker(Node const& n, index_list<rank_v<Node>> const& start, Env const& e)
      : node(n), env(e), at(start) {}
  ONELOOP_INLINE constexpr index_t column(index_t j) const { return j; }
  template <class Lanes>
  ONELOOP_INLINE constexpr auto pack(index_t column, Lanes lanes) const {
    auto here = at;
    here[J] += column;
    return value<T>(node, make_point<Backend, N, K>(here, lanes), env);
  }
  ONELOOP_INLINE constexpr auto one(index_t column) const {
    auto here = at;
    here[J] += column;
    return value<T>(node, make_point<Backend, N, no_lane>(here, full{}), env);
  }
  template <int Steps>
  ONELOOP_INLINE constexpr void next() {
    at[K] += Steps;
  }
};

/// Memory that is contiguous along K: one pointer for all columns, kept from the compiler at each step. Otherwise
/// g++ 12 gives every row a pointer of its own and runs out of registers (64 x 64: 130 ns, and 100 ns this way).
template <class Backend, int N, class T, int K, int J, class Node, class Env>
  requires(memory<Node>::known && is_unit<Node, K> && rank_v<Node> > 0)
struct walker<Backend, N, T, K, J, Node, Env> {
  using P = typename Backend::template pack<T, N>;
  using Stored = stored_element<Node, Env>;
  Stored const* pointer;
  index_t stride;

  ONELOOP_INLINE constexpr walker(Node const& n, index_list<rank_v<Node>> const& start, Env const& env)
      : pointer(memory<Node>::address(n, start, env)), stride(memory<Node>::template stride<J>(n, env)) {}
  ONELOOP_INLINE constexpr index_t column(index_t j) const { return j * stride; }
  template <class Lanes>
  ONELOOP_INLINE constexpr P pack(index_t column, Lanes lanes) const {
    if constexpr (Lanes::partial)
      return simd::load_partial<P>(pointer + column, lanes.count, Stored(0));
    else
      return simd::load<P>(pointer + column);
  }
  ONELOOP_INLINE constexpr P one(index_t column) const { return P(simd::number(pointer[column])); }
  /// The lines in the order in which they are fetched: of each 32 those of even number first.
  template <index_t Lines>
  static constexpr index_t nth_line(index_t n) {
    index_t const begin = n / 32 * 32, end = begin + 32 < Lines ? begin + 32 : Lines, evens = (end - begin + 1) / 2;
    return n - begin < evens ? 2 * n - begin : 2 * (n - evens) - begin + 1;
  }
  /// Fetches the lines of `Count` elements, so many elements away. A processor that fetches lines in pairs has both
  /// under way for one of its few places for missing lines, if the second is not asked for at once (Zen 3, logistic
  /// regression over 256 MiB, rows of 32 floats: 15 ms, in their order 19).
  template <index_t Count>
  ONELOOP_INLINE constexpr void prefetch(index_t away) const {
    constexpr index_t line = 64 / sizeof(Stored), lines = (Count + line - 1) / line;
    [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      (Backend::prefetch(pointer, away + line * nth_line<lines>(I)), ...);
    }(std::make_integer_sequence<int, lines>{});
  }
  template <int Steps>
  ONELOOP_INLINE constexpr void next() {
    pointer += Steps;
    Backend::hide(pointer);
  }
};

template <class Backend, int N, class T, int K, int J, class Node, class Env>
ONELOOP_INLINE constexpr auto make_walker(Node const& node, index_list<rank_v<Node>> const& start, Env const& env) {
  return walker<Backend, N, T, K, J, Node, Env>(node, start, env);
}

// ---- the walk along axis K whose packs lie along axis J: pack w of the piece, some steps ahead

template <class Backend, int N, class T, int K, int J, class Node, class Env>
struct row_walker {
  Node const& node;
  Env const& env;
  index_list<rank_v<Node>> at;

  ONELOOP_INLINE constexpr row_walker(Node const& n, index_list<rank_v<Node>> const& start, Env const& e)
      : node(n), env(e), at(start) {}
  template <int W, class Lanes>
  ONELOOP_INLINE constexpr auto pack(int ahead, Lanes lanes) const {
    auto here = at;
    here[J] += W * N;
    here[K] += ahead;
    return value<T>(node, make_point<Backend, N, J>(here, lanes), env);
  }
  ONELOOP_INLINE constexpr void next(int steps) { at[K] += steps; }
};

template <class Backend, int N, class T, class Stored>
struct row_pointer {
  using P = typename Backend::template pack<T, N>;
  Stored const* pointer;
  index_t moved = 0;

  template <int W, class Lanes>
  ONELOOP_INLINE constexpr P piece(index_t offset, Lanes lanes) const {
    auto const* const from = pointer + (moved + offset + W * N);
    if constexpr (Lanes::partial)
      return simd::load_partial<P>(from, lanes.count, Stored(0));
    else
      return simd::load<P>(from);
  }
  /// In a constant expression a pointer may not leave its array, as after the last step it would.
  ONELOOP_INLINE constexpr void move(index_t by) {
    if constexpr (std::is_same_v<Backend, simd::constant_backend>) {
      moved += by;
    } else {
      pointer += by;
      Backend::hide(pointer);
    }
  }
};

template <class Backend, int N, class T, int K, int J, class Node, class Env>
  requires(memory<Node>::known && is_unit<Node, J>)
struct row_walker<Backend, N, T, K, J, Node, Env> : row_pointer<Backend, N, T, stored_element<Node, Env>> {
  index_t stride;
  ONELOOP_INLINE constexpr row_walker(Node const& n, index_list<rank_v<Node>> const& start, Env const& env)
      : row_pointer<Backend, N, T, stored_element<Node, Env>>{memory<Node>::address(n, start, env)},
        stride(memory<Node>::template stride<K>(n, env)) {}
  template <int W, class Lanes>
  ONELOOP_INLINE constexpr auto pack(int ahead, Lanes lanes) const {
    return this->template piece<W>(ahead * stride, lanes);
  }
  ONELOOP_INLINE constexpr void next(int steps) { this->move(steps * stride); }
};

/// Rows beyond the last are there, as zeros: a whole pack is read at the end, too.
template <class Backend, int N, class T, int K, int J, class Node, class Env>
  requires(panels<Node, K, J>::known)
struct row_walker<Backend, N, T, K, J, Node, Env> : row_pointer<Backend, N, T, element_t<Node>> {
  using where = panels<Node, K, J>;
  ONELOOP_INLINE constexpr row_walker(Node const& n, index_list<rank_v<Node>> const& start, Env const&)
      : row_pointer<Backend, N, T, element_t<Node>>{where::address(n, start[J])} {}
  template <int W, class Lanes>
  ONELOOP_INLINE constexpr auto pack(int ahead, Lanes) const {
    return this->template piece<W>(index_t{ahead} * where::width, full{});
  }
  ONELOOP_INLINE constexpr void next(int steps) { this->move(index_t{steps} * where::width); }
};

template <class Backend, int N, class T, int K, int J, class Node, class Env>
ONELOOP_INLINE constexpr auto make_row_walker(Node const& node, index_list<rank_v<Node>> const& start, Env const& env) {
  return row_walker<Backend, N, T, K, J, Node, Env>(node, start, env);
}

}  // namespace ONELOOP_NAMESPACE::eval
