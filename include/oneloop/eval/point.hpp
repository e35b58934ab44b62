// SPDX-License-Identifier: BSL-1.0
// Where in an index space a formula is evaluated: an index, the axis along which the lanes run, and which
// lanes are inside.
#pragma once

#include <oneloop/simd/pack.hpp>
#include <oneloop/tensor/packed.hpp>

namespace ONELOOP_NAMESPACE::eval {

/// Every lane is inside.
struct full {
  static constexpr bool partial = false;
};
/// Lanes 0..count-1 are inside. The others repeat the first, so that they raise no exception of their own.
struct tail {
  static constexpr bool partial = true;
  static constexpr bool zero = false;
  int count;
};
/// The same, but the others are zero: for the end of a sum of products.
struct zero_tail {
  static constexpr bool partial = true;
  static constexpr bool zero = true;
  int count;
};

/// The axis of a value that is the same for all lanes.
inline constexpr int no_lane = -1;
/// The axis below a broadcast, whose axis i is axis Map[i] of the result, along which the lanes of axis `Lane` run.
template <int Lane, int... Map>
inline constexpr int broadcast_lane = [] {
  int axis = 0, found = no_lane;
  ((Map == Lane && Map >= 0 ? void(found = axis) : void(), ++axis), ...);
  return found;
}();
/// The same below a permutation.
template <int Lane, int... Axes>
inline constexpr int permuted_lane = [] {
  constexpr int axes[] = {Axes...};
  return Lane == no_lane ? no_lane : axes[Lane == no_lane ? 0 : Lane];
}();

template <class Backend, int N, int Lane, class Lanes, int Rank>
struct point {
  using backend = Backend;
  using lanes_type = Lanes;
  static constexpr int lanes_count = N;
  static constexpr int lane = Lane;
  static constexpr int rank = Rank;
  index_list<Rank> at;
  [[no_unique_address]] Lanes lanes;
};

/// A point of the flattened space: all arrays are contiguous with the same extents, so one number locates the
/// element in each of them.
template <class Backend, int N, class Lanes>
struct flat_point {
  using backend = Backend;
  using lanes_type = Lanes;
  static constexpr int lanes_count = N;
  index_t at;
  [[no_unique_address]] Lanes lanes;
};

// The kind of lanes is deduced here: g++ 12 takes decltype of a lambda's parameter for a reference in places.
template <class Backend, int N, int Lane, class Lanes, int Rank>
ONELOOP_INLINE constexpr auto make_point(index_list<Rank> const& at, Lanes lanes) {
  return point<Backend, N, Lane, Lanes, Rank>{at, lanes};
}
template <class Backend, int N, class Lanes>
ONELOOP_INLINE constexpr auto make_flat_point(index_t at, Lanes lanes) {
  return flat_point<Backend, N, Lanes>{at, lanes};
}

template <class Point>
inline constexpr bool is_flat_point = false;
template <class Backend, int N, class Lanes>
inline constexpr bool is_flat_point<flat_point<Backend, N, Lanes>> = true;

template <class T, class Point>
using pack_at = typename Point::backend::template pack<T, Point::lanes_count>;
template <class T, class Point>
using mask_at = typename pack_at<T, Point>::mask;

template <int Lane, int Rank, class Backend, int N, int OldLane, class Lanes, int OldRank>
ONELOOP_INLINE constexpr auto moved(point<Backend, N, OldLane, Lanes, OldRank> const& p, index_list<Rank> const& at) {
  return point<Backend, N, Lane, Lanes, Rank>{at, p.lanes};
}

/// The point of this pack and the next.
template <class Backend, int N, int Lane, int Rank>
ONELOOP_INLINE constexpr auto with_next(point<Backend, N, Lane, full, Rank> const& p) {
  return point<simd::paired<Backend>, 2 * N, Lane, full, Rank>{p.at, {}};
}
template <class Backend, int N>
ONELOOP_INLINE constexpr auto with_next(flat_point<Backend, N, full> const& p) {
  return flat_point<simd::paired<Backend>, 2 * N, full>{p.at, {}};
}

// ---- memory

/// Packed in panels: no stride leads from one row to the next.
template <class View>
inline constexpr bool in_panels = requires { View::layout_type::width; };

template <class View, int Axis>
ONELOOP_INLINE constexpr index_t stride_of(View const& view) {
  constexpr index_t known = static_stride<typename View::layout_type, typename View::shape_type, Axis>();
  if constexpr (known != shape::dynamic)
    return known;
  else
    return view.strides()[Axis];
}

/// The stride as a constant, where the type tells it.
template <class View, int Axis>
inline constexpr index_t known_stride = static_stride<typename View::layout_type, typename View::shape_type, Axis>();

template <class View, int Rank>
ONELOOP_INLINE constexpr index_t offset_of(View const& view, index_list<Rank> const& at) {
  if constexpr (in_panels<View>)
    return oneloop::detail::panel_offset<View::layout_type::width>(view.extents()[1], at[0], at[1]);
  else
    return [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      return (index_t{0} + ... + (at[I] * stride_of<View, I>(view)));
    }(std::make_integer_sequence<int, Rank>{});
}

template <class View>
ONELOOP_INLINE constexpr auto* address_of(View const& view, auto const& p) {
  if constexpr (is_flat_point<std::remove_cvref_t<decltype(p)>>)
    return view.data() + p.at;
  else
    return view.data() + offset_of(view, p.at);
}

template <class Point, class T>
ONELOOP_INLINE constexpr T fill_of(Point const&, T const* from) {
  if constexpr (Point::lanes_type::zero)
    return T(0);
  else
    return *from;
}

/// One pack of elements; of bool elements a mask as wide as T. Unused lanes repeat the first.
template <class T, class View, class Point>
ONELOOP_INLINE constexpr auto load(View const& view, Point const& p) {
  using element = typename View::element;
  auto const* const from = address_of(view, p);
  constexpr int lane = [] {
    if constexpr (is_flat_point<Point>)
      return 0;
    else
      return Point::lane;
  }();
  constexpr index_t stride = [] {
    if constexpr (is_flat_point<Point>)
      return 1;
    else if constexpr (lane == no_lane)
      return 0;
    else
      return known_stride<View, lane>;
  }();
  if constexpr (std::is_same_v<element, bool>) {
    using mask = mask_at<T, Point>;
    if constexpr (lane == no_lane) {
      return mask(*from);
    } else if constexpr (stride == 1 && !Point::lanes_type::partial) {
      return mask::load(from);
    } else if constexpr (stride == 1) {
      return mask::load_partial(from, p.lanes.count, *from);
    } else {
      bool gathered[Point::lanes_count]{};
      int count = Point::lanes_count;
      if constexpr (Point::lanes_type::partial) count = p.lanes.count;
      for (int i = 0; i < count; ++i) gathered[i] = from[i * stride_of<View, lane>(view)];
      return mask::load(gathered);
    }
  } else {
    using pack = pack_at<computed<element>, Point>;
    if constexpr (lane == no_lane) {
      return pack(simd::number(*from));
    } else if constexpr (in_panels<View>) {
      element gathered[Point::lanes_count];
      int count = Point::lanes_count;
      if constexpr (Point::lanes_type::partial) count = p.lanes.count;
      auto at = p.at;
      for (int i = 0; i < count; ++i, ++at[lane]) gathered[i] = view.data()[offset_of(view, at)];
      if constexpr (Point::lanes_type::partial)
        for (int i = count; i < Point::lanes_count; ++i) gathered[i] = fill_of(p, from);
      return simd::load<pack>(gathered);
    } else if constexpr (stride == 1) {
      if constexpr (Point::lanes_type::partial)
        return simd::load_partial<pack>(from, p.lanes.count, fill_of(p, from));
      else
        return simd::load<pack>(from);
    } else {
      auto const step = stride_of<View, lane>(view);
      if constexpr (Point::lanes_type::partial)
        return simd::load_strided_partial<pack>(from, step, p.lanes.count, fill_of(p, from));
      else
        return simd::load_strided<pack>(from, step);
    }
  }
}

/// Writes a number where it belongs, rounded if the element is smaller than what it was computed in.
template <class Element, class Number>
ONELOOP_INLINE constexpr void store_number(Element* to, Number number) {
  if constexpr (is_small_float<Element>)
    *to = simd::narrow<Element>(number);
  else
    *to = number;
}

/// Writes a pack, or a mask to bool elements.
template <class View, class Point, class Value>
ONELOOP_INLINE constexpr void store(View const& view, Point const& p, Value const& value) {
  auto* const to = address_of(view, p);
  constexpr index_t stride = [] {
    if constexpr (is_flat_point<Point>)
      return 1;
    else
      return known_stride<View, Point::lane>;
  }();
  if constexpr (stride == 1) {
    if constexpr (Point::lanes_type::partial)
      simd::store_partial(value, to, p.lanes.count);
    else
      simd::store(value, to);
  } else {
    auto const step = stride_of<View, Point::lane>(view);
    if constexpr (std::is_same_v<typename View::element, bool>) {
      int count = Point::lanes_count;
      if constexpr (Point::lanes_type::partial) count = p.lanes.count;
      for (int i = 0; i < count; ++i) to[i * step] = value.lane(i);
    } else if constexpr (Point::lanes_type::partial) {
      simd::store_strided_partial(value, to, step, p.lanes.count);
    } else {
      simd::store_strided(value, to, step);
    }
  }
}

/// Writes one element.
template <class View, class At, class Number>
  requires requires(View const& view) { view.data(); }
ONELOOP_INLINE constexpr void put(View const& view, At const& at, Number number) {
  store_number(view.data() + offset_of(view, at), number);
}

}  // namespace ONELOOP_NAMESPACE::eval
