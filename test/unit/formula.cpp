// SPDX-License-Identifier: BSL-1.0
// Elementwise formulas of every rank, element type and kind of extent, against plain loops.
// labels: sanitize
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <boost/mpl/list.hpp>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(elementwise_formulas)

using floating = boost::mpl::list<float, double>;

inline constexpr auto rows = dim<"rows">;
inline constexpr auto columns = dim<"columns">;

// Every operator once. Roundings: 2a (exact), a·b, the sum, 1 + c², the quotient, exp (1 ULP = 2),
// the last sum: less than 12, each relative to the terms' sizes.
template <class A, class B, class C>
auto chain(A const& a, B const& b, C const& c) {
  return 2 * a + a % b - c / (1 + c % c) + exp(-abs(b));
}
grid chain_expected(grid const& a, grid const& b, grid const& c) {
  return map([](real x, real y, real z) { return 2 * x + x * y - z / (1 + z * z) + std::exp(-std::fabs(y)); }, a, b, c);
}
grid chain_scale(grid const& a, grid const& b, grid const& c) {
  return map(
      [](real x, real y, real z) {
        return std::fabs(2 * x) + std::fabs(x * y) + std::fabs(z / (1 + z * z)) + std::exp(-std::fabs(y));
      },
      a, b, c);
}

template <class A>
void check_chain(char const* what, A const& a, A const& b, A const& c) {
  auto const y = run(chain(a, b, c));
  static_assert(std::is_same_v<std::remove_const_t<decltype(y)>, A>);
  grid const x0 = read(a), x1 = read(b), x2 = read(c);
  compare(what, y, chain_expected(x0, x1, x2), 12, chain_scale(x0, x1, x2));
}

template <class T, auto... Dims>
void check_chain_of(char const* what, auto... extents) {
  check_chain(what, random_tensor<T, Dims...>(1, -2, 2, extents...), random_tensor<T, Dims...>(2, -2, 2, extents...),
              random_tensor<T, Dims...>(3, -2, 2, extents...));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(vectors_of_any_size, T, floating) {
  for (int n = 0; n <= 70; ++n) check_chain_of<T, dyn>("vector", n);
  for (int n : {127, 128, 129, 1021, 4096, 100003}) check_chain_of<T, dyn>("vector", n);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(vectors_of_static_size, T, floating) {
  constexpr int n = simd::lanes<T>;
  check_chain_of<T, 0>("0");
  check_chain_of<T, 1>("1");
  if constexpr (n > 2) check_chain_of<T, n - 1>("lanes - 1");
  if constexpr (n > 1) check_chain_of<T, n>("lanes");
  check_chain_of<T, n + 1>("lanes + 1");
  check_chain_of<T, 257>("257");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(higher_ranks, T, floating) {
  check_chain_of<T, 3, 5>("3 x 5");
  check_chain_of<T, 2, 3, 7>("2 x 3 x 7");
  check_chain_of<T, 2, 1, 3, 5>("2 x 1 x 3 x 5");
  for (int m : {0, 1, 3, 17})
    for (int n : {0, 1, 2, 9, 31}) check_chain_of<T, rows, columns>("rows x columns", m, n);
  for (int m : {0, 1, 4}) check_chain_of<T, dyn, 3, dyn>("dyn x 3 x dyn", m, 5);
}

BOOST_AUTO_TEST_CASE(rank_0_is_a_number) {
  tensor<float, 3> const x{1, 2, 4};
  auto const r = run(2 * sum(x) - max(x) / 8);
  static_assert(std::is_same_v<decltype(r), float const>);
  BOOST_TEST(r == 13.5f);
  auto const mask = run(sum(x) > 6 && min(x) > 0);
  static_assert(std::is_same_v<decltype(mask), bool const>);
  BOOST_TEST(mask);
}

BOOST_AUTO_TEST_CASE(a_number_takes_the_element_type_of_the_tensors) {
  tensor<float, 3> const x{1, 2, 3};
  tensor<double, 3> const z{1, 2, 3};
  tensor<std::int32_t, 3> const k{1, 2, 3};
  auto const a = run(0.1 * x);
  auto const b = run(2 * z);
  auto const c = run(2 * k + 1L);
  auto const d = run(x + 0.1_c);
  static_assert(std::is_same_v<decltype(a), tensor<float, 3> const>);
  static_assert(std::is_same_v<decltype(b), tensor<double, 3> const>);
  static_assert(std::is_same_v<decltype(c), tensor<std::int32_t, 3> const>);
  static_assert(std::is_same_v<decltype(d), tensor<float, 3> const>);
  BOOST_TEST((a(0) == 0.1f && a(2) == 0.1f * 3));
  BOOST_TEST((b(2) == 6.0));
  BOOST_TEST((c(0) == 3 && c(2) == 7));
  BOOST_TEST((d(1) == 2 + 0.1f));
}

BOOST_AUTO_TEST_SUITE_END()
