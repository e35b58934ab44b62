// SPDX-License-Identifier: BSL-1.0
// A borrowed array: memory of someone else, read and written as a tensor is.
#pragma once

#include <initializer_list>

#include <oneloop/core/concepts.hpp>
#include <oneloop/shape/algebra.hpp>
#include <oneloop/tensor/access.hpp>

namespace ONELOOP_NAMESPACE {

namespace detail {
/// Whether every extent of the second shape that is static is so in the first.
template <auto... From, auto... To>
constexpr bool extents_known(shape::extents<From...>, shape::extents<To...>) {
  return (true && ... && (shape::is_dynamic<To> || !shape::is_dynamic<From>));
}

/// Whether the elements of the array may be read as those of a view, without its extents.
template <class T, class Shape, class Layout, class Array>
constexpr bool borrows() {
  using plain = std::remove_cvref_t<Array>;
  if constexpr (plain::rank != Shape::rank ||
                !(std::is_same_v<Layout, layouts::strided> || std::is_same_v<typename plain::layout_type, Layout>))
    return false;
  else
    return shape::fitted<shape::unify_t<typename plain::shape_type, Shape>> &&
           std::is_convertible_v<decltype(std::declval<Array&>().data()), T*> &&
           (std::is_lvalue_reference_v<Array> || std::is_const_v<T> || requires { typename plain::oneloop_view; });
}

/// Whether a container's elements may be read as T. What a temporary owns may be read while it is there, as a parameter
/// view<float const, dyn>, but not kept to be written: only what it refers to (std::span) may.
template <class Container, class T>
concept lends = requires(Container& c) {
  { c.data() } -> std::convertible_to<T*>;
  c.size();
} && (std::is_lvalue_reference_v<Container> || std::is_const_v<T> || requires(std::remove_cvref_t<Container> const& c) {
                  { c.data() } -> std::convertible_to<T*>;
                });
}  // namespace detail

/// view<float, 2, 3>(pointer or container): borrows contiguous elements; run-time extents follow in order:
/// view<float const, batch, 64>(p, 32). view<float, 2, 3, strided>(p, {8, 2}): any strides, counted in
/// elements, after the run-time extents. Copying a view copies no element; assigning to one writes elements.
/// Throws shape_error where a container has another number of elements.
template <class T, auto... Dims>
class view : public array_access<view<T, Dims...>, typename detail::split_layout<shape::extents<>, Dims...>::shape,
                                 typename detail::split_layout<shape::extents<>, Dims...>::layout> {
  static_assert(is_element<std::remove_const_t<T>>,
                "oneloop: elements are float, double, float16, bfloat16, std::int32_t or bool");

 public:
  using oneloop_view = void;
  using shape_type = typename detail::split_layout<shape::extents<>, Dims...>::shape;
  using layout_type = typename detail::split_layout<shape::extents<>, Dims...>::layout;
  using element = std::remove_const_t<T>;
  using value_type = element;
  static constexpr int rank = shape_type::rank;
  static constexpr int dynamics = shape::dynamic_count<shape_type>;
  static constexpr bool has_strides = !layout_type::contiguous;

  template <class... Extents>
    requires(sizeof...(Extents) == dynamics && (... && std::is_integral_v<Extents>) && !has_strides)
  constexpr explicit view(T* data, Extents... extents)
      : view(data, full({static_cast<index_t>(extents)...}), index_list<rank>{}) {}

  template <class... Extents>
    requires(dynamics == 0 && has_strides)
  constexpr view(T* data, index_list<rank> strides) : view(data, full({}), strides) {}
  constexpr view(T* data, index_t extent, index_list<rank> strides)
    requires(dynamics == 1 && has_strides)
      : view(data, full({extent}), strides) {}
  constexpr view(T* data, index_t first, index_t second, index_list<rank> strides)
    requires(dynamics == 2 && has_strides)
      : view(data, full({first, second}), strides) {}

  template <class Container, class... Extents>
    requires(sizeof...(Extents) == dynamics && (... && std::is_integral_v<Extents>) && !has_strides &&
             !tensor_like<Container> && detail::lends<Container, T>)
  constexpr explicit view(Container&& container, Extents... extents) : view(container.data(), extents...) {
    if (static_cast<index_t>(container.size()) != this->size())
      raise_shape_error("oneloop: a view over a container of another size");
  }
  /// The one run-time extent from the container's size.
  template <class Container>
    requires(dynamics == 1 && !has_strides && !tensor_like<Container> && detail::lends<Container, T>)
  constexpr explicit view(Container&& container)
      : view(static_cast<Container&&>(container),
             static_cast<index_t>(container.size()) /
                 (shape::static_size<shape_type> ? shape::static_size<shape_type> : 1)) {}

  /// An array of a shape that fits, and elements that may be read as T: a parameter view<float const, batch, 64> takes
  /// tensors and views. Implicit where nothing has to be checked at run time, as of std::span.
  template <tensor_like Array>
    requires(!std::is_same_v<std::remove_cvref_t<Array>, view> && detail::borrows<T, shape_type, layout_type, Array>())
  constexpr explicit(!detail::extents_known(typename std::remove_cvref_t<Array>::shape_type{}, shape_type{}))
      view(Array&& a)
      : view(make(a.data(), a.extents(), a.strides())) {
    if (!(extents() == a.extents())) raise_shape_error("oneloop: a view over an array of other extents");
  }

  // What cannot be borrowed, so that the error is one of these lines and not every constructor above. Explicit: of
  // functions that take different views, the one that fits is called.
  template <class U, class... Extents>
    requires(!std::is_convertible_v<U*, T*>)
  explicit view(U* pointer, Extents const&... extents) = delete;  // other elements, or const: view<T const, ...>
  template <class... Extents>
    requires(sizeof...(Extents) != dynamics && (... && std::is_integral_v<Extents>) && !has_strides)
  explicit view(T* pointer, Extents... extents) = delete;  // needs one extent for each run-time dimension
  template <tensor_like Array>
    requires(!std::is_same_v<std::remove_cvref_t<Array>, view> && !detail::borrows<T, shape_type, layout_type, Array>())
  explicit view(Array&& array) = delete;  // other shape, layout or elements; const: view<T const, ...>; a temporary

  template <tensor_like Array, class... Extents>
    requires(sizeof...(Extents) > 0)
  explicit view(Array&& array, Extents const&... extents) = delete;  // an array has its extents: reshape<...>(array)
  template <class Container, class... Extents>
    requires(!tensor_like<Container> && !detail::lends<Container, T> && requires(Container& c) { c.data(), c.size(); })
  explicit view(Container&& container, Extents const&... extents) = delete;  // a temporary, or other elements

  /// From all extents and strides at once.
  static constexpr view make(T* data, index_list<rank> const& extents, index_list<rank> const& strides) {
    return view(data, extents_storage<shape_type>::from(extents), strides);
  }

  constexpr view(view const&) = default;
  constexpr view const& operator=(view const& other) const {
    assign<aliasing::possible>(*this, other);
    return *this;
  }
  constexpr view& operator=(view const& other) {
    assign<aliasing::possible>(*this, other);
    return *this;
  }

  template <assignable F>
  ONELOOP_INLINE constexpr view const& operator=(F const& f) const {
    assign<aliasing::possible>(*this, f);
    return *this;
  }
  /// Of a view that is no constant too: a tensor converts to a view, so the copy would be as good.
  template <assignable F>
  ONELOOP_INLINE constexpr view& operator=(F const& f) {
    assign<aliasing::possible>(*this, f);
    return *this;
  }
  /// A[0] = {1, 2, 3}
  constexpr view const& operator=(nested_list<T, rank> list) const
    requires(rank > 0 && !std::is_const_v<T>)
  {
    if (!(detail::extents_of_list<rank>(list) == extents()))
      raise_shape_error("oneloop: an initialiser list of another shape than the view's");
    detail::fill<0>(data(), strides(), list);
    return *this;
  }

  /// Exchanges elements, as Eigen's row(0).swap(row(1)): swap(row(A, 0), row(A, 1)). The full name std::swap would not: it
  /// copies a view, which copies no element. Throws shape_error where the extents differ.
  friend constexpr void swap(view& a, view& b)
    requires(!std::is_const_v<T>)
  {
    a.exchange(b);
  }
  friend constexpr void swap(view const& a, view const& b)
    requires(!std::is_const_v<T>)
  {
    a.exchange(b);
  }

  template <assignable F>
  ONELOOP_INLINE constexpr view const& operator+=(F const& f) const {
    assign<aliasing::possible>(*this, compound<"+=">(*this, f));
    return *this;
  }
  template <assignable F>
  ONELOOP_INLINE constexpr view const& operator-=(F const& f) const {
    assign<aliasing::possible>(*this, compound<"-=">(*this, f));
    return *this;
  }
  template <assignable F>
  ONELOOP_INLINE constexpr view const& operator*=(F const& f) const {
    assign<aliasing::possible>(*this, compound<"*=">(*this, f));
    return *this;
  }
  template <assignable F>
  ONELOOP_INLINE constexpr view const& operator/=(F const& f) const {
    assign<aliasing::possible>(*this, compound<"/=">(*this, f));
    return *this;
  }

  constexpr operator element() const
    requires(rank == 0)
  {
    return *data();
  }

  constexpr auto borrow() const {
    return view_of_t<T const, shape_type, layout_type>::make(data(), extents(), strides());
  }

  constexpr T* data() const { return data_; }
  constexpr index_list<rank> extents() const { return extents_.all(); }
  constexpr index_list<rank> strides() const {
    if constexpr (has_strides)
      return strides_.value;
    else
      return contiguous_strides<layout_type>(extents());
  }

 private:
  struct none {
    constexpr none(index_list<rank> const&) {}
  };
  struct some {
    index_list<rank> value;
    constexpr some(index_list<rank> const& v) : value(v) {}
  };

  constexpr void exchange(view const& other) const {
    if (!(extents() == other.extents())) raise_shape_error("oneloop: swap of views of other extents");
    for (auto one = this->begin(), two = other.begin(), end = this->end(); one != end; ++one, ++two) {
      element const before = *one;
      *one = *two;
      *two = before;
    }
  }

  constexpr view(T* data, extents_storage<shape_type> extents, index_list<rank> const& strides)
      : data_(data), extents_(extents), strides_(strides) {}

  static constexpr extents_storage<shape_type> full(index_list<dynamics> const& given) {
    for (int i = 0; i < dynamics; ++i)
      if (given[i] < 0) raise_shape_error("oneloop: a view cannot have a negative extent");
    if constexpr (dynamics == 0) {
      return {};
    } else {
      extents_storage<shape_type> const result{given};
      if (!names_agree(shape_type{}, result.all()))
        raise_shape_error("oneloop: a view cannot have two sizes of one name");
      return result;
    }
  }

  T* data_;
  [[no_unique_address]] extents_storage<shape_type> extents_;
  [[no_unique_address]] std::conditional_t<has_strides, some, none> strides_;
};

}  // namespace ONELOOP_NAMESPACE
