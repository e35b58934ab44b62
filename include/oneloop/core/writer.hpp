// SPDX-License-Identifier: BSL-1.0
// Writes text without std::string: once with no buffer to learn the length, once into a fixed_string (in constant
// evaluation) or into the text of a shape_error.
#pragma once

#include <cstddef>

#include <oneloop/core/fixed_string.hpp>

namespace ONELOOP_NAMESPACE {

struct writer {
  char* out = nullptr;
  std::size_t size = 0;

  constexpr void put(char c) {
    if (out) out[size] = c;
    ++size;
  }
  constexpr writer& operator<<(char const* text) {
    while (*text) put(*text++);
    return *this;
  }
  template <std::size_t Size>
  constexpr writer& operator<<(fixed_string<Size> const& text) {
    return *this << text.c_str();
  }
  constexpr writer& operator<<(long long value) {
    if (value < 0) put('-');
    char digits[20]{};
    int count = 0;
    auto rest = value < 0 ? 0ULL - static_cast<unsigned long long>(value) : static_cast<unsigned long long>(value);
    do digits[count++] = static_cast<char>('0' + rest % 10);
    while (rest /= 10);
    while (count) put(digits[--count]);
    return *this;
  }
  constexpr writer& operator<<(int value) { return *this << static_cast<long long>(value); }
  constexpr writer& operator<<(long value) { return *this << static_cast<long long>(value); }
};

namespace detail {
// Apart from written(), because clang would show the type of its result as fixed_string<size + 1>.
template <class Write, std::size_t Size>
constexpr fixed_string<Size> write_sized() {
  fixed_string<Size> result;
  writer output{result.data, 0};
  Write{}(output);
  return result;
}
}  // namespace detail

/// The text that `Write{}(writer&)` produces, as a fixed_string of just that length.
template <class Write>
constexpr auto written() {
  constexpr std::size_t size = [] {
    writer counter;
    Write{}(counter);
    return counter.size;
  }();
  return detail::write_sized<Write, size + 1>();
}

}  // namespace ONELOOP_NAMESPACE
