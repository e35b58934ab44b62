// SPDX-License-Identifier: BSL-1.0
// What the reports of the benchmarks share: options, the conditions of the measurement, Markdown tables, plots.
#pragma once

#include <benchmark/benchmark.h>

#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace table {

/// --benchmark_min_time=<seconds>, which stays among the arguments, and --report=<folder>, which is taken out of them.
struct options {
  double time = 0.5;
  std::string folder;
  std::vector<char*> arguments;

  options(int argc, char** argv) {
    std::string const report = "--report=", min_time = "--benchmark_min_time=";
    for (int i = 0; i < argc; ++i) {
      std::string const option = argv[i];
      if (option.starts_with(min_time)) time = std::strtod(option.c_str() + min_time.size(), nullptr);
      if (option.starts_with(report))
        folder = option.substr(report.size());
      else
        arguments.push_back(argv[i]);
    }
  }
};

inline std::string shown(char const* format, auto... numbers) {
  char text[64];
  std::snprintf(text, sizeof text, format, numbers...);
  return text;
}

/// A table in Markdown: the first columns to the left, the others to the right.
inline void write_table(std::ostream& out, std::vector<std::vector<std::string>> const& cells, std::size_t left) {
  std::vector<std::size_t> widths(cells[0].size());
  for (auto const& line : cells)
    for (std::size_t c = 0; c < widths.size(); ++c) widths[c] = std::max(widths[c], line[c].size());
  for (std::size_t l = 0; l < cells.size(); ++l) {
    for (std::size_t c = 0; c < widths.size(); ++c) {
      std::string const space(widths[c] - cells[l][c].size(), ' ');
      out << "| " << (c < left ? cells[l][c] + space : space + cells[l][c]) << ' ';
    }
    out << "|\n";
    if (l > 0) continue;
    for (std::size_t c = 0; c < widths.size(); ++c)
      out << (c < left ? "|:" : "|-") << std::string(widths[c], '-') << (c < left ? "-" : ":");
    out << "|\n";
  }
}

/// What the numbers were measured on, as pairs of a name and a value.
using conditions = std::vector<std::pair<std::string, std::string>>;
inline conditions measured_on(std::string const& flags) {
  conditions result;
  std::ifstream processor("/proc/cpuinfo");
  for (std::string line; std::getline(processor, line);)
    if (line.starts_with("model name")) {
      result.emplace_back("processor", line.substr(line.find(':') + 2));
      break;
    }
  auto const& cpu = benchmark::CPUInfo::Get();
  result.emplace_back("cores", std::to_string(cpu.num_cpus));
  for (auto const& cache : cpu.caches)
    result.emplace_back(shown("L%d %s", cache.level, cache.type.c_str()), shown("%d KiB", cache.size / 1024));
#ifdef __clang__
  result.emplace_back("compiler", "clang " __clang_version__);
#else
  result.emplace_back("compiler", "g++ " __VERSION__);
#endif
  result.emplace_back("flags", flags);
  return result;
}
inline boost::json::object to_json(conditions const& all) {
  boost::json::object result;
  for (auto const& [key, value] : all) result[key] = value;
  return result;
}
/// The head of a report in Markdown.
inline void write_head(std::ostream& out, std::string const& name, std::string const& what, conditions const& all) {
  out << "# " << name << "\n\n" << what << "\n\n";
  for (auto const& [key, value] : all) out << "- " << key << ": " << value << '\n';
  out << '\n';
}

// One colour per column in all plots; gnuplot's own repeat after eight.
inline constexpr char const* colours[] = {"#1b6ca8", "#7fb8dd", "#9a9a9a", "#444444", "#e07b39", "#3f9b5f",
                                          "#c9b037", "#d1495b", "#8e6bbf", "#5bb5a2", "#b07aa1", "#9c755f"};

inline bool gnuplot_is_there() {  // a pipe to nothing would end this program
  if (std::system("command -v gnuplot >/dev/null") == 0) return true;
  std::cerr << "gnuplot was not found: the report goes without plots\n";
  return false;
}
/// A pipe to gnuplot, which draws into `file`; nothing where it cannot be started.
inline auto gnuplot(std::filesystem::path const& file, std::string const& title) {
  std::unique_ptr<FILE, int (*)(FILE*)> plot(popen("gnuplot", "w"), pclose);
  if (plot)
    std::fprintf(plot.get(),
                 "set terminal svg size 900,420 font 'sans-serif,12'\nset output '%s'\nset title \"%s\" noenhanced\n"
                 "set key outside right\nset datafile missing '?'\nset logscale y\n",
                 file.c_str(), title.c_str());
  return plot;
}

}  // namespace table
