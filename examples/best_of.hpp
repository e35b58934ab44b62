// SPDX-License-Identifier: BSL-1.0
// How the examples take times.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>

/// Seconds that each of the calls takes at best. They take turns, so that whatever else the machine
/// does meets all of them; the shortest time is the one it disturbed least.
template <class... Call>
std::array<double, sizeof...(Call)> best_of(int rounds, Call&&... calls) {
  using clock = std::chrono::steady_clock;
  std::array<double, sizeof...(Call)> best;
  best.fill(std::numeric_limits<double>::infinity());
  for (int round = 0; round < rounds; ++round) {
    std::size_t at = 0;
    auto const take = [&](auto&& call) {
      auto const start = clock::now();
      call();
      std::chrono::duration<double> const taken = clock::now() - start;
      best[at] = std::min(best[at], taken.count());
      ++at;
    };
    (take(calls), ...);
  }
  return best;
}
