// SPDX-License-Identifier: BSL-1.0
// Products inside of formulas: several in one loop, with formulas as factors and as epilogues, and
// products of products.
#include "reference.hpp"

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(contractions_in_formulas)

inline constexpr auto batch = dim<"batch">;

grid plus(grid const& a, grid const& b) {
  return map([](real x, real y) { return x + y; }, a, b);
}

// The derivative of sigmoid is at most 1/4; relative to the result it is at most the argument's
// error, sizes(argument) · (k + 2) roundings, and 4 for the function itself.
grid scale_of_sigmoid(grid const& argument, grid const& sizes) {
  return map([](real x, real s) { return (1 + s) * reference::sigmoid(x); }, argument, sizes);
}

BOOST_AUTO_TEST_CASE(a_layer) {
  for (int m : {1, 7, 16, 33})
    for (int k : {1, 8, 31, 64}) {
      auto const w = random_tensor<float, dyn, dyn>(1, -1, 1, m, k);
      auto const x = random_tensor<float, dyn>(2, -1, 1, k), b = random_tensor<float, dyn>(3, -1, 1, m);
      grid const argument = plus(multiply(read(w), read(x)), read(b));
      grid const sizes = plus(multiply(absolute(read(w)), absolute(read(x))), absolute(read(b)));
      compare("layer", run(sigmoid(w * x + b)), map([](real z) { return reference::sigmoid(z); }, argument), k + 6,
              scale_of_sigmoid(argument, sizes));
    }
}

BOOST_AUTO_TEST_CASE(several_products_in_one_formula) {
  for (int m : {1, 5, 16, 35})
    for (int k : {1, 9, 24})
      for (int l : {1, 8, 17}) {
        auto const w = whole_tensor<float, dyn, dyn>(1, m, k), u = whole_tensor<float, dyn, dyn>(2, m, l);
        auto const x = whole_tensor<float, dyn>(3, k), h = whole_tensor<float, dyn>(4, l),
                   b = whole_tensor<float, dyn>(5, m);
        grid const expected = plus(plus(multiply(read(w), read(x)), multiply(read(u), read(h))), read(b));
        compare("W x + U h + b", run(w * x + u * h + b), expected, 0);
      }
  auto const w = whole_tensor<float, 12, 5>(1);
  auto const u = whole_tensor<float, 12, 9>(2);
  auto const x = whole_tensor<float, 5>(3);
  auto const h = whole_tensor<float, 9>(4);
  constexpr auto p = plan_v<decltype(w * x - u * h)>;
  static_assert(p.loops == 1 && p.temporaries == 0);
  grid const difference =
      map([](real a, real b) { return a - b; }, multiply(read(w), read(x)), multiply(read(u), read(h)));
  compare("W x - U h", run(w * x - u * h), difference, 0);
}

BOOST_AUTO_TEST_CASE(several_products_of_matrices) {
  for (int m : {1, 3, 4, 17, 65})
    for (int n : {1, 8, 33}) {
      auto const a = whole_tensor<float, batch, 7>(1, m);
      auto const c = whole_tensor<float, batch, 11>(2, m);
      auto const b = whole_tensor<float, 7, dyn>(3, n);
      auto const d = whole_tensor<float, dyn, 11>(4, n);
      grid const expected = plus(multiply(read(a), read(b)), multiply(read(c), reference::transpose(read(d))));
      compare("A B + C D'", run(a * b + c * transpose(d)), expected, 0);
    }
}

BOOST_AUTO_TEST_CASE(formulas_as_factors) {
  for (int m : {1, 6, 17})
    for (int k : {1, 7, 8, 19}) {
      auto const a = whole_tensor<float, dyn, dyn>(1, m, k), b = whole_tensor<float, dyn, dyn>(2, m, k);
      auto const x = whole_tensor<float, dyn>(3, k), y = whole_tensor<float, dyn>(4, k);
      grid const ab = map([](real p, real q) { return 2 * p - q; }, read(a), read(b));
      grid const xy = map([](real p, real q) { return p * q + 1; }, read(x), read(y));
      compare("(2A - B) (x % y + 1)", run((2 * a - b) * (x % y + 1)), multiply(ab, xy), 0);
      compare("(2A - B)' B", run(transpose(2 * a - b) * b), multiply(reference::transpose(ab), read(b)), 0);
    }
}

