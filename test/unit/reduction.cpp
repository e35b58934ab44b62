// SPDX-License-Identifier: BSL-1.0
// Reductions of everything, each against plain loops: all sizes, nothing, NaN and infinities.
// labels: sanitize
#include "reference.hpp"

#include <boost/mpl/list.hpp>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(reductions_of_everything)

using floating = boost::mpl::list<float, double>;
using int32 = std::int32_t;

template <class T>
constexpr T inf = std::numeric_limits<T>::infinity();
template <class T>
constexpr T quiet_nan = std::numeric_limits<T>::quiet_NaN();

template <class Check>
void each_size(Check check) {
  for (int n = 0; n <= 70; ++n) check(n);
  for (int n : {127, 128, 129, 255, 256, 257, 1031}) check(n);
}

real position(slice const& s, bool largest) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < s.size(); ++i) {
    if (std::isnan(s[best])) break;
    if (std::isnan(s[i]) || (largest ? s[i] > s[best] : s[i] < s[best])) best = i;
  }
  return real(best);
}

// Whole numbers: every order of summation gives the exact sum.
BOOST_AUTO_TEST_CASE_TEMPLATE(sum_mean_norm_exactly, T, floating) {
  each_size([](int n) {
    auto const x = whole_tensor<T, dyn>(unsigned(n), n);
    grid const r = read(x);
    real const total = reference::sum(r.values);
    compare("sum", run(sum(x)), grid(total), 0);
    compare("sum of a product", run(sum(x % x)),
            fold(r,
                 [](slice const& s) {
                   real result = 0;
                   for (real v : s) result += v * v;
                   return result;
                 }),
            0);
    if (n) compare("mean", run(mean(x)), grid(total / n), 1);
  });
}

