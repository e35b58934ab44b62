// SPDX-License-Identifier: BSL-1.0
// A table of formulas: each row is one formula, each column one way to compute it (report.hpp runs and shows it).
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <ranges>
#include <span>
#include <string>
#include <variant>
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
  std::function<void()> collect = {};  // puts the result where the row's output is, if `run` does not
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
way packed(F f) {
  return make_way("packed", f);
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
  std::variant<std::span<float>, std::span<double>> output;  // where every way leaves its result
  double tolerance;                                          // relative, or absolute below 1
  std::vector<way> ways;
  // The same row with its arrays at several places in memory: the mean over them is shown, as the first one's.
  int place = 0, places = 1;
  std::string expected = "by hand";  // the way whose numbers are right

  std::string title() const { return formula + ", " + size; }
  std::string name(std::string const& column, int at) const {
    return title() + "/" + column + (places > 1 ? "/" + std::to_string(at) : "");
  }
};

inline std::vector<row>& rows() {
  static std::vector<row> all;
  return all;
}
inline auto shown_rows() {
  return rows() | std::views::filter([](row const& r) { return r.place == 0; });
}

/// What the machine can do: so much work of a unit per call.
struct limit_row {
  std::string what, where;
  double work;
  std::string unit;  // of 1e9 of the work per second
  way run;

  std::string name() const { return what + ", " + where + "/" + run.column; }
};
template <class F>
way limit(F f) {
  return make_way("limit", f);
}
inline std::vector<limit_row>& limits() {
  static std::vector<limit_row> all;
  return all;
}

/// All ways have to give the numbers of the expected one.
template <class T>
bool check(row const& r, std::span<T> output) {
  auto const run = [&](way const& w) {
    std::ranges::fill(output, std::numeric_limits<T>::quiet_NaN());
    w.run();
    if (w.collect) w.collect();
  };
  run(*std::ranges::find(r.ways, r.expected, &way::column));
  std::vector<T> const expected(output.begin(), output.end());
  bool good = true;
  for (way const& w : r.ways) {
    run(w);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      double const error = std::abs(double(output[i]) - double(expected[i]));
      if (output[i] == expected[i] || error <= r.tolerance * std::max(1.0, std::abs(double(expected[i])))) continue;
      std::fprintf(stderr, "%s, %s: element %zu is %.9g, %s %.9g\n", r.title().c_str(), w.column.c_str(), i,
                   double(output[i]), r.expected.c_str(), double(expected[i]));
      good = false;
      break;
    }
  }
  return good;
}
inline bool check(row const& r) {
  return std::visit([&](auto output) { return check(r, output); }, r.output);
}

}  // namespace table
