// SPDX-License-Identifier: BSL-1.0
// Where values are kept while a formula is evaluated: results until they are returned, temporaries and tiles, sums.
#pragma once

#include <oneloop/eval/cut.hpp>
#include <oneloop/plan/memory.hpp>
#include <oneloop/tensor/tensor.hpp>

namespace ONELOOP_NAMESPACE::eval {

namespace detail {
template <class T, class Shape>
struct tensor_with;
template <class T, auto... Dims>
struct tensor_with<T, shape::extents<Dims...>> {
  using type = tensor<T, Dims...>;
};
}  // namespace detail

/// The tensor that owns elements of this type and shape.
template <class T, class Shape>
using tensor_with_t = typename detail::tensor_with<T, Shape>::type;

/// Where a result is kept: a number, or a tensor whose run-time extents come with the formula.
template <class T, class Shape>
struct storage {
  using owner = tensor_with_t<T, Shape>;
  owner values;
  constexpr storage()
    requires(owner::dynamics == 0)
      : values(uninitialized) {}
  constexpr storage()
    requires(owner::dynamics > 0)
  {}
  constexpr auto writable() { return values.borrow(); }
  constexpr void prepare(index_list<Shape::rank> const& extents) {
    if constexpr (owner::dynamics > 0) values.resize(extents);
  }
};
template <class T>
struct storage<T, shape::extents<>> {
  T values{};
  constexpr T* writable() { return &values; }
  constexpr void prepare(index_list<0> const&) {}
};

/// Static extents promise that there is no heap, and a stack is 8 MiB as a rule: beyond this a temporary is allocated.
inline constexpr index_t largest_on_stack = 1 << 20;

/// Memory for elements that are unset: `Count` of them, or, unless that is fixed, as many as have been asked for at most.
template <class T, long long Count, bool Fixed>
class array_memory {
  static constexpr bool on_stack = Fixed && Count <= largest_on_stack / index_t{sizeof(T)};
  std::conditional_t<on_stack, tensor<T, on_stack ? static_cast<int>(Count) : 1>, tensor<T, dyn>> elements_;

 public:
  constexpr array_memory()
    requires on_stack
      : elements_(uninitialized) {}
  constexpr array_memory()
    requires(!on_stack)
  {
    if constexpr (Fixed) elements_.resize({{Count}});
  }
  constexpr T* data() { return elements_.data(); }
  constexpr T const* data() const { return elements_.data(); }
  constexpr void prepare(index_t count) {
    if constexpr (!Fixed) {
      if (elements_.size() >= count) return;
      elements_ = tensor<T, dyn>();  // before there is more: they are not needed
      elements_.resize({{count}});
    }
  }
};
template <class T>
struct number_memory {
  T number{};
};

/// A row-major array in a memory that others may have had before.
template <class T, class Shape>
class placed {
  [[no_unique_address]] extents_storage<Shape> extents_{};

 public:
  template <class Memory>
  constexpr auto readable(Memory const& memory) const {
    return view_of_t<T const, Shape, layouts::row_major>::make(memory.data(), extents_.all(), {});
  }
  template <class Memory>
  constexpr auto writable(Memory& memory) const {
    return view_of_t<T, Shape, layouts::row_major>::make(memory.data(), extents_.all(), {});
  }
  template <class Memory>
  constexpr void prepare(Memory& memory, index_list<Shape::rank> const& extents) {
    extents_ = extents_storage<Shape>::from(extents);
    memory.prepare(extents.product());
  }
};
template <class T>
class placed<T, shape::extents<>> {
 public:
  static constexpr T readable(number_memory<T> const& memory) { return memory.number; }
  static constexpr T* writable(number_memory<T>& memory) { return &memory.number; }
  static constexpr void prepare(number_memory<T>&, index_list<0> const&) {}
};

template <class T, class Shape, long long Count, bool Fixed>
using memory_for = std::conditional_t<Shape::rank == 0, number_memory<T>, array_memory<T, Count, Fixed>>;

/// An array with a memory of its own.
template <class T, class Shape>
class scratch {
  memory_for<T, Shape, shape::static_size<Shape>, shape::is_static<Shape>> memory_{};
  [[no_unique_address]] placed<T, Shape> place_{};

 public:
  constexpr auto readable() const { return place_.readable(memory_); }
  constexpr auto writable() { return place_.writable(memory_); }
  constexpr void prepare(index_list<Shape::rank> const& extents) { place_.prepare(memory_, extents); }
};

/// The temporaries of a program. Numbers that nothing gives a type are of type `Default`.
template <class Program, class Default, class Temps = typename Program::temps>
class temporaries;
template <class Program, class Default, class... Infos>
class temporaries<Program, Default, type_list<Infos...>> {
  static constexpr auto const& schedule = planner::schedule_of<Program>;
  static constexpr auto const& map = planner::memory_of<Program>;
  using indices = std::make_integer_sequence<int, sizeof...(Infos)>;
  template <class Info>
  using element = computed<element_or<typename Info::element, Default>>;
  struct elsewhere {};

  template <int Index, class Info>
  static constexpr auto shape_kept() {
    using shape_type = typename Info::shape_type;
    if constexpr (schedule.tile_only[Index] && schedule.tile[schedule.place[Info::stage].sweep] > 0)
      return std::type_identity<cut_shape<schedule.tile_axis[Index], shape_type>>{};
    else
      return std::type_identity<shape_type>{};
  }
  template <int... I>
  static constexpr auto make_memories(std::integer_sequence<int, I...>) -> hana::basic_tuple<std::conditional_t<
      map.home[I] == I, memory_for<element<Infos>, typename Infos::shape_type, map.kept[I].count, map.kept[I].fixed>,
      elsewhere>...>;
  template <int... I>
  static constexpr auto make_places(std::integer_sequence<int, I...>)
      -> hana::basic_tuple<placed<element<Infos>, typename decltype(shape_kept<I, Infos>())::type>...>;

  decltype(make_memories(indices{})) memories_{};
  decltype(make_places(indices{})) places_{};

 public:
  template <int Index>
  constexpr auto readable() const {
    return hana::at_c<Index>(places_).readable(hana::at_c<map.home[Index]>(memories_));
  }
  template <int Index>
  constexpr auto writable() {
    return hana::at_c<Index>(places_).writable(hana::at_c<map.home[Index]>(memories_));
  }
  /// Takes the extents that a stage has found.
  template <int Index, int Rank>
  constexpr void prepare(index_list<Rank> const& extents) {
    hana::at_c<Index>(places_).prepare(hana::at_c<map.home[Index]>(memories_), extents);
  }
  /// All of them; those that have not been written yet are of no use.
  ONELOOP_INLINE constexpr auto all() const {
    return [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      return hana::basic_tuple<decltype(this->template readable<I>())...>(this->template readable<I>()...);
    }(indices{});
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
