// SPDX-License-Identifier: BSL-1.0
// Assignment where the target stands in the formula: the result has to be that of evaluating the
// formula first and copying it then.
// labels: sanitize
#include "reference.hpp"

#include <boost/mpl/list.hpp>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(aliasing)

using floating = boost::mpl::list<float, double>;

// `change(y)` assigns to y; `expected(y)` says what should be there, from the values before.
template <class Y, class Change, class Expected>
void in_place(char const* what, Y y, Change change, Expected expected) {
  grid const wanted = expected(read(y));
  change(y);
  compare(what, y, wanted, 0);
}

grid scaled(grid const& a) {
  return map([](real p) { return 2 * p + 1; }, a);
}
grid plus(grid const& a, grid const& b) {
  return map([](real p, real q) { return p + q; }, a, b);
}
grid minus_sum(grid const& a) {
  real const s = reference::sum(a.values);
  return map([&](real p) { return p - s; }, a);
}

template <class T>
void check_vectors(T const& y) {
  in_place("y = 2y + 1", y, [](T& x) { x = 2 * x + 1; }, scaled);
  in_place("y = y - sum(y)", y, [](T& x) { x = x - sum(x); }, minus_sum);
  in_place("y -= sum(y)", y, [](T& x) { x -= sum(x); }, minus_sum);
  in_place("y += y", y, [](T& x) { x += x; }, [](grid const& a) { return plus(a, a); });
  in_place("y = y", y, [](T& x) { x = +1 * x; }, [](grid const& a) { return a; });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(vectors_in_place, T, floating) {
  for (int n : {0, 1, 7, 8, 9, 33}) check_vectors(whole_tensor<T, dyn>(1, n));
  check_vectors(whole_tensor<T, 21>(1));
}

BOOST_AUTO_TEST_CASE(mean_is_taken_before_the_first_element_is_written) {
  tensor<float, 4> x{1, 2, 3, 6};
  x = x - mean(x);
  BOOST_TEST((x(0) == -2 && x(1) == -1 && x(2) == 0 && x(3) == 3));
  tensor<float, 2, 3> y{{1, 2, 3}, {5, 7, 9}};
  y = y / broadcast<2, 3>(sum<0>(y));
  compare("y / sum<0>(y)", y, read(tensor<float, 2, 3>{{1.f / 6, 2.f / 9, 3.f / 12}, {5.f / 6, 7.f / 9, 9.f / 12}}), 0);
  auto z = random_tensor<float, 33>(1, -3, 3);
  auto const fresh = run(softmax(z));
  z = softmax(z);
  BOOST_TEST(same_values(z, fresh));
}

BOOST_AUTO_TEST_CASE(matrices_in_place) {
  for (int n : {1, 2, 3, 8, 17, 34}) {
    using M = tensor<float, dyn, dyn>;
    auto const a = whole_tensor<float, dyn, dyn>(1, n, n);
    in_place("A = A'", a, [](M& x) { x = transpose(x); }, [](grid const& g) { return reference::transpose(g); });
    in_place(
        "A = A + A'", a, [](M& x) { x = x + transpose(x); },
        [](grid const& g) { return plus(g, reference::transpose(g)); });
    in_place(
        "A += A'", a, [](M& x) { x += transpose(x); }, [](grid const& g) { return plus(g, reference::transpose(g)); });
    in_place("A = A A", a, [](M& x) { x = x * x; }, [](grid const& g) { return multiply(g, g); });
    in_place(
        "A = A A + A'", a, [](M& x) { x = x * x + transpose(x); },
        [](grid const& g) { return plus(multiply(g, g), reference::transpose(g)); });
    in_place(
        "every row is the last", a, [n](M& x) { x = x - x * 1 + broadcast<dyn, dyn>(x[n - 1]); },
        [n](grid const& g) {
          grid row(list{n});
          for (int j = 0; j < n; ++j) row({j}) = g({n - 1, j});
          return spread(row, g.extents, {1});
        });
  }
}

BOOST_AUTO_TEST_CASE(static_matrices_in_place) {
  using M = tensor<double, 5, 5>;
  auto const a = whole_tensor<double, 5, 5>(1);
  in_place("A = A'", a, [](M& x) { x = transpose(x); }, [](grid const& g) { return reference::transpose(g); });
  in_place(
      "A = A A'", a, [](M& x) { x = x * transpose(x); },
      [](grid const& g) { return multiply(g, reference::transpose(g)); });
  // Too large for a copy on the stack.
  using L = tensor<float, 80, 80>;
  auto const large = whole_tensor<float, 80, 80>(2);
  in_place(
      "large A = A'", large, [](L& x) { x = transpose(x); }, [](grid const& g) { return reference::transpose(g); });
  using C = tensor<float, 6, 6, column_major>;
  C c;
  source random(3);
  fill_whole(c, random);
  in_place(
      "column-major A = A'", c, [](C& x) { x = transpose(x); }, [](grid const& g) { return reference::transpose(g); });
  in_place("column-major A = 2A + 1", c, [](C& x) { x = 2 * x + 1; }, scaled);
}

BOOST_AUTO_TEST_CASE(products_in_place) {
  for (int n : {1, 2, 7, 8, 16, 19, 40}) {
    auto const w = whole_tensor<float, dyn, dyn>(7, n, n);
    grid const rw = read(w);
    using V = tensor<float, dyn>;
    auto const x = whole_tensor<float, dyn>(1, n);
    in_place("x = W x", x, [&](V& y) { y = w * y; }, [&](grid const& g) { return multiply(rw, g); });
    in_place("x = x W", x, [&](V& y) { y = y * w; }, [&](grid const& g) { return multiply(g, rw); });
    in_place(
        "y = y + W x", x, [&](V& y) { y = y + w * x; }, [&](grid const& g) { return plus(g, multiply(rw, read(x))); });
    in_place("y += W y", x, [&](V& y) { y += w * y; }, [&](grid const& g) { return plus(g, multiply(rw, g)); });
    in_place(
        "y -= W x", x, [&](V& y) { y -= w * x; },
        [&](grid const& g) { return map([](real p, real q) { return p - q; }, g, multiply(rw, read(x))); });
  }
}

BOOST_AUTO_TEST_CASE(bound_formulas_in_place) {
  constexpr auto wv = var<"W", 9, 9>;
  constexpr auto xv = var<"x", 9>;
  using V = tensor<float, 9>;
  auto const w = whole_tensor<float, 9, 9>(1);
  auto const x = whole_tensor<float, 9>(2);
  grid const rw = read(w);
  in_place(
      "x = (W x)(W, x)", x, [&](V& y) { y = (wv * xv)(wv = w, xv = y); },
      [&](grid const& g) { return multiply(rw, g); });
  in_place("x = (2x + 1)(x)", x, [&](V& y) { y = (2 * xv + 1)(xv = y); }, scaled);
  in_place(
      "x += (W x)(W, -x)", x, [&](V& y) { y += (wv * xv)(wv = w, xv = -y); },
      [&](grid const& g) { return map([](real p, real q) { return p - q; }, g, multiply(rw, g)); });
  using M = tensor<float, 9, 9>;
  in_place(
      "W = (W' W)(W)", w, [&](M& y) { y = (transpose(wv) * wv)(wv = y); },
      [](grid const& g) { return multiply(reference::transpose(g), g); });
}

// Part of a tensor on either side, through views that the tensor itself gives.
BOOST_AUTO_TEST_CASE(parts_of_the_target) {
  auto m = whole_tensor<float, 4, 6>(1);
  grid expected = read(m);
  for (int j = 0; j < 6; ++j) expected({1, j}) += 2 * expected({0, j});
  m[1] += 2 * m[0];
  compare("a row", m, expected, 0);
  real const total = reference::sum(expected.values);
  for (int j = 0; j < 6; ++j) expected({3, j}) = total;
  m[3] = sum(m);
  compare("a row of the sum of all", m, expected, 0);
  grid const before = expected;
  each_index(before.extents, [&](list const& at) { expected(at) = before(at) - before({2, at[1]}); });
  m = m - broadcast<4, 6>(m[2]);
  compare("all minus a row", m, expected, 0);
}

// Copies and temporaries of static extents beyond a megabyte are not on the stack, which they would overflow.
BOOST_AUTO_TEST_CASE(larger_than_the_stack) {
  static tensor<float, 1500, 1500> X;
  X(1, 2) = 3;
  X = transpose(X);
  BOOST_TEST(X(2, 1) == 3);
  BOOST_TEST(X(1, 2) == 0);
  X = X + transpose(X);
  BOOST_TEST(X(1, 2) == 3);
  BOOST_TEST(X(2, 1) == 3);
}

BOOST_AUTO_TEST_SUITE_END()
