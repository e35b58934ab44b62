// SPDX-License-Identifier: BSL-1.0
// NumPy's files of one array (.npy, format versions 1 to 3), as tensors.
#pragma once

#include <charconv>

#include <oneloop/interop/array_file.hpp>

namespace ONELOOP_NAMESPACE {

namespace interop {

/// How NumPy names an element type.
template <class T>
inline constexpr std::string_view npy_type = [] {
  static_assert(!std::is_same_v<T, bfloat16>, "oneloop: NumPy has no bfloat16; use cast<float>(a)");
  return std::is_same_v<T, float>     ? "<f4"
         : std::is_same_v<T, double>  ? "<f8"
         : std::is_same_v<T, float16> ? "<f2"
         : std::is_same_v<T, bool>    ? "|b1"
                                      : "<i4";
}();

/// The header's dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (297, 10), }.
struct npy_header {
  std::string type;
  bool first_fastest = false;
  std::vector<index_t> extents;

  npy_header(std::string const& path, std::string_view text) : path_(path) {
    auto const descr = value_of(text, "'descr'");
    if (descr.size() < 2 || descr.front() != '\'') fail("'descr' is not the name of a type");
    type = std::string(descr.substr(1, descr.find('\'', 1) - 1));
    auto const order = value_of(text, "'fortran_order'");
    first_fastest = order.starts_with("True");
    if (!first_fastest && !order.starts_with("False")) fail("'fortran_order' is neither True nor False");
    auto shape = value_of(text, "'shape'");
    if (!shape.starts_with('(')) fail("'shape' is not a tuple");
    shape.remove_prefix(1);
    while (true) {
      auto const start = shape.find_first_not_of(" ,");
      if (start == shape.npos) fail("'shape' does not end");
      shape.remove_prefix(start);
      if (shape.front() == ')') break;
      index_t extent = 0;
      auto const [end, error] = std::from_chars(shape.data(), shape.data() + shape.size(), extent);
      if (error != std::errc()) fail("'shape' holds something else than numbers");
      extents.push_back(extent);
      shape.remove_prefix(static_cast<std::size_t>(end - shape.data()));
    }
  }

 private:
  std::string const& path_;
  [[noreturn]] void fail(char const* what) const { throw file_error(path_ + ": header: " + what); }
  std::string_view value_of(std::string_view text, std::string_view key) const {
    auto at = text.find(key);
    if (at != text.npos) at = text.find(':', at + key.size());
    if (at != text.npos) at = text.find_first_not_of(' ', at + 1);
    if (at == text.npos) throw file_error(path_ + ": header: there is no " + std::string(key));
    return text.substr(at);
  }
};

}  // namespace interop

/// load_npy<tensor<float, batch, 10>>("p.npy"): the array, in row-major or column-major ("Fortran") order in the file.
/// The tensor's static extents must be those of the file. Elements: float, double, float16, int32, bool, as the file
/// has them.
/// Errors: file_error. Cost: reads the file once. NumPy: numpy.load.
template <class Tensor>
Tensor load_npy(std::string const& path) {
  auto const bytes = interop::bytes_of_file(path);
  std::string_view const all(bytes.data(), bytes.size());
  if (!all.starts_with("\x93NUMPY") || bytes.size() < 10) throw file_error(path + ": is not a .npy file");
  int const version = bytes[6];
  int const length_bytes = version == 1 ? 2 : 4;
  std::size_t const start = 8 + static_cast<std::size_t>(length_bytes);
  if (version < 1 || version > 3 || bytes.size() < start) throw file_error(path + ": is of an unknown version");
  std::size_t const length = interop::little_endian(bytes.data() + 8, length_bytes);
  if (length > bytes.size() - start) throw file_error(path + ": ends within its header");
  interop::npy_header const header(path, all.substr(start, length));
  if (header.type != interop::npy_type<typename Tensor::element>)
    throw file_error(path + ": has elements of type " + header.type + ", not " +
                     std::string(interop::npy_type<typename Tensor::element>));
  return interop::tensor_of_bytes<Tensor>(path, header.extents, header.first_fastest, bytes.data() + start + length,
                                          bytes.size() - start - length);
}

/// save_npy("p.npy", x): the elements in row-major order, whatever the layout of x.
/// Errors: file_error. NumPy: numpy.save.
template <tensor_like Array>
void save_npy(std::string const& path, Array const& x) {
  using T = typename Array::element;
  auto const extents = x.extents();
  std::string header = "{'descr': '" + std::string(interop::npy_type<T>) + "', 'fortran_order': False, 'shape': (";
  for (int axis = 0; axis < Array::rank; ++axis) header += std::to_string(extents[axis]) + ", ";
  header += "), }";
  // The elements begin at a multiple of 64 bytes, as NumPy has it.
  header.resize((header.size() + 1 + 10 + 63) / 64 * 64 - 10 - 1, ' ');
  header += '\n';
  std::ofstream file(path, std::ios::binary);
  file.write("\x93NUMPY\x01\x00", 8);
  char const length[] = {static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
  file.write(length, 2);
  file << header;
  for (T const element : x) file.write(reinterpret_cast<char const*>(&element), sizeof element);
  file.flush();
  if (!file) throw file_error(path + ": cannot be written");
}

}  // namespace ONELOOP_NAMESPACE
