// SPDX-License-Identifier: BSL-1.0
// Both namespaces at once: what is called on plain numbers and standard types stays the standard
// library's, and no name of ours hides one of its own. (<any> is left out: std::any and the
// reduction any cannot both be meant.)
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <complex>
#include <cstdio>
#include <functional>
#include <iostream>
#include <memory>
#include <numeric>
#include <oneloop/oneloop.hpp>
#include <random>
#include <ranges>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using namespace oneloop;
using namespace std;
[[maybe_unused]] static void both_namespaces() {
  auto const add = [](float x, float y) { return x + y; };
  auto added = bind(add, 1.0f, 2.0f);
  double const a = min(1.0, 2.0) + max(3, 4) + clamp(1.5, 0.0, 1.0) + exp(1.0) + ::exp(1.0) + std::exp(1.0f) +
                   abs(-2.5) + pow(2.0, 3) + hypot(1.0, 2.0) + fma(1.0, 2.0, 3.0) + floor(1.5) + round(2.5) + sin(1) +
                   log(2) + sqrt(2) + cbrt(8.0) + erf(0.5) + atan2(1.0, 2.0) + tanh(1.0f) + log1p(1.0) + log2(8) +
                   expm1(1.0) + ceil(1.2) + exp2(1.0) + log10(100) + trunc(1.5f) + isnan(1.0) + isinf(1.0f) +
                   isfinite(2);
  array<float, 3> arr{1, 2, 3};
  vector<float> vec{1, 2, 3};
  function<float(float)> g = bind([](float x, float y) { return x + y; }, 1.0f, placeholders::_1);
  auto r = ref(vec);
  auto t = apply([](int x, int y) { return x + y; }, tuple(1, 2));
  float total = accumulate(vec.begin(), vec.end(), 0.0f);
  auto s = span<float>(vec);
  string text_ = to_string(3);
  complex<double> z(1, 2);
  double n = norm(z) + std::abs(z);
  tensor<float, 3> x{1, 2, 3};
  tensor<float, 3> y = exp(x) + min(x, 2) + max(x, x) + abs(x) + pow(x, 2) + clamp(x, 0, 1) + round(x) + fma(x, x, x) +
                       hypot(x, x) + sqrt(x) + sin(x) + min(x) + max(x) + where(isnan(x) || isinf(x), 0, x);
  auto v = view<float, 3>(arr);
  y = v + 1;
  bool ok = any_of(y.begin(), y.end(), [](float f) { return f > 0; }) &&
            all_of(y.begin(), y.end(), [](float f) { return f > 0; });
  swap(x, y);
  cout << a << t << total << n << ok << evaluate(sum(y)) << g(1) << r.get().size() << s.size() << text_ << endl;
  for (auto i : views::iota(0, 3)) cout << y(i);
  auto mn = minmax_element(y.begin(), y.end());
  cout << *mn.first << size(vec) << data(vec) << added() << empty(vec);
  cout << evaluate(all(y > 0)) << text(exp(x)) << plan(exp(var<"x", 3>)).loops;
  iota(y.begin(), y.end(), 0.0f);
  transform(y.begin(), y.end(), x.begin(), [](float q) { return q; });
  cout << evaluate(variance(y));
}
