// SPDX-License-Identifier: BSL-1.0
// The file format that PyTorch models are stored and shared in (.safetensors), as tensors. Its header is JSON, which
// Boost.JSON reads: link boost_json, or include <boost/json/src.hpp> in one source of the program.
#pragma once

#include <boost/json.hpp>

#include <oneloop/interop/array_file.hpp>

namespace ONELOOP_NAMESPACE {

namespace interop {
template <class T>
inline constexpr std::string_view safetensors_type = std::is_same_v<T, float>      ? "F32"
                                                     : std::is_same_v<T, double>   ? "F64"
                                                     : std::is_same_v<T, float16>  ? "F16"
                                                     : std::is_same_v<T, bfloat16> ? "BF16"
                                                     : std::is_same_v<T, bool>     ? "BOOL"
                                                                                   : "I32";
}  // namespace interop

/// safetensors model("m.safetensors"); auto W = model.load<tensor<float, 64, 64>>("0.weight");
/// Reads the file once, when made. Errors: file_error, with the file and the array.
class safetensors {
 public:
  explicit safetensors(std::string path) : path_(std::move(path)), bytes_(interop::bytes_of_file(path_)) {
    std::size_t const length = bytes_.size() < 8 ? 0 : interop::little_endian(bytes_.data(), 8);
    if (bytes_.size() < 8 || length > bytes_.size() - 8) throw file_error(path_ + ": is not a safetensors file");
    boost::system::error_code error;
    auto const parsed = boost::json::parse(boost::json::string_view(bytes_.data() + 8, length), error);
    if (error || !parsed.is_object()) throw file_error(path_ + ": the header is not a JSON object");
    header_ = parsed.get_object();
    start_ = 8 + length;
  }

  /// The arrays that the file holds.
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (auto const& entry : header_)
      if (entry.key() != "__metadata__") result.emplace_back(entry.key());
    return result;
  }

  /// One array. The tensor's element type and static extents must be those of the file.
  template <class Tensor>
  Tensor load(std::string const& name) const {
    std::string const what = path_ + ": " + name;
    auto const* const entry = header_.if_contains(name);
    if (!entry || !entry->is_object()) throw file_error(what + ": there is no such array");
    auto const& about = entry->get_object();
    auto const* const type = about.if_contains("dtype");
    auto const* const shape = about.if_contains("shape");
    auto const* const offsets = about.if_contains("data_offsets");
    if (!type || !type->is_string() || !shape || !shape->is_array() || !offsets || !offsets->is_array() ||
        offsets->get_array().size() != 2)
      throw file_error(what + ": the header does not describe it");
    constexpr auto wanted = interop::safetensors_type<typename Tensor::element>;
    if (type->get_string() != boost::json::string_view(wanted.data(), wanted.size()))
      throw file_error(what + ": has elements of type " + std::string(type->get_string()) + ", not " +
                       std::string(wanted));
    std::vector<index_t> extents;
    for (auto const& extent : shape->get_array()) extents.push_back(number(what, extent));
    auto const first = static_cast<std::size_t>(number(what, offsets->get_array()[0]));
    auto const last = static_cast<std::size_t>(number(what, offsets->get_array()[1]));
    if (first > last || last > bytes_.size() - start_) throw file_error(what + ": lies beyond the end of the file");
    return interop::tensor_of_bytes<Tensor>(what, extents, false, bytes_.data() + start_ + first, last - first);
  }

 private:
  static index_t number(std::string const& what, boost::json::value const& value) {
    boost::system::error_code error;
    auto const result = value.to_number<std::int64_t>(error);
    if (error || result < 0) throw file_error(what + ": the header has something else than a size");
    return static_cast<index_t>(result);
  }

  std::string path_;
  std::vector<char> bytes_;
  boost::json::object header_;
  std::size_t start_ = 0;
};

}  // namespace ONELOOP_NAMESPACE
