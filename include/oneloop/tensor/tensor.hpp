// SPDX-License-Identifier: BSL-1.0
// The owning tensor: inline and without heap where all extents are static, one aligned allocation otherwise.
#pragma once

#include <initializer_list>
#include <limits>
#include <new>

#include <oneloop/core/concepts.hpp>
#include <oneloop/tensor/view.hpp>

namespace ONELOOP_NAMESPACE {

/// Asks a constructor to leave the elements unset, for those that are written at once.
struct uninitialized_t {};
inline constexpr uninitialized_t uninitialized{};

template <class T, auto... Dims>
class tensor;

namespace detail {

// One cache line, which is also the widest register: a row never starts in the middle of either.
inline constexpr std::size_t alignment = 64;

// Small tensors are aligned to their own size only: tensor<float, 3> is 16 bytes, not 64.
constexpr std::size_t alignment_for(std::size_t bytes, std::size_t least) {
  std::size_t result = least;
  while (result < bytes && result < alignment) result *= 2;
  return result;
}

/// Memory for so many elements, which are unset; null for none.
template <class T>
T* allocate(std::size_t count) {
  // More than there can be is asked for as that: operator new says so (std::bad_alloc).
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max() / 2;
  std::size_t const bytes = count < most / sizeof(T) ? sizeof(T) * count : most;
  return count > 0 ? static_cast<T*>(::operator new(bytes, std::align_val_t{alignment})) : nullptr;
}
template <class T>
void deallocate(T* elements) noexcept {
  if (elements) ::operator delete(elements, std::align_val_t{alignment});
}

template <class T, class Shape>
class inline_storage {
 public:
  static constexpr index_t size = shape::static_size<Shape>;
  constexpr inline_storage() : data_{} {}
  constexpr explicit inline_storage(uninitialized_t) {
    if (__builtin_is_constant_evaluated())
      for (auto& element : data_) element = T{};
  }
  constexpr T* data() { return data_; }
  constexpr T const* data() const { return data_; }
  static constexpr auto extents() { return extents_storage<Shape>::all(); }

 private:
  alignas(alignment_for(sizeof(T) * static_cast<std::size_t>(size), alignof(T))) T data_[size > 0 ? size : 1];
};

template <class T, class Shape>
class heap_storage {
 public:
  heap_storage() = default;
  explicit heap_storage(extents_storage<Shape> extents) : extents_(extents), data_(allocate<T>(count())) {}
  heap_storage(heap_storage const& other) : heap_storage(other.extents_) {
    for (std::size_t i = 0, n = count(); i < n; ++i) data_[i] = other.data_[i];
  }
  heap_storage(heap_storage&& other) noexcept
      : extents_(std::exchange(other.extents_, {})), data_(std::exchange(other.data_, nullptr)) {}
  /// Where the extents agree the memory stays: views of it do, as with a formula.
  heap_storage& operator=(heap_storage const& other) {
    if (!(extents_.all() == other.extents_.all())) return *this = heap_storage(other);
    for (std::size_t i = 0, n = this == &other ? 0 : count(); i < n; ++i) data_[i] = other.data_[i];
    return *this;
  }
  heap_storage& operator=(heap_storage&& other) noexcept {
    std::swap(extents_, other.extents_);
    std::swap(data_, other.data_);
    return *this;
  }
  ~heap_storage() { deallocate(data_); }

  T* data() { return data_; }
  T const* data() const { return data_; }
  auto extents() const { return extents_.all(); }

