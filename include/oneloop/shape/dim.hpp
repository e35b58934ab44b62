// SPDX-License-Identifier: BSL-1.0
// A dimension: an extent known while compiling or only at run time, with or without a name.
#pragma once

#include <utility>

#include <oneloop/core/fixed_string.hpp>
#include <oneloop/core/writer.hpp>

namespace ONELOOP_NAMESPACE {

namespace shape {

inline constexpr int dynamic = -1;

/// The type behind oneloop::dim. An unnamed static dimension is written as its plain extent.
template <fixed_string Name, int Extent>
struct dim {
  static constexpr auto name = Name;
  static constexpr int extent = Extent;
};

template <class T>
inline constexpr bool is_dim = false;
template <fixed_string Name, int Extent>
inline constexpr bool is_dim<dim<Name, Extent>> = true;
// g++ 12 gives decltype of a class-type template argument a const that clang does not.
template <class T>
inline constexpr bool is_dim<T const> = is_dim<T>;

template <auto Dim>
inline constexpr int extent_of = static_cast<int>(Dim);
template <auto Dim>
  requires is_dim<decltype(Dim)>
inline constexpr int extent_of<Dim> = decltype(Dim)::extent;

template <auto Dim>
inline constexpr fixed_string name_of = "";
template <auto Dim>
  requires is_dim<decltype(Dim)>
inline constexpr auto name_of<Dim> = decltype(Dim)::name;

template <auto Dim>
inline constexpr bool is_named = name_of<Dim>.size() != 0;
template <auto Dim>
inline constexpr bool is_dynamic = extent_of<Dim> == dynamic;

/// One spelling per dimension, so that equal shapes are one type: `64`, `64u` and `dim<"", 64>` are `int{64}`.
template <auto Dim>
constexpr auto canonical() {
  if constexpr (is_dim<decltype(Dim)>) {
    if constexpr (decltype(Dim)::name.size() == 0 && decltype(Dim)::extent != dynamic)
      return decltype(Dim)::extent;
    else
      return Dim;
  } else {
    static_assert(Dim >= 0, "oneloop: an extent is not negative; write dyn for one that is known at run time");
    static_assert(std::in_range<int>(Dim), "oneloop: a static extent is below 2^31; write dyn for a larger one");
    return static_cast<int>(Dim);
  }
}

template <fixed_string Name, int Extent>
constexpr auto named() {
  if constexpr (Name.size() == 0 && Extent != dynamic)
    return Extent;
  else
    return dim<Name, Extent>{};
}

template <auto A, auto B>
inline constexpr bool same_name = is_named<A> && name_of<A> == name_of<B>;

/// Two dimensions fit when both are static and equal, both carry the same name, or one is unnamed and the
/// extents are equal; an extent that is known at run time is then checked at run time.
template <auto A, auto B>
constexpr bool fits() {
  constexpr bool extents_may_agree = extent_of<A> == extent_of<B> || extent_of<A> == dynamic || extent_of<B> == dynamic;
  constexpr bool names_agree = !is_named<A> || !is_named<B> || same_name<A, B>;
  return extents_may_agree && names_agree;
}

/// The dimension where only a part of it is taken at run time: it keeps its name.
template <auto Dim>
constexpr auto cut() {
  return named<name_of<Dim>, dynamic>();
}

/// What both together tell: the name if either has one, the static extent if either has one.
template <auto A, auto B>
constexpr auto joined() {
  constexpr int extent = extent_of<A> == dynamic ? extent_of<B> : extent_of<A>;
  if constexpr (is_named<A>)
    return named<name_of<A>, extent>();
  else
    return named<name_of<B>, extent>();
}

template <auto Dim>
constexpr void write_dim(writer& out) {
  if constexpr (is_named<Dim>) {
    out << name_of<Dim>;
    if constexpr (!is_dynamic<Dim>) out << "=" << extent_of<Dim>;
  } else if constexpr (is_dynamic<Dim>) {
    out << "dyn";
  } else {
    out << extent_of<Dim>;
  }
}

}  // namespace shape

/// `dim<"batch">`: sized at run time, known by name while compiling. `dim<"in", 64>`: named and static.
template <fixed_string Name, int Extent = shape::dynamic>
inline constexpr shape::dim<Name, Extent> dim{};

/// An unnamed extent that is known at run time.
inline constexpr shape::dim<"", shape::dynamic> dyn{};

}  // namespace ONELOOP_NAMESPACE
