// SPDX-License-Identifier: BSL-1.0
// A packed matrix stands wherever the matrix may stand: the same values to rounding, the same shapes, the same errors.
// labels: sanitize
// options: -O0 -Wno-psabi
#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>
#include <oneloop/oneloop.hpp>

#include <cmath>
#include <cstdint>
#include <type_traits>

using namespace oneloop;

namespace {

constexpr auto batch = dim<"batch">;
constexpr auto out = dim<"out">;

using types = boost::mp11::mp_list<float, double, std::int32_t>;

template <class Array>
void fill(Array& array, double seed) {
  int i = 0;
  for (auto& element : array) {
    double const number = std::sin(seed + 0.37 * i++);
    element = static_cast<typename Array::element>(std::is_integral_v<typename Array::element> ? 9 * number : number);
  }
}

template <class T>
constexpr double tolerance = std::is_same_v<T, float>    ? 2e-5
                             : std::is_same_v<T, double> ? 1e-13
                                                         : 0;

template <class T>
void near(T actual, double expected) {
  BOOST_TEST(std::abs(static_cast<double>(actual) - expected) <= tolerance<T> * (1 + std::abs(expected)));
}

/// Every kind of product with the matrix, its sums in double.
template <class T, class Matrix, class Packed>
void products(Matrix const& W, Packed const& P) {
  auto const rows = W.extent(0), columns = W.extent(1);
  tensor<T, dyn> x(columns), u(rows);
  tensor<T, batch, dyn> X(13, columns), U(13, rows);
  tensor<T, dyn, dyn> V(columns, 5);
  fill(x, 1), fill(u, 2), fill(X, 3), fill(V, 4), fill(U, 5);

  auto const y = evaluate(P * x + u);
  auto const z = evaluate(u * P);
  auto const linear_y = evaluate(linear(X, P, u));
  auto const left = evaluate(P * V);
  auto const right = evaluate(U * P);
  auto const turned = evaluate(transpose(P) * u);
  auto const twice = evaluate(P + P);
  auto const total = evaluate(sum(P));
  auto const sum_of_products = evaluate(P * x + W * x);
  double all = 0;
  for (index_t i = 0; i < rows; ++i) {
    double product = 0;
    for (index_t k = 0; k < columns; ++k) {
      product += double(W(i, k)) * x(k);
      all += W(i, k);
      near<T>(twice(i, k), 2.0 * W(i, k));
      BOOST_TEST(P(i, k) == W(i, k));
    }
    near<T>(y(i), product + u(i));
    near<T>(sum_of_products(i), 2 * product);
    for (index_t r = 0; r < 13; ++r) {
      double expected = u(i);
      for (index_t k = 0; k < columns; ++k) expected += double(X(r, k)) * W(i, k);
      near<T>(linear_y(r, i), expected);
    }
    for (index_t j = 0; j < 5; ++j) {
      double expected = 0;
      for (index_t k = 0; k < columns; ++k) expected += double(W(i, k)) * V(k, j);
      near<T>(left(i, j), expected);
    }
  }
  for (index_t k = 0; k < columns; ++k) {
    double expected = 0;
    for (index_t i = 0; i < rows; ++i) expected += double(u(i)) * W(i, k);
    near<T>(z(k), expected);
    near<T>(turned(k), expected);
    for (index_t r = 0; r < 13; ++r) {
      double one = 0;
      for (index_t i = 0; i < rows; ++i) one += double(U(r, i)) * W(i, k);
      near<T>(right(r, k), one);
    }
  }
  BOOST_TEST(std::abs(double(total) - all) <= 100 * tolerance<T> * (1 + std::abs(all)));
}

template <class T, int Rows, int Columns>
void static_products() {
  tensor<T, Rows, Columns> W;
  fill(W, 7);
  auto const P = pack(W);
  static_assert(std::is_same_v<decltype(shape_of(P)), decltype(shape_of(W))>);
  products<T>(W, P);
}

template <class T>
void dynamic_products(index_t rows, index_t columns) {
  tensor<T, dyn, dyn> W(rows, columns);
  fill(W, 8);
  products<T>(W, pack(W));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(packed_matrices)

BOOST_AUTO_TEST_CASE(of_static_extents) {  // one, two and four registers of rows to a panel
  static_products<float, 2, 3>();
  static_products<float, 17, 33>();
  static_products<float, 100, 3>();
  static_products<double, 9, 4>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_run_time_extents, T, types) {
  for (index_t const rows : {1, 3, 16, 31, 64, 65, 130})
    for (index_t const columns : {1, 2, 8, 17}) dynamic_products<T>(rows, columns);
}

BOOST_AUTO_TEST_CASE(long_sums) {
  tensor<float, 70, 600> W;
  fill(W, 1);
  tensor<float, batch, 600> X(9);
  fill(X, 2);
  tensor<float, 70> b;
  fill(b, 3);
  auto const P = pack(W);
  auto const plain = evaluate(linear(X, W, b)), from_packed = evaluate(linear(X, P, b));
  for (index_t r = 0; r < 9; ++r)
    for (index_t i = 0; i < 70; ++i) {
      double expected = b(i), size = 1;
      for (index_t k = 0; k < 600; ++k) {
        double const term = double(X(r, k)) * W(i, k);
        expected += term;
        size += std::abs(term);
      }
      BOOST_TEST(std::abs(plain(r, i) - expected) < 2e-6 * size);
      BOOST_TEST(std::abs(from_packed(r, i) - expected) < 2e-6 * size);
    }
}

BOOST_AUTO_TEST_CASE(from_other_matrices) {
  tensor<float, 5, 7> W;
  fill(W, 1);
  tensor<float, 5, 7, column_major> const other = W;
  auto const from_column_major = pack(other);
  auto const from_formula = pack(2 * transpose(W));
  auto const from_temporary = pack(tensor<float, 5, 7>(W));
  static_assert(std::is_same_v<decltype(from_formula.extents()), index_list<2>>);
  for (int i = 0; i < 5; ++i)
    for (int k = 0; k < 7; ++k) {
      BOOST_TEST(from_column_major(i, k) == W(i, k));
      BOOST_TEST(from_temporary(i, k) == W(i, k));
      BOOST_TEST(from_formula(k, i) == 2 * W(i, k));
    }
}

BOOST_AUTO_TEST_CASE(bound_to_a_variable) {
  constexpr auto Wv = var<"W", 17, 9>;
  constexpr auto xv = var<"x", 9>;
  constexpr auto layer = sigmoid(Wv * xv);
  tensor<float, 17, 9> W;
  tensor<float, 9> x;
  fill(W, 1), fill(x, 2);
  tensor<float, 17> const y = layer(Wv = pack(W), xv = x);
  for (int i = 0; i < 17; ++i) {
    double product = 0;
    for (int k = 0; k < 9; ++k) product += double(W(i, k)) * x(k);
    near<float>(y(i), 1 / (1 + std::exp(-product)));
  }
}

BOOST_AUTO_TEST_CASE(named_rows_and_an_empty_matrix) {
  tensor<float, out, 4> W(0);
  tensor<float, 4> x;
  auto const P = pack(W);
  BOOST_TEST(P.extent(0) == 0);
  BOOST_TEST(evaluate(P * x).size() == 0);
  tensor<float, dyn, dyn> const none(3, 0);
  auto const zeros = evaluate(pack(none) * tensor<float, dyn>(0));
  BOOST_TEST(zeros.size() == 3);
  for (auto zero : zeros) BOOST_TEST(zero == 0);
}

BOOST_AUTO_TEST_CASE(run_time_misfit_throws) {
  tensor<float, dyn, dyn> W(3, 4);
  tensor<float, dyn> x(5);
  BOOST_CHECK_THROW(evaluate(pack(W) * x), shape_error);
}

BOOST_AUTO_TEST_CASE(in_a_constant_expression) {
  static constexpr tensor<float, 3, 2> W{{1, 2}, {3, 4}, {5, 6}};
  static constexpr tensor<float, 2> x{0.5f, -0.25f};
  static constexpr auto P = pack(W);
  constexpr auto y = evaluate(stable_sigmoid(P * x));
  auto const now = evaluate(stable_sigmoid(P * x));
  for (int i = 0; i < 3; ++i) BOOST_TEST(y[i] == now[i]);
  static_assert(y[0] == 0.5f && y[1] > 0.5f);
}

BOOST_AUTO_TEST_SUITE_END()
