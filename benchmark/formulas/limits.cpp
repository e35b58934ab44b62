// SPDX-License-Identifier: BSL-1.0
// What the machine can do at all, in the same run: fused multiply-adds from registers, and reading, copying and adding
// (triad, a·x + y) arrays that together fill half of each level of the cache, or lie beyond all of them; bytes are
// counted as the program names them, without what a store reads first.
#include "common.hpp"

namespace {

constexpr int lanes = simd::lanes<float>;
using vector = simd::native_backend::pack<float, lanes>;

constexpr int chains = 12;  // more than latency times throughput, fewer than the registers
constexpr long turns = 4096;

[[gnu::noinline]] float multiply_add(vector factor, vector term) {
  vector sums[chains];
  for (auto& sum : sums) sum = term;
  for (long i = 0; i < turns; ++i)
#pragma GCC unroll 12
    for (auto& sum : sums) sum = fma(sum, factor, term);
  for (auto const& sum : sums) term = term + sum;
  return term.lane(0);
}

// Four registers a turn.
constexpr long step = 4 * lanes;

[[gnu::noinline]] float read(float const* x, long count) {
  vector sums[4] = {vector(0.0f), vector(0.0f), vector(0.0f), vector(0.0f)};
  for (long i = 0; i + step <= count; i += step)
    for (int k = 0; k < 4; ++k) sums[k] = sums[k] + vector::load(x + i + k * lanes);
  return (sums[0] + sums[1] + (sums[2] + sums[3])).lane(0);
}
/// Stored, or streamed past the caches: z begins at a multiple of a register.
template <bool Streamed>
void put(vector const (&values)[4], float* z) {
  for (int k = 0; k < 4; ++k)
    if constexpr (Streamed)
      values[k].stream(z + k * lanes);
    else
      values[k].store(z + k * lanes);
}
template <bool Streamed>
[[gnu::noinline]] void copy(float const* x, float* z, long count) {
  for (long i = 0; i + step <= count; i += step)
    put<Streamed>({vector::load(x + i), vector::load(x + i + lanes), vector::load(x + i + 2 * lanes),
                   vector::load(x + i + 3 * lanes)},
                  z + i);
}
template <bool Streamed>
[[gnu::noinline]] void triad(float a, float const* x, float const* y, float* z, long count) {
  vector const factor(a);
  auto const at = [&](long i) { return fma(factor, vector::load(x + i), vector::load(y + i)); };
  for (long i = 0; i + step <= count; i += step)
    put<Streamed>({at(i), at(i + lanes), at(i + 2 * lanes), at(i + 3 * lanes)}, z + i);
}

void add_limit(std::string what, std::string const& where, double work, std::string unit, auto run) {
  table::limits().push_back({std::move(what), where, work, std::move(unit), table::limit(run)});
}

template <bool Streamed>
void add_bandwidths(std::string const& where, long bytes) {
  // Arrays that begin at the same place of their pages make loads wait for stores (see arrays_of).
  constexpr long apart = 272;
  long const all = bytes / long(sizeof(float));
  float* const x = make<tensor<float, n>>(all + 2 * apart).data();
  auto const count = [all](int arrays) { return all / arrays / step * step; };
  auto const array = [=](int index, int arrays) { return x + index * (count(arrays) + apart); };
  auto const work = [=](int arrays) { return double(sizeof(float)) * arrays * count(arrays); };
  if constexpr (!Streamed)
    add_limit("read", where, work(1), "GB/s", [=, size = count(1)] { benchmark::DoNotOptimize(read(x, size)); });
  std::string const kind = Streamed ? " past the caches" : "";
  add_limit("copy" + kind, where, work(2), "GB/s",
            [=, size = count(2), z = array(1, 2)] { copy<Streamed>(x, z, size); });
  add_limit("triad" + kind, where, work(3), "GB/s",
            [=, size = count(3), y = array(1, 3), z = array(2, 3)] { triad<Streamed>(0.5f, x, y, z, size); });
}

}  // namespace

void add_limits() {
  add_limit("multiply-add", "registers", 2.0 * lanes * chains * turns, "GFLOP/s",
            [] { benchmark::DoNotOptimize(multiply_add(vector(0.5f), vector(1.0f))); });
  std::map<int, long> levels;
  for (auto const& cache : benchmark::CPUInfo::Get().caches)
    if (cache.type != "Instruction") levels[cache.level] = cache.size;
  long largest = 16l << 20;
  for (auto const& [level, size] : levels) {
    std::string where = "L";
    where += std::to_string(level);
    add_bandwidths<false>(where, size / 2);
    largest = std::max(largest, size);
  }
  add_bandwidths<false>("memory", 4 * largest);
  if constexpr (simd::native_backend::streams<float, lanes>) add_bandwidths<true>("memory", 4 * largest);
}
