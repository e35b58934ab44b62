// SPDX-License-Identifier: BSL-1.0
// Arithmetic, element by element: bound by memory beyond the caches.
#include "common.hpp"

namespace {

template <class T>
void add_chains(int exponent, int place, int places) {
  auto const& a = arrays_of<T>(1 << exponent, place);
  auto &x = *a[0], &y = *a[1], &u = *a[2], &v = *a[3];
  auto &z = *a[4], &t1 = *a[5], &t2 = *a[6], &t3 = *a[7];
  long const count = x.size();
  auto const size = power_of_2<T>(exponent);
  static T p = 1.5f, q = -0.75f, r = 0.25f;
  benchmark::DoNotOptimize(p);
  benchmark::DoNotOptimize(q);
  benchmark::DoNotOptimize(r);
#ifdef ONELOOP_BENCHMARK_EIGEN
  auto ex = eigen_array(x), ey = eigen_array(y), eu = eigen_array(u), ev = eigen_array(v);
  auto ez = eigen_array(z);
#endif
  table::rows().push_back({"a * x + y",
                           size,
                           span_of(z),
                           1e-6,
                           {table::fused([&] { z = p * x + y; }), table::unfused([&] {
                              t1 = p * x;
                              z = t1 + y;
                            }),
                            table::by_hand([&, count] { plain::axpy<T>(z.data(), p, x.data(), y.data(), count); })
                                WITH_EIGEN([=]() mutable { ez = p * ex + ey; })}});
  peers::add<T>(table::rows().back().ways, &peers::peer<T>::axpy, &p, x.data(), y.data(), z.data(), count);
  table::rows().push_back({"a * x + b * y - c",
                           size,
                           span_of(z),
                           1e-6,
                           {table::fused([&] { z = p * x + q * y - r; }), table::unfused([&] {
                              t1 = p * x;
                              t2 = q * y;
                              t3 = t1 + t2;
                              z = t3 - r;
                            }),
                            table::by_hand([&, count] {
                              plain::chain_of_4<T>(z.data(), p, x.data(), q, y.data(), r, count);
                            }) WITH_EIGEN([=]() mutable { ez = p * ex + q * ey - r; })}});
  peers::add<T>(table::rows().back().ways, &peers::peer<T>::chain_of_4, &p, x.data(), &q, y.data(), &r, z.data(),
                count);
  table::rows().push_back(
      {"(a * x + y) % (x - b * u) + abs(v - x) % y",
       size,
       span_of(z),
       1e-5,
       {table::fused([&] { z = (p * x + y) % (x - q * u) + abs(v - x) % y; }), table::unfused([&] {
          t1 = p * x;
          t2 = t1 + y;
          t1 = q * u;
          t3 = x - t1;
          t1 = t2 % t3;
          t2 = v - x;
          t3 = abs(t2);
          t2 = t3 % y;
          z = t1 + t2;
        }),
        table::by_hand([&, count] {
          plain::chain_of_8<T>(z.data(), p, x.data(), q, y.data(), u.data(), v.data(), count);
        }) WITH_EIGEN([=]() mutable { ez = (p * ex + ey) * (ex - q * eu) + (ev - ex).abs() * ey; })}});
  peers::add<T>(table::rows().back().ways, &peers::peer<T>::chain_of_8, &p, x.data(), &q, y.data(), u.data(), v.data(),
                z.data(), count);
  for (auto row = table::rows().end() - 3; row != table::rows().end(); ++row) {
    row->place = place;
    row->places = places;
  }
}

}  // namespace

template <class T>
void add_chains() {
  for (auto const& [exponent, places] : {std::pair(11, 16), {16, 4}, {24, 1}})
    for (int place = 0; place < places; ++place) add_chains<T>(exponent_for<T>(exponent), place, places);
}
template void add_chains<float>();
template void add_chains<double>();
