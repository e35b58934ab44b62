// SPDX-License-Identifier: BSL-1.0
// Products whose operands lie in memory in every possible way: transposed, column-major, strided,
// batched. Small whole numbers, compared exactly, as in contraction.cpp.
#include "reference.hpp"

#include <boost/mpl/list.hpp>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(contractions_of_layouts)

using floating = boost::mpl::list<float, double>;
inline constexpr auto batch = dim<"batch">;

constexpr int some_sizes[] = {1, 2, 3, 4, 7, 8, 9, 16, 17, 35};

BOOST_AUTO_TEST_CASE_TEMPLATE(transposed_matrix_and_vector, T, floating) {
  for (int m = 1; m <= 34; m += 1)
    for (int k : some_sizes) {
      auto const a = whole_tensor<T, dyn, dyn>(unsigned(m), k, m);
      auto const x = whole_tensor<T, dyn>(unsigned(k), k), y = whole_tensor<T, dyn>(unsigned(m), m);
      grid const turned = reference::transpose(read(a));
      compare("A' x", run(transpose(a) * x), multiply(turned, read(x)), 0);
      compare("y A'", run(y * transpose(a)), multiply(read(y), turned), 0);
    }
}

BOOST_AUTO_TEST_CASE(transposed_matrices) {
  for (int m : some_sizes)
    for (int n : some_sizes)
      for (int k : {1, 3, 8, 13, 650}) {
        if (k > 600 && (m > 9 || n < 9)) continue;
        auto const a = whole_tensor<float, dyn, dyn>(unsigned(m), m, k),
                   ta = whole_tensor<float, dyn, dyn>(unsigned(m), k, m);
        auto const b = whole_tensor<float, dyn, dyn>(unsigned(n), k, n),
                   tb = whole_tensor<float, dyn, dyn>(unsigned(n), n, k);
        grid const ra = read(a), rb = read(b), rta = reference::transpose(read(ta)),
                   rtb = reference::transpose(read(tb));
        compare("A' B", run(transpose(ta) * b), multiply(rta, rb), 0);
        compare("A B'", run(a * transpose(tb)), multiply(ra, rtb), 0);
        compare("A' B'", run(transpose(ta) * transpose(tb)), multiply(rta, rtb), 0);
        compare("(A B)'", run(transpose(a * b)), reference::transpose(multiply(ra, rb)), 0);
      }
}

template <class T>
auto column_major_copy(tensor<T, dyn, dyn> const& a) {
  tensor<T, dyn, dyn, column_major> result(a.extent(0), a.extent(1));
  for (index_t i = 0; i < a.extent(0); ++i)
    for (index_t j = 0; j < a.extent(1); ++j) result(i, j) = a(i, j);
  return result;
}

BOOST_AUTO_TEST_CASE(column_major_operands_and_results) {
  for (int m : some_sizes)
    for (int k : some_sizes) {
      auto const a = whole_tensor<float, dyn, dyn>(unsigned(m), m, k);
      auto const b = whole_tensor<float, dyn, dyn>(unsigned(m) + 9, k, 13);
      auto const x = whole_tensor<float, dyn>(unsigned(k), k);
      auto const ca = column_major_copy(a), cb = column_major_copy(b);
      grid const ab = multiply(read(a), read(b));
      compare("col A * x", run(ca * x), multiply(read(a), read(x)), 0);
      compare("col A * B", run(ca * b), ab, 0);
      compare("A * col B", run(a * cb), ab, 0);
      tensor<float, dyn, dyn, column_major> c(m, 13);
      put(c, ca * cb);
      compare("col C = col A * col B", c, ab, 0);
      put(c, a * b);
      compare("col C = A * B", c, ab, 0);
    }
}

