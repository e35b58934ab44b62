// SPDX-License-Identifier: BSL-1.0
// Products of large matrices by the BLAS: which ones it gets, and that they are right. Small whole numbers, compared
// exactly, at one place of every row and of every column.
// link: oneloop::blas oneloop::parallel
// wrap: cblas_sgemm cblas_dgemm
#include "reference.hpp"

#if ONELOOP_HAS_BLAS
#include <cblas.h>
#endif

#include <atomic>
#include <memory>

using namespace oneloop;
using namespace reference;

namespace {

std::atomic<int> calls = 0;  // parts run on several threads

#if ONELOOP_HAS_BLAS
// The linker leads calls of cblas_xgemm to __wrap_cblas_xgemm, and those of __real_cblas_xgemm to the library.
extern "C" decltype(cblas_sgemm) __real_cblas_sgemm, __wrap_cblas_sgemm;
extern "C" decltype(cblas_dgemm) __real_cblas_dgemm, __wrap_cblas_dgemm;
void __wrap_cblas_sgemm(CBLAS_ORDER order, CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int m, int n, int k, float alpha,
                        float const* a, int lda, float const* b, int ldb, float beta, float* c, int ldc) {
  ++calls;
  __real_cblas_sgemm(order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}
void __wrap_cblas_dgemm(CBLAS_ORDER order, CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int m, int n, int k, double alpha,
                        double const* a, int lda, double const* b, int ldb, double beta, double* c, int ldc) {
  ++calls;
  __real_cblas_dgemm(order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}
#endif

/// Runs, and tells whether the BLAS was called; or that it is not there.
enum class by { blas, us };
template <class Run>
void expect(by whom, Run const& run) {
  calls = 0;
  run();
  BOOST_TEST((calls > 0) == (whom == by::blas && ONELOOP_HAS_BLAS));
}

/// got(i, j) == expected(i, j) at one j for each i, one i for each j, and the corners.
template <class Got, class Expected>
void compare_some(char const* what, Got const& got, Expected const& expected) {
  index_t const m = got.extent(0), n = got.extent(1);
  index_t wrong = 0;
  auto const one = [&](index_t i, index_t j) { wrong += real(got(i, j)) != expected(i, j); };
  for (index_t i = 0; i < m; ++i) one(i, i * 7919 % n);
  for (index_t j = 0; j < n; ++j) one(j * 7919 % m, j);
  one(0, n - 1), one(m - 1, 0), one(m - 1, n - 1);
  BOOST_TEST(wrong == 0, what << ": " << wrong << " of " << m + n + 3 << " are wrong");
}

template <class A, class B>
real dot(A const& a, B const& b, index_t i, index_t j) {
  real sum = 0;
  for (index_t k = 0; k < a.extent(1); ++k) sum += real(a(i, k)) * real(b(k, j));
  return sum;
}

template <class T>
tensor<T, dyn, dyn> whole(index_t rows, index_t columns, unsigned seed) {
  return whole_tensor<T, dyn, dyn>(seed, rows, columns);
}

// Odd, with ends in every block.
constexpr index_t m = 1601, n = 1607, k = 1609;
static_assert(m > ONELOOP_BLAS_DOUBLE && n > ONELOOP_BLAS_DOUBLE && k > ONELOOP_BLAS_DOUBLE);

struct matrices {
  tensor<double, dyn, dyn> a = whole<double>(m, k, 1), b = whole<double>(k, n, 2), c = whole<double>(m, n, 3);
};

}  // namespace

BOOST_AUTO_TEST_SUITE(blas)

BOOST_FIXTURE_TEST_CASE(transposed_operands, matrices) {
  tensor<double, dyn, dyn> const ta = transpose(a), tb = transpose(b);
  auto const expected = [&](index_t i, index_t j) { return dot(a, b, i, j); };
  expect(by::blas, [&] { compare_some("A B", run(a * b), expected); });
  expect(by::blas, [&] { compare_some("A' B", run(transpose(ta) * b), expected); });
  expect(by::blas, [&] { compare_some("A B'", run(a * transpose(tb)), expected); });
  expect(by::blas, [&] { compare_some("A' B'", run(transpose(ta) * transpose(tb)), expected); });
  expect(by::blas,
         [&] { compare_some("(A B)'", run(transpose(a * b)), [&](index_t i, index_t j) { return expected(j, i); }); });
  tensor<double, dyn, dyn, column_major> column_a = a, column_c(m, n);
  expect(by::blas, [&] { put(column_c, column_a * b); });
  compare_some("col C = col A * B", column_c, expected);
}

BOOST_AUTO_TEST_CASE(float_with_bias) {
  index_t const rows = 2531, columns = 2521, length = 2539;
  auto const x = whole<float>(rows, length, 1), w = whole<float>(columns, length, 2);
  tensor<float, dyn, dyn> const tw = transpose(w);
  auto const bias = whole_tensor<float, dyn>(3, columns);
  expect(by::blas, [&] {
    compare_some("relu(linear(X, W, b))", run(relu(linear(x, w, bias))),
                 [&](index_t i, index_t j) { return std::max(real(0), dot(x, tw, i, j) + real(bias(j))); });
  });
}

BOOST_FIXTURE_TEST_CASE(views, matrices) {
  auto const store = whole<double>(2 * m, 2 * k, 4);
  double const* const p = store.data();
  view<double const, dyn, dyn, strided> const block(p + 5, m, k, {2 * k, 1}), turned(p + 3, m, k, {1, 2 * m});
  expect(by::blas,
         [&] { compare_some("block * B", run(block * b), [&](index_t i, index_t j) { return dot(block, b, i, j); }); });
  expect(by::blas, [&] {
    compare_some("turned * B", run(turned * b), [&](index_t i, index_t j) { return dot(turned, b, i, j); });
  });
  // No BLAS knows rows that overlap, run backwards, or have gaps between their elements.
  view<double const, dyn, dyn, strided> const overlapping(p, k, n, {7, 1}), gaps(p, k, n, {2 * k, 2});
  view<double const, dyn, dyn, strided> const backwards(p + 2 * k * m, k, n, {-2 * k / 3, 1});
  for (auto const& right : {overlapping, gaps, backwards})
    expect(by::us, [&] {
      compare_some("A * view", run(a * right), [&](index_t i, index_t j) { return dot(a, right, i, j); });
    });
}

BOOST_FIXTURE_TEST_CASE(batches, matrices) {
  auto const many = whole_tensor<double, dyn, dyn, dyn>(5, 2, m, k);
  auto const right = whole_tensor<double, dyn, dyn, dyn>(6, 2, k, n);
  auto const check = [&](auto const& got, auto const& left_at, auto const& right_at) {
    for (index_t at : {0, 1})
      compare_some("batch", got[at], [&](index_t i, index_t j) { return 1 + dot(left_at(at), right_at(at), i, j); });
  };
  auto const of_many = [&](index_t at) { return many[at]; };
  auto const of_right = [&](index_t at) { return right[at]; };
  expect(by::blas, [&] { check(run(many * right + 1), of_many, of_right); });
  expect(by::blas, [&] { check(run(many * b + 1), of_many, [&](index_t) { return b.borrow(); }); });
  expect(by::blas, [&] { check(run(a * right + 1), [&](index_t) { return a.borrow(); }, of_right); });
}

BOOST_FIXTURE_TEST_CASE(what_follows, matrices) {
  auto const d = whole<double>(m, k, 7), e = whole<double>(k, n, 8);
  expect(by::blas, [&] {
    compare_some("A B % C - 2", run(a * b % c - 2),
                 [&](index_t i, index_t j) { return dot(a, b, i, j) * real(c(i, j)) - 2; });
  });
  expect(by::blas, [&] {
    compare_some("A B + D E + C", run(a * b + d * e + c),
                 [&](index_t i, index_t j) { return dot(a, b, i, j) + dot(d, e, i, j) + real(c(i, j)); });
  });
  // Sums of all results, the way by the BLAS beside sums of products of sums.
  expect(by::blas, [&] {
    auto const [total, least] = run(sum(a * b), min(a * b));
    real expected = 0;
    for (index_t at = 0; at < k; ++at) {
      real of_a = 0, of_b = 0;
      for (index_t i = 0; i < m; ++i) of_a += real(a(i, at));
      for (index_t j = 0; j < n; ++j) of_b += real(b(at, j));
      expected += of_a * of_b;
    }
    BOOST_TEST(real(total) == expected);
    BOOST_TEST(real(least) <= dot(a, b, 0, 0));
  });
  tensor<double, dyn, dyn> const small = 0.002 * a;
  expect(by::blas, [&] {
    auto const y = run(stable_sigmoid(small * b));
    for (index_t i = 0; i < m; ++i) {
      index_t const j = i * 7919 % n;
      BOOST_TEST(std::abs(real(y(i, j)) - sigmoid(dot(small, b, i, j))) < 1e-13L);
    }
  });
}

BOOST_AUTO_TEST_CASE(aliasing) {
  index_t const side = 1621;
  auto const a = whole<double>(side, side, 1), b = whole<double>(side, side, 2);
  auto y = a;
  expect(by::blas, [&] { put(y, y * b); });
  compare_some("Y = Y B", y, [&](index_t i, index_t j) { return dot(a, b, i, j); });
  y = b;
  expect(by::blas, [&] { put(y, a * y); });
  compare_some("Y = A Y", y, [&](index_t i, index_t j) { return dot(a, b, i, j); });
  y = a;
  expect(by::blas, [&] { y += a * transpose(a); });
  tensor<double, dyn, dyn> const ta = transpose(a);
  compare_some("Y += A A'", y, [&](index_t i, index_t j) { return dot(a, ta, i, j) + real(a(i, j)); });
}

BOOST_AUTO_TEST_CASE(the_size_decides) {
  constexpr index_t side = ONELOOP_BLAS_DOUBLE;
  auto const check = [](by whom, index_t rows, index_t columns, index_t length) {
    auto const a = whole<double>(rows, length, 1), b = whole<double>(length, columns, 2);
    expect(whom, [&] { compare_some("A B", run(a * b), [&](index_t i, index_t j) { return dot(a, b, i, j); }); });
  };
  check(by::blas, side, side, side);
  check(by::us, side, side, side - 1);
  check(by::us, side - 1, side, side);
  check(by::blas, 2 * side, side / 2, side);
  check(by::us, side / 4 - 1, 3 * side, 2 * side);
  check(by::us, 3 * side, side / 4 - 1, 2 * side);
  check(by::us, 3 * side, 2 * side, side / 4 - 1);
  for (index_t const rows : {0, 1, 3, 65}) {
    auto const a = whole<double>(rows, 64, 1), b = whole<double>(64, 63, 2);
    expect(by::us, [&] { compare("small", run(a * b), multiply(read(a), read(b)), 0); });
  }
}

BOOST_AUTO_TEST_CASE(static_extents) {
  struct large {
    tensor<double, 1600, 1700> a;
    tensor<double, 1700, 1601> b;
    tensor<double, 1600, 1601> c;
  };
  auto const data = std::make_unique<large>();
  source random(1);
  fill_whole(data->a, random), fill_whole(data->b, random);
  expect(by::blas, [&] { put(data->c, data->a * data->b); });
  compare_some("A B", data->c, [&](index_t i, index_t j) { return dot(data->a, data->b, i, j); });
}

BOOST_FIXTURE_TEST_CASE(what_the_blas_does_not_get, matrices) {
  // A factor that is a formula is computed once, into memory.
  expect(by::blas,
         [&] { compare_some("(2 A) B", run((2 * a) * b), [&](index_t i, index_t j) { return 2 * dot(a, b, i, j); }); });
  tensor<double, dyn, dyn> const tb = transpose(b);
  auto const packed = pack(tb);
  expect(by::us, [&] {
    compare_some("A P'", run(a * transpose(packed)), [&](index_t i, index_t j) { return dot(a, b, i, j); });
  });
  // Both products of a stage, or none.
  expect(by::us, [&] {
    compare_some("A B + A P'", run(a * b + a * transpose(packed)),
                 [&](index_t i, index_t j) { return 2 * dot(a, b, i, j); });
  });
  auto const whole_a = whole<std::int32_t>(m, k, 1), whole_b = whole<std::int32_t>(k, n, 2);
  expect(by::us, [&] {
    compare_some("integers", run(whole_a * whole_b), [&](index_t i, index_t j) { return dot(whole_a, whole_b, i, j); });
  });
  BOOST_CHECK_THROW(run(b * b), shape_error);
}

BOOST_FIXTURE_TEST_CASE(the_same_bits_in_parts, matrices) {
  source random(9);
  fill(a, random), fill(b, random);
  auto const one = evaluate(tanh(a * b) + c);
  auto const parts = evaluate(par, tanh(a * b) + c);
  BOOST_TEST(same_values(one, parts));
}

BOOST_AUTO_TEST_SUITE_END()
