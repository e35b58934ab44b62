// SPDX-License-Identifier: BSL-1.0
// What happens to the value of a formula at a tile: stored, or folded into the state of a reduction.
#pragma once

#include <oneloop/eval/value.hpp>
#include <oneloop/op/sum.hpp>
#include <oneloop/plan/program.hpp>

namespace ONELOOP_NAMESPACE::eval {

/// The element type of a formula; of masks that of what they compare, the first number below them.
template <class Node, class Children = children_t<Node>>
struct compared_element {
  using type = element_t<Node>;
};
template <class Node, class... Child>
  requires(std::is_same_v<element_t<Node>, bool>)
struct compared_element<Node, type_list<Child...>> {
  using type = typename oneloop::detail::first_known<typename compared_element<Child>::type...>::type;
};

/// The element type that a sink's formula is computed in. Masks are as wide as what is compared: any(x > 0) of 65536
/// floats takes 47 us in masks of doubles, which no register holds eight of, 3 us in those of floats.
template <class Sink, class Default>
using compute_type = computed<element_or<typename compared_element<typename Sink::formula_type>::type, Default>>;

/// A store needs no state.
struct no_state {};

template <class Op, class P, int K>
ONELOOP_INLINE constexpr auto merge_lanes(state<P, K> const& s) {
  using T = typename P::element;
  if constexpr (P::size == 1) {
    return s.lane(0);
  } else if constexpr (P::size * sizeof(T) <= 16 && P::is_native) {
    // No register is narrower: the rest of the tree is over numbers.
    using numbers = simd::array_pack<T, P::size>;
    state<numbers, K> rest{};
    for (int k = 0; k < K; ++k) s.part[k].store(rest.part[k].v);
    return merge_lanes<Op>(rest);
  } else {
    // Halves, as in simd/reduce.hpp: log2(N) merges, and the same order in every backend.
    using half = decltype(lower_half(s.part[0]));
    state<half, K> low{}, high{};
    for (int k = 0; k < K; ++k) {
      low.part[k] = lower_half(s.part[k]);
      high.part[k] = upper_half(s.part[k]);
    }
    return merge_lanes<Op>(Op::template merge<half>(low, high));
  }
}

/// As many states as each has lanes; lane r of the result: what the lanes of the r-th merge to.
template <class Op, class P, int K, int N>
ONELOOP_INLINE constexpr state<P, K> merge_rows(state<P, K> const (&rows)[N]) {
  static_assert(N == P::size);
  if constexpr (P::is_native) {
    return simd::transpose_reduce<typename P::element, N>(
        rows, [](auto half, state<P, K> const& a, state<P, K> const& b) ONELOOP_LAMBDA {
          return [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
            return Op::template merge<P>(state<P, K>{{half.lower(a.part[I], b.part[I])...}},
                                         state<P, K>{{half.upper(a.part[I], b.part[I])...}});
          }(std::make_integer_sequence<int, K>{});
        });
  } else {
    state<P, K> result{};
    for (int r = 0; r < N; ++r) {
      auto const one = merge_lanes<Op>(rows[r]);
      for (int k = 0; k < K; ++k) result.part[k].v[r] = one.part[k].lane(0);
    }
    return result;
  }
}

/// The number at the end of a reduction, from a state of one lane.
template <class Element, class Op, class One>
ONELOOP_INLINE constexpr Element finished(One const& merged, index_t count) {
  if constexpr (std::is_same_v<Element, bool>)
    return Op::finish(merged, count).lane(0) != 0;
  else
    return static_cast<Element>(Op::finish(merged, count).lane(0));
}

template <class Sink, class Default, class Backend, int N>
struct sink_runner;

template <class Target, class F, class Default, class Backend, int N>
struct sink_runner<planner::store_sink<Target, F>, Default, Backend, N> {
  using T = compute_type<planner::store_sink<Target, F>, Default>;
  using state_type = no_state;
  static constexpr bool is_one_pack = false;

  static ONELOOP_INLINE constexpr no_state start() { return {}; }
  static ONELOOP_INLINE constexpr no_state merge(no_state, no_state) { return {}; }

  template <class Point, class Env>
  static ONELOOP_INLINE constexpr auto value(planner::store_sink<Target, F> const& sink, Point const& p,
                                             Env const& env) {
    return argument<T>(sink.formula, p, env);
  }

