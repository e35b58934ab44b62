// SPDX-License-Identifier: BSL-1.0
// What a member of a sweep carries from tile to tile: the state of a fold, or an array to which each tile is added. Of a
// sweep of many tiles each part has its own, and those are merged in the order of the parts.
#pragma once

#include <oneloop/eval/frame.hpp>
#include <oneloop/eval/storage.hpp>

namespace ONELOOP_NAMESPACE::eval {

/// The state of a reduction of everything: tiles are merged into it.
template <class Runner>
struct carry {
  typename Runner::state_type carried = Runner::start();
};

/// A view whose elements a tile's results are added to.
template <class View>
struct adding {
  using layout_type = typename View::layout_type;
  using element = typename View::element;
  View view;
};
template <class View, class Point, class Value>
ONELOOP_INLINE constexpr void store(adding<View> const& to, Point const& p, Value const& value) {
  store(to.view, p, load<typename View::element>(to.view, p) + value);
}
template <class View, class At, class Number>
ONELOOP_INLINE constexpr void put(adding<View> const& to, At const& at, Number number) {
  to.view.data()[offset_of(to.view, at)] += number;
}

/// body(element) for every element of a view.
template <int Axis, class View, class Body>
constexpr void each_element(View const& view, Body const& body, index_t offset = 0) {
  if constexpr (Axis == View::rank) {
    body(view.data()[offset]);
  } else {
    for (index_t i = 0, n = view.extents()[Axis]; i < n; ++i)
      each_element<Axis + 1>(view, body, offset + i * stride_of<View, Axis>(view));
  }
}
/// body(element of a, element of b) for every two that stand at one place.
template <int Axis, class A, class B, class Body>
constexpr void each_pair(A const& a, B const& b, Body const& body, index_t in_a = 0, index_t in_b = 0) {
  if constexpr (Axis == A::rank) {
    body(a.data()[in_a], b.data()[in_b]);
  } else {
    for (index_t i = 0, n = a.extents()[Axis]; i < n; ++i)
      each_pair<Axis + 1>(a, b, body, in_a + i * stride_of<A, Axis>(a), in_b + i * stride_of<B, Axis>(b));
  }
}

// ---- totals of several parts, for each of what a member carries: a pointer to a carry, a view, or nothing

inline constexpr index_t totals_on_stack = 16384;

template <class Carried>
struct total;
template <>
struct total<no_state> {
  static constexpr void put_aside(no_state, bool) {}
  static constexpr void take_back(no_state) {}
};
template <class Runner>
struct total<carry<Runner>*> {
  carry<Runner> sum{};
  /// Takes what a part carries, behind what those before it have; the next one begins anew.
  constexpr void put_aside(carry<Runner>* part, bool first) {
    sum.carried = first ? part->carried : Runner::merge(sum.carried, part->carried);
    part->carried = Runner::start();
  }
  /// What the last part carries becomes the total.
  constexpr void take_back(carry<Runner>* part) { part->carried = Runner::merge(sum.carried, part->carried); }
};
/// Integers wrap, as in a sum.
template <class T>
constexpr T added(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<std::make_unsigned_t<T>>(a) + static_cast<std::make_unsigned_t<T>>(b));
  else
    return a + b;
}

template <class View>
  requires requires { typename View::shape_type; }
struct total<View> {
  using T = typename View::element;
  using shape_type = typename View::shape_type;
  static constexpr bool on_stack =
      shape::is_static<shape_type> && shape::static_size<shape_type> <= totals_on_stack / index_t{sizeof(T)};
  struct here {
    tensor<T, on_stack ? static_cast<int>(shape::static_size<shape_type>) : 1> elements{uninitialized};
    constexpr T* data() { return elements.data(); }
    constexpr void prepare(index_t) {}
  };
  /// Only where there are several parts: not in a constant expression.
  struct allocated {
    T* elements = nullptr;
    constexpr T* data() const { return elements; }
    void prepare(index_t count) { elements = oneloop::detail::allocate<T>(static_cast<std::size_t>(count)); }
    constexpr ~allocated() {
      if (elements) [[unlikely]]
        oneloop::detail::deallocate(elements);
    }
  };
  std::conditional_t<on_stack, here, allocated> memory{};

  constexpr auto sums(View const& part) {
    return view_of_t<T, shape_type, layouts::row_major>::make(memory.data(), part.extents(), {});
  }
  constexpr void put_aside(View const& part, bool first) {
    if (first) memory.prepare(part.size());
    each_pair<0>(sums(part), part, [first](T& sum, T& one) {
      sum = first ? one : added(sum, one);
      one = {};
    });
  }
  constexpr void take_back(View const& part) {
    each_pair<0>(part, sums(part), [](T& one, T sum) { one = added(sum, one); });
  }
};

constexpr void merge_part(no_state, no_state) {}
template <class Runner>
constexpr void merge_part(carry<Runner>* all, carry<Runner>* part) {
  all->carried = Runner::merge(all->carried, part->carried);
}
template <class View>
  requires requires { typename View::shape_type; }
constexpr void merge_part(View const& all, View const& part) {
  each_pair<0>(all, part, [](auto& sum, auto one) { sum = added(sum, one); });
}

}  // namespace ONELOOP_NAMESPACE::eval
