// SPDX-License-Identifier: BSL-1.0
// A string that can be a template argument: the name of a variable or a dimension, the text of a formula.
#pragma once

#include <cstddef>

#include <oneloop/core/config.hpp>

namespace ONELOOP_NAMESPACE {

/// `Size` counts the terminating zero, so that the deduction guide from a literal is the literal's own.
template <std::size_t Size>
struct fixed_string {
  char data[Size]{};

  constexpr fixed_string() = default;
  constexpr fixed_string(char const (&literal)[Size]) {
    for (std::size_t i = 0; i < Size; ++i) data[i] = literal[i];
  }

  static constexpr std::size_t size() { return Size - 1; }
  constexpr char const* c_str() const { return data; }
  constexpr char const* begin() const { return data; }
  constexpr char const* end() const { return data + size(); }

  template <std::size_t Other>
  constexpr bool operator==(fixed_string<Other> const& other) const {
    if constexpr (Size != Other) {
      return false;
    } else {
      for (std::size_t i = 0; i < Size; ++i)
        if (data[i] != other.data[i]) return false;
      return true;
    }
  }
  constexpr bool operator==(char const* other) const {
    for (std::size_t i = 0; i < Size; ++i)
      if (data[i] != other[i]) return false;
    return true;
  }

  // Anything constructible from a character range: std::string, std::string_view. Keeps <string> out.
  template <class String>
    requires requires(char const* p, std::size_t n) {
      String(p, n);
      p == String(p, n);
    }
  constexpr operator String() const {
    return String(data, size());
  }
};

template <class Stream, std::size_t Size>
  requires requires(Stream& stream) { stream.good(); }
Stream& operator<<(Stream& stream, fixed_string<Size> const& string) {
  stream << string.c_str();
  return stream;
}

}  // namespace ONELOOP_NAMESPACE
