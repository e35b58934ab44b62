// SPDX-License-Identifier: BSL-1.0
// A shape: a compile-time sequence of dimensions. It is a Hana Sequence, so that all of Hana's algorithms
// work on a shape: hana::length(extents<128, 64>), hana::at_c<0>(...), hana::reverse(...), hana::unpack(...).
#pragma once

#include <boost/hana/bool.hpp>
#include <boost/hana/concept/sequence.hpp>
#include <boost/hana/fwd/at.hpp>
#include <boost/hana/fwd/core/make.hpp>
#include <boost/hana/fwd/core/tag_of.hpp>
#include <boost/hana/fwd/drop_front.hpp>
#include <boost/hana/fwd/is_empty.hpp>
#include <boost/hana/fwd/length.hpp>
#include <boost/hana/fwd/unpack.hpp>
#include <boost/hana/integral_constant.hpp>
#include <utility>

#include <oneloop/core/config.hpp>
#include <oneloop/shape/dim.hpp>

namespace ONELOOP_NAMESPACE {

namespace hana = boost::hana;

namespace shape {

struct extents_tag {};

/// The type behind oneloop::extents; each of `Dims` is canonical (see shape::canonical).
template <auto... Dims>
struct extents {
  using hana_tag = extents_tag;
  using oneloop_shape = void;
  static constexpr int rank = sizeof...(Dims);

  template <auto... Other>
  constexpr bool operator==(extents<Other...>) const {
    return false;
  }
  constexpr bool operator==(extents) const { return true; }
};

template <class T>
concept any_shape = requires { typename T::oneloop_shape; };

template <auto... Dims>
using make_extents = extents<canonical<Dims>()...>;

/// The dimension of one axis, as a template argument.
template <class Shape, int Axis>
struct axis_of;
template <auto First, auto... Rest, int Axis>
struct axis_of<extents<First, Rest...>, Axis> : axis_of<extents<Rest...>, Axis - 1> {};
template <auto First, auto... Rest>
struct axis_of<extents<First, Rest...>, 0> {
  static constexpr auto value = First;
};
template <class Shape, int Axis>
inline constexpr auto axis = axis_of<Shape, Axis>::value;

template <class Shape>
inline constexpr bool is_static = false;
template <auto... Dims>
inline constexpr bool is_static<extents<Dims...>> = (true && ... && !is_dynamic<Dims>);

/// How many extents are known at run time only.
template <class Shape>
inline constexpr int dynamic_count = 0;
template <auto... Dims>
inline constexpr int dynamic_count<extents<Dims...>> = (0 + ... + (is_dynamic<Dims> ? 1 : 0));

/// The number of elements; an extent known at run time counts as one (so it is "per unit" of that extent).
template <class Shape>
inline constexpr index_t static_size = 1;
template <auto... Dims>
inline constexpr index_t static_size<extents<Dims...>> =
    (index_t{1} * ... * (is_dynamic<Dims> ? index_t{1} : index_t{extent_of<Dims>}));

/// Whether two axes have one name, of which one is sized at run time: they are one size.
template <class Shape>
inline constexpr bool repeats_names = false;
template <auto First, auto... Rest>
inline constexpr bool repeats_names<extents<First, Rest...>> =
    (false || ... || (same_name<First, Rest> && (is_dynamic<First> || is_dynamic<Rest>))) ||
    repeats_names<extents<Rest...>>;

template <auto... Dims>
constexpr void write_shape(writer& out, extents<Dims...>) {
  out.put('[');
  bool first = true;
  ((out << (first ? "" : ", "), write_dim<Dims>(out), first = false), ...);
  out.put(']');
}

}  // namespace shape

/// `extents<128, 64>`, `extents<batch, 64>`: a shape as a value; compare with ==.
template <auto... Dims>
inline constexpr shape::make_extents<Dims...> extents{};

}  // namespace ONELOOP_NAMESPACE

namespace boost::hana {

template <>
struct Sequence<oneloop::shape::extents_tag> {
  static constexpr bool value = true;
};

template <>
struct make_impl<oneloop::shape::extents_tag> {
  template <class... Dims>
  static constexpr auto apply(Dims const&...) {
    return oneloop::shape::make_extents<Dims{}...>{};
  }
};

// An element is always a shape::dim object, also for a plain extent, so that algorithms see one kind of thing.
template <>
struct unpack_impl<oneloop::shape::extents_tag> {
  template <auto... Dims, class F>
  static constexpr decltype(auto) apply(oneloop::shape::extents<Dims...>, F&& f) {
    using namespace oneloop::shape;
    return static_cast<F&&>(f)(dim<name_of<Dims>, extent_of<Dims>>{}...);
  }
};

template <>
struct at_impl<oneloop::shape::extents_tag> {
  template <auto... Dims, class N>
  static constexpr auto apply(oneloop::shape::extents<Dims...>, N const&) {
    using namespace oneloop::shape;
    constexpr auto found = axis<extents<Dims...>, static_cast<int>(N::value)>;
    return dim<name_of<found>, extent_of<found>>{};
  }
};

template <>
struct length_impl<oneloop::shape::extents_tag> {
  template <auto... Dims>
  static constexpr auto apply(oneloop::shape::extents<Dims...>) {
    return hana::size_c<sizeof...(Dims)>;
  }
};

template <>
struct is_empty_impl<oneloop::shape::extents_tag> {
  template <auto... Dims>
  static constexpr auto apply(oneloop::shape::extents<Dims...>) {
    return hana::bool_c < sizeof...(Dims) == 0 > ;
  }
};

template <>
struct drop_front_impl<oneloop::shape::extents_tag> {
  template <auto... Dims, class N>
  static constexpr auto apply(oneloop::shape::extents<Dims...>, N const&) {
    using namespace oneloop::shape;
    constexpr std::size_t dropped = N::value < sizeof...(Dims) ? N::value : sizeof...(Dims);
    return []<std::size_t... I>(std::index_sequence<I...>) {
      return extents<axis<extents<Dims...>, static_cast<int>(dropped + I)>...>{};
    }(std::make_index_sequence<sizeof...(Dims) - dropped>{});
  }
};

}  // namespace boost::hana
