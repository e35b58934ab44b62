// SPDX-License-Identifier: BSL-1.0
// What tensor and view have in common: extents, element access, iteration, assignment of formulas.
#pragma once

#include <cassert>
#include <string>  // for std::random_access_iterator_tag: <iterator> brings stream iterators with it, and is slower by 0.05 s

#include <oneloop/core/fwd.hpp>
#include <oneloop/shape/errors.hpp>
#include <oneloop/tensor/layout.hpp>

namespace ONELOOP_NAMESPACE {

/// Visits the elements in index order (the last index fastest), whatever the strides.
template <class T, int Rank>
class element_iterator {
 public:
  using value_type = std::remove_const_t<T>;
  using difference_type = index_t;
  using reference = T&;
  using pointer = T*;
  using iterator_category = std::random_access_iterator_tag;

  constexpr element_iterator() = default;
  constexpr element_iterator(T* data, index_list<Rank> extents, index_list<Rank> strides, index_t at)
      : data_(data), extents_(extents), strides_(strides), at_(at) {}
  constexpr T& operator*() const {
    index_t rest = at_, offset = 0;
    for (int axis = Rank - 1; axis > 0; --axis) {
      offset += rest % extents_[axis] * strides_[axis];
      rest /= extents_[axis];
    }
    return data_[offset + (Rank > 0 ? rest * strides_[0] : 0)];
  }
  constexpr T* operator->() const { return &**this; }
  constexpr T& operator[](index_t n) const { return *(*this + n); }
  constexpr element_iterator& operator++() {
    ++at_;
    return *this;
  }
  constexpr element_iterator operator++(int) {
    auto old = *this;
    ++at_;
    return old;
  }
  constexpr element_iterator& operator--() {
    --at_;
    return *this;
  }
  constexpr element_iterator operator--(int) {
    auto old = *this;
    --at_;
    return old;
  }
  constexpr element_iterator& operator+=(index_t n) {
    at_ += n;
    return *this;
  }
  constexpr element_iterator& operator-=(index_t n) {
    at_ -= n;
    return *this;
  }
  friend constexpr element_iterator operator+(element_iterator it, index_t n) { return it += n; }
  friend constexpr element_iterator operator+(index_t n, element_iterator it) { return it += n; }
  friend constexpr element_iterator operator-(element_iterator it, index_t n) { return it -= n; }
  friend constexpr index_t operator-(element_iterator const& a, element_iterator const& b) { return a.at_ - b.at_; }
  constexpr bool operator==(element_iterator const& other) const { return at_ == other.at_; }
  constexpr auto operator<=>(element_iterator const& other) const { return at_ <=> other.at_; }

 private:
  T* data_ = nullptr;
  index_list<Rank> extents_{}, strides_{};
  index_t at_ = 0;
};

template <class T, auto... Dims>
class view;

namespace detail {

template <class T, class Shape, class Layout>
struct view_of;
template <class T, auto... Dims, class Layout>
struct view_of<T, shape::extents<Dims...>, Layout> {
  using type = view<T, Dims..., Layout{}>;
};
template <class T, auto... Dims>
struct view_of<T, shape::extents<Dims...>, layouts::row_major> {
  using type = view<T, Dims...>;
};

template <class Shape>
struct without_first;
template <auto First, auto... Rest>
struct without_first<shape::extents<First, Rest...>> {
  using type = shape::extents<Rest...>;
};
template <>
struct without_first<shape::extents<>> {
  using type = shape::extents<>;
};

}  // namespace detail

template <class T, class Shape, class Layout>
using view_of_t = typename detail::view_of<T, Shape, Layout>::type;

/// `Derived` has data(), extents() and strides(); `T` is what element access gives (const or not).
template <class Derived, class Shape, class Layout>
class array_access {
 public:
  using oneloop_array = void;
  using shape_type = Shape;
  using layout_type = Layout;
  static constexpr int rank = Shape::rank;

  constexpr index_t extent(int axis) const { return self().extents()[axis]; }
  constexpr index_t size() const { return self().extents().product(); }
  constexpr bool empty() const { return size() == 0; }

  /// The element of one index per axis; checked by assert.
  template <class... Index>
    requires(sizeof...(Index) == rank && (... && std::is_convertible_v<Index, index_t>))
  constexpr decltype(auto) operator()(Index... index) {
    return self().data()[offset(static_cast<index_t>(index)...)];
  }
  template <class... Index>
    requires(sizeof...(Index) == rank && (... && std::is_convertible_v<Index, index_t>))
  constexpr decltype(auto) operator()(Index... index) const {
    return self().data()[offset(static_cast<index_t>(index)...)];
  }

