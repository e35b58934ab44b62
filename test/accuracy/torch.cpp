// SPDX-License-Identifier: BSL-1.0
// In a unit of its own: its headers take half a minute, and are there on few machines.
#include "peers.hpp"

#if defined(ACCURACY_TORCH)
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

namespace accuracy {

namespace {

template <class F>
peer torch(char const* name, F) {
  auto const run = []<class T>(T const* a, T const* b, T* out, std::ptrdiff_t count) {
    at::InferenceMode const no_tape;
    auto const type = sizeof(T) == 4 ? at::kFloat : at::kDouble;
    at::Tensor const x = at::from_blob(const_cast<T*>(a), {count}, type);
    at::Tensor const y = at::from_blob(const_cast<T*>(b), {count}, type);
    at::Tensor result = at::from_blob(out, {count}, type);
    result.copy_(F{}(x, y));
  };
  return {name, "PyTorch", run, run};
}

}  // namespace

std::vector<peer> list_torch() {
  at::set_num_threads(1);  // one block is less than threads cost
  std::vector<peer> all;
#define ACCURACY_TORCHS(name, formula) \
  all.push_back(torch(                 \
      #name, []([[maybe_unused]] at::Tensor const& x, [[maybe_unused]] at::Tensor const& y) { return formula; }))
#define ACCURACY_SAME(name) ACCURACY_TORCHS(name, at::name(x))
  ACCURACY_SAME(exp);
  ACCURACY_SAME(exp2);
  ACCURACY_SAME(expm1);
  ACCURACY_SAME(log);
  ACCURACY_SAME(log1p);
  ACCURACY_SAME(log2);
  ACCURACY_SAME(log10);
  ACCURACY_SAME(sqrt);
  ACCURACY_SAME(rsqrt);
  ACCURACY_SAME(sin);
  ACCURACY_SAME(cos);
  ACCURACY_SAME(tan);
  ACCURACY_SAME(asin);
  ACCURACY_SAME(acos);
  ACCURACY_SAME(atan);
  ACCURACY_SAME(sinh);
  ACCURACY_SAME(cosh);
  ACCURACY_SAME(tanh);
  ACCURACY_SAME(erf);
  ACCURACY_SAME(sigmoid);
  ACCURACY_TORCHS(stable_sigmoid, at::sigmoid(x));
  ACCURACY_TORCHS(log_sigmoid, at::log_sigmoid(x));
  ACCURACY_SAME(softplus);
  ACCURACY_SAME(logit);
  ACCURACY_SAME(gelu);
  ACCURACY_SAME(silu);
  ACCURACY_SAME(mish);
  ACCURACY_SAME(elu);
  ACCURACY_SAME(selu);
  ACCURACY_SAME(celu);
  ACCURACY_TORCHS(hard_sigmoid, at::hardsigmoid(x));
  ACCURACY_TORCHS(hard_swish, at::hardswish(x));
  ACCURACY_TORCHS(leaky_relu, at::leaky_relu(x));
  ACCURACY_TORCHS(pow, at::pow(x, y));
  ACCURACY_TORCHS(hypot, at::hypot(x, y));
  ACCURACY_TORCHS(atan2, at::atan2(x, y));
  ACCURACY_TORCHS(bce_with_logits, at::binary_cross_entropy_with_logits(x, y, {}, {}, at::Reduction::None));
#undef ACCURACY_SAME
#undef ACCURACY_TORCHS
  return all;
}

}  // namespace accuracy

#else

namespace accuracy {
std::vector<peer> list_torch() { return {}; }
}  // namespace accuracy

#endif
