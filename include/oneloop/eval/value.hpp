// SPDX-License-Identifier: BSL-1.0
// The value of a planned formula at a point: one pack, or a mask where the formula is bool. Everything here is
// inlined into the loop body; a formula costs no more than its kernels.
#pragma once

#include <oneloop/eval/point.hpp>
#include <oneloop/op/cast.hpp>
#include <oneloop/plan/lower.hpp>

namespace ONELOOP_NAMESPACE::eval {

/// What a stage reads besides memory: earlier results, and the contractions of the current tile.
template <class Temps, class Slots>
struct environment {
  Temps const& temps;  // basic_tuple of values (rank 0) and views
  Slots const& slots;  // basic_tuple of packs
};

/// Outside of what follows a stage's contractions there are no packs of theirs.
inline constexpr hana::basic_tuple<> no_slots{};
template <class Temps>
ONELOOP_INLINE constexpr environment<Temps, hana::basic_tuple<>> without_slots(Temps const& temps) {
  return {temps, no_slots};
}

template <class T, class Node, class Point, class Env>
ONELOOP_INLINE constexpr auto value(Node const& node, Point const& p, Env const& env);

/// The target may have no register of so few lanes of one element type where it has one of another (SSE2: two
/// doubles, but not two floats); then a conversion goes through an array.
template <class Pack, class From>
ONELOOP_INLINE constexpr Pack in_register(From const& from) {
  if constexpr (std::is_same_v<Pack, From>)
    return from;
  else
    return Pack::load(from.v);
}
template <class Mask, class From>
ONELOOP_INLINE constexpr Mask mask_in_register(From const& from) {
  if constexpr (std::is_same_v<Mask, From>) {
    return from;
  } else {
    std::uint32_t bits = 0;
    for (int lane = 0; lane < From::size; ++lane) bits |= std::uint32_t{from.v[lane]} << lane;
    return Mask::from_bits(bits);
  }
}

/// Masks as wide as T, whatever the comparison was of.
template <class T, class Point, class Mask>
ONELOOP_INLINE constexpr auto as_wide_as(Mask const& mask) {
  return mask_in_register<mask_at<T, Point>>(simd::mask_cast<T>(mask));
}

/// An operand of rank 0 is at the one index it has.
template <class T, class Arg, class Point, class Env>
ONELOOP_INLINE constexpr auto argument(Arg const& arg, Point const& p, Env const& env) {
  if constexpr (rank_v<Arg> == 0 && !is_flat_point<Point>)
    return value<T>(arg, moved<no_lane>(p, index_list<0>{}), env);
  else
    return value<T>(arg, p, env);
}

// ---- a product that is added: one rounding, one instruction, where the target has it. g++ would contract
// only where it sees both operations, and not in constant expressions; here both are told the same.

template <class T>
inline constexpr bool is_product = false;
template <class Shape, class... Args>
inline constexpr bool is_product<applied<times_t, Shape, Args...>> = true;
template <class Shape, class... Args>
inline constexpr bool is_product<applied<hadamard_t, Shape, Args...>> = true;
template <class Shape, class... Args>
inline constexpr bool is_product<applied<outer_t, Shape, Args...>> = true;

template <class T, class Product, class Point, class Env>
ONELOOP_INLINE constexpr auto multiplied_and_added(Product const& product, auto const& addend, Point const& p,
                                                   Env const& env) {
  return fma(argument<T>(hana::at_c<0>(product.args), p, env), argument<T>(hana::at_c<1>(product.args), p, env),
             addend);
}
template <class T, class Product, class Point, class Env>
ONELOOP_INLINE constexpr auto multiplied_and_subtracted(Product const& product, auto const& from, Point const& p,
                                                        Env const& env) {
  return fnma(argument<T>(hana::at_c<0>(product.args), p, env), argument<T>(hana::at_c<1>(product.args), p, env), from);
}

// ---- one function per node

template <class Node>
struct value_of;

template <class Op, class Shape, class... Args>
struct value_of<applied<Op, Shape, Args...>> {
  template <class T, class Point, class Env>
  static ONELOOP_INLINE constexpr auto at(applied<Op, Shape, Args...> const& node, Point const& p, Env const& env) {
    using argument_type = typename applied<Op, Shape, Args...>::argument_type;
    using U = std::conditional_t<std::is_same_v<argument_type, any_element> || std::is_same_v<argument_type, bool>, T,
                                 computed<argument_type>>;
    if constexpr (requires { typename Op::to; }) {
      return cast_to<U, T>(hana::at_c<0>(node.args), p, env);
    } else {
      auto const result = [&]() ONELOOP_LAMBDA {
        if constexpr (std::is_floating_point_v<U> && sizeof...(Args) == 2 &&
                      (std::is_same_v<Op, plus_t> || std::is_same_v<Op, minus_t>)) {
          return sum<U>(hana::at_c<0>(node.args), hana::at_c<1>(node.args), p, env);
        } else {
          return unpack_inline(
              node.args, [&](auto const&... arg) ONELOOP_LAMBDA { return Op::kernel(argument<U>(arg, p, env)...); });
        }
      }();
      if constexpr (std::is_same_v<element_t<applied<Op, Shape, Args...>>, bool>)
        return as_wide_as<T, Point>(result);
      else
        return result;
    }
  }

