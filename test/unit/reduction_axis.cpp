// SPDX-License-Identifier: BSL-1.0
// Reductions along one axis, by index, from the end and by name, and softmax and its relatives.
#include "reference.hpp"

#include <boost/mpl/list.hpp>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(reductions_along_an_axis)

using floating = boost::mpl::list<float, double>;
using int32 = std::int32_t;

inline constexpr auto batch = dim<"batch">;
inline constexpr auto row = dim<"row">;

// All ways to name an axis give the same formula, so that one of them needs to be evaluated.
using cube = tensor<float, batch, row, dyn>;
cube const& c();
static_assert(std::is_same_v<decltype(sum<0>(c())), decltype(sum<batch>(c()))>);
static_assert(std::is_same_v<decltype(sum<0>(c())), decltype(sum<-3>(c()))>);
static_assert(std::is_same_v<decltype(max<1>(c())), decltype(max<row>(c()))>);
static_assert(std::is_same_v<decltype(max<1>(c())), decltype(max<-2>(c()))>);
static_assert(std::is_same_v<decltype(argmin<2>(c())), decltype(argmin<-1>(c()))>);
static_assert(std::is_same_v<decltype(softmax(c())), decltype(softmax<2>(c()))>);
static_assert(std::is_same_v<decltype(softmax<row>(c())), decltype(softmax<1>(c()))>);
static_assert(!std::is_same_v<decltype(sum<0>(c())), decltype(sum<1>(c()))>);
static_assert(shape_of(sum<row>(var<"x", batch, row, 5>)) == extents<batch, 5>);

// Several axes in any order, one reduction after the other from the last axis on; all of them are everything.
static_assert(std::is_same_v<decltype(sum<0, 2>(c())), decltype(sum<0>(sum<2>(c())))>);
static_assert(std::is_same_v<decltype(mean<-1, batch>(c())), decltype(mean<0>(mean<2>(c())))>);
static_assert(std::is_same_v<decltype(norm<row, 2>(c())), decltype(norm<1>(norm<2>(c())))>);
static_assert(std::is_same_v<decltype(prod<1, 0>(c())), decltype(prod<0>(prod<1>(c())))>);
static_assert(std::is_same_v<decltype(min<0, 1>(c())), decltype(min<0>(min<1>(c())))>);
static_assert(std::is_same_v<decltype(max<0, 1>(c())), decltype(max<0>(max<1>(c())))>);
static_assert(std::is_same_v<decltype(logsumexp<0, 1>(c())), decltype(logsumexp<0>(logsumexp<1>(c())))>);
static_assert(std::is_same_v<decltype(all<0, 1>(c() > 0)), decltype(all<0>(all<1>(c() > 0)))>);
static_assert(std::is_same_v<decltype(any<0, 1>(c() > 0)), decltype(any<0>(any<1>(c() > 0)))>);
static_assert(std::is_same_v<decltype(sum<2, batch, row>(c())), decltype(sum(c()))>);
static_assert(plan(mean<batch, 2, 3>(var<"x", batch, 3, 8, 8>)).sweeps == 1);

template <class T, class Check>
void each_cube(Check check) {
  for (int i : {0, 1, 3})
    for (int j : {1, 2, 5})
      for (int k : {0, 1, 3, 7, 8, 9, 17, 35}) check(whole_tensor<T, dyn, dyn, dyn>(unsigned(i + j + k), i, j, k));
}

real product_of(slice const& s) {
  real result = 1;
  for (real v : s) result *= v;
  return result;
}
template <bool Largest>
real position(slice const& s) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < s.size(); ++i)
    if (Largest ? s[i] > s[best] : s[i] < s[best]) best = i;
  return real(best);
}
real smallest(slice const& s) {
  real result = std::numeric_limits<real>::infinity();
  for (real v : s) result = std::min(result, v);
  return result;
}
real norm_of(slice const& s) {
  real result = 0;
  for (real v : s) result += v * v;
  return std::sqrt(result);
}
real mean_of(slice const& s) { return reference::sum(s) / real(s.size()); }
real variance_of(slice const& s) {
  real const m = mean_of(s);
  real result = 0;
  for (real v : s) result += (v - m) * (v - m);
  return result / real(s.size() - 1);
}

