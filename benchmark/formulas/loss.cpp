// SPDX-License-Identifier: BSL-1.0
// Reductions: a loss over a product, and a loss with two sums in one pass over its operands.
#include "common.hpp"

namespace plain {

template <int In, class T>
[[gnu::noinline]] T mean_loss(in<T> X, in<T> w, T k, in<T> t, int rows) {
  T sum = 0;
  for (int r = 0; r < rows; ++r)
    sum += bce_with_logits(dot<T>(X + r * In, w, In) + k, t[r], [](T e) { return std::log1p(e); });
  return sum / T(rows);
}

}  // namespace plain

namespace {

template <class T, int In>
void add_mean_loss(int rows) {
  auto& X = make<tensor<T, batch, In>>(rows);
  auto& w = make<tensor<T, In>>();
  auto &t = make<tensor<T, batch>>(rows), &t1 = make<tensor<T, batch>>(rows);
  auto &t2 = make<tensor<T, batch>>(rows), &t3 = make<tensor<T, batch>>(rows);
  random_numbers(t, 0, 1);
  auto& result = make<tensor<T, 1>>();
  static T k = 0.1f;
  benchmark::DoNotOptimize(k);
#ifdef ONELOOP_BENCHMARK_EIGEN
  auto eX = eigen_batch(X);
  auto ew = eigen_vector(w);
  auto et = eigen_array(t), et1 = eigen_array(t1);
#endif
  table::rows().push_back(
      {"mean(bce_with_logits(X * w + k, t))",
       extents_text(rows, In) + of_type<T>,
       span_of(result),
       1e-4,
       {table::fused([&] { result(0) = evaluate(mean(bce_with_logits(X * w + k, t))); }), table::unfused([&] {
          t1 = X * w;
          t2 = t1 + k;
          t3 = bce_with_logits(t2, t);
          result(0) = evaluate(mean(t3));
        }),
        table::by_hand([&, rows] { result(0) = plain::mean_loss<In, T>(X.data(), w.data(), k, t.data(), rows); })
            WITH_EIGEN([=, &result]() mutable {
              auto& x = et1;
              x.matrix().noalias() = eX * ew;
              x += k;
              result(0) = (x.max(T(0)) - x * et + (-x.abs()).exp().log1p()).mean();
            })}});
  peers::add<T>(table::rows().back().ways, &peers::peer<T>::mean_loss, X.data(), w.data(), &k, t.data(), t1.data(),
                result.data(), rows, In);
}

template <class T>
void add_loss_and_sums(int exponent) {
  auto const& a = arrays_of<T>(1 << exponent);
  auto &x = *a[0], &t = *a[1], &t1 = *a[5];
  auto& results = make<tensor<T, 3>>();
  long const count = x.size();
#ifdef ONELOOP_BENCHMARK_EIGEN
  auto ex = eigen_array(x), et = eigen_array(t);
#endif
  table::rows().push_back({"mean(bce_with_logits(x, t)), sum(x), sum(t)",
                           power_of_2<T>(exponent),
                           span_of(results),
                           1e-3,
                           {table::fused([&] {
                              auto const [loss, of_x, of_t] = evaluate(mean(bce_with_logits(x, t)), sum(x), sum(t));
                              results(0) = loss, results(1) = of_x, results(2) = of_t;
                            }),
                            table::unfused([&] {
                              t1 = bce_with_logits(x, t);
                              results(0) = evaluate(mean(t1));
                              results(1) = evaluate(sum(x));
                              results(2) = evaluate(sum(t));
                            }),
                            table::by_hand([&, count] {
                              plain::loss_and_sums<T>(results.data(), x.data(), t.data(), count,
                                                      [](T e) { return std::log1p(e); });
                            }) WITH_EIGEN([=, &results] {
                              results(0) = (ex.max(T(0)) - ex * et + (-ex.abs()).exp().log1p()).mean();
                              results(1) = ex.sum();
                              results(2) = et.sum();
                            })}});
  peers::add<T>(table::rows().back().ways, &peers::peer<T>::loss_and_sums, x.data(), t.data(), t1.data(),
                results.data(), count);
}

}  // namespace

template <class T>
void add_loss() {
  add_mean_loss<T, 32>(4096);
  add_loss_and_sums<T>(exponent_for<T>(16));
}
template void add_loss<float>();
template void add_loss<double>();
