// SPDX-License-Identifier: BSL-1.0
// What formulas cost to compile, beside the same formulas as other libraries write them (compile_cost/twins.hpp):
// sources of one formula, of ever deeper formulas, and of ever more of them.
#include <boost/json/src.hpp>

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <thread>

#include "compile_cost/compiler.hpp"
#include "compile_cost/twins.hpp"
#include "document.hpp"

namespace {

namespace fs = std::filesystem;
using clock = std::chrono::steady_clock;

/// One source to compile, and the least that it took.
struct source {
  std::string twin, text;
  int round;  // of measuring, in which it is compiled; 0: in each of them
  fs::path file = {};
  std::optional<compiler::cost> least = {};
  bool failed = false;
};

struct line {
  std::string label;
  std::map<std::string, source const*> sources;  // by library
};
using lines = std::vector<line>;

/// What is compiled: rows of one formula, and two curves. A text that stands in two places is compiled once.
class plan {
 public:
  explicit plan(boost::json::object const& libraries) {
    for (twins::twin const& t : twins::all())
      if (libraries.contains(t.name))
        found.push_back(&t);
      else
        std::cerr << t.name << " was not found: its column stays away\n";

    add(formulas, "a * x + y", [](auto const& t) { return twins::chain(t, 1); });
    for (std::size_t l = 0; l < twins::all()[0].layers.size(); ++l)
      add(formulas, twins::all()[0].layers[l].first, [l](auto const& t) { return t.layers[l].second + "\n"; });
    add(formulas, "(the headers alone)", [](auto const&) { return std::string(); });
    // Every other size later: where the time does not suffice, the curves still reach their ends.
    for (int size = 1, exponent = 0; size <= 64; size *= 2, ++exponent) {
      add(depths, std::to_string(size), [size](auto const& t) { return twins::chain(t, size); }, 1 + exponent % 2);
      add(counts, std::to_string(size), [size](auto const& t) { return twins::many(t, size); }, 1 + exponent % 2);
    }
  }

  std::vector<twins::twin const*> found;
  std::deque<source> sources;
  lines formulas, depths, counts;

