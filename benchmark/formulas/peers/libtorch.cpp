// SPDX-License-Identifier: BSL-1.0
// LibTorch, in inference mode, one thread, into tensors that are there.
#include "peers.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

namespace {

at::Tensor tensor(peers::in p, std::initializer_list<std::int64_t> sizes) {
  return at::from_blob(const_cast<float*>(p), at::IntArrayRef(sizes), at::kFloat);
}
void one_thread() { at::set_num_threads(1); }

peers::registered const libtorch({
    .name = "LibTorch",
    .axpy = [](float const* a, peers::in x, peers::in y, peers::out z, long count) -> peers::made {
      one_thread();
      return {[a, tx = tensor(x, {count}), ty = tensor(y, {count}), tz = tensor(z, {count})]() mutable {
        c10::InferenceMode const inference;
        at::add_out(tz, ty, tx, *a);
      }};
    },
    .sigmoid = [](peers::in x, peers::out z, long count) -> peers::made {
      one_thread();
      return {[tx = tensor(x, {count}), tz = tensor(z, {count})]() mutable {
        c10::InferenceMode const inference;
        at::sigmoid_out(tz, tx);
      }};
    },
    .layer = [](peers::in W, peers::in x, peers::in b, peers::out y, int rows, int columns) -> peers::made {
      one_thread();
      return {[tW = tensor(W, {rows, columns}), tx = tensor(x, {columns}), tb = tensor(b, {rows}),
               ty = tensor(y, {rows})]() mutable {
        c10::InferenceMode const inference;
        at::addmv_out(ty, tb, tW, tx);
        at::sigmoid_out(ty, ty);
      }};
    },
    .linear = [](peers::in X, peers::in W, peers::in b, peers::out Y, int batch, int outputs, int inputs) -> peers::made {
      one_thread();
      return {[tX = tensor(X, {batch, inputs}), tW = tensor(W, {outputs, inputs}).t(), tb = tensor(b, {outputs}),
               tY = tensor(Y, {batch, outputs})]() mutable {
        c10::InferenceMode const inference;
        at::addmm_out(tY, tb, tX, tW);
        at::sigmoid_out(tY, tY);
      }};
    },
});

}  // namespace
