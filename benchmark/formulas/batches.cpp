// SPDX-License-Identifier: BSL-1.0
// A layer over a batch: matrix times matrix, and what follows it.
#include "common.hpp"

namespace hand {

template <int Out, int In>
[[gnu::noinline]] void batched(out Y, in X, in W, in b, int rows) {
  for (int r = 0; r < rows; ++r)
    for (int i = 0; i < Out; ++i)
      Y[r * Out + i] = sigmoid(dot(X + r * In, W + i * In, In) + b[i]);
}

}  // namespace hand

namespace {

template <int Out, int In>
void add_batched(int rows) {
  auto& W = make_weights<Out, In>();
  auto& b = make<tensor<float, Out>>();
  auto& X = make<tensor<float, batch, In>>(rows);
  auto& Y = make<tensor<float, batch, Out>>(rows);
  auto& t1 = make<tensor<float, batch, Out>>(rows);
  auto& t2 = make<tensor<float, batch, Out>>(rows);
  auto const& P = *new auto(pack(W));  // kept until the end, as the other data
#ifdef ONELOOP_BENCHMARK_EIGEN
  auto eW = eigen_matrix(W);
  auto eb = eigen_vector(b);
  auto eX = eigen_batch(X), eY = eigen_batch(Y);
  auto flat = eigen_array(Y);
#endif
  table::rows().push_back(
      {"sigmoid(linear(X, W, b))",
       std::to_string(rows) + " of " + extents_text(Out, In),
       span_of(Y),
       1e-4,
       {table::fused([&] { Y = sigmoid(linear(X, W, b)); }), table::packed([&] { Y = sigmoid(linear(X, P, b)); }),
        table::unfused([&] {
          t1 = X * transpose(W);
          t2 = t1 + broadcast<batch, Out>(b);
          Y = sigmoid(t2);
        }),
        table::by_hand([&, rows] {
          hand::batched<Out, In>(Y.data(), X.data(), W.data(), b.data(), rows);
        }) WITH_EIGEN([=]() mutable {
          eY.noalias() = eX * eW.transpose();
          eY.rowwise() += eb.transpose();
          flat = flat.logistic();
        })}});
  peers::add(table::rows().back().ways, &peers::peer::linear, X.data(), W.data(), b.data(), Y.data(), rows, Out, In);
}

}  // namespace

void add_batches() {
  for (int const rows : {32, 256}) {
    add_batched<64, 64>(rows);
    add_batched<128, 64>(rows);
    add_batched<512, 512>(rows);
    add_batched<1024, 1024>(rows);
  }
}
