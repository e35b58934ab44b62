// SPDX-License-Identifier: BSL-1.0
// Reads the tables of numbers that the demo learns from. A file that is not as it should be gives
// an error that says where: "data/bad.csv:3: 30 fields, not 31".
//
//   4,2,red,green           rows, columns, the names of the classes
//   5.1,3.5,0               the columns of a row, then its class, counted from 0
//   ...
//
// Lines end with \n or \r\n; empty lines at the end are ignored.
#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace csv {

struct error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct table {
  std::size_t rows = 0, columns = 0;
  std::vector<std::string> classes;
  std::vector<float> numbers;        // row by row
  std::vector<std::size_t> classed;  // the class of each row
};

class reader {
 public:
  explicit reader(std::string const& path) : path_(path), file_(path, std::ios::binary) {
    if (!file_) throw error(path_ + ": cannot be opened");
  }

  table read() {
    table result = header();
    std::vector<std::string_view> fields;
    while (next_line()) {
      if (result.classed.size() == result.rows)
        fail("more rows than the " + std::to_string(result.rows) + " that the first line announces");
      split(fields);
      if (fields.size() != result.columns + 1)
        fail(count(fields.size(), "field") + ", not " + std::to_string(result.columns + 1));
      for (std::size_t i = 0; i < result.columns; ++i) result.numbers.push_back(number<float>(fields[i], i));
      auto const classed = number<std::size_t>(fields.back(), result.columns);
      if (classed >= result.classes.size())
        fail("class " + std::to_string(classed) + ": the first line names " + std::to_string(result.classes.size()) +
             ", counted from 0");
      result.classed.push_back(classed);
    }
    if (result.classed.size() != result.rows)
      fail("the file ends after " + count(result.classed.size(), "row") + ", not " + std::to_string(result.rows));
    return result;
  }

 private:
  [[noreturn]] void fail(std::string const& message) const {
    throw error(path_ + ":" + std::to_string(line_number_) + ": " + message);
  }

  static std::string count(std::size_t number, std::string const& thing) {
    return std::to_string(number) + " " + thing + (number == 1 ? "" : "s");
  }

  table header() {
    if (!next_line()) fail("the file is empty");
    std::vector<std::string_view> fields;
    split(fields);
    if (fields.size() < 3) fail("the first line needs rows, columns and the names of the classes");
    table result;
    result.rows = number<std::size_t>(fields[0], 0);
    result.columns = number<std::size_t>(fields[1], 1);
    if (result.rows == 0 || result.columns == 0) fail("a table without rows or columns");
    result.classes.assign(fields.begin() + 2, fields.end());
    return result;
  }

  /// The next line, without its end; false where only empty ones are left.
  bool next_line() {
    ++line_number_;
    if (!read_line()) return false;
    if (!line_.empty()) return true;
    while (read_line())
      if (!line_.empty()) fail("an empty line inside of the table");
    return false;
  }
  bool read_line() {
    if (!std::getline(file_, line_)) {
      if (file_.bad()) throw error(path_ + ": cannot be read");  // a folder, say
      return false;
    }
    if (line_.ends_with('\r')) line_.pop_back();
    return true;
  }

  void split(std::vector<std::string_view>& fields) const {
    fields.clear();
    std::string_view rest = line_;
    for (auto comma = rest.find(','); comma != rest.npos; comma = rest.find(',')) {
      fields.push_back(rest.substr(0, comma));
      rest.remove_prefix(comma + 1);
    }
    fields.push_back(rest);
  }

  template <class T>
  T number(std::string_view text, std::size_t field) const {
    auto const first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
    auto const bare = first == text.npos ? "" : text.substr(first, last - first + 1);
    T value{};
    auto const [end, failure] = std::from_chars(bare.data(), bare.data() + bare.size(), value);
    bool const whole = failure == std::errc() && end == bare.data() + bare.size();
    if (!whole || !std::isfinite(static_cast<double>(value)))
      fail("field " + std::to_string(field + 1) + ": not a number: \"" + std::string(text) + "\"");
    return value;
  }

  std::string path_;
  std::ifstream file_;
  std::string line_;
  std::size_t line_number_ = 0;
};

/// Throws csv::error.
inline table read(std::string const& path) { return reader(path).read(); }

}  // namespace csv
