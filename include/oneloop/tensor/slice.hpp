// SPDX-License-Identifier: BSL-1.0
// Parts of an array as views: no element is copied, and assigning to a part writes the array.
#pragma once

#include <oneloop/tensor/tensor.hpp>
#include <oneloop/tensor/view.hpp>

namespace ONELOOP_NAMESPACE {

namespace detail {

template <class Array>
using element_pointee = std::remove_pointer_t<decltype(std::declval<Array&>().data())>;

/// Of [n, n] without its name, which has one size.
template <auto First, auto... Rest>
constexpr auto cut_beside() {
  if constexpr ((false || ... || shape::same_name<First, Rest>))
    return shape::dim<"", shape::dynamic>{};
  else
    return shape::cut<First>();
}
template <class Shape>
struct first_axis_cut;
template <auto First, auto... Rest>
struct first_axis_cut<shape::extents<First, Rest...>> {
  using type = shape::extents<cut_beside<First, Rest...>(), Rest...>;
};

[[noreturn, gnu::cold, gnu::noinline]] inline void throw_outside(char const* part) {
  throw_shape_error([&](writer& out) { out << "oneloop: " << part << ": outside of the array"; });
}

}  // namespace detail

/// row(A, i): A[i], everything under the first index i. Throws shape_error outside of A.
template <tensor_like Array>
  requires(std::is_lvalue_reference_v<Array> || requires { typename std::remove_cvref_t<Array>::oneloop_view; })
constexpr auto row(Array&& a, index_t i) {
  static_assert(std::remove_cvref_t<Array>::rank >= 2, "oneloop: a row is of a matrix");
  if (i < 0 || i >= a.extent(0)) detail::throw_outside("row");
  return a[i];
}

/// column(A, j): the elements A(i, j) of a matrix. Throws shape_error outside of A.
template <tensor_like Array>
  requires(std::is_lvalue_reference_v<Array> || requires { typename std::remove_cvref_t<Array>::oneloop_view; })
constexpr auto column(Array&& a, index_t j) {
  using plain = std::remove_cvref_t<Array>;
  static_assert(plain::rank == 2, "oneloop: a column is of a matrix");
  if (j < 0 || j >= a.extent(1)) detail::throw_outside("column");
  using shape_type = shape::extents<shape::axis<typename plain::shape_type, 0>>;
  return view_of_t<detail::element_pointee<Array>, shape_type, layouts::strided>::make(
      a.data() + j * a.strides()[1], {{a.extent(0)}}, {{a.strides()[0]}});
}

/// rows(A, first, count): `count` indices of the first axis from `first` on: a mini-batch, part of a vector.
/// The dimension keeps its name, unless another axis has it too, and is sized at run time. Throws shape_error outside
/// of A.
template <tensor_like Array>
  requires(std::is_lvalue_reference_v<Array> || requires { typename std::remove_cvref_t<Array>::oneloop_view; })
constexpr auto rows(Array&& a, index_t first, index_t count) {
  using plain = std::remove_cvref_t<Array>;
  static_assert(plain::rank >= 1, "oneloop: a number has no rows");
  if (first < 0 || count < 0 || first > a.extent(0) || count > a.extent(0) - first) detail::throw_outside("rows");
  using shape_type = typename detail::first_axis_cut<typename plain::shape_type>::type;
  // Row-major rows lie together; of any other layout the strides stay.
  using layout = std::conditional_t<std::is_same_v<typename plain::layout_type, layouts::row_major>, layouts::row_major,
                                    layouts::strided>;
  auto extents = a.extents();
  extents[0] = count;
  return view_of_t<detail::element_pointee<Array>, shape_type, layout>::make(a.data() + first * a.strides()[0], extents,
                                                                             a.strides());
}

/// reshape<Dims...>(A, run-time extents...): the elements of a row-major array in another shape.
/// Throws shape_error where the number of elements differs.
template <auto... Dims, tensor_like Array, class... Extents>
  requires(std::is_lvalue_reference_v<Array> || requires { typename std::remove_cvref_t<Array>::oneloop_view; })
constexpr auto reshape(Array&& a, Extents... extents) {
  using plain = std::remove_cvref_t<Array>;
  static_assert(std::is_same_v<typename plain::layout_type, layouts::row_major>,
                "oneloop: reshape needs contiguous row-major elements; copy into a tensor first");
  using from = typename plain::shape_type;
  using to = typename view<detail::element_pointee<Array>, Dims...>::shape_type;
  static_assert(!shape::is_static<from> || !shape::is_static<to> || shape::static_size<from> == shape::static_size<to>,
                "oneloop: reshape: another number of elements");
  view<detail::element_pointee<Array>, Dims...> result(a.data(), extents...);
  if (result.size() != a.size()) raise_shape_error("oneloop: reshape: another number of elements");
  return result;
}

}  // namespace ONELOOP_NAMESPACE
