// SPDX-License-Identifier: BSL-1.0
// The certificate as data: one line per function, element type, library and instruction set in certificate.csv, and
// the worst error per binade of the argument in a file for each function, for its plot.
#pragma once

#include "walk.hpp"

#include <map>
#include <string>
#include <vector>

namespace accuracy {

struct row {
  std::vector<std::string> cells;
  bool ours = false;
  std::vector<std::string> failures;
};

class results {
 public:
  /// Without a folder nothing is stored. What the folder holds of other functions, libraries and instruction sets
  /// stays.
  explicit results(std::string folder);
  void add(row const&);
  void add_bins(row const&, std::array<float, bins> const&);
  void complain(std::string const&);
  void save() const;
  bool passed() const { return passed_; }

 private:
  std::string folder_;
  bool passed_ = true;
  std::vector<std::vector<std::string>> lines_;
  /// By series; the errors of the binades as they are written.
  using series_of_function = std::map<std::string, std::vector<std::string>>;
  static void read_bins(std::string const& path, series_of_function&);
  std::map<std::string, series_of_function> by_function_;
};

template <class T>
row make_row(reference const&, std::string const& by, std::string const& isa, bool ours, double bound,
             std::string const& how, tally<T> const&);

}  // namespace accuracy