 private:
  std::size_t count() const {
    index_t result = 1;
    for (int axis = 0; axis < Shape::rank; ++axis) {
      if (extents_.all()[axis] < 0) raise_shape_error("oneloop: a tensor cannot have a negative extent");
      if (__builtin_mul_overflow(result, extents_.all()[axis], &result)) result = std::numeric_limits<index_t>::max();
    }
    if (!names_agree(Shape{}, extents_.all())) raise_shape_error("oneloop: a tensor cannot have two sizes of one name");
    return static_cast<std::size_t>(result);
  }
  extents_storage<Shape> extents_{};
  T* data_ = nullptr;
};

template <class T, class Shape, class Layout>
struct tensor_under;
template <class T, auto First, auto... Rest, class Layout>
struct tensor_under<T, shape::extents<First, Rest...>, Layout> {
  using type = tensor<T, Rest..., Layout{}>;
};
template <class T, auto First, auto... Rest>
struct tensor_under<T, shape::extents<First, Rest...>, layouts::row_major> {
  using type = tensor<T, Rest...>;
};

/// What arguments that make no tensor should be.
template <class Shape, class First, class... Rest>
constexpr auto construction_rule() {
  constexpr bool numbers = number<First> && (... && number<Rest>);
  if constexpr (borrowable<First>)
    return std::type_identity<hint::use<"view<T, ...>(a)">>{};
  else if constexpr (!numbers)
    return std::type_identity<hint::rule<"a list in braces, or a formula">>{};
  else if constexpr (!shape::is_static<Shape>)
    return std::type_identity<hint::rule<"one number per run-time extent">>{};
  else if constexpr (sizeof...(Rest) == 0)
    return std::type_identity<hint::rule<"no extents: all are in the type">>{};
  else if constexpr (Shape::rank == 1)
    return std::type_identity<hint::rule<"a list in braces: {1, 2}">>{};
  else
    return std::type_identity<hint::rule<"rows in braces: {{1,2},{3,4}}">>{};
}

}  // namespace detail

/// tensor<float, 128, 64>: owns its elements. Dimensions are static extents, dimensions by name, or dyn; a
/// layout may follow (row_major by default). Static extents: no heap. Run-time extents are given in order:
/// tensor<float, batch, 64> X(32). Elements start as zero.
/// Throws shape_error where a list or a formula has other extents.
template <class T, auto... Dims>
class tensor : public array_access<tensor<T, Dims...>, typename detail::split_layout<shape::extents<>, Dims...>::shape,
                                   typename detail::split_layout<shape::extents<>, Dims...>::layout> {
  static_assert(is_element<T>, "oneloop: elements are float, double, float16, bfloat16, std::int32_t or bool");

 public:
  using shape_type = typename detail::split_layout<shape::extents<>, Dims...>::shape;
  using layout_type = typename detail::split_layout<shape::extents<>, Dims...>::layout;
  using element = T;
  using value_type = T;
  static constexpr int rank = shape_type::rank;
  static constexpr int dynamics = shape::dynamic_count<shape_type>;
  static_assert(!std::is_same_v<layout_type, layouts::strided>,
                "oneloop: a tensor owns contiguous elements; "
                "only a view can be strided");

  /// Whether a constructor is there for the arguments, braces aside.
  template <class... Arguments>
  static constexpr bool takes =
      (dynamics > 0 && sizeof...(Arguments) == dynamics && (... && std::is_integral_v<Arguments>)) ||
      (... || (formula<Arguments> || std::is_same_v<Arguments, uninitialized_t>));

  constexpr tensor() = default;
  constexpr explicit tensor(uninitialized_t)
    requires(dynamics == 0)
      : storage_(uninitialized) {}

  template <class... Extents>
    requires(dynamics > 0 && sizeof...(Extents) == dynamics && (... && std::is_integral_v<Extents>))
  explicit tensor(Extents... extents) : tensor(uninitialized, extents...) {
    for (auto& each : *this) each = T{};
  }
  template <class... Extents>
    requires(dynamics > 0 && sizeof...(Extents) == dynamics && (... && std::is_integral_v<Extents>))
  explicit tensor(uninitialized_t, Extents... extents)
      : storage_(extents_storage<shape_type>{{{static_cast<index_t>(extents)...}}}) {}

  /// tensor<float, 2, 3>{{1, 2, 3}, {4, 5, 6}}
  constexpr tensor(nested_list<T, rank> list)
    requires(rank > 0)
  {
    auto const extents = detail::extents_of_list<rank>(list);
    if constexpr (dynamics > 0) resize(extents);
    if (!(this->extents() == extents))
      raise_shape_error("oneloop: an initialiser list of another shape than the tensor's");
    detail::fill<0>(data(), strides(), list);
  }

  /// Evaluates the formula: one loop.
  template <formula F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, tensor>)
  ONELOOP_INLINE constexpr tensor(F const& f) : tensor(unset()) {
    assign<aliasing::fresh>(*this, f);
  }