BOOST_AUTO_TEST_CASE(broadcasts_as_factors) {
  auto const row = whole_tensor<float, 6>(1);
  auto const x = whole_tensor<float, 6>(2);
  auto const m = whole_tensor<float, 6, 10>(3);
  grid const rows = spread(read(row), {9, 6}, {1}), columns = spread(read(row), {6, 9}, {0});
  compare("rows * x", run(broadcast<9, 6>(row) * x), multiply(rows, read(x)), 0);
  compare("rows * M", run(broadcast<9, 6>(row) * m), multiply(rows, read(m)), 0);
  compare("M' columns", run(transpose(m) * transpose(broadcast<9, 6>(row))),
          multiply(reference::transpose(read(m)), columns), 0);
}

BOOST_AUTO_TEST_CASE(products_of_products) {
  for (int m : {1, 5, 18})
    for (int k : {1, 4, 23}) {
      auto const a = whole_tensor<float, dyn, dyn>(1, m, k), b = whole_tensor<float, dyn, dyn>(2, k, 9);
      auto const c = whole_tensor<float, 9, 5>(3);
      auto const x = whole_tensor<float, 9>(4);
      grid const ra = read(a), rb = read(b), rc = read(c), rx = read(x);
      compare("A (B x)", run(a * (b * x)), multiply(ra, multiply(rb, rx)), 0);
      compare("(A B) x", run((a * b) * x), multiply(multiply(ra, rb), rx), 0);
      compare("A B C", run(a * b * c), multiply(multiply(ra, rb), rc), 0);
      compare("relu(A B) C", run(relu(a * b) * c),
              multiply(map([](real z) { return std::max(z, real(0)); }, multiply(ra, rb)), rc), 0);
    }
}

BOOST_AUTO_TEST_CASE(two_layers_over_a_batch) {
  for (int rows : {1, 3, 4, 37}) {
    auto const x = random_tensor<double, batch, 10>(1, -1, 1, rows);
    auto const w1 = random_tensor<double, 12, 10>(2, -1, 1);
    auto const w2 = random_tensor<double, 3, 12>(3, -1, 1);
    auto const b1 = random_tensor<double, 12>(4, -1, 1);
    auto const b2 = random_tensor<double, 3>(5, -1, 1);
    grid const z = multiply(read(x), reference::transpose(read(w1)));
    grid const hidden = map([](real p, real q) { return std::tanh(p + q); }, z, spread(read(b1), z.extents, {1}));
    grid const out = multiply(hidden, reference::transpose(read(w2)));
    // Weights and hidden values are at most 1: 12 terms, each wrong by its own 11 + 2 + 4 roundings.
    compare("two layers", run(linear(tanh(linear(x, w1, b1)), w2, b2)), plus(out, spread(read(b2), out.extents, {1})),
            12 * 20, map([](real) { return 1; }, out));
  }
}

// A factor of another element type is converted as it is read; the lanes are those of the wider one.
BOOST_AUTO_TEST_CASE(casts_as_factors) {
  for (int m : {1, 5, 18})
    for (int k : {1, 4, 9, 22}) {
      auto const f = whole_tensor<float, dyn, dyn>(1, m, k);
      auto const i = whole_tensor<std::int32_t, dyn, dyn>(2, m, k);
      auto const d = whole_tensor<double, dyn>(3, k);
      auto const x = whole_tensor<float, dyn>(4, k);
      compare("double(F) d", run(cast<double>(f) * d), multiply(read(f), read(d)), 0);
      compare("F float(d)", run(f * cast<float>(d)), multiply(read(f), read(d)), 0);
      compare("float(I) x", run(cast<float>(i) * x), multiply(read(i), read(x)), 0);
      compare("float(F > 0) x", run(cast<float>(f > 0) * x),
              multiply(map([](real p) { return p > 0; }, read(f)), read(x)), 0);
      compare("where(F > 0, F, 0) x", run(where(f > 0, f, 0) * x),
              multiply(map([](real p) { return std::max(p, real(0)); }, read(f)), read(x)), 0);
    }
}

BOOST_AUTO_TEST_SUITE_END()