  template <class Destination, class Point, class Env>
  static ONELOOP_INLINE constexpr void run(planner::store_sink<Target, F> const& sink, Destination const& destination,
                                           no_state&, Point const& p, index_t, Env const& env) {
    if constexpr (std::is_pointer_v<Destination>)
      store_number(destination, value(sink, p, env).lane(0));
    else
      store(destination, p, value(sink, p, env));
  }
  /// This pack and the next as one (simd/pack_pair.hpp).
  template <class Destination, class Point, class Env>
  static ONELOOP_INLINE constexpr void run_pair(planner::store_sink<Target, F> const& sink,
                                                Destination const& destination, no_state&, Point const& p, index_t,
                                                Env const& env) {
    store(destination, with_next(p), value(sink, with_next(p), env));
  }
  template <class Destination>
  static ONELOOP_INLINE constexpr void finish(Destination const&, no_state, index_t) {}
};

template <class Op, int Axis, class Target, class F, class Default, class Backend, int N>
struct sink_runner<planner::fold_sink<Op, Axis, Target, F>, Default, Backend, N> {
  using sink_type = planner::fold_sink<Op, Axis, Target, F>;
  using T = compute_type<sink_type, Default>;
  using P = typename Backend::template pack<T, N>;
  using I = typename P::template rebind<op::index_element<P>>;
  using state_type = state<P, Op::parts>;
  static constexpr bool is_one_pack = Op::parts == 1;
  /// Of what is made of numbers alone (sum(where(m, 1, 0))) that which it is computed in.
  using element = computed<element_or<typename sink_type::element, T>>;

  static ONELOOP_INLINE constexpr state_type start() { return Op::template start<P>(); }
  static ONELOOP_INLINE constexpr state_type merge(state_type const& a, state_type const& b) {
    return Op::template merge<P>(a, b);
  }

  /// A sum of products adds each of them unrounded.
  static constexpr bool adds_products =
      std::is_base_of_v<op::accumulation, Op> && is_product<F> && std::is_floating_point_v<T>;

  /// A pack of the formula; of a bool formula 1 and 0.
  template <class Point, class Env>
  static ONELOOP_INLINE constexpr P taken(sink_type const& sink, Point const& p, Env const& env) {
    if constexpr (std::is_same_v<element_t<F>, bool>)
      return select(argument<T>(sink.formula, p, env), P(T(1)), P(T(0)));
    else
      return argument<T>(sink.formula, p, env);
  }

  /// One more pack. `first`: the position of lane 0; `Along`: whether the lanes follow each other there.
  template <bool Along, class Point, class Env>
  static ONELOOP_INLINE constexpr void step(sink_type const& sink, state_type& s, Point const& p, index_t first,
                                            Env const& env) {
    using index = op::index_element<P>;
    auto const position = Along ? I::iota(static_cast<index>(first)) : I(static_cast<index>(first));
    state_type next{};
    if constexpr (adds_products)
      next.part[0] = multiplied_and_added<T>(sink.formula, s.part[0], p, env);
    else
      next = Op::template step<P, I>(s, taken(sink, p, env), position);
    if constexpr (Point::lanes_type::partial)
      s = select(P::mask::first_n(p.lanes.count), next, s);
    else
      s = next;
  }

  template <class Destination, class Point, class Env>
  static ONELOOP_INLINE constexpr void run(sink_type const& sink, Destination const&, state_type& s, Point const& p,
                                           index_t first, Env const& env) {
    step<true>(sink, s, p, first, env);
  }
  /// This pack and the next, computed as one and taken one after the other.
  template <class Destination, class Point, class Env>
  static ONELOOP_INLINE constexpr void run_pair(sink_type const& sink, Destination const&, state_type& s,
                                                Point const& p, index_t first, Env const& env) {
    if constexpr (adds_products) {
      auto const a = argument<T>(hana::at_c<0>(sink.formula.args), with_next(p), env);
      auto const b = argument<T>(hana::at_c<1>(sink.formula.args), with_next(p), env);
      s.part[0] = fma(a.high, b.high, fma(a.low, b.low, s.part[0]));
    } else {
      using index = op::index_element<P>;
      auto const both = sink_runner<sink_type, Default, simd::paired<Backend>, 2 * N>::taken(sink, with_next(p), env);
      s = Op::template step<P, I>(s, both.low, I::iota(static_cast<index>(first)));
      s = Op::template step<P, I>(s, both.high, I::iota(static_cast<index>(first + N)));
    }
  }
  template <class Destination>
  static ONELOOP_INLINE constexpr void finish(Destination const& destination, state_type const& s, index_t count) {
    // A tile of a sweep is merged into what the tiles before it have left; the last one is followed by the end.
    if constexpr (requires { destination->carried; })
      destination->carried = merge(destination->carried, s);
    else
      store_number(destination, finished<element, Op>(merge_lanes<Op>(s), count));
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
