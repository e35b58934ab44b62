// SPDX-License-Identifier: BSL-1.0
// Products of vectors, matrices and batches, size by size, against plain loops. The elements are
// small whole numbers, whose sums are exact, so that every result is compared exactly: one element
// read twice, left out, or taken from beyond the end shows.
// labels: sanitize
#include "reference.hpp"

#include <boost/mpl/list.hpp>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(contractions)

using arithmetic = boost::mpl::list<float, double, std::int32_t>;
using floating = boost::mpl::list<float, double>;

BOOST_AUTO_TEST_CASE_TEMPLATE(matrix_times_vector, T, arithmetic) {
  for (int m = 0; m <= 40; ++m)
    for (int k = 0; k <= 40; ++k) {
      auto const a = whole_tensor<T, dyn, dyn>(unsigned(m), m, k);
      auto const x = whole_tensor<T, dyn>(unsigned(k) + 50, k);
      compare("A x", run(a * x), multiply(read(a), read(x)), 0);
    }
  auto const a = whole_tensor<T, dyn, dyn>(1, 301, 677);
  auto const x = whole_tensor<T, dyn>(2, 677);
  compare("A x", run(a * x), multiply(read(a), read(x)), 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(vector_times_matrix, T, arithmetic) {
  for (int k = 0; k <= 40; ++k)
    for (int n = 0; n <= 40; ++n) {
      auto const x = whole_tensor<T, dyn>(unsigned(k) + 50, k);
      auto const a = whole_tensor<T, dyn, dyn>(unsigned(n), k, n);
      compare("x A", run(x * a), multiply(read(x), read(a)), 0);
    }
  auto const x = whole_tensor<T, dyn>(2, 641);
  auto const a = whole_tensor<T, dyn, dyn>(1, 641, 203);
  compare("x A", run(x * a), multiply(read(x), read(a)), 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(matrix_times_matrix, T, arithmetic) {
  // Around the heights and widths of register tiles, of either instruction set.
  for (int m : {0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 33, 40})
    for (int n : {0, 1, 3, 4, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40})
      for (int k : {0, 1, 2, 7, 8, 9, 16, 17, 40}) {
        auto const a = whole_tensor<T, dyn, dyn>(unsigned(m + 7 * k), m, k);
        auto const b = whole_tensor<T, dyn, dyn>(unsigned(n + 9 * k) + 99, k, n);
        compare("A B", run(a * b), multiply(read(a), read(b)), 0);
      }
}

// More rows than a tile is high, columns that end within a register, sums longer than a panel, and more of A than the
// second-level cache is to hold at once.
BOOST_AUTO_TEST_CASE_TEMPLATE(large_matrices, T, arithmetic) {
  struct size {
    int m, k, n;
  };
  for (auto [m, k, n] : {size{67, 129, 300}, size{65, 700, 33}, size{130, 1100, 17}, size{64, 512, 32},
                         size{3, 2100, 70}, size{701, 200, 70}, size{530, 700, 33}}) {
    auto const a = whole_tensor<T, dyn, dyn>(1, m, k);
    auto const b = whole_tensor<T, dyn, dyn>(2, k, n);
    compare("A B", run(a * b), multiply(read(a), read(b)), 0);
  }
}

template <class T, int M, int K, int N>
void check_static() {
  auto const a = whole_tensor<T, M, K>(M);
  auto const b = whole_tensor<T, K, N>(N + 99);
  auto const c = run(a * b);
  static_assert(std::is_same_v<std::remove_const_t<decltype(c)>, tensor<T, M, N>>);
  compare("static A B", c, multiply(read(a), read(b)), 0);
}

BOOST_AUTO_TEST_CASE(static_sizes) {
  check_static<float, 1, 1, 1>();
  check_static<float, 2, 3, 5>();
  check_static<float, 9, 17, 33>();
  check_static<float, 67, 129, 30>();
  check_static<double, 3, 0, 2>();
  check_static<double, 13, 7, 11>();
}

// Layers over a batch: a row of results that one register holds, or whose end it holds, in blocks of any height; rows of
// the batch that are fetched ahead.
template <class T, int K, int N>
void check_layer() {
  auto const b = whole_tensor<T, K, N>(N + 99);
  auto const turned = whole_tensor<T, N, K>(N + 98);
  for (int rows : {0, 1, 4, 5, 11, 12, 13, 16, 17, 30, 33, 300}) {
    auto const a = whole_tensor<T, dyn, K>(unsigned(rows), rows);
    compare("A B", run(a * b), multiply(read(a), read(b)), 0);
    compare("A B^T", run(a * transpose(turned)), multiply(read(a), read(tensor<T, K, N>(transpose(turned)))), 0);
  }
}

BOOST_AUTO_TEST_CASE(layers_over_a_batch) {
  check_layer<float, 30, 7>();
  check_layer<float, 16, 40>();
  check_layer<float, 600, 35>();
  check_layer<double, 9, 21>();
}

template <class T, int M, int K>
void check_static_vector() {
  auto const a = whole_tensor<T, M, K>(M);
  auto const x = whole_tensor<T, K>(K + 99);
  auto const y = whole_tensor<T, M>(K + 98);
  compare("static A x", run(a * x), multiply(read(a), read(x)), 0);
  compare("static y A", run(y * a), multiply(read(y), read(a)), 0);
}

BOOST_AUTO_TEST_CASE(static_sizes_of_vectors) {
  check_static_vector<float, 1, 1>();
  check_static_vector<float, 7, 9>();
  check_static_vector<float, 33, 40>();
  check_static_vector<double, 5, 31>();
}

// Sums of products of fractions: k roundings of the sum and one of each product at most, relative
// to the sum of the products' sizes.
BOOST_AUTO_TEST_CASE_TEMPLATE(fractions, T, floating) {
  for (int k : {1, 5, 32, 200, 900}) {
    auto const a = random_tensor<T, dyn, dyn>(1, -1, 1, 19, k), b = random_tensor<T, dyn, dyn>(2, -1, 1, k, 23);
    auto const x = random_tensor<T, dyn>(3, -1, 1, k);
    compare("A B", run(a * b), multiply(read(a), read(b)), k + 1, multiply(absolute(read(a)), absolute(read(b))));
    compare("A x", run(a * x), multiply(read(a), read(x)), k + 1, multiply(absolute(read(a)), absolute(read(x))));
  }
}

// What stands beyond the end of a row must not reach the result, even multiplied by zero.
BOOST_AUTO_TEST_CASE(nothing_is_read_beyond_the_end) {
  float const nan = std::numeric_limits<float>::quiet_NaN();
  for (int m = 1; m <= 18; ++m)
    for (int k = 1; k <= 18; ++k) {
      std::vector<float> store_a(std::size_t(m * k + 32), nan), store_x(std::size_t(k + 32), nan);
      view<float, dyn, dyn> a(store_a.data(), m, k);
      view<float, dyn> x(store_x.data(), k);
      a = 1;
      x = 2;
      compare("A x", run(a * x), map([&](real) { return 2 * k; }, grid(list{m})), 0);
    }
}

BOOST_AUTO_TEST_CASE(infinities_and_nan_stay_in_their_row) {
  float const inf = std::numeric_limits<float>::infinity();
  auto a = whole_tensor<float, dyn, dyn>(1, 11, 13);
  auto x = whole_tensor<float, dyn>(2, 13);
  for (auto& one : x) one = one == 0 ? 1 : one;
  a(3, 12) = inf;
  a(5, 0) = std::numeric_limits<float>::quiet_NaN();
  compare("A x", run(a * x), multiply(read(a), read(x)), 0);
  auto const b = whole_tensor<float, dyn, dyn>(3, 13, 19);
  grid const expected = multiply(read(a), read(b));
  compare("A B", run(a * b), expected, 0);
  BOOST_TEST(std::isnan(expected({5, 0})));
}

BOOST_AUTO_TEST_SUITE_END()
