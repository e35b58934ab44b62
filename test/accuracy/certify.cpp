// SPDX-License-Identifier: BSL-1.0
// The accuracy certificate: walks every function of op/registry.hpp over its arguments, on every instruction set that
// this machine has, beside other libraries.
//
//   certify [--stride=N] [--doubles=N] [--pairs=N] [--peer-stride=N] [--functions=a,b,...] [--types=float,double]
//           [--isas=avx512bw,...] [--no-peers] [--jobs=N] [--data=folder] [--evaluators]
//
// Without --data it says only what is wrong. It fails where a bound is violated, a monotonic function is not, a NaN, an
// infinity or the sign of a zero is wrong, or a reference is not as good as it says. The instruction set "by table" is
// AVX2 with the tables that AVX-512 has (ONELOOP_LOOKUP): the same results as avx512bw.
//
// With --evaluators it compares the bits of each function's evaluators instead: the pack of constant expressions (which
// is that of one lane too) and registers of every width, on each instruction set.
#include "inputs.hpp"
#include "peers.hpp"
#include "results.hpp"

#include <oneloop/math/bound.hpp>
#include <xsimd/xsimd.hpp>

#include <atomic>
#include <cfenv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <mutex>
#include <sstream>
#include <thread>
#include <type_traits>

namespace {

using namespace accuracy;

struct options {
  std::uint64_t stride = 1, doubles = 100'000'000, pairs = 10'000'000, peer_stride = 257;
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  bool peers = true, evaluators = false;
  std::string functions, isas, types = "float,double", data;
};

// "sigmoid,tanh" holds "tanh"; nothing holds everything.
bool holds(std::string const& list, std::string const& item) {
  return list.empty() || ("," + list + ",").find("," + item + ",") != std::string::npos;
}

/// One function as someone has it.
template <class T>
struct subject {
  std::string by, isa;
  loop<T> run;
  bool ours;
  double bound;
};

// Exceptions but inexact and underflow that no result is a reason for.
template <class T>
void judge_exceptions(arguments<T> const& in, T const* results, int raised, tally<T>& all) {
  bool nan = false;
  for (int i = 0; i < in.count && raised != 0; ++i) {
    nan |= in.a[i] != in.a[i] || in.b[i] != in.b[i];
    if (results[i] != results[i] && in.a[i] == in.a[i] && in.b[i] == in.b[i]) raised &= ~FE_INVALID;
    if (std::isinf(results[i])) raised &= ~(FE_OVERFLOW | FE_DIVBYZERO);
  }
  (nan ? all.nan_exceptions : all.exceptions) |= raised;
}

struct progress {
  std::string what;
  std::uint64_t total;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now(), shown = start;
  void show(std::uint64_t done) {
    auto const now = std::chrono::steady_clock::now();
    if (now - shown < std::chrono::seconds(2) || done == 0) return;
    shown = now;
    double const seconds = std::chrono::duration<double>(now - start).count();
    double const left = seconds * double(total - done) / double(done);
    std::fprintf(stderr, "\r%-40s %5.1f %%  %4.0f s left ", what.c_str(), 100. * double(done) / double(total), left);
  }
  ~progress() { std::fprintf(stderr, "\r%70s\r", ""); }
};

template <class T, class Walk>
std::vector<tally<T>> walk(reference const& r, std::vector<subject<T>> const& subjects, Walk const& inputs,
                           unsigned jobs, double& reference_off) {
  constexpr std::uint64_t together = 16;  // blocks that a thread takes
  std::uint64_t const blocks = inputs.blocks();
  std::vector<tally<T>> sums(subjects.size());
  std::atomic<std::uint64_t> next{0};
  std::mutex mutex;
  progress shown{r.name, blocks};

  auto const work = [&] {
    auto in = std::make_unique<arguments<T>>(), before = std::make_unique<arguments<T>>();
    auto values = std::make_unique<exact_values<T>>();
    auto results = std::make_unique<arguments<T>>();
    std::vector<tally<T>> mine(subjects.size());
    std::vector<T> previous(subjects.size());
    double off = 0;
    T const parameter = T(r.parameter);
    for (auto& b : in->b) b = parameter;
    while (true) {
      std::uint64_t const first = next.fetch_add(together);
      if (first >= blocks) break;
      for (std::uint64_t index = first; index < std::min(blocks, first + together); ++index) {
        int const order = inputs.fill(index, *in);
        evaluate_reference(r, *in, order, *values);
        // One argument of each block, another one in each, is looked at by MPFR.
        off = std::max(off, check_reference(r, *in, *values, int(index * 1237 % block)));
        bool const starts = index == first || !inputs.continues(index);
        for (std::size_t s = 0; s < subjects.size(); ++s) {
          if (starts && inputs.continues(index)) {
            inputs.fill(index - 1, *before);
            for (auto& b : before->b) b = parameter;
            subjects[s].run(before->a, before->b, results->a, block);
            previous[s] = results->a[block - 1];
          }
          std::feclearexcept(FE_ALL_EXCEPT);
          subjects[s].run(in->a, in->b, results->a, block);
          int const raised = std::fetestexcept(FE_INVALID | FE_OVERFLOW | FE_DIVBYZERO);
          if (raised != 0) judge_exceptions(*in, results->a, raised, mine[s]);
          if (starts && !inputs.continues(index)) previous[s] = results->a[0];
          compare(r, *in, *values, results->a, order, previous[s], mine[s]);
        }
      }
      std::lock_guard const lock(mutex);
      shown.show(std::min(blocks, first + together));
    }
    std::lock_guard const lock(mutex);
    for (std::size_t s = 0; s < subjects.size(); ++s) sums[s].add(mine[s]);
    reference_off = std::max(reference_off, off);
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < jobs; ++i) threads.emplace_back(work);
  work();
  for (auto& thread : threads) thread.join();
  return sums;
}

std::string described(std::uint64_t stride) {
  return stride == 1 ? "every float" : "every " + std::to_string(stride) + "th float";
}

template <class T>
class certificate {
 public:
  certificate(options const& chosen, results& all) : chosen_(chosen), all_(all) {}

