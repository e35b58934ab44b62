// SPDX-License-Identifier: BSL-1.0
// One program for many machines: it holds the same formula for several instruction sets, and picks the best that the
// machine has. With an argument (sse2, fma3+avx2, ...) it takes that one. See docs/portable.md.
#include "portable/layer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <xsimd/xsimd.hpp>

using archs = ONELOOP_ARCH_LIST;  // the best first

struct name_of {
  template <class Arch>
  char const* operator()(Arch) const {
    return Arch::name();
  }
};

// The end of a list: picked on a machine that has none of those before.
struct none {
  static constexpr bool available() { return true; }
  static constexpr unsigned version() { return 0; }
  static constexpr char const* name() { return "none"; }
};

int main(int argc, char** argv) {
  std::array<float, layer::outputs * layer::inputs> W;
  std::array<float, layer::inputs> x;
  std::array<float, layer::outputs> b, y;
  for (std::size_t i = 0; i < W.size(); ++i) W[i] = 0.1f * std::sin(float(i));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::cos(float(i));
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = 0.01f * float(i) - 0.5f;

  std::string_view picked = xsimd::dispatch<archs>(name_of{})();
  if (argc == 1) {
    xsimd::dispatch<archs>(layer{})(W.data(), x.data(), b.data(), y.data());
  } else {
    picked = {};
    archs::for_each([&](auto arch) {
      std::string_view const name = arch.name();
      if (name != argv[1]) return;
      picked = xsimd::dispatch<xsimd::arch_list<decltype(arch), none>>(name_of{})();
      if (picked == name) layer{}(arch, W.data(), x.data(), b.data(), y.data());
    });
    if (picked != argv[1]) {
      std::fprintf(stderr, "%s: %s\n", argv[1], picked.empty() ? "not in this program" : "not on this machine");
      return 1;
    }
  }

  double worst = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    double sum = b[i];
    for (std::size_t j = 0; j < x.size(); ++j) sum += double(W[i * x.size() + j]) * x[j];
    worst = std::max(worst, std::abs(y[i] - 1 / (1 + std::exp(-sum))));
  }
  std::printf("instruction set %s\n", picked.data());
  std::printf("y[0] = %.5f, y[127] = %.5f\n", y[0], y[127]);
  std::printf("%s\n", worst < 1e-6 ? "the same as in double, but for 1e-6" : "wrong");
  return worst < 1e-6 ? 0 : 1;
}
