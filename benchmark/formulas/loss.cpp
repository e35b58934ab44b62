// SPDX-License-Identifier: BSL-1.0
// A reduction over a product.
#include "common.hpp"

namespace hand {

template <int In>
[[gnu::noinline]] float mean_loss(in X, in w, float k, in t, int rows) {
  float sum = 0;
  for (int r = 0; r < rows; ++r) {
    float const x = dot(X + r * In, w, In) + k;
    sum += std::max(x, 0.0f) - x * t[r] + std::log1p(std::exp(-std::abs(x)));
  }
  return sum / rows;
}

}  // namespace hand

namespace {

template <int In>
void add_mean_loss(int rows) {
  auto& X = make<tensor<float, batch, In>>(rows);
  auto& w = make<tensor<float, In>>();
  auto &t = make<tensor<float, batch>>(rows), &t1 = make<tensor<float, batch>>(rows);
  auto &t2 = make<tensor<float, batch>>(rows), &t3 = make<tensor<float, batch>>(rows);
  random_numbers(t, 0, 1);
  auto& result = make<tensor<float, 1>>();
  static float k = 0.1f;
  benchmark::DoNotOptimize(k);
#ifdef ONELOOP_BENCHMARK_EIGEN
  auto eX = eigen_batch(X);
  auto ew = eigen_vector(w);
  auto et = eigen_array(t), et1 = eigen_array(t1);
#endif
  table::rows().push_back(
      {"mean(bce_with_logits(X * w + k, t))",
       extents_text(rows, In),
       span_of(result),
       1e-4,
       {table::fused([&] { result(0) = evaluate(mean(bce_with_logits(X * w + k, t))); }),
        table::unfused([&] {
          t1 = X * w;
          t2 = t1 + k;
          t3 = bce_with_logits(t2, t);
          result(0) = evaluate(mean(t3));
        }),
        table::by_hand([&, rows] {
          result(0) = hand::mean_loss<In>(X.data(), w.data(), k, t.data(), rows);
        }) WITH_EIGEN([=, &result]() mutable {
          auto& x = et1;
          x.matrix().noalias() = eX * ew;
          x += k;
          result(0) = (x.max(0.0f) - x * et + (-x.abs()).exp().log1p()).mean();
        })}});
}

}  // namespace

void add_loss() { add_mean_loss<32>(4096); }
