// SPDX-License-Identifier: BSL-1.0
// What the machine can do at all, in the same run: fused multiply-adds from registers, and reading, copying and adding
// (triad, a·x + y) arrays that fill half of each level of the cache, or lie beyond all of them.
#include "common.hpp"

namespace {

#if defined(__AVX512F__)
constexpr int lanes = 16;
#elif defined(__AVX__)
constexpr int lanes = 8;
#else
constexpr int lanes = 4;
#endif
using pack [[gnu::vector_size(4 * lanes), gnu::aligned(4), gnu::may_alias]] = float;

constexpr int chains = 12;  // more than latency times throughput, fewer than the registers
constexpr long turns = 4096;

[[gnu::noinline]] void multiply_add() {
  pack sums[chains] = {}, factor = pack{} + 0.5f, term = pack{} + 1.0f;
  for (long i = 0; i < turns; ++i) {
    // An empty instruction each, so that the compiler keeps every sum in a register of its own.
#pragma GCC unroll 12
    for (auto& sum : sums) {
      sum = sum * factor + term;
      asm volatile("" : "+v"(sum));
    }
  }
  asm volatile("" : : "v"(sums[0]), "v"(factor), "v"(term));
}

[[gnu::noinline]] void read(float const* x, long count) {
  for (long i = 0; i + 4 * lanes <= count; i += 4 * lanes)
    for (int k = 0; k < 4; ++k) {
      pack value = *reinterpret_cast<pack const*>(x + i + k * lanes);
      asm volatile("" : : "v"(value));
    }
}
[[gnu::noinline]] void copy(float const* x, float* z, long count) {
  for (long i = 0; i + 4 * lanes <= count; i += 4 * lanes) {
    pack values[4];
    for (int k = 0; k < 4; ++k) values[k] = *reinterpret_cast<pack const*>(x + i + k * lanes);
    for (int k = 0; k < 4; ++k) *reinterpret_cast<pack*>(z + i + k * lanes) = values[k];
  }
}
[[gnu::noinline]] void triad(float const* x, float const* y, float* z, long count) {
  pack const factor = pack{} + 0.5f;
  for (long i = 0; i + 4 * lanes <= count; i += 4 * lanes) {
    pack values[4];
    for (int k = 0; k < 4; ++k)
      values[k] = factor * *reinterpret_cast<pack const*>(x + i + k * lanes) + *reinterpret_cast<pack const*>(y + i + k * lanes);
    for (int k = 0; k < 4; ++k) *reinterpret_cast<pack*>(z + i + k * lanes) = values[k];
  }
}

}  // namespace

void add_limits() {
  table::limits().push_back({"multiply-add", "registers", 2.0 * lanes * chains * turns, "GFLOP/s", table::limit([] { multiply_add(); })});
  std::map<int, long> levels;
  for (auto const& cache : benchmark::CPUInfo::Get().caches)
    if (cache.type != "Instruction") levels[cache.level] = cache.size;
  long beyond = 0;
  auto const add = [](std::string const& where, long bytes) {
    auto const array = [&](int arrays) { return bytes / 4 / arrays / 64 * 64; };
    auto const &a = arrays_of(int(array(1)));
    float const *x = a[0]->data(), *y = a[1]->data();
    float* const z = a[2]->data();
    table::limits().push_back({"read", where, 4.0 * array(1), "GB/s", table::limit([=, n = array(1)] { read(x, n); })});
    table::limits().push_back({"copy", where, 8.0 * array(2), "GB/s", table::limit([=, n = array(2)] { copy(x, z, n); })});
    table::limits().push_back({"triad", where, 12.0 * array(3), "GB/s", table::limit([=, n = array(3)] { triad(x, y, z, n); })});
  };
  for (auto const& [level, size] : levels) {
    std::string where = "L";
    where += std::to_string(level);
    add(where, size / 2);
    beyond = std::max(beyond, size);
  }
  add("memory", std::max(4 * beyond, 64l << 20));
}
