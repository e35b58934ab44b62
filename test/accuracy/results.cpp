// SPDX-License-Identifier: BSL-1.0
#include "results.hpp"

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace accuracy {

namespace {

char const* const header =
    "function,type,by,isa,walked,inputs,bound,worst_ulp,at,result,correctly_rounded,not_monotonic,worst_subnormal_ulp,"
    "wrong_nan_or_inf,wrong_zero_sign,exceptions,exceptions_with_nan";
constexpr std::size_t key_cells = 4;

std::string text(char const* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

// Errors are rounded up: what stands in the table is never less than what was measured.
std::string error_text(double error) {
  if (error >= wrong) return "inf";
  if (error >= 1e5) return text("%.2g", error);
  return text("%.4f", std::ceil(error * 1e4) / 1e4);
}

std::string exceptions_text(int raised) {
  std::string all;
  for (auto const& [flag, name] :
       {std::pair{FE_INVALID, "invalid"}, {FE_OVERFLOW, "overflow"}, {FE_DIVBYZERO, "divbyzero"}}) {
    if (raised & flag) all += (all.empty() ? "" : " ") + std::string(name);
  }
  return all.empty() ? "none" : all;
}

std::vector<std::string> split(std::string const& line) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
  return cells;
}

bool same_key(std::vector<std::string> const& a, std::vector<std::string> const& b) {
  return std::equal(a.begin(), a.begin() + key_cells, b.begin());
}

}  // namespace

template <class T>
row make_row(reference const& r, std::string const& by, std::string const& isa, bool ours, double bound,
             std::string const& how, tally<T> const& t) {
  std::string const at = text("%a", double(t.worst_a)) +
                         (r.kind != pairs::any || t.worst_b != T(r.parameter) ? text(" %a", double(t.worst_b)) : "");
  row line;
  line.ours = ours;
  line.cells = {r.name,
                sizeof(T) == 4 ? "float" : "double",
                by,
                isa,
                how,
                std::to_string(t.inputs),
                ours ? text("%g", bound) : "",
                error_text(t.worst),
                at,
                text("%a", double(t.worst_result)),
                text("%.6f", std::floor(1e6 * double(t.correctly_rounded) / double(t.inputs)) / 1e6),
                r.direction == monotone::no ? "-" : std::to_string(t.not_monotonic),
                error_text(t.worst_subnormal),
                std::to_string(t.wrong_nan_or_inf),
                std::to_string(t.wrong_zero_sign),
                exceptions_text(t.exceptions),
                exceptions_text(t.nan_exceptions)};
  auto const fail = [&](std::string const& what, T at_value) {
    line.failures.push_back(what + " (at " + text("%a", double(at_value)) + ")");
  };
  if (t.worst > bound) fail(error_text(t.worst) + " ULP, more than " + text("%g", bound), t.worst_a);
  if (t.not_monotonic > 0 && r.promises_direction) fail(std::to_string(t.not_monotonic) + " steps against its direction", t.monotonic_at);
  if (t.wrong_zero_sign > 0 && r.signed_zeros) fail(std::to_string(t.wrong_zero_sign) + " zeros of the wrong sign", T(0));
  return line;
}

template row make_row(reference const&, std::string const&, std::string const&, bool, double, std::string const&,
                      tally<float> const&);
template row make_row(reference const&, std::string const&, std::string const&, bool, double, std::string const&,
                      tally<double> const&);

results::results(std::string folder) : folder_(std::move(folder)) {
  if (folder_.empty()) return;
  std::filesystem::create_directories(folder_ + "/float");
  std::ifstream in(folder_ + "/certificate.csv");
  std::string line;
  std::getline(in, line);
  if (line != header) return;
  while (std::getline(in, line)) lines_.push_back(split(line));
}

void results::complain(std::string const& what) {
  std::printf("FAILED: %s\n", what.c_str());
  passed_ = false;
}

void results::add(row const& line) {
  auto const& c = line.cells;
  std::printf("%-16s %-6s %-8s %-15s worst %10s at %-28s correct %s  monotonic %s  subnormal %s  %s\n", c[0].c_str(),
              c[1].c_str(), c[2].c_str(), c[3].c_str(), c[7].c_str(), c[8].c_str(), c[10].c_str(), c[11].c_str(),
              c[12].c_str(), c[15].c_str());
  if (line.ours) {
    for (auto const& failure : line.failures) complain(c[0] + ' ' + c[1] + ' ' + c[3] + ": " + failure);
  }
  std::fflush(stdout);
  auto const at = std::find_if(lines_.begin(), lines_.end(), [&](auto const& old) { return same_key(old, c); });
  if (at == lines_.end()) lines_.push_back(c);
  else *at = c;
}

void results::add_bins(row const& line, std::array<float, bins> const& errors) {
  std::string const series = line.ours ? "oneloop " + line.cells[3] : line.cells[2];
  by_function_[line.cells[0]][series] = errors;
}

void results::save() const {
  if (folder_.empty()) return;
  std::ofstream out(folder_ + "/certificate.csv");
  out << header << '\n';
  for (auto const& cells : lines_) {
    for (std::size_t i = 0; i < cells.size(); ++i) out << (i ? "," : "") << cells[i];
    out << '\n';
  }
  for (auto const& [function, series] : by_function_) {
    // a quote in a file's name is trouble for all that reads it
    auto const name = function.back() == '\'' ? function.substr(0, function.size() - 1) + "_derivative" : function;
    std::ofstream file(folder_ + "/float/" + name + ".csv");
    file << "binade";
    for (auto const& [label, errors] : series) file << ',' << label;
    file << '\n';
    // from the most negative to the most positive argument, by the exponent of its lower end; NaN's binade left out
    for (int i = -254; i <= 254; ++i) {
      int const bin = i < 0 ? 256 - i : i;
      file << (i < 0 ? "-" : "") << "2^" << std::max(bin % 256, 1) - 127 - (bin % 256 == 0 ? 23 : 0);
      for (auto const& [label, errors] : series) file << ',' << error_text(double(errors[std::size_t(bin)]));
      file << '\n';
    }
  }
}

}  // namespace accuracy