  void certify(reference const& r, std::vector<subject<T>> const& subjects, int arity) {
    if (subjects.empty()) return;
    if (arity == 2 && r.parameter == 0) {
      run(r, subjects, pair_walk<T>{chosen_.pairs, r.kind}, std::to_string(chosen_.pairs) + " pairs");
    } else if constexpr (sizeof(T) == 8) {
      run(r, subjects, double_walk{chosen_.doubles}, "seams; binades; " + std::to_string(chosen_.doubles) + " random");
    } else {
      std::vector<subject<T>> ours, peers;
      for (auto const& s : subjects) (s.ours ? ours : peers).push_back(s);
      run(r, ours, float_walk{chosen_.stride}, described(chosen_.stride));
      auto const stride = std::max(chosen_.stride, chosen_.peer_stride);
      run(r, peers, float_walk{stride}, described(stride));
    }
  }

 private:
  template <class Walk>
  void run(reference const& r, std::vector<subject<T>> const& subjects, Walk const& inputs, std::string const& how) {
    if (subjects.empty()) return;
    double off = 0;
    auto const tallies = walk<T>(r, subjects, inputs, chosen_.jobs, off);
    double const allowed = sizeof(T) == 4 ? r.slack : r.slack / 4;
    if (off > allowed) {
      all_.complain("the reference of " + r.name + (sizeof(T) == 4 ? " float" : " double") + " is off by " +
                    std::to_string(off) + " units where it says " + std::to_string(allowed));
    }
    for (std::size_t s = 0; s < subjects.size(); ++s) {
      row const line =
          make_row(r, subjects[s].by, subjects[s].isa, subjects[s].ours, subjects[s].bound, how, tallies[s]);
      all_.add(line);
      if (sizeof(T) == 4 && r.kind == pairs::any) all_.add_bins(line, tallies[s].by_binade);
    }
  }

