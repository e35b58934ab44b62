// SPDX-License-Identifier: BSL-1.0
// Matrix times vector, and what follows it.
#include "common.hpp"

namespace plain {

template <int Rows, int Columns, class T>
[[gnu::noinline]] void layer(out<T> y, in<T> W, in<T> x, in<T> b) {
  for (int i = 0; i < Rows; ++i) y[i] = sigmoid(dot<T>(W + i * Columns, x, Columns) + b[i]);
}

}  // namespace plain

namespace {

template <class T, int Rows, int Columns>
void add_layer() {
  auto& W = make_weights<T, Rows, Columns>();
  auto& x = make<tensor<T, Columns>>();
  auto& b = make<tensor<T, Rows>>();
  auto& y = make<tensor<T, Rows>>();
  auto& t1 = make<tensor<T, Rows>>();
  auto& t2 = make<tensor<T, Rows>>();
  auto const& P = *new auto(pack(W));  // kept until the end, as the other data
#ifdef ONELOOP_BENCHMARK_EIGEN
  auto eW = eigen_matrix(W);
  auto ex = eigen_vector(x);
  auto eb = eigen_vector(b), ey = eigen_vector(y);
#endif
  table::rows().push_back({"sigmoid(W * x + b)",
                           extents_text(Rows, Columns) + of_type<T>,
                           span_of(y),
                           1e-4,
                           {table::fused([&] { y = sigmoid(W * x + b); }),
                            table::packed([&] { y = sigmoid(P * x + b); }), table::unfused([&] {
                              t1 = W * x;
                              t2 = t1 + b;
                              y = sigmoid(t2);
                            }),
                            table::by_hand([&] {
                              plain::layer<Rows, Columns, T>(y.data(), W.data(), x.data(), b.data());
                            }) WITH_EIGEN([=]() mutable {
                              ey = eb;
                              ey.noalias() += eW * ex;
                              ey = ey.array().logistic().matrix();
                            })}});
  peers::add<T>(table::rows().back().ways, &peers::peer<T>::layer, W.data(), x.data(), b.data(), y.data(), Rows,
                Columns);
}

}  // namespace

template <class T>
void add_layers() {
  add_layer<T, 2, 3>();
  add_layer<T, 16, 16>();
  add_layer<T, 64, 64>();
  add_layer<T, 128, 64>();
  add_layer<T, 128, 128>();
  add_layer<T, 512, 512>();
  add_layer<T, 2048, 2048>();
}
template void add_layers<float>();
template void add_layers<double>();
