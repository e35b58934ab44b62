// SPDX-License-Identifier: BSL-1.0
// sigmoid and stable_sigmoid, alone.
#include "common.hpp"

namespace {

template <class T>
T stable_sigmoid_of(T x) {
  T const e = std::exp(-std::abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}
template <class T>
[[gnu::noinline]] void stable_sigmoids(plain::out<T> z, plain::in<T> x, long count) {
  for (long i = 0; i < count; ++i) z[i] = stable_sigmoid_of(x[i]);
}

}  // namespace

namespace {

template <class T>
void add_sigmoids(int exponent) {
  auto const& a = arrays_of<T>(1 << exponent);
  auto &x = *a[0], &z = *a[4], &t1 = *a[5], &t2 = *a[6], &t3 = *a[7];
  long const count = x.size();
  auto const size = power_of_2<T>(exponent);
#ifdef ONELOOP_BENCHMARK_EIGEN
  auto ex = eigen_array(x), ez = eigen_array(z), et = eigen_array(t1);
#endif
  table::rows().push_back({"sigmoid(x)",
                           size,
                           span_of(z),
                           1e-6,
                           {table::fused([&] { z = sigmoid(x); }), table::unfused([&] {
                              t1 = -x;
                              t2 = exp(t1);
                              t3 = 1 + t2;
                              z = 1 / t3;
                            }),
                            table::by_hand([&, count] { plain::sigmoids<T>(z.data(), x.data(), count); })
                                WITH_EIGEN([=]() mutable { ez = ex.logistic(); })}});
  peers::add<T>(table::rows().back().ways, &peers::peer<T>::sigmoid, x.data(), z.data(), count);
  table::rows().push_back(
      {"stable_sigmoid(x)",
       size,
       span_of(z),
       1e-6,
       {table::fused([&] { z = stable_sigmoid(x); }), table::unfused([&] {
          t1 = abs(x);
          t2 = -t1;
          t1 = exp(t2);
          t2 = where(x >= 0, 1, t1);
          t3 = 1 + t1;
          z = t2 / t3;
        }),
        table::by_hand([&, count] { stable_sigmoids<T>(z.data(), x.data(), count); }) WITH_EIGEN([=]() mutable {
          et = (-ex.abs()).exp();
          ez = (ex >= 0).select(T(1), et) / (1 + et);
        })}});
}

}  // namespace

template <class T>
void add_sigmoids() {
  for (int const exponent : {10, 16, 24}) add_sigmoids<T>(exponent_for<T>(exponent));
}
template void add_sigmoids<float>();
template void add_sigmoids<double>();
