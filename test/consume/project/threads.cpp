// SPDX-License-Identifier: BSL-1.0
// A program with threads: compiles, links, and has them.
#include <oneloop/oneloop.hpp>

static_assert(ONELOOP_HAS_TBB);

int main() {
  constexpr auto n = oneloop::dim<"n">;
  oneloop::tensor<float, n> x(1'000'000), y(1'000'000);
  y = oneloop::par(exp(x));
  return y(999'999) == 1 ? 0 : 1;
}
