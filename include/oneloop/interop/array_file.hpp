// SPDX-License-Identifier: BSL-1.0
// What the readers of arrays in files share: the file as bytes, its errors, and elements in any order into a tensor.
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <oneloop/tensor/tensor.hpp>

namespace ONELOOP_NAMESPACE {

/// A file that cannot be read, or does not hold what was asked for; the text begins with its path.
struct file_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

namespace interop {

inline std::vector<char> bytes_of_file(std::string const& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw file_error(path + ": cannot be opened");
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) throw file_error(path + ": is not a file");
  auto const size = static_cast<std::size_t>(file.tellg());
  std::vector<char> bytes(size);
  file.seekg(0);
  if (size > 0 && !file.read(bytes.data(), static_cast<std::streamsize>(size)))
    throw file_error(path + ": cannot be read");
  return bytes;
}

/// An unsigned number of so many bytes, the least significant first.
inline std::size_t little_endian(char const* from, int count) {
  std::size_t result = 0;
  for (int i = count - 1; i >= 0; --i) result = result << 8 | static_cast<unsigned char>(from[i]);
  return result;
}

inline std::string extents_text(std::vector<index_t> const& extents) {
  std::string result = "[";
  for (std::size_t i = 0; i < extents.size(); ++i) result += (i ? ", " : "") + std::to_string(extents[i]);
  return result + "]";
}

/// The tensor with these extents, which its type must allow, out of the elements' bytes. `first_fastest`: the first
/// index varies fastest in the file. `bytes_left`: how many there are.
template <class Tensor>
Tensor tensor_of_bytes(std::string const& what, std::vector<index_t> const& extents, bool first_fastest,
                       char const* from, std::size_t bytes_left) {
  using T = typename Tensor::element;
  static_assert(std::endian::native == std::endian::little, "oneloop: files hold little-endian elements");
  constexpr int rank = Tensor::rank;
  index_list<rank> wanted;
  bool fits = extents.size() == static_cast<std::size_t>(rank);
  index_t count = 1;
  if (fits) {
    for (int axis = 0; axis < rank; ++axis) wanted[axis] = extents[static_cast<std::size_t>(axis)];
    fits = extents_storage<typename Tensor::shape_type>::from(wanted).all() == wanted;
  }
  if (!fits) {
    writer size_of_text;
    shape::write_shape(size_of_text, typename Tensor::shape_type{});
    std::string shape(size_of_text.size, ' ');
    writer text{shape.data(), 0};
    shape::write_shape(text, typename Tensor::shape_type{});
    throw file_error(what + ": has the shape " + extents_text(extents) + ", not " + shape);
  }
  // With an extent of 0 there are no elements, but the strides are still products of the others.
  bool const empty = std::ranges::find(extents, index_t{0}) != extents.end();
  index_t const most = empty ? std::numeric_limits<index_t>::max() : static_cast<index_t>(bytes_left / sizeof(T));
  for (index_t const extent : extents) {
    if (extent < 0 || (extent > 0 && count > most / extent))
      throw file_error(what + ": has fewer elements than its shape " + extents_text(extents) + " says");
    if (extent > 0) count *= extent;
  }
  if (count > most) throw file_error(what + ": has fewer elements than its shape " + extents_text(extents) + " says");
  if (empty) count = 0;
  Tensor result;
  if constexpr (Tensor::dynamics > 0) result.resize(wanted);
  auto const steps = first_fastest ? contiguous_strides<layouts::column_major>(wanted)
                                   : contiguous_strides<layouts::row_major>(wanted);
  auto const to = result.strides();
  for (index_t i = 0; i < count; ++i) {
    index_t rest = i, source = 0, target = 0;
    for (int axis = rank - 1; axis >= 0; --axis) {
      index_t const at = rest % wanted[axis];
      rest /= wanted[axis];
      source += at * steps[axis];
      target += at * to[axis];
    }
    char const* const element = from + source * static_cast<index_t>(sizeof(T));
    if constexpr (std::is_same_v<T, bool>)
      result.data()[target] = *element != 0;  // any byte: a bool of another value than 0 and 1 is undefined
    else
      std::memcpy(result.data() + target, element, sizeof(T));
  }
  return result;
}

}  // namespace interop

}  // namespace ONELOOP_NAMESPACE
