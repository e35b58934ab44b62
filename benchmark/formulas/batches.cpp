// SPDX-License-Identifier: BSL-1.0
// A layer over a batch: matrix times matrix, and what follows it.
#include "common.hpp"

namespace plain {

template <int Out, int In, class T>
[[gnu::noinline]] void batched(out<T> Y, in<T> X, in<T> W, in<T> b, int rows) {
  for (int r = 0; r < rows; ++r)
    for (int i = 0; i < Out; ++i) Y[r * Out + i] = sigmoid(dot<T>(X + r * In, W + i * In, In) + b[i]);
}

}  // namespace plain

namespace {

template <class T, int Out, int In>
void add_batched(int rows) {
  auto& W = make_weights<T, Out, In>();
  auto& b = make<tensor<T, Out>>();
  auto& X = make<tensor<T, batch, In>>(rows);
  auto& Y = make<tensor<T, batch, Out>>(rows);
  auto& t1 = make<tensor<T, batch, Out>>(rows);
  auto& t2 = make<tensor<T, batch, Out>>(rows);
  auto const& P = *new auto(pack(W));  // kept until the end, as the other data
#ifdef ONELOOP_BENCHMARK_EIGEN
  auto eW = eigen_matrix(W);
  auto eb = eigen_vector(b);
  auto eX = eigen_batch(X), eY = eigen_batch(Y);
  auto flat = eigen_array(Y);
#endif
  table::rows().push_back({"sigmoid(linear(X, W, b))",
                           std::to_string(rows) + " of " + extents_text(Out, In) + of_type<T>,
                           span_of(Y),
                           1e-4,
                           {table::fused([&] { Y = sigmoid(linear(X, W, b)); }),
                            table::packed([&] { Y = sigmoid(linear(X, P, b)); }), table::unfused([&] {
                              t1 = X * transpose(W);
                              t2 = t1 + broadcast<batch, Out>(b);
                              Y = sigmoid(t2);
                            }),
                            table::by_hand([&, rows] {
                              plain::batched<Out, In, T>(Y.data(), X.data(), W.data(), b.data(), rows);
                            }) WITH_EIGEN([=]() mutable {
                              eY.noalias() = eX * eW.transpose();
                              eY.rowwise() += eb.transpose();
                              flat = flat.logistic();
                            })}});
  peers::add<T>(table::rows().back().ways, &peers::peer<T>::linear, X.data(), W.data(), b.data(), Y.data(), rows, Out,
                In);
}

}  // namespace

template <class T>
void add_batches() {
  for (int const rows : {32, 256}) {
    add_batched<T, 64, 64>(rows);
    add_batched<T, 128, 64>(rows);
    add_batched<T, 512, 512>(rows);
    add_batched<T, 1024, 1024>(rows);
  }
}
template void add_batches<float>();
template void add_batches<double>();
