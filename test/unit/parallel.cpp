// SPDX-License-Identifier: BSL-1.0
// par(f): the same bits as without, for every kind of loop, and the part of the listing about speed.
// link: oneloop::parallel
#include <boost/test/unit_test.hpp>
#include <oneloop/oneloop.hpp>

#include <cmath>
#include <cstring>

using namespace oneloop;

namespace {

constexpr auto batch = dim<"batch">;
constexpr auto n = dim<"n">;

template <class Array>
void fill(Array& array, double seed) {
  int i = 0;
  for (auto& element : array) element = static_cast<typename Array::element>(std::sin(seed + 0.37 * i++));
}

template <class A, class B>
bool same_bits(A const& a, B const& b) {
  return a.extents() == b.extents() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(typename A::element)) == 0;
}

template <class F>
void check(F const& f) {
  auto const one = evaluate(f);
  auto several = evaluate(par, f);
  BOOST_TEST(same_bits(one, several));
  several = par(0 * f);
  several = par(f);
  BOOST_TEST(same_bits(one, several));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(parallel)

// Two grains and more of each kind, with ends that fill no pack.
BOOST_AUTO_TEST_CASE(elementwise) {
  for (int const size : {0, 1, 1000, 300'001}) {
    tensor<float, n> x(size), y(size);
    fill(x, 1), fill(y, 2);
    check(stable_sigmoid(x) % y + 2 * x);
  }
  tensor<double, batch, 70> A(3001);
  fill(A, 1);
  check(exp(A) - 1);  // flat
  tensor<double, 70> row;
  fill(row, 2);
  check(A % broadcast<batch, 70>(row) + tanh(A));  // row by row
  check(where(A > 0, A, -A));
}

BOOST_AUTO_TEST_CASE(products) {
  tensor<float, dyn, dyn> W(3001, 203);
  tensor<float, dyn> x(203), b(3001);
  fill(W, 1), fill(x, 2), fill(b, 3);
  check(sigmoid(W * x + b));
  check(sigmoid(pack(W) * x + b));
  tensor<float, dyn, dyn> const V = transpose(W);
  check(sigmoid(transpose(V) * x + b));

  tensor<float, batch, 64> X(1501);
  tensor<float, 50, 64> U;
  tensor<float, 50> c;
  fill(X, 4), fill(U, 5), fill(c, 6);
  check(stable_sigmoid(linear(X, U, c)));
  check(stable_sigmoid(linear(X, pack(U), c)));
  tensor<float, dyn, 40, 30> S(200);
  tensor<float, dyn, 30, 20> T(200);
  fill(S, 7), fill(T, 8);
  check(S * T);
}

BOOST_AUTO_TEST_CASE(what_stays_on_one_thread) {
  tensor<float, batch, 64> X(5000);
  fill(X, 1);
  auto const [total, most] = evaluate(par, sum(X), max(X));
  BOOST_TEST(total == evaluate(sum(X)));
  BOOST_TEST(most == evaluate(max(X)));
  auto const along = evaluate(par, mean<batch>(X));
  BOOST_TEST(same_bits(along, evaluate(mean<batch>(X))));
  float number = 0;
  number = evaluate(par(sum(X)));
  BOOST_TEST(number == total);
}

BOOST_AUTO_TEST_CASE(aliased_and_misfitting) {
  tensor<float, n> x(300'000), y(300'000);
  fill(x, 1);
  y = x;
  x = par(2 * x + 1);
  y = 2 * y + 1;
  BOOST_TEST(same_bits(x, y));
  auto const shifted = view<float, n>(x.data() + 1, 299'999), unshifted = view<float, n>(x.data(), 299'999);
  tensor<float, n> const expected = 3 * unshifted;
  shifted = par(3 * unshifted);
  BOOST_TEST(std::memcmp(shifted.data(), expected.data(), 299'999 * sizeof(float)) == 0);
  tensor<float, n> const other(7);
  BOOST_CHECK_THROW(y = par(y + other), shape_error);
}

// What stands in the first column is the listing, word for word.
// clang-format off
BOOST_AUTO_TEST_CASE(listing_part_4) {
tensor<float, 128, 64> W;  tensor<float, 64> x;  tensor<float, 128> b;     // owning; row-major; aligned
tensor<float, batch, 64> X(32);                   // run-time extents are given in order
tensor<float, 128> y;
  fill(W, 1), fill(x, 2), fill(b, 3), fill(X, 4);
  auto const f2 = sigmoid(linear(X, W, b));
auto P = pack(W);                                 // prepacked constant matrix: stands wherever W may stand
y = sigmoid(P * x + b);
tensor<float, batch, 128> Y(32);
Y = stable_sigmoid(linear(X, P, b));              // X Wᵀ + b over the batch
  auto const batched = Y;
Y = par(f2); auto r = evaluate(par, f2);          // threads, opt-in
// clang-format on
  for (int i = 0; i < 128; ++i) {
    double product = b(i);
    for (int k = 0; k < 64; ++k) product += double(W(i, k)) * x(k);
    BOOST_TEST(std::abs(y(i) - 1 / (1 + std::exp(-product))) < 1e-6);
    for (int row = 0; row < 32; ++row) {
      double sum = b(i);
      for (int k = 0; k < 64; ++k) sum += double(W(i, k)) * X(row, k);
      double const expected = 1 / (1 + std::exp(-sum));
      BOOST_TEST(std::abs(batched(row, i) - expected) < 1e-6);
      BOOST_TEST(std::abs(Y(row, i) - expected) < 1e-6);
    }
  }
  BOOST_TEST(same_bits(Y, r));
}

BOOST_AUTO_TEST_SUITE_END()