// Fractions: n roundings at most, each relative to the sum of sizes.
BOOST_AUTO_TEST_CASE_TEMPLATE(sum_mean_norm, T, floating) {
  each_size([](int n) {
    auto const x = random_tensor<T, dyn>(unsigned(n), -2, 2, n);
    grid const r = read(x), total = fold(r, reference::sum), sizes = fold(r, sum_of_sizes);
    auto const per = [n](real s) { return s / n; };
    compare("sum", run(sum(x)), total, n, sizes);
    if (n) compare("mean", run(mean(x)), map(per, total), n + 1, map(per, sizes));
    compare("norm", run(norm(x)),
            fold(r,
                 [](slice const& s) {
                   real result = 0;
                   for (real v : s) result += v * v;
                   return std::sqrt(result);
                 }),
            n / 2. + 2);
  });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(products, T, floating) {
  each_size([](int n) {
    auto const x = random_tensor<T, dyn>(unsigned(n), 0.9, 1.1, n);
    compare("prod", run(prod(x)),
            fold(read(x),
                 [](slice const& s) {
                   real result = 1;
                   for (real v : s) result *= v;
                   return result;
                 }),
            n);
  });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(extrema, T, floating) {
  each_size([](int n) {
    // Few different values: ties, of which the first counts.
    auto const x = whole_tensor<T, dyn>(unsigned(n), n);
    grid const r = read(x);
    compare("max", run(max(x)), fold(r, largest), 0);
    compare("min", run(min(x)),
            fold(r,
                 [](slice const& s) {
                   real result = std::numeric_limits<real>::infinity();
                   for (real v : s) result = std::min(result, v);
                   return result;
                 }),
            0);
    compare("argmax", run(argmax(x)), fold(r, [](slice const& s) { return position(s, true); }), 0);
    compare("argmin", run(argmin(x)), fold(r, [](slice const& s) { return position(s, false); }), 0);
  });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(extrema_wherever_they_are, T, floating) {
  for (int n : {1, 4, 9, 33, 70})
    for (int at = 0; at < n; ++at) {
      auto x = whole_tensor<T, dyn>(1, n);
      x(at) = 100;
      BOOST_TEST((run(max(x)) == 100 && run(argmax(x)) == at));
      x(at) = -100;
      BOOST_TEST((run(min(x)) == -100 && run(argmin(x)) == at));
      x(at) = quiet_nan<T>;
      BOOST_TEST((std::isnan(run(max(x))) && std::isnan(run(min(x))) && std::isnan(run(sum(x)))));
      BOOST_TEST((run(argmax(x)) == at && run(argmin(x)) == at));
      x(0) = quiet_nan<T>;
      BOOST_TEST((run(argmax(x)) == 0));
    }
}

// Every element but the last moves the running maximum at most once: 8 roundings of relative sizes
// (exp of a distance of at most 4 and its sum) each; those of the logarithm are relative to it.
BOOST_AUTO_TEST_CASE_TEMPLATE(logsumexps, T, floating) {
  each_size([](int n) {
    auto const x = random_tensor<T, dyn>(unsigned(n), -2, 2, n);
    grid const expected = fold(read(x), reference::logsumexp);
    compare("logsumexp", run(logsumexp(x)), expected, 8 * n + 4,
            map([](real v) { return 1 + std::fabs(v); }, expected));
  });
  auto const of = [](std::initializer_list<T> values) { return run(logsumexp(tensor<T, dyn>(values))); };
  BOOST_TEST(of({1000, 1000}) == T(1000 + std::log(2.L)), boost::test_tools::tolerance(T(1e-6)));
  BOOST_TEST(of({-1000, -1000, -1000}) == T(-1000 + std::log(3.L)), boost::test_tools::tolerance(T(1e-6)));
  BOOST_TEST(of({5, -inf<T>, -inf<T>}) == 5);
  BOOST_TEST(of({-inf<T>, -inf<T>}) == -inf<T>);
  BOOST_TEST(of({1, inf<T>, 2}) == inf<T>);
  BOOST_TEST(of({-inf<T>, inf<T>}) == inf<T>);
  BOOST_TEST(std::isnan(of({1, quiet_nan<T>, inf<T>})));
}

real variance_of(slice const& s) {
  real const mean = reference::sum(s) / real(s.size());
  real result = 0;
  for (real v : s) result += (v - mean) * (v - mean);
  return result / real(s.size() - 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(variances, T, floating) {
  each_size([](int n) {
    if (n < 2) return;
    auto const x = random_tensor<T, dyn>(unsigned(n), -2, 2, n);
    compare("variance", run(variance(x)), fold(read(x), variance_of), 4 * n + 8);
  });
  BOOST_TEST(std::isnan(run(variance(tensor<T, dyn>{3}))));
}

// n·κ roundings, κ = mean / deviation = 10^6; the difference of two sums would lose n·κ² of them:
// every digit.
BOOST_AUTO_TEST_CASE(variance_beside_a_large_mean) {
  auto x = random_tensor<double, dyn>(1, -1.75, 1.75, 1000);
  x += 1e6;
  compare("variance", run(variance(x)), fold(read(x), variance_of), 1000 * 1e6);
}

BOOST_AUTO_TEST_CASE(quantifiers) {
  each_size([](int n) {
    tensor<bool, dyn> m(n);
    m = true;
    BOOST_TEST((run(all(m)) == true && run(any(m)) == (n > 0)));
    m = false;
    BOOST_TEST((run(all(m)) == (n == 0) && run(any(m)) == false));
    for (int at = 0; at < n; at += 1 + n / 9) {
      m = true;
      m(at) = false;
      BOOST_TEST(!run(all(m)));
      m = false;
      m(at) = true;
      BOOST_TEST(run(any(m)));
    }
  });
  auto const x = whole_tensor<double, dyn>(1, 21);
  BOOST_TEST((run(all(x > -5)) && !run(all(x > 0)) && run(any(x > 0)) && !run(any(x > 4))));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(nothing, T, floating) {
  tensor<T, dyn> const none(0);
  BOOST_TEST((run(sum(none)) == 0 && run(prod(none)) == 1 && run(norm(none)) == 0));
  BOOST_TEST((run(max(none)) == -inf<T> && run(min(none)) == inf<T> && run(logsumexp(none)) == -inf<T>));
  BOOST_TEST((run(argmax(none)) == 0 && run(argmin(none)) == 0));
  BOOST_TEST((std::isnan(run(mean(none))) && std::isnan(run(variance(none)))));
  tensor<T, dyn, dyn> const no_rows(0, 5), no_columns(5, 0);
  BOOST_TEST((run(sum(no_rows)) == 0 && run(sum(no_columns)) == 0));
}

BOOST_AUTO_TEST_CASE(integers) {
  each_size([](int n) {
    auto const x = whole_tensor<int32, dyn>(unsigned(n), n);
    grid const r = read(x);
    compare("sum", run(sum(x)), fold(r, reference::sum), 0);
    compare("argmax", run(argmax(x)), fold(r, [](slice const& s) { return position(s, true); }), 0);
    if (n) compare("max", run(max(x)), fold(r, largest), 0);
  });
  tensor<int32, dyn> const none(0);
  BOOST_TEST(
      (run(max(none)) == std::numeric_limits<int32>::min() && run(min(none)) == std::numeric_limits<int32>::max()));
  tensor<int32, 5> const some{3, -2, 7, 1, -1};
  BOOST_TEST((run(prod(some)) == 42 && run(min(some)) == -2 && run(argmin(some)) == 1));
}

// The position in a matrix is counted in row-major order, however it lies in memory.
BOOST_AUTO_TEST_CASE(positions_in_matrices) {
  tensor<float, 3, 5> m;
  tensor<float, 3, 5, column_major> c;
  m(1, 3) = 2;
  c(1, 3) = 2;
  BOOST_TEST((run(argmax(m)) == 8 && run(argmax(c)) == 8));
  BOOST_TEST(run(argmax(transpose(m))) == 10);
}

BOOST_AUTO_TEST_CASE(of_numbers_alone) {
  tensor<float, 5> const a{-1, 2, 3, -4, 5};
  BOOST_TEST(evaluate(sum(where(a > 0, 1.0f, 0.0f))) == 3);
  BOOST_TEST(evaluate(mean(where(a > 0, 1, 0))) == 0.6f);  // of a's type
  BOOST_TEST(evaluate(max(broadcast<5>(2.0f))) == 2);
  tensor<float, 3, 2> const m{{1, -1}, {-1, -1}, {1, 1}};
  tensor<float, 3> const positive = sum<1>(where(m > 0, 1.0f, 0.0f));
  BOOST_TEST(positive(0) == 1);
  BOOST_TEST(positive(1) == 0);
  BOOST_TEST(positive(2) == 2);
}

BOOST_AUTO_TEST_SUITE_END()