  template <class... Index>
    requires(sizeof...(Index) != rank && (... && std::is_convertible_v<Index, index_t>))
  invalid operator()(Index... index) const = delete;  // one index for each axis; A[i] is everything under i

  /// The element of a vector; of a higher rank, a view of everything under the first index.
  template <int Rank = rank>
    requires(Rank > 0)
  constexpr decltype(auto) operator[](index_t index) & {
    return sub(self(), index);
  }
  template <int Rank = rank>
    requires(Rank == 1)
  constexpr decltype(auto) operator[](index_t index) && {
    return sub(self(), index);
  }
  constexpr decltype(auto) operator[](index_t index) const&
    requires(rank > 0)
  {
    return sub(self(), index);
  }

  constexpr auto begin() { return iterator_at(self(), 0); }
  constexpr auto end() { return iterator_at(self(), size()); }
  constexpr auto begin() const { return iterator_at(self(), 0); }
  constexpr auto end() const { return iterator_at(self(), size()); }

 protected:
  constexpr Derived& self() { return static_cast<Derived&>(*this); }
  constexpr Derived const& self() const { return static_cast<Derived const&>(*this); }

 private:
  template <class... Index>
  constexpr index_t offset(Index... index) const {
    index_list<rank> const at{{index...}};
    auto const extents = self().extents();
    auto const strides = self().strides();
    index_t result = 0;
    for (int axis = 0; axis < rank; ++axis) {
      assert(at[axis] >= 0 && at[axis] < extents[axis]);
      result += at[axis] * strides[axis];
    }
    (void)extents;
    return result;
  }

  template <class Self>
  static constexpr decltype(auto) sub(Self& self, index_t index) {
    assert(index >= 0 && index < self.extent(0));
    auto const strides = self.strides();
    auto* const start = self.data() + index * strides[0];
    if constexpr (rank == 1) {
      return *start;
    } else {
      using inner = typename detail::without_first<Shape>::type;
      using layout =
          std::conditional_t<std::is_same_v<Layout, layouts::row_major>, layouts::row_major, layouts::strided>;
      using result = view_of_t<std::remove_pointer_t<decltype(self.data())>, inner, layout>;
      index_list<rank - 1> extents, steps;
      for (int axis = 1; axis < rank; ++axis) {
        extents[axis - 1] = self.extents()[axis];
        steps[axis - 1] = strides[axis];
      }
      return result::make(start, extents, steps);
    }
  }

  template <class Self>
  static constexpr auto iterator_at(Self& self, index_t at) {
    using T = std::remove_pointer_t<decltype(self.data())>;
    if constexpr (std::is_same_v<Layout, layouts::row_major>)
      return self.data() + at;
    else
      return element_iterator<T, rank>(self.data(), self.extents(), self.strides(), at);
  }
};

// ---- nested initialiser lists

namespace detail {

template <class T, int Rank>
struct nested {
  using type = std::initializer_list<typename nested<T, Rank - 1>::type>;
};
template <class T>
struct nested<T, 0> {
  using type = T;
};

template <int Axis, int Rank, class List>
constexpr void measure(List const& list, index_list<Rank>& extents, bool& ragged, bool first = true) {
  auto const size = static_cast<index_t>(list.size());
  if (first)
    extents[Axis] = size;
  else if (extents[Axis] != size)
    ragged = true;
  if constexpr (Axis + 1 < Rank) {
    for (auto const& inner : list) {
      measure<Axis + 1>(inner, extents, ragged, first);
      first = false;
    }
  }
}

template <int Rank, class List>
constexpr index_list<Rank> extents_of_list(List const& list) {
  index_list<Rank> extents;
  bool ragged = false;
  measure<0>(list, extents, ragged);
  if (ragged) raise_shape_error("oneloop: the rows of an initialiser list have different lengths");
  return extents;
}

template <int Axis, int Rank, class T, class List>
constexpr void fill(T* data, index_list<Rank> const& strides, List const& list) {
  index_t at = 0;
  for (auto const& inner : list) {
    if constexpr (Axis + 1 < Rank)
      fill<Axis + 1>(data + at * strides[Axis], strides, inner);
    else
      data[at * strides[Axis]] = inner;
    ++at;
  }
}

}  // namespace detail

template <class T, int Rank>
using nested_list = typename detail::nested<T, Rank>::type;

}  // namespace ONELOOP_NAMESPACE
