// SPDX-License-Identifier: BSL-1.0
// Variables, data and the comparison with differences that the suites of gradients share.
#pragma once

#include "reference.hpp"

#include <string>

namespace gradients {

using namespace oneloop;

inline constexpr auto batch = dim<"batch">;

inline constexpr auto Xv = var<"X", batch, 6>;
inline constexpr auto Wv = var<"W", 5, 6>;
inline constexpr auto bv = var<"b", 5>;
inline constexpr auto xv = var<"x", 6>;
inline constexpr auto uv = var<"u", batch>;
inline constexpr auto cv = var<"c", batch>;
inline constexpr auto Av = var<"A", 3, 4, 6>;
inline constexpr auto Bv = var<"B", 3, 6, 5>;
inline constexpr auto Cv = var<"C", 6, 5>;
inline constexpr auto kv = var<"k">;
inline constexpr auto layer = linear(Xv, Wv, bv);

template <class A>
A filled(A&& a, int seed) {
  int i = 0;
  for (auto& v : a) v = double((i++ * seed + seed) % 23) / 23 - 0.47;
  return std::move(a);
}

struct data {
  tensor<double, batch, 6> X = filled(tensor<double, batch, 6>(7), 7);
  tensor<double, 5, 6> W = filled(tensor<double, 5, 6>(), 5);
  tensor<double, 5> b = filled(tensor<double, 5>(), 3);
  tensor<double, 6> x = filled(tensor<double, 6>(), 11);
  tensor<double, batch> u = filled(tensor<double, batch>(7), 4);
  tensor<double, 3, 4, 6> A = filled(tensor<double, 3, 4, 6>(), 9);
  tensor<double, 3, 6, 5> B = filled(tensor<double, 3, 6, 5>(), 10);
  tensor<double, 6, 5> C = filled(tensor<double, 6, 5>(), 13);
  tensor<std::int32_t, batch> c = tensor<std::int32_t, batch>(7);
  data() {
    for (int i = 0; i < 7; ++i) c[i] = i % 5;
  }
};

/// Four-point differences of the values have about 11 digits in double.
template <class F, class By, class... Bindings>
[[gnu::noinline]] void agrees(F const& f, By const& by, Bindings const&... bindings) {
  auto const found = check_gradient(f, by, bindings...);
  BOOST_TEST(found.worst < 1e-9, text(f).c_str() << " by " << found.variable << "[" << found.element
                                                 << "]: " << found.gradient << ", by differences " << found.difference);
  BOOST_TEST(*found.variable);
}

}  // namespace gradients
