// SPDX-License-Identifier: BSL-1.0
// LibTorch, in inference mode, one thread, into tensors that are there.
#include "peers.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

namespace {

using peers::in;
using peers::made;
using peers::out;

template <class T>
at::Tensor tensor(in<T> p, std::initializer_list<std::int64_t> sizes) {
  at::set_num_threads(1);
  return at::from_blob(const_cast<T*>(p), at::IntArrayRef(sizes), c10::CppTypeToScalarType<T>::value);
}

template <class T>
peers::peer<T> const peer{
    .name = "LibTorch",
    .axpy = [](in<T> a, in<T> x, in<T> y, out<T> z, long count) -> made {
      return {[a, tx = tensor(x, {count}), ty = tensor(y, {count}), tz = tensor<T>(z, {count})]() mutable {
        c10::InferenceMode const inference;
        at::add_out(tz, ty, tx, *a);
      }};
    },
    .chain_of_4 = [](in<T> a, in<T> x, in<T> b, in<T> y, in<T> c, out<T> z, long count) -> made {
      return {[a, b, c, tx = tensor(x, {count}), ty = tensor(y, {count}), tz = tensor<T>(z, {count})]() mutable {
        c10::InferenceMode const inference;
        at::mul_out(tz, tx, at::scalar_tensor(*a, tx.options()));
        tz.add_(ty, *b);
        tz.sub_(*c);
      }};
    },
    .chain_of_8 = [](in<T> a, in<T> x, in<T> b, in<T> y, in<T> u, in<T> v, out<T> z, long count) -> made {
      return {[a, b, tx = tensor(x, {count}), ty = tensor(y, {count}), tu = tensor(u, {count}), tv = tensor(v, {count}),
               tz = tensor<T>(z, {count})]() mutable {
        c10::InferenceMode const inference;
        at::add_out(tz, ty, tx, *a);
        tz.mul_(at::sub(tx, tu, *b));
        tz.addcmul_(at::sub(tv, tx).abs_(), ty);
      }};
    },
    .sigmoid = [](in<T> x, out<T> z, long count) -> made {
      return {[tx = tensor(x, {count}), tz = tensor<T>(z, {count})]() mutable {
        c10::InferenceMode const inference;
        at::sigmoid_out(tz, tx);
      }};
    },
    .softmax = [](in<T> X, out<T> Y, int batch, int columns) -> made {
      return {[tX = tensor(X, {batch, columns}), tY = tensor<T>(Y, {batch, columns})]() mutable {
        c10::InferenceMode const inference;
        at::_softmax_out(tY, tX, 1, false);
      }};
    },
    .layer = [](in<T> W, in<T> x, in<T> b, out<T> y, int rows, int columns) -> made {
      return {[tW = tensor(W, {rows, columns}), tx = tensor(x, {columns}), tb = tensor(b, {rows}),
               ty = tensor<T>(y, {rows})]() mutable {
        c10::InferenceMode const inference;
        at::addmv_out(ty, tb, tW, tx);
        at::sigmoid_out(ty, ty);
      }};
    },
    .linear = [](in<T> X, in<T> W, in<T> b, out<T> Y, int batch, int outputs, int inputs) -> made {
      return {[tX = tensor(X, {batch, inputs}), tW = tensor(W, {outputs, inputs}).t(), tb = tensor(b, {outputs}),
               tY = tensor<T>(Y, {batch, outputs})]() mutable {
        c10::InferenceMode const inference;
        at::addmm_out(tY, tb, tX, tW);
        at::sigmoid_out(tY, tY);
      }};
    },
    .lstm = [](peers::lstm_gates<T> gates, in<T> x, in<T> h, in<T> c, out<T> next_h, out<T> next_c, int units) -> made {
      // Its gates are i, f, g, o, below each other.
      auto const stacked = [&](in<T> const(&parts)[4], auto... extents) {
        return at::cat({tensor(parts[0], {extents...}), tensor(parts[1], {extents...}), tensor(parts[3], {extents...}),
                        tensor(parts[2], {extents...})});
      };
      return {[W = stacked(gates.W, units, units), U = stacked(gates.U, units, units), b = stacked(gates.b, units),
               none = at::zeros({4 * units}, c10::CppTypeToScalarType<T>::value), tx = tensor(x, {1, units}),
               th = tensor(h, {1, units}), tc = tensor(c, {1, units}), new_h = tensor<T>(next_h, {1, units}),
               new_c = tensor<T>(next_c, {1, units})]() mutable {
        c10::InferenceMode const inference;
        auto const [h2, c2] = at::lstm_cell(tx, {th, tc}, W, U, b, none);
        new_h.copy_(h2);
        new_c.copy_(c2);
      }};
    },
    .mean_loss = [](in<T> X, in<T> w, in<T> k, in<T> t, out<T> scratch, out<T> result, int rows, int columns) -> made {
      return {[k, result, tX = tensor(X, {rows, columns}), tw = tensor(w, {columns}), tt = tensor(t, {rows}),
               tx = tensor<T>(scratch, {rows})]() mutable {
        c10::InferenceMode const inference;
        at::mv_out(tx, tX, tw);
        tx.add_(*k);
        *result = at::binary_cross_entropy_with_logits(tx, tt).template item<T>();
      }};
    },
    .logistic_gradient = [](in<T> X, in<T> w, in<T> k, in<T> t, out<T> results, int rows, int columns) -> made {
      return {[=, tX = tensor(X, {rows, columns}), tt = tensor(t, {rows}), tw = tensor(w, {columns}).clone(),
               tk = tensor(k, {}).clone()]() mutable {
        tw.set_requires_grad(true);
        tk.set_requires_grad(true);
        auto const loss = at::binary_cross_entropy_with_logits(at::mv(tX, tw) + tk, tt);
        loss.backward();
        results[0] = loss.template item<T>();
        tensor<T>(results + 1, {columns}).copy_(tw.grad());
        results[columns + 1] = tk.grad().template item<T>();
        tw.mutable_grad().reset();
        tk.mutable_grad().reset();
      }};
    },
    .perceptron = [](in<T> X, peers::layers<T> l, out<T> h1, out<T> h2, out<T> Y, int rows) -> made {
      auto const first = peer<T>.linear(X, l.W[0], l.b[0], h1, rows, l.sizes[1], l.sizes[0]);
      auto const second = peer<T>.linear(h1, l.W[1], l.b[1], h2, rows, l.sizes[2], l.sizes[1]);
      auto const third = peer<T>.linear(h2, l.W[2], l.b[2], Y, rows, l.sizes[3], l.sizes[2]);
      return {[=] {
        first.run();
        second.run();
        third.run();
      }};
    },
    .perceptron_gradient = [](in<T> X, std::int32_t const* t, peers::layers<T> l, out<T> results, int rows) -> made {
      std::vector<at::Tensor> weights;
      for (int i = 0; i < 3; ++i) {
        weights.push_back(tensor(l.W[i], {l.sizes[i + 1], l.sizes[i]}).clone());
        weights.push_back(tensor(l.b[i], {l.sizes[i + 1]}).clone());
      }
      auto const target = at::from_blob(const_cast<std::int32_t*>(t), {rows}, at::kInt).to(at::kLong);
      return {[=, tX = tensor(X, {rows, l.sizes[0]})]() mutable {
        for (auto& one : weights) one.set_requires_grad(true);
        auto const layer = [&](at::Tensor const& x, std::size_t i) {
          return at::addmm(weights[2 * i + 1], x, weights[2 * i].t());
        };
        auto const logits = layer(at::sigmoid(layer(at::sigmoid(layer(tX, 0)), 1)), 2);
        auto const loss = at::cross_entropy_loss(logits, target);
        loss.backward();
        results[0] = loss.template item<T>();
        auto* to = results + 1;
        for (auto& one : weights) {
          tensor<T>(to, {one.numel()}).copy_(one.grad().reshape(-1));
          to += one.numel();
          one.mutable_grad().reset();
        }
      }};
    },
    .loss_and_sums = [](in<T> x, in<T> t, out<T>, out<T> results, long count) -> made {
      return {[results, tx = tensor(x, {count}), tt = tensor(t, {count})] {
        c10::InferenceMode const inference;
        results[0] = at::binary_cross_entropy_with_logits(tx, tt).template item<T>();
        results[1] = at::sum(tx).template item<T>();
        results[2] = at::sum(tt).template item<T>();
      }};
    },
};

peers::registered const libtorch(peer<float>, peer<double>);

}  // namespace
