// SPDX-License-Identifier: BSL-1.0
// Chains of run-time extents: what is called is rare, and out of the way (the error, the copy where the target is read
// elsewhere, the loop for large results, which writes past the caches). A loss and two sums in one pass over its operands,
// two packs at a time, of which g++ keeps two values on the stack and clang four: two sums and a target. Single packs have
// none, at 1.06 and 1.24 times the time (decision 0018).
// flags: -O2 -march=x86-64-v3
// flags: -O2 -march=x86-64-v4
// codegen: chain_of_4 loops>=1 loops<=3 spills=0 streams=0
// codegen: chain_of_8 loops>=1 loops<=3 spills=0 streams=0
// codegen: in_place loops>=1 loops<=3 spills=0 streams=0
// codegen: loss_and_sums loops>=1 loops<=4 streams=0
// codegen-gcc: loss_and_sums spills<=2
// codegen-clang: loss_and_sums spills<=4
// codegen: ~streamed streams>=1 loops>=1 spills=0
#include <oneloop/oneloop.hpp>

#include <tuple>

using namespace oneloop;

constexpr auto n = dim<"n">;
using values = tensor<float, n>;

extern "C" void chain_of_4(values& z, float a, values const& x, float b, values const& y, float c) {
  z = a * x + b * y - c;
}

extern "C" void chain_of_8(values& z, float a, values const& x, values const& y, values const& u, values const& v) {
  z = (a * x + y) % (x - a * u) + abs(v - x) % y;
}

extern "C" void in_place(values& y, float a, values const& x) { noalias(y) += a * x; }

extern "C" float loss_and_sums(values const& x, values const& t) {
  auto const [loss, of_x, of_t] = evaluate(mean(bce_with_logits(x, t)), sum(x), sum(t));
  return loss + of_x + of_t;
}