  /// Nothing else makes a tensor: the error says what does.
  template <class... Arguments>
    requires(sizeof...(Arguments) > 0 && rank > 0 && !takes<Arguments...>)
  constexpr explicit tensor(Arguments const&...) : tensor(unset()) {
    report<cannot_construct<"tensor", shown<shape_type>,
                            typename decltype(detail::construction_rule<shape_type, Arguments...>())::type>>();
  }

  /// A tensor of rank 0 is a number that formulas refer to: tensor<float> k = 0.1f.
  template <number N>
    requires(rank == 0)
  constexpr tensor(N const& n) : tensor(unset()) {
    *this = n;
  }
  constexpr operator T() const
    requires(rank == 0)
  {
    return *data();
  }

  tensor(tensor const&) = default;
  tensor(tensor&&) = default;
  tensor& operator=(tensor const&) = default;
  tensor& operator=(tensor&&) = default;

  template <assignable F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, tensor>)
  ONELOOP_INLINE constexpr tensor& operator=(F const& f) {
    assign<aliasing::possible>(*this, f);
    return *this;
  }
  template <assignable F>
  ONELOOP_INLINE constexpr tensor& operator+=(F const& f) {
    assign<aliasing::possible>(*this, compound<"+=">(*this, f));
    return *this;
  }
  template <assignable F>
  ONELOOP_INLINE constexpr tensor& operator-=(F const& f) {
    assign<aliasing::possible>(*this, compound<"-=">(*this, f));
    return *this;
  }
  /// Scales, or multiplies elementwise.
  template <assignable F>
  ONELOOP_INLINE constexpr tensor& operator*=(F const& f) {
    assign<aliasing::possible>(*this, compound<"*=">(*this, f));
    return *this;
  }
  template <assignable F>
  ONELOOP_INLINE constexpr tensor& operator/=(F const& f) {
    assign<aliasing::possible>(*this, compound<"/=">(*this, f));
    return *this;
  }

  constexpr T* data() { return storage_.data(); }
  constexpr T const* data() const { return storage_.data(); }
  constexpr index_list<rank> extents() const { return storage_.extents(); }
  constexpr index_list<rank> strides() const { return contiguous_strides<layout_type>(extents()); }

  using array_access<tensor, shape_type, layout_type>::operator[];
  /// Of a temporary no view is left: what is under the first index, as a tensor.
  template <int Rank = rank>
    requires(Rank > 1)
  constexpr auto operator[](index_t index) && {
    auto const under = static_cast<tensor const&>(*this)[index];
    return typename detail::tensor_under<T, shape_type, layout_type>::type(under);
  }

  /// The same elements as a view.
  constexpr auto borrow() const {
    return view_of_t<T const, shape_type, layout_type>::make(data(), extents(), strides());
  }
  constexpr auto borrow() { return view_of_t<T, shape_type, layout_type>::make(data(), extents(), strides()); }

  /// Takes new run-time extents; the elements are unset.
  void resize(index_list<rank> const& extents)
    requires(dynamics > 0)
  {
    storage_ = storage(extents_storage<shape_type>::from(extents));
  }

 private:
  using storage =
      std::conditional_t<dynamics == 0, detail::inline_storage<T, shape_type>, detail::heap_storage<T, shape_type>>;
  struct unset_tag {};
  static constexpr auto unset() {
    if constexpr (dynamics == 0)
      return uninitialized;
    else
      return unset_tag{};
  }
  constexpr explicit tensor(unset_tag) {}

  storage storage_;
};

template <class T, auto... Dims>
view(tensor<T, Dims...>&) -> view<T, Dims...>;
template <class T, auto... Dims>
view(tensor<T, Dims...> const&) -> view<T const, Dims...>;
template <class T, auto... Dims>
view(tensor<T, Dims...>&&) -> view<T, Dims...>;  // which nothing makes: it would outlive the tensor

}  // namespace ONELOOP_NAMESPACE
