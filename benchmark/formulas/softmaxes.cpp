// SPDX-License-Identifier: BSL-1.0
// softmax along the rows of a batch.
#include "common.hpp"

namespace {

template <class T, int Columns>
void add_softmax(int rows) {
  using matrix = tensor<T, batch, Columns>;
  auto &X = make<matrix>(rows), &Y = make<matrix>(rows), &T1 = make<matrix>(rows);
  auto& t2 = make<tensor<T, batch>>(rows);
#ifdef ONELOOP_BENCHMARK_EIGEN
  auto eX = eigen_batch(X).array(), eY = eigen_batch(Y).array();
#endif
  table::rows().push_back(
      {"softmax(X)",
       extents_text(rows, Columns) + of_type<T>,
       span_of(Y),
       1e-6,
       {table::fused([&] { Y = softmax(X); }), table::unfused([&] {
          t2 = max<1>(X);
          T1 = X - broadcast<batch, Columns>(t2);
          Y = exp(T1);
          t2 = sum<1>(Y);
          Y = Y / broadcast<batch, Columns>(t2);
        }),
        table::by_hand([&, rows] { plain::softmax<T>(Y.data(), X.data(), rows, Columns); }) WITH_EIGEN([=]() mutable {
          eY = (eX.colwise() - eX.rowwise().maxCoeff()).exp();
          eY.colwise() /= eY.rowwise().sum().eval();
        })}});
  peers::add<T>(table::rows().back().ways, &peers::peer<T>::softmax, X.data(), Y.data(), rows, Columns);
}

}  // namespace

template <class T>
void add_softmaxes() {
  add_softmax<T, 10>(1024);
  add_softmax<T, 64>(1024);
  add_softmax<T, 1000>(128);
}
template void add_softmaxes<float>();
template void add_softmaxes<double>();
