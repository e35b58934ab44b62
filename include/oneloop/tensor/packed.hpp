// SPDX-License-Identifier: BSL-1.0
// A matrix of constants, weights for the most part, in the order in which products read it: panels of rows, each
// stored column by column. W * x then is one walk through memory whose lanes are the results: no reduction across
// lanes, and linear(X, W, b) finds its panels packed.
#pragma once

#include <oneloop/formula/leaf.hpp>
#include <oneloop/simd/pack.hpp>
#include <oneloop/tensor/tensor.hpp>

namespace ONELOOP_NAMESPACE {

namespace layouts {

/// Element (i, k) lies at ((i / Width) * columns + k) * Width + i % Width. Rows beyond the last are zero.
template <int Width>
struct panels {
  static constexpr bool contiguous = true;
  static constexpr int width = Width;
};

}  // namespace layouts

namespace detail {

/// One, two or four registers of rows: four sums in registers hide the latency of an fma.
template <class T, int Rows>
inline constexpr int panel_width = (Rows == shape::dynamic || Rows > 2 * simd::lanes<computed<T>> ? 4
                                    : Rows > simd::lanes<computed<T>>                             ? 2
                                                                                                  : 1) *
                                   simd::lanes<computed<T>>;

template <int Width>
constexpr index_t panel_offset(index_t columns, index_t row, index_t column) {
  return (row / Width * columns + column) * Width + row % Width;
}

}  // namespace detail

/// What a formula reads of a packed matrix.
template <class T, class Shape, int Width>
class panel_view {
 public:
  using shape_type = Shape;
  using layout_type = layouts::panels<Width>;
  using element = T;
  static constexpr int rank = 2;

  constexpr panel_view(T const* data, extents_storage<Shape> extents) : data_(data), extents_(extents) {}
  constexpr T const* data() const { return data_; }
  constexpr index_list<2> extents() const { return extents_.all(); }

 private:
  T const* data_;
  [[no_unique_address]] extents_storage<Shape> extents_;
};

/// What pack(W) gives: stands wherever the matrix may stand, with the same shape. Its elements are constant.
/// Static extents: no heap, as with a tensor; run-time extents: one aligned allocation.
template <class T, class Shape>
class packed {
  static_assert(Shape::rank == 2);
  static constexpr int rows = shape::extent_of<shape::axis<Shape, 0>>;
  static constexpr int columns = shape::extent_of<shape::axis<Shape, 1>>;

 public:
  using oneloop_array = void;
  using shape_type = Shape;
  static constexpr int width = detail::panel_width<T, rows>;
  using layout_type = layouts::panels<width>;
  using element = T;
  using value_type = T;
  static constexpr int rank = 2;

  /// From a matrix with element access.
  template <class Matrix>
  constexpr explicit packed(Matrix const& matrix)
      : extents_(extents_storage<Shape>::from(matrix.extents())), panels_(make(matrix.extents())) {
    auto const all = extents();
    auto* const to = panels_.data();
    for (index_t first = 0; first < all[0]; first += width)
      for (index_t k = 0; k < all[1]; ++k)
        for (index_t i = first; i < first + width; ++i)
          to[detail::panel_offset<width>(all[1], i, k)] = i < all[0] ? matrix(i, k) : T(0);
  }

  constexpr index_list<2> extents() const { return extents_.all(); }
  constexpr index_t extent(int axis) const { return extents()[axis]; }
  constexpr index_t size() const { return extents().product(); }
  constexpr T operator()(index_t row, index_t column) const {
    return data()[detail::panel_offset<width>(extents()[1], row, column)];
  }

  /// The panels, in the order of the class comment of layouts::panels.
  constexpr T const* data() const { return panels_.data(); }
  constexpr auto borrow() const { return panel_view<T, Shape, width>(data(), extents_); }

 private:
  static constexpr int panel_count = rows == shape::dynamic ? shape::dynamic : (rows + width - 1) / width;
  using storage = tensor<T, dim<"", panel_count>, dim<"", columns>, width>;
  static constexpr storage make(index_list<2> const& extents) {
    if constexpr (storage::dynamics == 0) {
      return storage(uninitialized);
    } else {
      storage result;
      // A product over no terms still forms the address of its columns in a panel: not from a null pointer.
      result.resize({{(extents[0] + width - 1) / width, extents[1] > 0 ? extents[1] : 1, width}});
      return result;
    }
  }

  [[no_unique_address]] extents_storage<Shape> extents_;
  storage panels_;
};

/// pack(W): a copy of the matrix for products that use it often. y = sigmoid(P * x + b) and linear(X, P, b) read it
/// without packing or reducing; everything else takes it as well, element by element.
/// Shape: that of W, which is a matrix (or a formula that gives one). Elements: float, double, float16, bfloat16,
/// int32. Results: sums are associated in another order than those of W. Cost: one pass over W, 0.2 to 0.6 ns an
/// element: for weights that stay (16 x 16: 46 ns once, 5 ns saved by each product; 128 x 64: 5 us and 20 ns). x * P
/// and P * X read single elements and are slower than W. Errors: wrong_rank; an unbound variable.
template <operand W>
constexpr auto pack(W const& w) {
  if constexpr (any_invalid<W>) {
    return invalid{};
  } else if constexpr (rank_v<formula_t<W const&>> != 2) {
    return report<wrong_rank<"pack", shown<shape_t<formula_t<W const&>>>, hint::rule<"a matrix">>>();
  } else if constexpr (tensor_like<W>) {
    return packed<typename W::element, typename W::shape_type>(w);
  } else {
    return pack(evaluate(w));
  }
}

}  // namespace ONELOOP_NAMESPACE
