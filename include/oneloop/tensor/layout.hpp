// SPDX-License-Identifier: BSL-1.0
// Where the element of an index lies in memory.
#pragma once

#include <utility>

#include <oneloop/shape/extents.hpp>

namespace ONELOOP_NAMESPACE {

/// A list of extents, strides or indices; one more place than needed for rank 0.
template <int Rank>
struct index_list {
  index_t value[Rank > 0 ? Rank : 1]{};
  constexpr index_t operator[](int axis) const { return value[axis]; }
  constexpr index_t& operator[](int axis) { return value[axis]; }
  constexpr bool operator==(index_list const&) const = default;
  constexpr index_t product() const {
    index_t result = 1;
    for (int axis = 0; axis < Rank; ++axis) result *= value[axis];
    return result;
  }
};

namespace layouts {

struct row_major {
  using oneloop_layout = void;
  static constexpr bool contiguous = true;
};
struct column_major {
  using oneloop_layout = void;
  static constexpr bool contiguous = true;
};
struct strided {
  using oneloop_layout = void;
  static constexpr bool contiguous = false;
};
/// Rows of longer rows: the last index varies fastest, all other strides are given at run time. What is left of a
/// row-major array that was cut along its last axis.
struct pitched {
  using oneloop_layout = void;
  static constexpr bool contiguous = false;
};

}  // namespace layouts

/// Whether axes of one name are of one size.
template <auto... Dims>
constexpr bool names_agree(shape::extents<Dims...>, index_list<sizeof...(Dims)> const& extents) {
  if constexpr (shape::repeats_names<shape::extents<Dims...>>) {
    bool result = true;
    [[maybe_unused]] int at = 0;
    auto const compare = [&]<auto Dim>(index_t extent) {
      int other = 0;
      ((result = result && (!shape::same_name<Dim, Dims> || extents[other] == extent), ++other), ...);
    };
    (compare.template operator()<Dims>(extents[at++]), ...);
    return result;
  } else {
    return true;
  }
}

/// The last index varies fastest, as in C, NumPy and PyTorch. The default.
inline constexpr layouts::row_major row_major{};
/// The first index varies fastest, as in Fortran and Eigen: tensor<float, 3, 4, column_major>.
inline constexpr layouts::column_major column_major{};
/// Any strides, given at run time: view<float, 3, 4, strided>(p, {8, 2}).
inline constexpr layouts::strided strided{};

namespace detail {

template <class T>
concept layout_tag = requires { typename T::oneloop_layout; };

template <class Layout, auto... Dims>
struct split {
  using shape = shape::make_extents<Dims...>;
  using layout = Layout;
};

// The dimensions of tensor<T, 3, 4, column_major> without the layout at their end.
template <class Done, auto... Dims>
struct split_layout;
template <auto... Done>
struct split_layout<shape::extents<Done...>> {
  using shape = shape::extents<Done...>;
  using layout = layouts::row_major;
};
template <auto... Done, auto Last>
  requires layout_tag<decltype(Last)>
struct split_layout<shape::extents<Done...>, Last> {
  using shape = shape::extents<Done...>;
  using layout = std::remove_const_t<decltype(Last)>;
};
template <auto... Done, auto First, auto... Rest>
  requires(!layout_tag<decltype(First)>)
struct split_layout<shape::extents<Done...>, First, Rest...>
    : split_layout<shape::extents<Done..., shape::canonical<First>()>, Rest...> {};

}  // namespace detail

/// The stride of an axis where the type tells it, else shape::dynamic.
template <class Layout, class Shape, int Axis>
constexpr index_t static_stride() {
  if constexpr (std::is_same_v<Layout, layouts::pitched>) {
    return Axis == Shape::rank - 1 ? index_t{1} : index_t{shape::dynamic};
  } else if constexpr (std::is_same_v<Layout, layouts::strided> || requires { Layout::width; }) {
    return shape::dynamic;
  } else {
    index_t stride = 1;
    bool known = true;
    auto take = [&](int extent) {
      if (extent == shape::dynamic) known = false;
      stride *= extent;
    };
    [&]<int... I>(std::integer_sequence<int, I...>) {
      constexpr bool forward = std::is_same_v<Layout, layouts::column_major>;
      (((forward ? I < Axis : I > Axis) ? take(shape::extent_of<shape::axis<Shape, I>>) : void()), ...);
    }(std::make_integer_sequence<int, Shape::rank>{});
    return known ? stride : index_t{shape::dynamic};
  }
}

/// The extents of a shape: those known while compiling are not stored.
template <class Shape>
struct extents_storage {
  static constexpr int rank = Shape::rank;
  static constexpr int dynamics = shape::dynamic_count<Shape>;
  index_list<dynamics> given{};

  template <int Axis>
  static constexpr int place() {
    return []<int... I>(std::integer_sequence<int, I...>) {
      return (0 + ... + ((I < Axis && shape::is_dynamic<shape::axis<Shape, I>>) ? 1 : 0));
    }(std::make_integer_sequence<int, rank>{});
  }
  template <int Axis>
  constexpr index_t get() const {
    if constexpr (shape::is_dynamic<shape::axis<Shape, Axis>>)
      return given[place<Axis>()];
    else
      return shape::extent_of<shape::axis<Shape, Axis>>;
  }
  constexpr index_list<rank> all() const {
    return [&]<int... I>(std::integer_sequence<int, I...>) {
      return index_list<rank>{{this->template get<I>()...}};
    }(std::make_integer_sequence<int, rank>{});
  }
  /// Takes the run-time extents out of a full list.
  static constexpr extents_storage from(index_list<rank> const& full) {
    extents_storage result;
    [&]<int... I>(std::integer_sequence<int, I...>) {
      ((shape::is_dynamic<shape::axis<Shape, I>> ? void(result.given[place<I>()] = full[I]) : void()), ...);
    }(std::make_integer_sequence<int, rank>{});
    return result;
  }
};
template <class Shape>
  requires(shape::is_static<Shape>)
struct extents_storage<Shape> {
  static constexpr int rank = Shape::rank;
  static constexpr int dynamics = 0;
  template <int Axis>
  static constexpr index_t get() {
    return shape::extent_of<shape::axis<Shape, Axis>>;
  }
  static constexpr index_list<rank> all() {
    return []<int... I>(std::integer_sequence<int, I...>) {
      return index_list<rank>{{get<I>()...}};
    }(std::make_integer_sequence<int, rank>{});
  }
  static constexpr extents_storage from(index_list<rank> const&) { return {}; }
};

/// The strides of a contiguous layout.
template <class Layout, int Rank>
constexpr index_list<Rank> contiguous_strides(index_list<Rank> const& extents) {
  index_list<Rank> strides;
  index_t step = 1;
  for (int i = 0; i < Rank; ++i) {
    int const axis = std::is_same_v<Layout, layouts::column_major> ? i : Rank - 1 - i;
    strides[axis] = step;
    step *= extents[axis];
  }
  return strides;
}

}  // namespace ONELOOP_NAMESPACE