// Matrices that the first-level cache does not hold are read by rows, a page of results at a time.
template <class T, class Also>
void with_long_rows(Also const& also) {
  for (int n : {127, 128, 131, 250, 1030, 2100})
    for (int k : {15, 16, 23, 64, 75}) {
      if (k == 75 && n == 1030) continue;
      auto const a = whole_tensor<T, dyn, dyn>(unsigned(n), k, n);
      auto const x = whole_tensor<T, dyn>(unsigned(k), k);
      auto const few = whole_tensor<T, dyn, dyn>(7, 3, k);
      grid const xa = multiply(read(x), read(a));
      compare("A' x", run(transpose(a) * x), xa, 0);
      compare("few A", run(few * a), multiply(read(few), read(a)), 0);
      also(x, a, xa);
    }
}
BOOST_AUTO_TEST_CASE(long_rows) {
  with_long_rows<double>([](auto const&...) {});
  with_long_rows<float>([](auto const& x, auto const& a, grid const& xa) {
    auto const y = whole_tensor<float, dyn>(unsigned(a.extent(1)), 16);
    auto const b = whole_tensor<float, dyn, dyn>(5, 16, a.extent(1));
    grid both = multiply(read(y), read(b));
    for (std::ptrdiff_t i = 0; i < a.extent(1); ++i) both({i}) += xa({i});
    compare("x A + y B", run(x * a + y * b), both, 0);
    // What follows in pairs of packs is what follows alone.
    tensor<float, dyn> const product = x * a;
    compare("stable_sigmoid(x A)", run(stable_sigmoid(x * a)), read(tensor<float, dyn>(stable_sigmoid(product))), 0);
  });
}

BOOST_AUTO_TEST_CASE(views) {
  for (int m : some_sizes)
    for (int k : some_sizes) {
      auto const store = whole_tensor<float, dyn, dyn>(1, 2 * m + 1, 3 * k + 2);
      float const* const p = store.data();
      // Every other row and every third column; a block of a larger matrix; read backwards.
      view<float const, dyn, dyn, strided> const a(p + 1, m, k, {2 * store.extent(1), 3});
      view<float const, dyn, dyn, strided> const block(p + 2, m, k, {store.extent(1), 1});
      view<float const, dyn, dyn, strided> const back(p + store.size() - 1, k, m, {-store.extent(1) / 3, -1});
      auto const x = whole_tensor<float, dyn>(2, k);
      view<float const, dyn, strided> const reversed(x.data() + k - 1, k, {-1});
      compare("A x", run(a * x), multiply(read(a), read(x)), 0);
      compare("block * reversed x", run(block * reversed), multiply(read(block), read(reversed)), 0);
      if (k * (store.extent(1) / 3) < store.size() - m)
        compare("A back", run(a * back), multiply(read(a), read(back)), 0);
    }
}

BOOST_AUTO_TEST_CASE(batches) {
  for (int b : {0, 1, 3})
    for (int m : {1, 3, 4, 9})
      for (int n : {1, 8, 17})
        for (int k : {0, 1, 8, 11}) {
          auto const a = whole_tensor<float, batch, dyn, dyn>(1, b, m, k),
                     c = whole_tensor<float, batch, dyn, dyn>(2, b, k, n);
          auto const right = whole_tensor<float, dyn, dyn>(3, k, n), left = whole_tensor<float, dyn, dyn>(4, m, k);
          auto const x = whole_tensor<float, dyn>(5, k);
          compare("[b,m,k] * [b,k,n]", run(a * c), multiply(read(a), read(c)), 0);
          compare("[b,m,k] * [k,n]", run(a * right), multiply(read(a), read(right)), 0);
          compare("[m,k] * [b,k,n]", run(left * c), multiply(read(left), read(c)), 0);
          compare("[b,m,k] * [k]", run(a * x), multiply(read(a), read(x)), 0);
          compare("[k] * [b,k,n]", run(x * c), multiply(read(x), read(c)), 0);
        }
}

BOOST_AUTO_TEST_CASE(batches_transposed_and_of_rank_4) {
  auto const a = whole_tensor<float, 3, 5, 7>(1);
  auto const b = whole_tensor<float, 3, 9, 7>(2);
  compare("A B'", run(a * transpose(b)), multiply(read(a), reference::transpose(read(b))), 0);
  compare("(A B')'", run(transpose(a * transpose(b))),
          reference::transpose(multiply(read(a), reference::transpose(read(b)))), 0);
  auto const x = whole_tensor<float, 7>(3);
  compare("(A x)'", run(transpose(a * x)), reference::transpose(multiply(read(a), read(x))), 0);
  auto const p = whole_tensor<double, 2, 2, 3, 5>(4);
  auto const q = whole_tensor<double, 2, 2, 5, 9>(5);
  grid expected({2, 2, 3, 9});
  grid const rp = read(p), rq = read(q);
  each_index(expected.extents, [&](list const& at) {
    for (std::ptrdiff_t k = 0; k < 5; ++k) expected(at) += rp({at[0], at[1], at[2], k}) * rq({at[0], at[1], k, at[3]});
  });
  compare("rank 4", run(p * q), expected, 0);
}

BOOST_AUTO_TEST_SUITE_END()
