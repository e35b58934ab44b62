// SPDX-License-Identifier: BSL-1.0
// Products folded into reductions: neither the product nor what is computed from it is stored.
#include "reference.hpp"

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(contractions_in_reductions)

inline constexpr auto batch = dim<"batch">;

BOOST_AUTO_TEST_CASE(products_folded_into_reductions) {
  for (int m : {1, 3, 4, 5, 16, 40})
    for (int k : {1, 8, 21}) {
      auto const a = whole_tensor<float, batch, dyn>(1, m, k);
      auto const x = whole_tensor<float, dyn>(2, k);
      auto const t = whole_tensor<float, batch>(3, m);
      auto const b = whole_tensor<float, dyn, 11>(4, k);
      grid const product = multiply(read(a), read(x)), matrix = multiply(read(a), read(b));
      compare("sum", run(sum(a * x)), fold(product, reference::sum), 0);
      compare("sum of a matrix", run(sum(a * b)), fold(matrix, reference::sum), 0);
      compare("max", run(max(a * b)), fold(matrix, largest), 0);
      compare("argmax", run(argmax(a * b)),
              fold(matrix, [](slice const& s) { return std::max_element(s.begin(), s.end()) - s.begin(); }), 0);
      grid const squares = map([](real p, real q) { return (p - q) * (p - q); }, product, read(t));
      compare("sum of squares", run(sum(mse(a * x, t))), fold(squares, reference::sum), 0);
      compare("along an axis", run(sum<0>(a * b)), fold(matrix, 0, reference::sum), 0);
      compare("along the other", run(max<1>(a * b)), fold(matrix, 1, largest), 0);
    }
}

BOOST_AUTO_TEST_CASE(the_mean_loss_of_a_linear_model) {
  for (int rows : {1, 5, 64, 301}) {
    auto const x = random_tensor<double, batch, 20>(1, -1, 1, rows);
    auto const w = random_tensor<double, 20>(2, -1, 1);
    auto t = whole_tensor<double, batch>(3, rows);
    for (auto& one : t) one = one > 0;
    real expected = 0;
    for (int i = 0; i < rows; ++i) {
      real z = 0.25L;
      for (int k = 0; k < 20; ++k) z += real(x(i, k)) * real(w(k));
      expected += std::max(z, real(0)) - z * real(t(i)) + std::log1p(std::exp(-std::fabs(z)));
    }
    // Every loss is wrong by at most 21 + 4 roundings of numbers below 25; so is their mean, and
    // the sum's own roundings are fewer than rows.
    compare("mean", run(mean(bce_with_logits(x * w + 0.25, t))), grid(expected / rows), 25 + rows, grid(real(25)));
  }
}

BOOST_AUTO_TEST_SUITE_END()
