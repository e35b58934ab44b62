// SPDX-License-Identifier: BSL-1.0
// = += -= *= /= and noalias to tensors and views, of formulas and of numbers.
// labels: sanitize
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <boost/mpl/list.hpp>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(assignment)

using floating = boost::mpl::list<float, double>;
inline constexpr auto batch = dim<"batch">;

BOOST_AUTO_TEST_CASE_TEMPLATE(compound, T, floating) {
  for (int n : {0, 1, 3, 8, 17, 100}) {
    auto const x = whole_tensor<T, dyn>(1, n);
    auto y = whole_tensor<T, dyn>(2, n);
    grid const rx = read(x);
    grid expected = read(y);
    auto const step = [&](char const* what, auto f) {
      expected = map(f, expected, rx);
      compare(what, y, expected, 0);
    };
    y += 0.5f * x;
    step("+=", [](real p, real q) { return p + q / 2; });
    y -= 2 * x;
    step("-=", [](real p, real q) { return p - 2 * q; });
    y *= x - 1;
    step("*=", [](real p, real q) { return p * (q - 1); });
    y /= abs(x) + 1 - abs(x);
    step("/=", [](real p, real) { return p; });
    y = x;
    step("=", [](real, real q) { return q; });
    y += 1;
    y *= 4;
    y -= 2;
    y /= 2;
    step("numbers", [](real p, real) { return ((p + 1) * 4 - 2) / 2; });
    noalias(y) = 3 * x;
    noalias(y) += x;
    noalias(y) -= 1;
    noalias(y) *= x;
    noalias(y) /= 2;
    step("noalias", [](real, real q) { return (4 * q - 1) * q / 2; });
  }
}

template <class A>
void check_fill(A& a) {
  auto const is = [&](auto value) { return std::all_of(a.begin(), a.end(), [&](auto x) { return x == value; }); };
  a = 3;
  BOOST_TEST(is(3));
  a = 0;
  BOOST_TEST(is(0));
}

BOOST_AUTO_TEST_CASE(numbers_fill_everything) {
  tensor<float, 7> a;
  tensor<double, 3, 5> b;
  tensor<std::int32_t, dyn> c(11);
  tensor<float, batch, 4> d(5);
  tensor<float, dyn, dyn, column_major> e(3, 4);
  tensor<float, dyn> empty(0);
  check_fill(a);
  check_fill(b);
  check_fill(c);
  check_fill(d);
  check_fill(e);
  check_fill(empty);
  std::vector<float> store(40, 9.f);
  view<float, 3, dyn, strided> v(store.data(), 4, {10, 2});
  check_fill(v);
  BOOST_TEST((store[1] == 9 && store[8] == 9 && store[30] == 9 && store[0] == 0 && store[26] == 0));
  tensor<bool, 9> m;
  m = true;
  BOOST_TEST(std::all_of(m.begin(), m.end(), [](bool x) { return x; }));
  a = cast<float>(sum(b + 1)) - 8;
  BOOST_TEST(a(6) == 7);
}

BOOST_AUTO_TEST_CASE(masks_are_assigned) {
  auto const x = whole_tensor<float, 19>(1);
  tensor<bool, 19> m;
  m = x > 0;
  compare("mask", m, map([](real p) { return p > 0; }, read(x)), 0);
  m = m && x < 3;
  compare("mask in place", m, map([](real p) { return p > 0 && p < 3; }, read(x)), 0);
  m = !m;
  compare("not", m, map([](real p) { return !(p > 0 && p < 3); }, read(x)), 0);
}

BOOST_AUTO_TEST_CASE(a_view_is_assigned_element_by_element) {
  tensor<float, 6> x{1, 2, 3, 4, 5, 6};
  view<float, 3> const left(x.data()), right(x.data() + 3);
  left = right;  // not rebound
  BOOST_TEST((x(0) == 4 && x(2) == 6 && x(3) == 4));
  tensor<float, 2, 3> m;
  m[1] = left + right;
  BOOST_TEST((m(0, 0) == 0 && m(1, 0) == 8 && m(1, 2) == 12));
  m[0] += m[1];
  BOOST_TEST((m(0, 2) == 12));
}

// A tensor converts to a view, so the view's copy assignment and that of a formula were equally good.
BOOST_AUTO_TEST_CASE(a_view_takes_a_tensor) {
  tensor<float, 3> const x{1, 2, 3};
  tensor<float, 3> y;
  view<float, 3> v(y);
  v = x;
  BOOST_TEST(same_values(y, x));
  tensor<float, 2, 3> m;
  m[0] = x;
  row(m, 1) = x;
  BOOST_TEST((m(0, 2) == 3 && m(1, 1) == 2));
  view<float, dyn> const part(y.data(), 3);
  part = m[1];
  BOOST_TEST(same_values(y, x));
}

BOOST_AUTO_TEST_CASE(a_copy_stays_in_place_where_extents_agree) {
  tensor<float, dyn> x{1, 2, 3};
  tensor<float, dyn> const y{4, 5, 6}, longer{1, 2, 3, 4};
  auto const tail = rows(x, 1, 2);
  x = y;
  tail = 0;
  BOOST_TEST(same_values(x, tensor<float, dyn>{4, 0, 0}));
  auto const& itself = x;
  x = itself;
  BOOST_TEST(same_values(x, tensor<float, dyn>{4, 0, 0}));
  x = longer;
  BOOST_TEST(same_values(x, longer));
}

BOOST_AUTO_TEST_SUITE_END()
