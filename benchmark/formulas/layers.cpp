// SPDX-License-Identifier: BSL-1.0
// Matrix times vector, and what follows it.
#include "common.hpp"

namespace hand {

template <int Rows, int Columns>
[[gnu::noinline]] void layer(out y, in W, in x, in b) {
  for (int i = 0; i < Rows; ++i) y[i] = sigmoid(dot(W + i * Columns, x, Columns) + b[i]);
}

}  // namespace hand

namespace {

template <int Rows, int Columns>
void add_layer() {
  auto& W = make_weights<Rows, Columns>();
  auto& x = make<tensor<float, Columns>>();
  auto& b = make<tensor<float, Rows>>();
  auto& y = make<tensor<float, Rows>>();
  auto& t1 = make<tensor<float, Rows>>();
  auto& t2 = make<tensor<float, Rows>>();
  auto const& P = *new auto(pack(W));  // kept until the end, as the other data
#ifdef ONELOOP_BENCHMARK_EIGEN
  auto eW = eigen_matrix(W);
  auto ex = eigen_vector(x);
  auto eb = eigen_vector(b), ey = eigen_vector(y);
#endif
  table::rows().push_back({"sigmoid(W * x + b)",
                           extents_text(Rows, Columns),
                           span_of(y),
                           1e-4,
                           {table::fused([&] { y = sigmoid(W * x + b); }), table::packed([&] { y = sigmoid(P * x + b); }),
                            table::unfused([&] {
                              t1 = W * x;
                              t2 = t1 + b;
                              y = sigmoid(t2);
                            }),
                            table::by_hand([&] {
                              hand::layer<Rows, Columns>(y.data(), W.data(), x.data(), b.data());
                            }) WITH_EIGEN([=]() mutable {
                              ey = eb;
                              ey.noalias() += eW * ex;
                              ey = ey.array().logistic().matrix();
                            })}});
  peers::add(table::rows().back().ways, &peers::peer::layer, W.data(), x.data(), b.data(), y.data(), Rows, Columns);
}

}  // namespace

void add_layers() {
  add_layer<2, 3>();
  add_layer<16, 16>();
  add_layer<64, 64>();
  add_layer<128, 64>();
  add_layer<512, 512>();
  add_layer<2048, 2048>();
}
