// SPDX-License-Identifier: BSL-1.0
// Runs a table by Google Benchmark with random interleaving, and shows the minima: ratios to the first column on the
// console, and with --report=<folder> all times as JSON, the table as Markdown and a plot of each formula as SVG.
#pragma once

#include <map>

#include "document.hpp"
#include "table.hpp"

namespace table {

/// Keeps the shortest repetition of each benchmark.
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
  /// A row that lies at several places: the mean of their minima.
  double seconds(row const& r, std::string const& column) const {
    double sum = 0;
    for (int place = 0; place < r.places; ++place) sum += seconds(r.name(column, place));
    return sum / r.places;
  }
  double seconds(limit_row const& l) const { return seconds(l.name()); }

 private:
  double seconds(std::string const& name) const {
    auto const found = best_.find(name);
    return found == best_.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
  }

  std::map<std::string, double> best_;
};

/// Ours first, the others in the order in which the rows name them; only those that were run (--benchmark_filter).
inline std::vector<std::string> columns_of(reporter const& results) {
  std::vector<std::string> columns;
  for (std::string const ours : {"fused", "packed"})
    if (std::ranges::any_of(shown_rows(), [&](row const& r) { return results.seconds(r, ours) > 0; }))
      columns.push_back(ours);
  for (row const& r : shown_rows())
    for (way const& w : r.ways)
      if (results.seconds(r, w.column) > 0 && std::ranges::find(columns, w.column) == columns.end())
        columns.push_back(w.column);
  return columns;
}

inline std::string shown_time(double seconds) {
  if (!(seconds > 0)) return "-";
  auto const [unit, name] = seconds < 1e-6   ? std::pair(1e-9, "ns")
                            : seconds < 1e-3 ? std::pair(1e-6, "us")
                                             : std::pair(1e-3, "ms");
  double const number = seconds / unit;
  return shown("%.*f %s", number < 10 ? 2 : number < 100 ? 1 : 0, number, name);
}

/// The rows, as ratios to the fused time; then the limits of the machine.
inline void write_markdown(std::ostream& out, reporter const& results) {
  auto const columns = columns_of(results);
  std::vector<std::vector<std::string>> cells{{"formula", "size", "fused"}};
  for (auto const& column : columns)
    if (column != "fused") cells[0].push_back(column);
  for (row const& r : shown_rows()) {
    double const base = results.seconds(r, "fused");
    if (!(base > 0)) continue;
    std::vector<std::string> line{r.formula, r.size, shown_time(base)};
    for (std::size_t c = 3; c < cells[0].size(); ++c) {
      double const ratio = results.seconds(r, cells[0][c]) / base;
      line.push_back(ratio > 0 ? shown("%.2f", ratio) : "-");
    }
    cells.push_back(line);
  }
  if (cells.size() > 1) write_table(out, cells, 2);

  std::vector<std::vector<std::string>> machine{{"limit", "data in", "measured"}};
  for (limit_row const& l : limits())
    if (double const time = results.seconds(l); time > 0)
      machine.push_back({l.what, l.where, shown("%.0f %s", l.work / time / 1e9, l.unit.c_str())});
  if (machine.size() > 1) write_table(out << '\n', machine, 2);
}

