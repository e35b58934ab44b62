// SPDX-License-Identifier: BSL-1.0
// A formula as one loop, against the same operations one tensor at a time, which is what a library
// does that computes each operation when it meets it. In PyTorch:
//
//   z = torch.sigmoid(a)
//   y = z * torch.tanh(b) + (1 - z) * c
#include <cmath>
#include <iomanip>
#include <iostream>
#include <oneloop/io/print.hpp>
#include <oneloop/oneloop.hpp>

#include "best_of.hpp"

using namespace oneloop;

constexpr auto n = dim<"n">;
using vector = tensor<float, n>;

constexpr auto a = var<"a", n>;
constexpr auto b = var<"b", n>;
constexpr auto c = var<"c", n>;

// A gate, as recurrent networks have them: between tanh(b) and c, as much as a says.
constexpr auto z = stable_sigmoid(a);
constexpr auto gate = z % tanh(b) + (1_c - z) % c;

// z stands in it twice and is computed once; nothing is stored in between.
static_assert(plan(gate).loops == 1 && plan(gate).temporaries == 0);

int main() {
  std::cout << "formula      " << gate << "\n"
            << "loops        " << plan(gate).loops << "\n"
            << "temporaries  " << plan(gate).temporaries << "\n"
            << "per element  " << plan(gate).flops << " flops, " << plan(gate).bytes_read << " bytes read, "
            << plan(gate).bytes_written << " bytes written\n\n";

  constexpr int size = 1 << 20;  // 4 MiB each: more than a core's own caches hold
  vector va(size), vb(size), vc(size);
  for (int i = 0; i < size; ++i) {
    va(i) = std::sin(0.1f * float(i));
    vb(i) = std::cos(0.3f * float(i));
    vc(i) = std::sin(0.7f * float(i));
  }

  vector fused(size);
  auto const one_loop = [&] { fused = gate(a = va, b = vb, c = vc); };

  // The temporaries are allocated once, outside of the clock: only the loops are compared.
  vector unfused(size), vz(size), tanh_b(size), left(size), rest(size), right(size);
  auto const loop_by_loop = [&] {
    vz = stable_sigmoid(va);
    tanh_b = tanh(vb);
    left = vz % tanh_b;
    rest = 1_c - vz;
    right = rest % vc;
    unfused = left + right;
  };

  auto const [together, apart] = best_of(100, one_loop, loop_by_loop);
  std::cout << size << " elements, the best of 100 interleaved runs:\n"
            << std::fixed << std::setprecision(2) << "  one loop     " << std::setw(7) << together * 1e3 << " ms\n"
            << "  six loops    " << std::setw(7) << apart * 1e3 << " ms\n"
            << "  ratio        " << std::setw(7) << apart / together << "\n"
            << "largest difference of the results: " << std::scientific << std::setprecision(1)
            << evaluate(max(abs(fused - unfused))) << "\n";
}
