// SPDX-License-Identifier: BSL-1.0
// The accuracy certificate: walks every function of op/registry.hpp over its arguments, on every instruction set that
// this machine has, beside other libraries.
//
//   certify [--stride=N] [--doubles=N] [--pairs=N] [--peer-stride=N] [--functions=a,b,...] [--types=float,double]
//           [--isas=avx512bw,...] [--no-peers] [--jobs=N] [--data=folder]
//
// Without --data it says only what is wrong. It fails where a bound is violated, a monotonic function is not, a NaN, an
// infinity or the sign of a zero is wrong, or a reference is not as good as it says.
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
#include <iostream>
#include <memory>
#include <mutex>
#include <sstream>
#include <thread>

namespace {

using namespace accuracy;

struct options {
  std::uint64_t stride = 1, doubles = 100'000'000, pairs = 10'000'000, peer_stride = 257;
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  bool peers = true;
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
        evaluate_reference(r, *in, *values);
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
      row const line = make_row(r, subjects[s].by, subjects[s].isa, subjects[s].ours, subjects[s].bound, how, tallies[s]);
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
    std::string const name = argument.substr(0, equals), value = equals == argument.npos ? "" : argument.substr(equals + 1);
    if (name == "--stride") chosen.stride = std::stoull(value);
    else if (name == "--peer-stride") chosen.peer_stride = std::stoull(value);
    else if (name == "--doubles") chosen.doubles = std::stoull(value);
    else if (name == "--pairs") chosen.pairs = std::stoull(value);
    else if (name == "--functions") chosen.functions = value;
    else if (name == "--no-peers") chosen.peers = false;
    else if (name == "--isas") chosen.isas = value;
    else if (name == "--types") chosen.types = value;
    else if (name == "--jobs") chosen.jobs = unsigned(std::stoul(value));
    else if (name == "--data") chosen.data = value;
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
  });
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  options const chosen = parse(argc, argv);
  auto const lists = lists_of_this_machine();
  auto peers = list_peers();
  for (auto& p : list_torch()) peers.push_back(p);
  results all(chosen.data);
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
