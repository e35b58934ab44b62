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

// A quote in a file's name is trouble for all that reads it.
std::string file_of(std::string const& folder, std::string const& function) {
  auto const name = function.back() == '\'' ? function.substr(0, function.size() - 1) + "_derivative" : function;
  return folder + "/float/" + name + ".csv";
}

// From the most negative to the most positive argument; NaN's binade left out.
constexpr int first_binade = -254, last_binade = 254;
constexpr std::size_t bin_of(int binade) { return std::size_t(binade < 0 ? 256 - binade : binade); }

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
  if (t.not_monotonic > 0 && r.promises_direction)
    fail(std::to_string(t.not_monotonic) + " steps against its direction", t.monotonic_at);
  if (t.wrong_zero_sign > 0 && r.signed_zeros)
    fail(std::to_string(t.wrong_zero_sign) + " zeros of the wrong sign", T(0));
  return line;
}

template row make_row(reference const&, std::string const&, std::string const&, bool, double, std::string const&,
                      tally<float> const&);
template row make_row(reference const&, std::string const&, std::string const&, bool, double, std::string const&,
                      tally<double> const&);

// What the file holds of others, such as the instruction sets that this machine has not, stays.
void results::read_bins(std::string const& path, series_of_function& all) {
  std::ifstream in(path);
  std::string line;
  if (!std::getline(in, line)) return;
  auto const names = split(line);
  while (std::getline(in, line)) {
    auto const cells = split(line);
    for (std::size_t i = 1; i < names.size(); ++i) all[names[i]].push_back(i < cells.size() ? cells[i] : "");
  }
}

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
  if (at == lines_.end())
    lines_.push_back(c);
  else
    *at = c;
}

void results::add_bins(row const& line, std::array<float, bins> const& errors) {
  std::string const series = line.ours ? "oneloop " + line.cells[3] : line.cells[2];
  auto const [function, is_new] = by_function_.try_emplace(line.cells[0]);
  if (is_new && !folder_.empty()) read_bins(file_of(folder_, line.cells[0]), function->second);
  function->second[series].clear();
  for (int i = first_binade; i <= last_binade; ++i) {
    function->second[series].push_back(error_text(double(errors[bin_of(i)])));
  }
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
    std::ofstream file(file_of(folder_, function));
    file << "binade";
    for (auto const& [label, errors] : series) file << ',' << label;
    file << '\n';
    // by the exponent of a binade's lower end
    for (int i = first_binade; i <= last_binade; ++i) {
      std::size_t const exponent = bin_of(i) % 256;
      file << (i < 0 ? "-" : "") << "2^" << std::max(int(exponent), 1) - 127 - (exponent == 0 ? 23 : 0);
      for (auto const& [label, errors] : series) file << ',' << errors[std::size_t(i - first_binade)];
      file << '\n';
    }
  }
}

}  // namespace accuracy
