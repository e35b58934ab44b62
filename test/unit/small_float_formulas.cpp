// SPDX-License-Identifier: BSL-1.0
// Formulas and reductions over float16 and bfloat16 against the same in float, rounded once: the same bits.
// options: -O0 -Wno-psabi
#include "small_float.hpp"

using namespace small_floats;

BOOST_AUTO_TEST_SUITE(small_float_elements)

BOOST_AUTO_TEST_CASE_TEMPLATE(elementwise_formulas_round_once, Tag, stored) {
  using S = typename Tag::type;
  for (index_t n = 0; n <= 3 * simd::lanes<float> + 1; ++n) {
    auto const x = data<S>(n, 6, -3), y = data<S>(n, 2, 0.25f);
    auto const wx = wide(x), wy = wide(y);
    tensor<S, dyn> z(n);
    tensor<float, dyn> w(n);
    z = 2.5 * x % y + 0.1 * x, w = 2.5 * wx % wy + 0.1 * wx, check_rounded(z, w);
    z = where(x < y, exp(x), -y), w = where(wx < wy, exp(wx), -wy), check_rounded(z, w);
    z = x + sum(exp(x)), w = wx + sum(exp(wx)), check_rounded(z, w);  // the sum in between stays float
    z = softmax(x), w = softmax(wx), check_rounded(z, w);
    z = x, z += z % y, check_rounded(z, evaluate(wx + wx % wy));
    // A cast in the middle rounds there.
    z = cast<S>(exp(x)) - x, check_rounded(z, evaluate(wide(evaluate(exp(x))) - wx));
    tensor<float, dyn> f = cast<float>(x) % wy;
    BOOST_TEST((f.extents() == wx.extents()));
    for (index_t i = 0; i < n; ++i) BOOST_TEST(f(i) == wx(i) * wy(i));
    tensor<bool, dyn> const less = x < y;
    for (index_t i = 0; i < n; ++i) BOOST_TEST(less(i) == (wx(i) < wy(i)));
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(views_and_aliasing, Tag, stored) {
  using S = typename Tag::type;
  auto const start = data<S>(101, 4, -2);
  auto const wide_start = wide(start);
  // Shifted by one, in both directions; reversed; every third.
  for (index_t shift : {0, 1}) {
    auto x = start;
    auto w = wide_start;
    view<S, 100>(x.data() + shift) = view<S, 100>(x.data() + 1 - shift) * 0.5;
    view<float, 100>(w.data() + shift) = view<float, 100>(w.data() + 1 - shift) * 0.5;
    check_rounded(x, w);
  }
  auto x = start;
  auto w = wide_start;
  x = x + view<S, 101, strided>(x.data() + 100, {-1});
  w = w + view<float, 101, strided>(w.data() + 100, {-1});
  check_rounded(x, w);
  view<S, 33, strided>(x.data(), {3}) = sqrt(abs(view<S, 33, strided>(x.data() + 1, {3})));
  for (int i = 0; i < 33; ++i) BOOST_TEST(bits_of(x(3 * i)) == bits_of(S(std::sqrt(std::abs(float(x(3 * i + 1)))))));
  BOOST_TEST(bits_of(x(99)) == bits_of(S(w(99))));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(reductions_accumulate_in_float, Tag, stored) {
  using S = typename Tag::type;
  auto const X = matrix<S>(23, 71, 0.5f);
  auto const w = wide(X);
  auto [total, average, least, where_most] = evaluate(sum(X), mean(X), min(X), argmax(X));
  static_assert(std::is_same_v<decltype(total), S> && std::is_same_v<decltype(where_most), std::int32_t>);
  auto [wide_total, wide_average, wide_least, wide_where] = evaluate(sum(w), mean(w), min(w), argmax(w));
  BOOST_TEST(bits_of(total) == bits_of(S(wide_total)));
  BOOST_TEST(bits_of(average) == bits_of(S(wide_average)));
  BOOST_TEST(bits_of(least) == bits_of(S(wide_least)));
  BOOST_TEST(where_most == wide_where);
  check_rounded(evaluate(sum<0>(X)), evaluate(sum<0>(w)));
  check_rounded(evaluate(logsumexp<1>(X)), evaluate(logsumexp<1>(w)));
  tensor<bool, dyn> any_above = any<1>(X > 2), expected = any<1>(w > 2);
  for (index_t i = 0; i < 23; ++i) BOOST_TEST(any_above(i) == expected(i));
  // 4096 ones are 4096, not the 256 (or 2048) where a sum of small floats would stop.
  tensor<S, 4096> ones;
  ones = 1;
  BOOST_TEST(float(evaluate(sum(ones))) == 4096);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(constant_expressions_agree, Tag, stored) {
  using S = typename Tag::type;
  static constexpr tensor<S, 5, 3> w{{S(0.1), S(0.2), S(-0.3)},
                                     {S(1), S(2), S(3)},
                                     {S(1e-7), S(-0.0), S(60000)},
                                     {S(4), S(5), S(6)},
                                     {S(-1), S(0.5), S(0.25)}};
  static constexpr tensor<S, 3> x{S(0.5), S(-1.5), S(2)};
  constexpr auto f = [](auto const& a, auto const& b) { return evaluate(stable_sigmoid(a * b) + 0.1); };
  constexpr auto y = f(w, x);
  auto runtime = w;
  auto const z = f(runtime, x);
  for (int i = 0; i < 5; ++i) BOOST_TEST(bits_of(y(i)) == bits_of(z(i)));
  constexpr S total = evaluate(sum(w));
  BOOST_TEST(bits_of(total) == bits_of(evaluate(sum(runtime))));
  static_assert(plan_v<decltype(w + w)>.bytes_written == 30);
}

BOOST_AUTO_TEST_SUITE_END()
