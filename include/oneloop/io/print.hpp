// SPDX-License-Identifier: BSL-1.0
// Printing arrays as NumPy does, and formulas as their text. The layout is NumPy's own algorithm
// (array2string with its default options), so that what a Python session shows can be compared with
// what a program prints. Everything that forms text is a template over the element type alone, not
// over shapes: it costs a program the same code for one shape as for twenty.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <oneloop/formula/print.hpp>
#include <oneloop/tensor/tensor.hpp>
#include <oneloop/tensor/view.hpp>

namespace ONELOOP_NAMESPACE {

namespace detail::printing {

// NumPy's defaults.
inline constexpr int default_precision = 8;
inline constexpr index_t threshold = 1000;  // above, an array is summarised
inline constexpr index_t edge_items = 3;    // to so many at either end of an axis
inline constexpr std::size_t line_width = 75;

/// What a stream asks for.
enum class notation { automatic, fixed, scientific };
struct style {
  notation form = notation::automatic;
  int precision = -1;  // -1: not set
};

/// An array without its static shape.
template <class T>
struct elements_at {
  T const* data;
  index_t const* extents;
  index_t const* strides;
  int rank;

  constexpr elements_at inner(index_t index) const {
    return {data + index * strides[0], extents + 1, strides + 1, rank - 1};
  }
  index_t size() const {
    index_t result = 1;
    for (int axis = 0; axis < rank; ++axis) result *= extents[axis];
    return result;
  }
};

inline bool left_out(bool summary, index_t index, index_t extent) {
  return summary && 2 * edge_items < extent && index >= edge_items && index < extent - edge_items;
}

template <class T, class F>
void each_shown(elements_at<T> const& array, bool summary, F&& f) {
  if (array.rank == 0) return f(*array.data);
  index_t const extent = array.extents[0];
  for (index_t i = 0; i < extent; ++i) {
    if (left_out(summary, i, extent)) i = extent - edge_items;
    each_shown(array.inner(i), summary, f);
  }
}

inline std::string padded(std::string const& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

// ---- one format for all elements of an array

template <class T>
class element_format;

template <>
class element_format<bool> {
 public:
  element_format(elements_at<bool> const&, bool, style) {}
  std::string operator()(bool x) const { return x ? " True" : "False"; }
};

template <std::integral T>
  requires(!std::same_as<T, bool>)
class element_format<T> {
 public:
  element_format(elements_at<T> const& array, bool summary, style) {
    each_shown(array, summary, [&](T x) {
      auto const length = std::to_string(x).size();
      if (length > width_) width_ = length;
    });
  }
  std::string operator()(T x) const { return padded(std::to_string(x), width_); }

 private:
  std::size_t width_ = 0;
};

/// A finite number in decimal: sign and digits before the point, digits after it, the exponent.
struct decimal {
  std::string whole, fraction;
  int exponent = 0;

  std::string exponent_text() const {
    int const size = exponent < 0 ? -exponent : exponent;
    return (exponent < 0 ? "-" : "+") + std::string(size < 10 ? "0" : "") + std::to_string(size);
  }
};

inline constexpr int largest_precision = 100;

template <class T>
decimal digits_of(T x, std::chars_format format, int precision = -1) {
  char buffer[512];  // the largest double has 309 digits; see largest_precision
  auto const [end, error] = precision < 0 ? std::to_chars(buffer, buffer + sizeof(buffer), x, format)
                                          : std::to_chars(buffer, buffer + sizeof(buffer), x, format, precision);
  std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  decimal result;
  if (auto const e = text.find('e'); e != text.npos) {
    auto const from = buffer + e + 1 + (text[e + 1] == '+');
    std::from_chars(from, end, result.exponent);
    text = text.substr(0, e);
  }
  auto const point = text.find('.');
  result.whole = text.substr(0, point);
  if (point != text.npos) result.fraction = text.substr(point + 1);
  return result;
}

/// The shortest digits that read back as x, but not more than `precision` after the point.
template <class T>
decimal shortest(T x, bool scientific, int precision) {
  auto const format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  decimal result = digits_of(x, format);
  if (static_cast<int>(result.fraction.size()) > precision) {
    result = digits_of(x, format, precision);
    result.fraction.resize(result.fraction.find_last_not_of('0') + 1);
  }
  return result;
}

template <std::floating_point T>
class element_format<T> {
 public:
  element_format(elements_at<T> const& array, bool summary, style wanted) : wanted_(wanted) {
    if (wanted_.precision < 0) wanted_.precision = default_precision;
    T largest = 0, smallest = 0;
    bool negative_infinity = false, other = false;
    each_shown(array, summary, [&](T x) {
      if (!std::isfinite(x)) {
        other = true;
        negative_infinity = negative_infinity || (std::isinf(x) && x < 0);
      } else {
        T const size = std::abs(x);
        if (size > largest) largest = size;
        if (size > 0 && (smallest == 0 || size < smallest)) smallest = size;
      }
    });
    if (wanted_.form == notation::automatic)
      scientific_ = largest > 0 && (largest >= T(1e8) || smallest < T(1e-4) || largest / smallest > T(1000));
    else
      scientific_ = wanted_.form == notation::scientific;
    each_shown(array, summary, [&](T x) {
      if (!std::isfinite(x)) return;
      auto const text = digits(x);
      take_larger(before_, text.whole.size());
      take_larger(after_, text.fraction.size());
      if (scientific_) take_larger(exponent_, text.exponent_text().size());
    });
    if (other) {
      std::size_t const needed = negative_infinity ? 4 : 3, behind = 1 + after_ + exponent_part();
      if (needed > behind) take_larger(before_, needed - behind);
    }
  }

  std::string operator()(T x) const {
    std::size_t const width = before_ + 1 + after_ + exponent_part();
    if (std::isnan(x)) return padded("nan", width);
    if (std::isinf(x)) return padded(x < 0 ? "-inf" : "inf", width);
    // Scientific numbers have equally many digits: their exponents stand below each other.
    auto const text = scientific_ ? digits_of(x, std::chars_format::scientific, static_cast<int>(after_)) : digits(x);
    auto result = padded(text.whole, before_) + '.' + text.fraction + std::string(after_ - text.fraction.size(), ' ');
    if (scientific_) {
      auto const power = text.exponent_text();
      result += std::string("e") + power[0] + std::string(exponent_ - power.size(), '0') + power.substr(1);
    }
    return result;
  }

 private:
  static void take_larger(std::size_t& value, std::size_t candidate) {
    if (candidate > value) value = candidate;
  }
  decimal digits(T x) const {
    if (wanted_.form == notation::automatic) return shortest(x, scientific_, wanted_.precision);
    auto const format = scientific_ ? std::chars_format::scientific : std::chars_format::fixed;
    return digits_of(x, format, wanted_.precision);
  }
  std::size_t exponent_part() const { return scientific_ ? 1 + exponent_ : 0; }

  style wanted_;
  bool scientific_ = false;
  std::size_t before_ = 0, after_ = 0, exponent_ = 0;
};

/// A single value as NumPy prints a scalar: all its digits, scientific only where the zeros would
/// be many.
template <class T>
std::string single(T x, style wanted) {
  if constexpr (std::same_as<T, bool>) {
    return x ? "True" : "False";
  } else if constexpr (std::integral<T>) {
    return std::to_string(x);
  } else {
    if (!std::isfinite(x)) return std::isnan(x) ? "nan" : x < 0 ? "-inf" : "inf";
    if (wanted.form != notation::automatic) return element_format<T>({&x, nullptr, nullptr, 0}, false, wanted)(x);
    T const size = std::abs(x);
    bool const scientific = size != 0 && (size < T(1e-4) || size >= T(1e16));
    auto const text = shortest(x, scientific, wanted.precision < 0 ? largest_precision : wanted.precision);
    if (scientific) return text.whole + (text.fraction.empty() ? "" : "." + text.fraction) + "e" + text.exponent_text();
    return text.whole + "." + (text.fraction.empty() ? "0" : text.fraction);
  }
}

// ---- brackets, lines, indentation

/// Adds a word to the line, or begins a line with it where it no longer fits.
inline void extend(std::string& done, std::string& line, std::string const& word, std::size_t width,
                   std::string const& indent) {
  if (line.size() + word.size() > width && line.size() > indent.size()) {
    done += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    line = indent;
  }
  line += word;
}

template <class T>
std::string block(elements_at<T> const& array, bool summary, element_format<T> const& format, std::string const& indent,
                  std::size_t width) {
  index_t const extent = array.extents[0];
  std::string done, line;
  if (array.rank == 1) {
    line = indent;
    for (index_t i = 0; i < extent; ++i) {
      bool const skipped = left_out(summary, i, extent);
      if (skipped) i = extent - edge_items - 1;
      extend(done, line, skipped ? "..." : format(*array.inner(i).data), width - 1, indent);
      if (i + 1 < extent) line += ' ';
    }
    done += line;
  } else {
    std::string const separator(static_cast<std::size_t>(array.rank - 1), '\n');
    for (index_t i = 0; i < extent; ++i) {
      bool const skipped = left_out(summary, i, extent);
      if (skipped) i = extent - edge_items - 1;
      done += indent + (skipped ? "..." : block(array.inner(i), summary, format, indent + ' ', width - 1));
      if (i + 1 < extent) done += separator;
    }
  }
  return '[' + done.substr(indent.size()) + ']';
}

// ---- elements of 16 bits

/// The double that the shortest digits stand for which read back as x: as such it prints as 0.1 and not as 0.099976.
template <class T>
double by_shortest_digits(T x) {
  float const exact = simd::number(x);
  if (!std::isfinite(exact)) return exact;
  for (int precision = 0;; ++precision) {
    char buffer[64];
    auto const end =
        std::to_chars(buffer, buffer + sizeof(buffer), exact, std::chars_format::scientific, precision).ptr;
    double result = 0;
    std::from_chars(buffer, end, result);
    if (precision > 8 || simd::number(simd::narrow<T>(result)) == exact) return result;
  }
}

template <class T>
void fill_shown(elements_at<T> const& from, bool summary, style wanted, double* to) {
  if (from.rank == 0) {
    *to = wanted.form == notation::automatic ? by_shortest_digits(*from.data) : double(simd::number(*from.data));
    return;
  }
  index_t const extent = from.extents[0];
  for (index_t i = 0; i < extent; ++i) {
    if (left_out(summary, i, extent)) i = extent - edge_items;
    auto const inner = from.inner(i);
    fill_shown(inner, summary, wanted, to + i * inner.size());
  }
}

template <class T>
std::string array_text(elements_at<T> const& array, style wanted);

/// As doubles: what is shown of them is set.
template <class T>
std::string small_text(elements_at<T> const& array, style wanted) {
  std::vector<double> values(static_cast<std::size_t>(array.size()));
  std::vector<index_t> strides(static_cast<std::size_t>(array.rank));
  index_t step = 1;
  for (auto axis = strides.size(); axis-- > 0; step *= array.extents[axis]) strides[axis] = step;
  if (!values.empty()) fill_shown(array, array.size() > threshold, wanted, values.data());
  return array_text<double>({values.data(), array.extents, strides.data(), array.rank}, wanted);
}

template <class T>
std::string array_text(elements_at<T> const& array, style wanted) {
  if constexpr (is_small_float<T>)
    return small_text(array, wanted);
  else {
    if (array.rank == 0) return single(*array.data, wanted);
    index_t const size = array.size();
    if (size == 0) return "[]";
    bool const summary = size > threshold;
    return block(array, summary, element_format<T>(array, summary, wanted), " ", line_width);
  }
}

inline style style_of(std::ostream const& out) {
  auto const form = out.flags() & std::ios_base::floatfield;
  bool const fixed = form == std::ios_base::fixed, scientific = form == std::ios_base::scientific;
  int const precision = out.precision() > largest_precision ? largest_precision : static_cast<int>(out.precision());
  if (fixed) return {notation::fixed, precision};
  if (scientific) return {notation::scientific, precision};
  // 6 is what a stream begins with.
  return {notation::automatic, precision == 6 ? -1 : precision};
}

/// A field width would pad the first line only, so it is used up without effect.
inline std::ostream& put(std::ostream& out, std::string_view text) {
  out.width(0);
  return out << text;
}

}  // namespace detail::printing

/// std::cout << x: an array as NumPy prints it: nested brackets, aligned columns, a row a line
/// (broken after 75 columns), a blank line between matrices. Above 1000 elements only three at
/// either end of each axis. bool: True, False. No elements: []. A rank of 0: the number.
/// float, double, float16, bfloat16: the shortest digits that read back as the same number, at most 8 after the point;
/// scientific for all where one is 1e8 or above, below 1e-4, or the largest more than 1000 times
/// the smallest. A precision() other than 6, which a stream begins with, replaces the 8. std::fixed
/// and std::scientific ask for that notation with just precision() digits, as they do for a number.
/// A stream's width, its other flags and its locale have no effect.
/// Cost: that of the text; two passes over what is shown.
template <tensor_like A>
  requires requires(A const& a) {
    a.data();
    a.strides();
  }
std::ostream& operator<<(std::ostream& out, A const& a) {
  auto const extents = a.extents();
  auto const strides = a.strides();
  return detail::printing::put(
      out, detail::printing::array_text<typename A::element>({a.data(), extents.value, strides.value, A::rank},
                                                             detail::printing::style_of(out)));
}

/// std::cout << f: the text of a formula, that is text(f). Nothing is evaluated.
template <node F>
  requires(!any_invalid<F>)
std::ostream& operator<<(std::ostream& out, F const& f) {
  return detail::printing::put(out, text(f).c_str());
}

namespace shape {

/// std::cout << shape_of(f): [batch, 64].
template <auto... Dims>
std::ostream& operator<<(std::ostream& out, extents<Dims...>) {
  struct write {
    constexpr void operator()(writer& to) const { write_shape(to, extents<Dims...>{}); }
  };
  return oneloop::detail::printing::put(out, written<write>().c_str());
}

}  // namespace shape

}  // namespace ONELOOP_NAMESPACE