 private:
  void add(lines& to, std::string const& label, auto function, int round = 0) {
    line& fresh = to.emplace_back(label);
    for (twins::twin const* t : found) {
      if (round > 0 && !t->grows) continue;
      std::string const text = t->head + function(*t);
      auto at = std::ranges::find_if(sources, [&](auto const& s) { return s.twin == t->name && s.text == text; });
      if (at == sources.end()) at = sources.insert(at, {t->name, text, round});
      fresh.sources[t->name] = &*at;
    }
  }
};

std::vector<std::string> strings(boost::json::value const& array) {
  return boost::json::value_to<std::vector<std::string>>(array);
}

/// Compiles round after round, until the time is over.
void measure(plan& what, boost::json::object const& setup, double seconds) {
  auto const end = clock::now() + std::chrono::duration<double>(seconds);
  auto const folder = fs::temp_directory_path() / ("oneloop.compile_cost." + std::to_string(getpid()));
  fs::create_directories(folder);
  for (std::size_t i = 0; i < what.sources.size(); ++i) {
    what.sources[i].file = folder / (std::to_string(i) + ".cpp");
    std::ofstream(what.sources[i].file) << what.sources[i].text;
  }

  std::map<pid_t, source*> running;
  auto const beside = [](source const& s, char const* suffix) { return fs::path(s.file).replace_extension(suffix); };
  auto const start = [&](source& s) {
    std::vector<std::string> command{std::string(setup.at("compiler").as_string())};
    for (auto const* options : {&setup.at("flags"), &setup.at("libraries").at(s.twin)})
      for (std::string const& option : strings(*options)) command.push_back(option);
    command.insert(command.end(), {"-c", s.file.string(), "-o", beside(s, ".o").string()});
    running[compiler::start(command, beside(s, ".log"))] = &s;
  };
  auto const finish_one = [&] {
    auto const [process, good, time, memory] = compiler::wait();
    source& s = *running.extract(process).mapped();
    if (good) {
      compiler::cost const now{time, memory, double(fs::file_size(beside(s, ".o"))) / 1024};
      s.least = s.least ? least(*s.least, now) : now;
      return;
    }
    s.failed = true;
    std::ifstream log(beside(s, ".log"));
    std::string text;
    while (std::getline(log, text) && text.find("error") == std::string::npos) continue;
    std::cerr << s.twin << " does not compile: " << text << '\n';
  };
  // Two at once: more would share what the processor has one of, and be slower each.
  std::size_t const most = std::min(2u, std::max(1u, std::thread::hardware_concurrency()));
  for (int round = 1; clock::now() < end; ++round)
    for (source& s : what.sources) {
      if (s.failed || (s.round != 0 && s.round != round)) continue;
      if (running.size() == most) finish_one();
      if (clock::now() >= end) break;
      start(s);
    }
  while (!running.empty()) finish_one();
  fs::remove_all(folder);
}

/// One number of a cost for each library: as it is, or as a multiple of the first library's. Lines that the time did
/// not suffice for stay away.
void write_costs(std::ostream& out, lines const& all, std::string const& label, std::string const& number,
                 double compiler::cost::* member, char const* format, bool multiples) {
  std::string const ours = twins::all()[0].name;
  std::vector<std::string> libraries;
  for (twins::twin const& t : twins::all())
    if (all[0].sources.contains(t.name)) libraries.push_back(t.name);

  std::vector<std::vector<std::string>> cells{{label}};
  cells[0].insert(cells[0].end(), libraries.begin(), libraries.end());
  for (line const& l : all) {
    if (std::ranges::none_of(l.sources, [](auto const& s) { return s.second->least.has_value(); })) continue;
    auto& row = cells.emplace_back(std::vector{l.label});
    auto const& base = l.sources.at(ours)->least;
    for (std::string const& library : libraries) {
      source const& s = *l.sources.at(library);
      if (s.failed || !s.least)
        row.push_back(s.failed ? "fails" : "-");
      else if (multiples && base && library != ours)
        row.push_back(table::shown("%.2f", (*s.least).*member / (*base).*member));
      else
        row.push_back(table::shown(format, (*s.least).*member));
    }
  }
  if (cells.size() == 1) return;
  out << number << "\n\n";
  table::write_table(out, cells, 1);
  out << '\n';
}

void write_markdown(std::ostream& out, plan const& what) {
  out << "## A source with one formula\n\n";
  using compiler::cost;
  write_costs(out, what.formulas, "formula", "User time.", &cost::seconds, "%.2f s", true);
  write_costs(out, what.formulas, "formula", "Peak of the memory.", &cost::memory, "%.0f MiB", true);
  write_costs(out, what.formulas, "formula", "Object file.", &cost::object, "%.1f KiB", true);
  out << "## A deeper formula\n\n`a * (a * x0 + x1) + x2` ... : a level is a multiplication and an addition.\n\n";
  write_costs(out, what.depths, "levels", "User time.", &cost::seconds, "%.2f s", false);
  write_costs(out, what.depths, "levels", "Peak of the memory.", &cost::memory, "%.0f MiB", false);
  out << "## More formulas in one source\n\n`((x0 + x1) - x2) * x3` ... : all types differ.\n\n";
  write_costs(out, what.counts, "formulas", "User time.", &cost::seconds, "%.2f s", false);
  write_costs(out, what.counts, "formulas", "Peak of the memory.", &cost::memory, "%.0f MiB", false);
}

boost::json::array to_json(lines const& all) {
  boost::json::array result;
  for (line const& l : all) {
    boost::json::object costs;
    for (auto const& [library, s] : l.sources)
      if (s->failed)
        costs[library] = "fails";
      else if (s->least)
        costs[library] = {{"seconds", s->least->seconds}, {"MiB", s->least->memory}, {"KiB", s->least->object}};
    if (!costs.empty()) result.push_back({{"row", l.label}, {"costs", std::move(costs)}});
  }
  return result;
}

void write_plot(fs::path const& file, lines const& all, std::string const& title, std::string const& axis) {
  auto const pipe = table::gnuplot(file, title);
  if (!pipe) return;
  std::fprintf(pipe.get(), "set logscale x 2\nset grid\nset xlabel '%s'\nset ylabel 'user time, s'\n", axis.c_str());
  std::string curves;
  for (std::size_t t = 0; t < twins::all().size(); ++t) {  // each a table of its own: none has to have every point
    std::string const& library = twins::all()[t].name;
    std::string points;
    for (line const& l : all)
      if (auto const s = l.sources.find(library); s != l.sources.end() && s->second->least)
        points += l.label + ' ' + std::to_string(s->second->least->seconds) + '\n';
    if (std::ranges::count(points, '\n') < 2) continue;
    std::fprintf(pipe.get(), "$library%zu << END\n%sEND\n", t, points.c_str());
    curves += (curves.empty() ? "plot $library" : ", $library") + std::to_string(t) +
              " with linespoints pointtype 7 linecolor rgb '" + table::colours[t] + "' title '" + library + "'";
  }
  if (!curves.empty()) std::fprintf(pipe.get(), "%s\n", curves.c_str());
}

void write_report(fs::path const& folder, std::string const& name, plan const& what, std::string const& flags) {
  fs::create_directories(folder);
  auto const context = table::measured_on(flags);
  std::ofstream(folder / (name + ".json")) << boost::json::object{{"measured on", table::to_json(context)},
                                                                  {"formulas", to_json(what.formulas)},
                                                                  {"depths", to_json(what.depths)},
                                                                  {"counts", to_json(what.counts)}}
                                           << '\n';
  std::ofstream markdown(folder / (name + ".md"));
  table::write_head(markdown, name,
                    "What formulas cost to compile: user time and peak memory of the compiler, size of the object "
                    "file.\nA source with one formula: minima of interleaved repetitions, and the other columns as "
                    "multiples of `oneloop`. The growth: measured once.",
                    context);
  write_markdown(markdown, what);
  if (!table::gnuplot_is_there()) return;
  write_plot(folder / (name + "_depth.svg"), what.depths, "compiling a * (a * x0 + x1) + x2 ...", "levels");
  write_plot(folder / (name + "_count.svg"), what.counts, "compiling formulas of different types", "formulas");
}

}  // namespace

int main(int argc, char** argv) {
  table::options const given(argc, argv);
  std::ifstream file(ONELOOP_COMPILE_COST_SETUP);
  auto const setup = boost::json::parse(file).as_object();
  plan what(setup.at("libraries").as_object());
  // A source takes seconds: 230 s in all for 0.5. One round of the formulas takes half a minute.
  measure(what, setup, std::max(34.0, 460 * given.time));
  write_markdown(std::cout, what);
  if (given.folder.empty()) return 0;
  std::string flags;
  for (std::string const& flag : strings(setup.at("flags"))) flags += (flags.empty() ? "" : " ") + flag;
  write_report(given.folder, fs::path(argv[0]).filename().string(), what, flags);
}
