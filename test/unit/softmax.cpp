// SPDX-License-Identifier: BSL-1.0
// softmax, log_softmax, cross_entropy against plain loops.
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <boost/mpl/list.hpp>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(softmaxes)

using floating = boost::mpl::list<float, double>;
using int32 = std::int32_t;
inline constexpr auto batch = dim<"batch">;

template <class T>
constexpr T inf = std::numeric_limits<T>::infinity();

/// log_softmax along an axis.
grid expected_logarithms(grid const& x, int axis) {
  grid const sums = fold(x, axis, reference::logsumexp);
  grid result(x.extents);
  each_index(x.extents, [&](list const& at) {
    list rest = at;
    rest.erase(rest.begin() + axis);
    result(at) = x(at) - sums(rest);
  });
  return result;
}

// The logarithm of the sum is wrong by 8 roundings per element (see reduction.cpp), two differences
// round relative to at most the result and the distance from the maximum, which is smaller.
double roundings(auto count) { return 8. * double(count) + 8; }
grid sizes(grid const& logarithms) {
  return map([](real l) { return 1 + 2 * std::fabs(l); }, logarithms);
}

template <int Axis, class X>
void check(X const& x) {
  int const axis = Axis < 0 ? Axis + X::rank : Axis;
  grid const logarithms = expected_logarithms(read(x), axis);
  auto const n = x.extent(axis);
  compare("log_softmax", run(log_softmax<Axis>(x)), logarithms, roundings(n), sizes(logarithms));
  grid const expected = map([](real l) { return std::exp(l); }, logarithms);
  compare("softmax", run(softmax<Axis>(x)), expected, roundings(n) + 4,
          map([](real l) { return (1 + 2 * std::fabs(l)) * std::exp(l); }, logarithms));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(vectors, T, floating) {
  for (int n = 0; n <= 40; ++n) check<-1>(random_tensor<T, dyn>(unsigned(n), -5, 5, n));
  check<-1>(random_tensor<T, dyn>(1, -5, 5, 1000));
}

BOOST_AUTO_TEST_CASE(matrices) {
  for (int m : {0, 1, 4, 9})
    for (int n : {1, 3, 8, 10, 19}) {
      auto const x = random_tensor<float, batch, dyn>(unsigned(m + n), -5, 5, m, n);
      check<1>(x);
      if (m) check<0>(x);
    }
}

BOOST_AUTO_TEST_CASE(the_middle_of_three) { check<-2>(random_tensor<float, batch, 4, 2>(1, -5, 5, 6)); }

// Of run-time size, like the vectors above, which they share their code with.
BOOST_AUTO_TEST_CASE_TEMPLATE(extremes, T, floating) {
  tensor<T, dyn> const large{1000, 999, -1000}, small{-2000, -2001, -4000};
  // exp(0) : exp(-1) : exp(-2000)
  T const share = T(1 / (1 + std::exp(-1.L)));
  for (auto const& x : {large, small}) {
    auto const y = run(softmax(x));
    BOOST_TEST(y(0) == share, boost::test_tools::tolerance(T(1e-6)));
    BOOST_TEST(y(2) == 0);
    auto const l = run(log_softmax(x));
    BOOST_TEST(l(2) == T(x(2) - x(0) + std::log(share)), boost::test_tools::tolerance(T(1e-6)));
  }
  // Equal values next to the largest number; one that is certain; a class that is impossible.
  T const most = std::numeric_limits<T>::max();
  auto const equal = run(softmax(tensor<T, dyn>{most, most, most, most}));
  BOOST_TEST((equal(0) == T(0.25) && equal(3) == T(0.25)));
  auto const certain = run(softmax(tensor<T, dyn>{0, -inf<T>}));
  BOOST_TEST((certain(0) == 1 && certain(1) == 0));
  auto const never = run(log_softmax(tensor<T, dyn>{0, -inf<T>}));
  BOOST_TEST((never(0) == 0 && never(1) == -inf<T>));
  auto const unknown = run(softmax(tensor<T, dyn>{0, inf<T>, 1}));
  BOOST_TEST(std::isnan(unknown(1)));
}

BOOST_AUTO_TEST_CASE(the_sum_is_one) {
  auto const x = random_tensor<float, batch, 37>(1, -20, 20, 11);
  auto const s = run(sum<1>(softmax(x)));
  for (float one : s) BOOST_TEST(one == 1.f, boost::test_tools::tolerance(37 * 4 * 6e-8f));
}

template <class T>
void check_cross_entropy(int rows, int classes) {
  auto const x = random_tensor<T, batch, dyn>(1, -5, 5, rows, classes);
  auto p = random_tensor<T, batch, dyn>(2, 0, 1, rows, classes);
  tensor<int32, batch> index(rows);
  source random(3);
  fill_whole(index, random, 0, classes - 1);
  grid const logarithms = expected_logarithms(read(x), 1), rp = read(p);
  grid by_index(list{rows}), by_share(list{rows}), scale_of_index(list{rows}), scale_of_share(list{rows});
  for (int i = 0; i < rows; ++i) {
    by_index({i}) = -logarithms({i, index(i)});
    scale_of_index({i}) = 1 + 2 * by_index({i});
    for (int k = 0; k < classes; ++k) {
      by_share({i}) -= rp({i, k}) * logarithms({i, k});
      scale_of_share({i}) += rp({i, k}) * (1 + 2 * std::fabs(logarithms({i, k})));
    }
  }
  auto const of_index = run(cross_entropy(x, index));
  static_assert(std::is_same_v<decltype(of_index), tensor<T, batch> const>);
  compare("class indices", of_index, by_index, roundings(classes), scale_of_index);
  compare("probabilities", run(cross_entropy(x, p)), by_share, roundings(classes) + classes, scale_of_share);
}

BOOST_AUTO_TEST_CASE(cross_entropies) {
  for (int rows : {0, 1, 5, 16})
    for (int classes : {1, 2, 7, 8, 10, 33}) check_cross_entropy<float>(rows, classes);
}

BOOST_AUTO_TEST_CASE(cross_entropy_of_one_row) {
  tensor<double, 3> const x{1, 2, 3}, t{0, 0, 1};
  double const expected = -std::log(std::exp(3.) / (std::exp(1.) + std::exp(2.) + std::exp(3.)));
  BOOST_TEST(run(cross_entropy(x, t)) == expected, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(run(cross_entropy(x, 2)) == expected, boost::test_tools::tolerance(1e-15));
  tensor<double, 2, 3> const rows{{1, 2, 3}, {5, 5, 5}};
  tensor<int32, 2> const classes{2, 0};
  BOOST_TEST(run(mean(cross_entropy(rows, classes))) == (expected + std::log(3.)) / 2,
             boost::test_tools::tolerance(1e-15));
}

// Over a product, which is stored once, and inside of larger formulas.
BOOST_AUTO_TEST_CASE(over_products) {
  for (int rows : {1, 6}) {
    auto const x = random_tensor<double, batch, 7>(1, -1, 1, rows);
    auto const w = random_tensor<double, 5, 7>(2, -1, 1);
    grid const logits = multiply(read(x), reference::transpose(read(w)));
    grid const logarithms = expected_logarithms(logits, 1);
    // Logits below 8 in size, of 8 roundings, once for the class and once for the sum.
    double const more = 2 * 8 * 8;
    compare("log_softmax", run(log_softmax(x * transpose(w))), logarithms, roundings(5) + more, sizes(logarithms));
    auto const share = [](real l) { return 1 - std::exp(l); };
    compare("1 - softmax", run(1 - softmax(linear(x, w, 0))), map(share, logarithms), roundings(5) + more + 4,
            grid(real(4)));
    compare("largest", run(argmax<1>(softmax(x * transpose(w)))),
            fold(logits, 1, [](slice const& s) { return std::max_element(s.begin(), s.end()) - s.begin(); }), 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()