 private:
  template <class U, class A, class B, class Point, class Env>
  static ONELOOP_INLINE constexpr auto sum(A const& a, B const& b, Point const& p, Env const& env) {
    constexpr bool minus = std::is_same_v<Op, minus_t>;
    if constexpr (is_product<A> && minus)
      return multiplied_and_added<U>(a, -argument<U>(b, p, env), p, env);
    else if constexpr (is_product<A>)
      return multiplied_and_added<U>(a, argument<U>(b, p, env), p, env);
    else if constexpr (is_product<B> && minus)
      return multiplied_and_subtracted<U>(b, argument<U>(a, p, env), p, env);
    else if constexpr (is_product<B>)
      return multiplied_and_added<U>(b, argument<U>(a, p, env), p, env);
    else
      return Op::kernel(argument<U>(a, p, env), argument<U>(b, p, env));
  }

  /// From masks to 1 and 0, between packs, or from packs to masks.
  template <class U, class T, class A, class Point, class Env>
  static ONELOOP_INLINE constexpr auto cast_to(A const& arg, Point const& p, Env const& env) {
    using To = typename Op::to;
    using C = computed<To>;
    if constexpr (std::is_same_v<element_t<A>, bool> && std::is_same_v<To, bool>)
      return argument<T>(arg, p, env);
    else if constexpr (std::is_same_v<element_t<A>, bool>)
      return select(argument<C>(arg, p, env), pack_at<C, Point>(C(1)), pack_at<C, Point>(C(0)));
    else if constexpr (std::is_same_v<To, bool>)
      return as_wide_as<T, Point>(argument<U>(arg, p, env) != pack_at<U, Point>(U(0)));
    else if constexpr (is_small_float<To>)
      return in_register<pack_at<C, Point>>(simd::rounded_to<To>(
          argument<std::conditional_t<std::is_same_v<element_t<A>, any_element>, C, U>>(arg, p, env)));
    else if constexpr (std::is_same_v<element_t<A>, any_element>)
      return argument<To>(arg, p, env);
    else
      return in_register<pack_at<To, Point>>(simd::cast<To>(argument<U>(arg, p, env)));
  }
};

template <class View, class Shape, class Identity>
struct value_of<planner::read<View, Shape, Identity>> {
  template <class T, class Point, class Env>
  static ONELOOP_INLINE constexpr auto at(planner::read<View, Shape, Identity> const& node, Point const& p,
                                          Env const&) {
    return load<T>(node.view, p);
  }
};

template <class N, class Identity>
struct value_of<planner::number_of<N, Identity>> {
  template <class T, class Point, class Env>
  static ONELOOP_INLINE constexpr auto at(planner::number_of<N, Identity> const& node, Point const&, Env const&) {
    return pack_at<T, Point>(static_cast<T>(node.number));
  }
};

template <long long Numerator, long long Denominator>
struct value_of<constant<Numerator, Denominator>> {
  template <class T, class Point, class Env>
  static ONELOOP_INLINE constexpr auto at(constant<Numerator, Denominator> const&, Point const&, Env const&) {
    return pack_at<T, Point>(constant<Numerator, Denominator>::template value<T>());
  }
};

template <class Shape, int Axis>
struct value_of<index_along<Shape, Axis>> {
  template <class T, class Point, class Env>
  static ONELOOP_INLINE constexpr auto at(index_along<Shape, Axis> const&, Point const& p, Env const&) {
    using pack = pack_at<std::int32_t, Point>;
    if constexpr (Point::lane == Axis)
      return pack::iota(static_cast<std::int32_t>(p.at[Axis]));
    else
      return pack(static_cast<std::int32_t>(p.at[Axis]));
  }
};

template <int Index, class Shape, class Element>
struct value_of<planner::temp<Index, Shape, Element>> {
  template <class T, class Point, class Env>
  static ONELOOP_INLINE constexpr auto at(planner::temp<Index, Shape, Element> const&, Point const& p, Env const& env) {
    auto const& stored = hana::at_c<Index>(env.temps);
    if constexpr (Shape::rank > 0)
      return load<T>(stored, p);
    else if constexpr (std::is_same_v<Element, bool>)
      return mask_at<T, Point>(stored);
    else if constexpr (std::is_same_v<Element, any_element>)
      return pack_at<T, Point>(static_cast<T>(stored));
    else
      return pack_at<computed<Element>, Point>(stored);
  }
};

template <int Index, class Contraction>
struct value_of<planner::slot<Index, Contraction>> {
  template <class T, class Point, class Env>
  static ONELOOP_INLINE constexpr auto at(planner::slot<Index, Contraction> const&, Point const&, Env const& env) {
    return hana::at_c<Index>(env.slots);
  }
};

template <class Shape, int... Map, bool Explicit, class A>
struct value_of<broadcasted<Shape, shape::axis_map<Map...>, Explicit, A>> {
  template <class T, class Point, class Env>
  static ONELOOP_INLINE constexpr auto at(broadcasted<Shape, shape::axis_map<Map...>, Explicit, A> const& node,
                                          Point const& p, Env const& env) {
    if constexpr (sizeof...(Map) == 0) {
      return argument<T>(node.arg, p, env);
    } else {
      return value<T>(node.arg,
                      moved<broadcast_lane<Point::lane, Map...>>(
                          p, index_list<sizeof...(Map)>{{(Map < 0 ? 0 : p.at[Map < 0 ? 0 : Map])...}}),
                      env);
    }
  }
};

template <int... Axes, class A>
struct value_of<permuted<shape::axis_map<Axes...>, A>> {
  template <class T, class Point, class Env>
  static ONELOOP_INLINE constexpr auto at(permuted<shape::axis_map<Axes...>, A> const& node, Point const& p,
                                          Env const& env) {
    if constexpr (is_flat_point<Point>) {
      return value<T>(node.arg, p, env);
    } else {
      index_list<sizeof...(Axes)> at;
      int from = 0;
      ((at[Axes] = p.at[from++]), ...);
      return value<T>(node.arg, moved<permuted_lane<Point::lane, Axes...>>(p, at), env);
    }
  }
};

template <class T, class Node, class Point, class Env>
ONELOOP_INLINE constexpr auto value(Node const& node, Point const& p, Env const& env) {
  return value_of<Node>::template at<T>(node, p, env);
}

// ---- questions that choose the loop

/// Whether one number locates the element in every array below the node.
template <class Space, class Node>
inline constexpr bool is_flat = rank_v<Node> == 0;
template <class Space, class View, class Shape, class Identity>
inline constexpr bool is_flat<Space, planner::read<View, Shape, Identity>> =
    Shape::rank == Space::rank && std::is_same_v<typename View::layout_type, layouts::row_major>;
template <class Space, int Index, class Shape, class Element>
inline constexpr bool is_flat<Space, planner::temp<Index, Shape, Element>> = true;
template <class Space, class Op, class Shape, class... Args>
inline constexpr bool is_flat<Space, applied<Op, Shape, Args...>> = (true && ... && is_flat<Space, Args>);
template <class Space, class Shape, bool Explicit, class A>
inline constexpr bool is_flat<Space, broadcasted<Shape, shape::axis_map<>, Explicit, A>> = is_flat<Space, A>;
// Column-major data under a reversal of all axes lies as row-major data does.
template <class Space, class Permutation, class View, class Shape, class Identity>
inline constexpr bool is_flat<Space, permuted<Permutation, planner::read<View, Shape, Identity>>> =
    std::is_same_v<Permutation, decltype(oneloop::detail::reverse_all<Shape::rank>())> &&
    std::is_same_v<typename View::layout_type, layouts::column_major>;

/// The widest element of a formula decides how many lanes its loop has.
template <class Node>
inline constexpr int widest = 0;
template <class Node>
constexpr int own_width() {
  if constexpr (std::is_same_v<element_t<Node>, any_element> || std::is_same_v<element_t<Node>, bool>)
    return 0;
  else
    return sizeof(computed<element_t<Node>>);
}
template <class... T>
constexpr int widest_of(type_list<T...>) {
  int result = 0;
  ((widest<T> > result ? void(result = widest<T>) : void()), ...);
  return result;
}
template <node Node>
inline constexpr int widest<Node> = [] {
  constexpr int below = widest_of(children_t<Node>{});
  return own_width<Node>() > below ? own_width<Node>() : below;
}();

/// Whether all below the node is computed in T, or in masks of it.
template <class T, class Node>
inline constexpr bool has_one_width = false;
template <class T, class... Nodes>
constexpr bool have_one_width(type_list<Nodes...>) {
  return (true && ... && has_one_width<T, Nodes>);
}
template <class T, node Node>
inline constexpr bool has_one_width<T, Node> =
    (own_width<Node>() == 0 || std::is_same_v<computed<element_t<Node>>, T>) && have_one_width<T>(children_t<Node>{});

template <int Bytes>
inline constexpr int lanes_for = simd::lanes<std::conditional_t<Bytes == 8, double, float>>;

}  // namespace ONELOOP_NAMESPACE::eval