template <int Axis, class T>
void check_axis() {
  each_cube<T>([](auto const& x) {
    grid const r = read(x);
    auto const n = double(x.extent(Axis));
    compare("sum", run(sum<Axis>(x)), fold(r, Axis, reference::sum), 0);
    compare("prod", run(prod<Axis>(x)), fold(r, Axis, product_of), n);
    compare("max", run(max<Axis>(x)), fold(r, Axis, largest), 0);
    compare("min", run(min<Axis>(x)), fold(r, Axis, smallest), 0);
    compare("argmax", run(argmax<Axis>(x)), fold(r, Axis, position<true>), 0);
    compare("argmin", run(argmin<Axis>(x)), fold(r, Axis, position<false>), 0);
    if (n > 0) compare("mean", run(mean<Axis>(x)), fold(r, Axis, mean_of), 1);
    compare("norm", run(norm<Axis>(x)), fold(r, Axis, norm_of), n / 2 + 2);
    if (n > 1)
      // A slice of equal numbers has the variance 0, which the running mean misses by its rounding.
      compare("variance", run(variance<Axis>(x)), fold(r, Axis, variance_of), 4 * n + 8,
              map([](real v) { return v + 1; }, fold(r, Axis, variance_of)));
    compare("all", run(all<Axis>(x > -4)), fold(r, Axis, [](slice const& s) { return smallest(s) > -4; }), 0);
    compare("any", run(any<Axis>(x > 3)), fold(r, Axis, [](slice const& s) { return largest(s) > 3; }), 0);
  });
}

BOOST_AUTO_TEST_CASE(first) { check_axis<0, float>(); }
BOOST_AUTO_TEST_CASE(middle) { check_axis<1, float>(); }
BOOST_AUTO_TEST_CASE(last) { check_axis<2, float>(); }

template <int Axis>
void check_other_elements() {
  each_cube<double>([](auto const& x) {
    grid const r = read(x);
    compare("double sum", run(sum<Axis>(x)), fold(r, Axis, reference::sum), 0);
    compare("double argmax", run(argmax<Axis>(x)), fold(r, Axis, position<true>), 0);
  });
  each_cube<int32>([](auto const& x) {
    grid const r = read(x);
    compare("int32 sum", run(sum<Axis>(x)), fold(r, Axis, reference::sum), 0);
    if (x.extent(Axis)) compare("int32 argmin", run(argmin<Axis>(x)), fold(r, Axis, position<false>), 0);
  });
}

BOOST_AUTO_TEST_CASE(double_and_int32) {
  check_other_elements<0>();
  check_other_elements<2>();
}

BOOST_AUTO_TEST_CASE(along_several_axes) {
  tensor<double, batch, 3, dyn> X(4, 5);
  int number = 0;
  for (double& element : X) element = ++number;
  tensor<double, 3> expected;
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 5; ++k) expected(j) += X(i, j, k) / 20;
  BOOST_TEST(evaluate(max(abs(mean<2, batch>(X) - expected))) < 1e-12);
  BOOST_TEST(evaluate(all(max<0, 1>(X) == tensor<double, dyn>{56, 57, 58, 59, 60})));
}

BOOST_AUTO_TEST_CASE(reductions_of_reductions) {
  each_cube<float>([](auto const& x) {
    grid const r = read(x);
    compare("sum<0>(max<1>)", run(sum<0>(max<1>(2 * x))),
            map([](real v) { return 2 * v; }, fold(fold(r, 1, largest), 0, reference::sum)), 0);
  });
  auto const a = whole_tensor<float, 4, 6>(1);
  compare("a column", run(sum<0>(a) / 2), map([](real v) { return v / 2; }, fold(read(a), 0, reference::sum)), 0);
  compare("a vector's", run(max<0>(sum<1>(a))), fold(fold(read(a), 1, reference::sum), largest), 0);
}

// As many rows as a pack has lanes are merged at a time; the last ones are fewer.
template <class T>
void check_rows() {
  for (int m : {3, 4, 7, 8, 9, 16, 19, 33})
    for (int n : {1, 5, 8, 13, 40}) {
      auto const x = whole_tensor<T, dyn, dyn>(unsigned(m + n), m, n);
      grid const r = read(x);
      compare("rows: sum", run(sum<1>(x)), fold(r, 1, reference::sum), 0);
      compare("rows: argmax", run(argmax<1>(x)), fold(r, 1, position<true>), 0);
      compare("rows: any", run(any<1>(x > 3)), fold(r, 1, [](slice const& s) { return largest(s) > 3; }), 0);
      if constexpr (std::is_floating_point_v<T>) {
        compare("rows: logsumexp", run(logsumexp<1>(x)), fold(r, 1, reference::logsumexp), 8. * n + 8);
        if (n > 1)
          compare("rows: variance", run(variance<1>(x)), fold(r, 1, variance_of), 4. * n + 8,
                  map([](real v) { return v + 1; }, fold(r, 1, variance_of)));
      }
      tensor<T, dyn, dyn> wide(m, 3);  // results that do not follow each other in memory
      column(wide, 1) = min<1>(x);
      compare("rows: into a column", run(column(wide, 1)), fold(r, 1, smallest), 0);
    }
}
BOOST_AUTO_TEST_CASE(many_rows) {
  check_rows<float>();
  check_rows<double>();
  check_rows<int32>();
}

BOOST_AUTO_TEST_SUITE_END()