  options const& chosen_;
  results& all_;
};

options parse(int argc, char** argv) {
  options chosen;
  for (int i = 1; i < argc; ++i) {
    std::string const argument = argv[i];
    auto const equals = argument.find('=');
    std::string const name = argument.substr(0, equals),
                      value = equals == argument.npos ? "" : argument.substr(equals + 1);
    if (name == "--stride")
      chosen.stride = std::stoull(value);
    else if (name == "--peer-stride")
      chosen.peer_stride = std::stoull(value);
    else if (name == "--doubles")
      chosen.doubles = std::stoull(value);
    else if (name == "--pairs")
      chosen.pairs = std::stoull(value);
    else if (name == "--functions")
      chosen.functions = value;
    else if (name == "--no-peers")
      chosen.peers = false;
    else if (name == "--evaluators")
      chosen.evaluators = true;
    else if (name == "--isas")
      chosen.isas = value;
    else if (name == "--types")
      chosen.types = value;
    else if (name == "--jobs")
      chosen.jobs = unsigned(std::stoul(value));
    else if (name == "--data")
      chosen.data = value;
    else {
      std::fprintf(stderr, "certify: unknown option %s\n", argument.c_str());
      std::exit(2);
    }
  }
  return chosen;
}

struct named_list {
  std::string isa;
  bool fma;
  std::vector<function> functions;
};

// xsimd's dispatch asks the processor; its choice is `none` where this one is not there.
struct none {
  static constexpr bool available() { return true; }
  static constexpr unsigned version() { return 0; }
  static constexpr char const* name() { return "none"; }
};
struct name_of {
  template <class Arch>
  std::string operator()(Arch) const {
    return Arch::name();
  }
};

// The best first.
std::vector<named_list> lists_of_this_machine() {
  std::vector<named_list> all;
  ONELOOP_ARCH_LIST::for_each([&](auto arch) {
    std::string const name = arch.name();
    if (xsimd::dispatch<xsimd::arch_list<decltype(arch), none>>(name_of{})() != name) return;
    all.push_back({name, name.find("fma") != name.npos || name.find("avx512") != name.npos, list_functions{}(arch)});
#if defined(ACCURACY_BY_TABLE)
    using avx2 = xsimd::fma3<xsimd::avx2>;
    if constexpr (std::is_same_v<decltype(arch), avx2>)
      all.push_back({"by table", true, list_functions_by_table{}(arch)});
#endif
  });
  return all;
}

// One function, several evaluators: how many results are not those of the first, bit for bit. (NaN is NaN.)
template <class T, class Walk>
void compare_evaluators(function const& f, std::vector<evaluator<T>> const& all, std::string const& isa,
                        Walk const& inputs, double parameter, results& report) {
  auto in = std::make_unique<arguments<T>>(), expected = std::make_unique<arguments<T>>();
  auto got = std::make_unique<arguments<T>>();
  for (auto& b : in->b) b = T(parameter);
  std::vector<std::uint64_t> different(all.size());
  std::vector<T> at(all.size());
  for (std::uint64_t index = 0; index < inputs.blocks(); ++index) {
    inputs.fill(index, *in);
    all.front().run(in->a, in->b, expected->a, block);
    for (std::size_t e = 1; e < all.size(); ++e) {
      all[e].run(in->a, in->b, got->a, block);
      if (std::memcmp(expected->a, got->a, sizeof got->a) == 0) continue;
      for (int i = 0; i < block; ++i) {
        T const x = expected->a[i], y = got->a[i];
        if (std::memcmp(&x, &y, sizeof x) == 0 || (x != x && y != y)) continue;
        if (different[e]++ == 0) at[e] = in->a[i];
      }
    }
  }
  for (std::size_t e = 1; e < all.size(); ++e) {
    if (different[e] == 0) continue;
    char where[64];
    std::snprintf(where, sizeof where, "%a", double(at[e]));
    report.complain(f.name + (sizeof(T) == 4 ? " float " : " double ") + isa + ": " + std::to_string(different[e]) +
                    " results of " + std::to_string(all[e].lanes) + " lanes are not those of " +
                    std::to_string(all.front().lanes) + ", first at " + where);
  }
}

// Returns how many pairs of evaluators there were to compare.
std::size_t compare_all_evaluators(std::vector<named_list> const& lists, options const& chosen, results& report) {
  std::size_t compared = 0;
  for (auto const& list : lists) {
    if (!holds(chosen.isas, list.isa)) continue;
    for (auto const& f : list.functions) {
      reference const* const r = find_reference(f.name);
      if (r == nullptr || !holds(chosen.functions, f.name)) continue;
      bool const pairs = f.arity == 2 && r->parameter == 0;
      auto const run = [&]<class T>(std::vector<evaluator<T>> const& all, auto const& walk) {
        if (pairs)
          compare_evaluators<T>(f, all, list.isa, pair_walk<T>{chosen.pairs, r->kind}, 0, report);
        else
          compare_evaluators<T>(f, all, list.isa, walk, r->parameter, report);
        compared += all.size() - 1;
      };
      if (holds(chosen.types, "float")) run(f.floats, float_walk{chosen.stride});
      if (holds(chosen.types, "double")) run(f.doubles, double_walk{chosen.doubles});
    }
  }
  return compared;
}

}  // namespace

int main(int argc, char** argv) {
  options const chosen = parse(argc, argv);
  auto const lists = lists_of_this_machine();
  auto peers = list_peers();
  for (auto& p : list_torch()) peers.push_back(p);
  results all(chosen.data);
  if (chosen.evaluators) {
    auto const compared = compare_all_evaluators(lists, chosen, all);
    if (compared == 0) all.complain("there was nothing to compare");
    std::printf("%zu pairs of evaluators compared\n", compared);
    return all.passed() ? 0 : 1;
  }
  certificate<float> floats(chosen, all);
  certificate<double> doubles(chosen, all);

  // A function without a reference must not go by unseen.
  for (auto const& f : lists.front().functions) {
    if (find_reference(f.name) == nullptr) all.complain(f.name + " has no reference");
  }
  for (reference const& r : references()) {
    if (!holds(chosen.functions, r.name)) continue;
    std::vector<subject<float>> by_float;
    std::vector<subject<double>> by_double;
    int arity = 0;
    for (auto const& list : lists) {
      for (auto const& f : list.functions) {
        if (f.name != r.name) continue;
        arity = f.arity;
        if (!holds(chosen.isas, list.isa)) continue;
        double const extra = list.fma || f.bound_float <= 0.5 ? 0 : oneloop::math::ulp_without_fma;
        by_float.push_back({"oneloop", list.isa, f.floats.front().run, true, f.bound_float + extra});
        by_double.push_back({"oneloop", list.isa, f.doubles.front().run, true, f.bound_double + extra});
      }
    }
    if (arity == 0) {
      all.complain("the registry has no " + r.name);
      continue;
    }
    for (auto const& p : peers) {
      if (!chosen.peers || p.name != r.name) continue;
      by_float.push_back({p.by, "native", p.floats, false, 0});
      by_double.push_back({p.by, "native", p.doubles, false, 0});
    }
    if (holds(chosen.types, "float")) floats.certify(r, by_float, arity);
    if (holds(chosen.types, "double")) doubles.certify(r, by_double, arity);
    all.save();
  }
  return all.passed() ? 0 : 1;
}
