// SPDX-License-Identifier: BSL-1.0
// A table of formulas: each row is one formula, each column one way to compute it. Google Benchmark
// runs them with random interleaving; the table shows minima and their ratios to the first column.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace table {

/// Every way of computing a formula is called the same: nothing of it moves out of the timed loop.
template <class F>
[[gnu::noinline]] void call(F& f) {
  f();
}

struct way {
  std::string column;
  std::function<void()> run;
  std::function<void(benchmark::State&)> time;
};

template <class F>
way make_way(std::string column, F f) {
  return {std::move(column), [f]() mutable { call(f); },
          [f](benchmark::State& state) mutable {
            for (auto _ : state) {
              call(f);
              benchmark::ClobberMemory();
            }
          }};
}
template <class F>
way fused(F f) {
  return make_way("fused", f);
}
template <class F>
way unfused(F f) {
  return make_way("unfused", f);
}
template <class F>
way by_hand(F f) {
  return make_way("by hand", f);
}
template <class F>
way eigen(F f) {
  return make_way("Eigen", f);
}

struct row {
  std::string formula, size;
  std::span<float> output;  // where every way leaves its result
  double tolerance;         // relative, or absolute below 1
  std::vector<way> ways;

  std::string title() const { return formula + ", " + size; }
};

inline std::vector<row>& rows() {
  static std::vector<row> all;
  return all;
}

/// All ways have to give the numbers of the one by hand.
inline bool check(row const& r) {
  auto const run = [&](way const& w) {
    std::ranges::fill(r.output, std::numeric_limits<float>::quiet_NaN());
    w.run();
  };
  auto const hand = std::ranges::find(r.ways, "by hand", &way::column);
  run(*hand);
  std::vector<float> const expected(r.output.begin(), r.output.end());
  bool good = true;
  for (way const& w : r.ways) {
    run(w);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      double const error = std::abs(double(r.output[i]) - expected[i]);
      if (error <= r.tolerance * std::max(1.0, std::abs(double(expected[i])))) continue;
      std::fprintf(stderr, "%s, %s: element %zu is %.9g, by hand %.9g\n", r.title().c_str(),
                   w.column.c_str(), i, double(r.output[i]), double(expected[i]));
      good = false;
      break;
    }
  }
  return good;
}

/// Keeps the shortest repetition of each benchmark, and prints the table at the end.
class reporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(Context const& context) override {
    PrintBasicContext(&GetErrorStream(), context);
    return true;
  }
  void ReportRuns(std::vector<Run> const& runs) override {
    for (Run const& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      double const seconds = run.cpu_accumulated_time / double(run.iterations);
      auto const [at, fresh] = best_.try_emplace(run.run_name.function_name, seconds);
      if (!fresh) at->second = std::min(at->second, seconds);
    }
  }
  void Finalize() override {
    std::vector<std::vector<std::string>> cells{{"formula", "size", "fused", "unfused", "by hand",
                                                 "Eigen", "unfused / fused", "by hand / fused",
                                                 "Eigen / fused"}};
    for (row const& r : rows()) {
      double const base = seconds(r, "fused");
      std::vector<std::string> line{r.formula, r.size};
      for (auto column : {"fused", "unfused", "by hand", "Eigen"})
        line.push_back(shown_time(seconds(r, column)));
      for (auto column : {"unfused", "by hand", "Eigen"})
        line.push_back(shown_ratio(seconds(r, column) / base));
      if (std::any_of(line.begin() + 2, line.begin() + 6, [](auto& s) { return s != "-"; }))
        cells.push_back(line);
    }
    print(cells);
  }

 private:
  double seconds(row const& r, std::string const& column) const {
    auto const found = best_.find(r.title() + "/" + column);
    return found == best_.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
  }
  static std::string shown_time(double seconds) {
    if (!(seconds > 0)) return "-";
    auto const [unit, name] = seconds < 1e-6   ? std::pair(1e-9, "ns")
                              : seconds < 1e-3 ? std::pair(1e-6, "us")
                                               : std::pair(1e-3, "ms");
    double const number = seconds / unit;
    char text[32];
    std::snprintf(text, sizeof text, "%.*f %s",
                  number < 10    ? 2
                  : number < 100 ? 1
                                 : 0,
                  number, name);
    return text;
  }
  static std::string shown_ratio(double ratio) {
    if (!(ratio > 0)) return "-";
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", ratio);
    return text;
  }
  /// Text to the left, numbers to the right.
  static void print(std::vector<std::vector<std::string>> const& cells) {
    std::vector<std::size_t> widths(cells[0].size());
    for (auto const& line : cells)
      for (std::size_t c = 0; c < line.size(); ++c) widths[c] = std::max(widths[c], line[c].size());
    for (std::size_t l = 0; l < cells.size(); ++l) {
      for (std::size_t c = 0; c < widths.size(); ++c)
        std::printf(c < 2 ? "| %-*s " : "| %*s ", int(widths[c]), cells[l][c].c_str());
      std::printf("|\n");
      if (l > 0) continue;
      for (std::size_t c = 0; c < widths.size(); ++c)
        std::printf(c < 2 ? "|:%s-" : "|-%s:", std::string(widths[c], '-').c_str());
      std::printf("|\n");
    }
  }

  std::map<std::string, double> best_;
};

/// --benchmark_min_time is spent in repetitions of at most 20 ms, at least 15: minima of many short
/// repetitions are what noise touches least. All other options are Google Benchmark's.
inline int run(int argc, char** argv) {
  double time = 0.5;
  for (int i = 1; i < argc; ++i)
    if (std::string const option = argv[i]; option.starts_with("--benchmark_min_time="))
      time = std::strtod(option.c_str() + option.find('=') + 1, nullptr);
  double const repetition = std::min(time, 0.02);
  int const repetitions = std::max(15, int(time / repetition));

  std::vector<char*> options{argv[0]};
  char interleave[] = "--benchmark_enable_random_interleaving=true";
  options.push_back(interleave);
  options.insert(options.end(), argv + 1, argv + argc);
  int count = int(options.size());
  benchmark::Initialize(&count, options.data());
  if (benchmark::ReportUnrecognizedArguments(count, options.data())) return 1;

  bool good = true;
  for (row const& r : rows()) good = check(r) && good;
  if (!good) return 1;
  for (row const& r : rows())
    for (way const& w : r.ways)
      benchmark::RegisterBenchmark((r.title() + "/" + w.column).c_str(), w.time)
          ->MinTime(repetition)
          ->Repetitions(repetitions);
  reporter display;
  benchmark::RunSpecifiedBenchmarks(&display);
  return 0;
}

}  // namespace table