/// One plot per formula: for each size a bar for each column, the time as a multiple of the fused one.
inline void write_plots(std::filesystem::path const& folder, reporter const& results) {
  if (!gnuplot_is_there()) return;
  std::map<std::string, std::vector<row const*>> formulas;
  for (row const& r : shown_rows())
    if (results.seconds(r, "fused") > 0) formulas[r.formula].push_back(&r);
  auto const columns = columns_of(results);
  for (auto const& [formula, sizes] : formulas) {
    std::string slug;
    for (char const c : formula)
      if (std::isalnum(static_cast<unsigned char>(c)))
        slug += c;
      else if (!slug.empty() && slug.back() != '_')
        slug += '_';
    while (slug.ends_with('_')) slug.pop_back();
    auto const pipe = gnuplot(folder / (slug + ".svg"), formula);
    if (!pipe) return;
    FILE* const plot = pipe.get();
    std::fprintf(plot,
                 "set style data histogram\nset style histogram clustered gap 2\nset style fill solid 0.8\n"
                 "set ylabel 'time / fused'\nset grid y\nset xtics rotate by -25 noenhanced\nset yrange [0.5:*]\n"
                 "$data << END\nsize");
    std::vector<std::string> shown_columns;
    for (auto const& column : columns)
      if (std::ranges::any_of(sizes, [&](row const* r) { return results.seconds(*r, column) > 0; }))
        shown_columns.push_back(column);
    for (auto const& column : shown_columns) std::fprintf(plot, " \"%s\"", column.c_str());
    for (row const* r : sizes) {
      std::fprintf(plot, "\n\"%s\"", r->size.c_str());
      for (auto const& column : shown_columns) {
        double const ratio = results.seconds(*r, column) / results.seconds(*r, "fused");
        ratio > 0 ? std::fprintf(plot, " %.4f", ratio) : std::fprintf(plot, " ?");
      }
    }
    std::fprintf(plot, "\nEND\nplot");
    for (std::size_t i = 0; i < shown_columns.size(); ++i) {
      auto const colour =
          std::size_t(std::ranges::find(columns, shown_columns[i]) - columns.begin()) % std::size(colours);
      std::fprintf(plot, "%s $data using %zu:xtic(1) title columnheader(%zu) linecolor rgb '%s'", i ? "," : "", i + 2,
                   i + 2, colours[colour]);
    }
    std::fprintf(plot, "\n");
  }
}

enum class plots { one_per_formula, none };

inline void write_report(std::filesystem::path const& folder, std::string const& name, reporter const& results,
                         plots drawn) {
  std::filesystem::create_directories(folder);
  auto context = measured_on(ONELOOP_BENCHMARK_FLAGS);
  for (auto const variable : {"OPENBLAS_CORETYPE", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"})
    if (char const* const value = std::getenv(variable)) context.emplace_back(variable, value);
  boost::json::array all;
  for (row const& r : shown_rows()) {
    boost::json::object times;
    for (way const& w : r.ways)
      if (double const time = results.seconds(r, w.column); time > 0) times[w.column] = time;
    if (!times.empty()) all.push_back({{"formula", r.formula}, {"size", r.size}, {"seconds", std::move(times)}});
  }
  boost::json::array bounds;
  for (limit_row const& l : limits())
    if (double const time = results.seconds(l); time > 0)
      bounds.push_back(
          {{"limit", l.what}, {"data in", l.where}, {"per second", l.work / time / 1e9}, {"unit", l.unit}});
  std::ofstream(folder / (name + ".json"))
      << boost::json::object{{"measured on", to_json(context)}, {"rows", std::move(all)}, {"limits", std::move(bounds)}}
      << '\n';
  std::ofstream markdown(folder / (name + ".md"));
  write_head(markdown, name,
             "The time of `fused`, and of the other columns as multiples of it: minima of interleaved repetitions, one "
             "thread.",
             context);
  write_markdown(markdown, results);
  if (drawn == plots::one_per_formula) write_plots(folder, results);
}

/// --benchmark_min_time is spent in repetitions of at most 20 ms, at least five: minima of many short
/// repetitions are what noise touches least. --report=<folder> as above. All other options are Google Benchmark's.
inline int run(int argc, char** argv, plots drawn = plots::one_per_formula) {
  options given(argc, argv);
  char interleave[] = "--benchmark_enable_random_interleaving=true";
  given.arguments.insert(given.arguments.begin() + 1, interleave);
  double const repetition = std::min(given.time / 5, 0.02);
  int const repetitions = int(std::lround(given.time / repetition));

  int count = int(given.arguments.size());
  benchmark::Initialize(&count, given.arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, given.arguments.data())) return 1;

  bool good = true;
  for (row const& r : rows()) good = check(r) && good;
  if (!good) return 1;
  auto const add = [&](std::string const& name, way const& w, int places) {
    benchmark::RegisterBenchmark(name.c_str(), w.time)->MinTime(repetition / places)->Repetitions(repetitions);
  };
  for (row const& r : rows())
    for (way const& w : r.ways) add(r.name(w.column, r.place), w, r.places);
  for (limit_row const& l : limits()) add(l.name(), l.run, 1);
  reporter results;
  benchmark::RunSpecifiedBenchmarks(&results);
  write_markdown(std::cout, results);
  if (!given.folder.empty())
    write_report(given.folder, std::filesystem::path(argv[0]).filename().string(), results, drawn);
  return 0;
}

}  // namespace table
