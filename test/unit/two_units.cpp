// SPDX-License-Identifier: BSL-1.0
// Two translation units of one program: formulas defined in a header, returned from one unit,
// evaluated in the other. The other unit is two_units/other.cpp.
// labels: sanitize
#include "two_units/two_units.hpp"

#include "reference.hpp"

using namespace two_units;
using namespace reference;

BOOST_AUTO_TEST_SUITE(two_translation_units)

BOOST_AUTO_TEST_CASE(a_formula_of_a_header_is_one_object) {
  static_assert(std::is_empty_v<decltype(layer)>);
  BOOST_TEST(address_of_layer() == static_cast<void const*>(&layer));
}

BOOST_AUTO_TEST_CASE(both_units_evaluate_it_to_the_same_bits) {
  auto const W = random_tensor<float, 5, 7>(1, -1, 1);
  auto const x = random_tensor<float, 7>(2, -1, 1);
  auto const b = random_tensor<float, 5>(3, -1, 1);
  tensor<float, 5> const here = layer(Wv = W, xv = x, bv = b);
  BOOST_TEST(same_values(evaluate_layer_there(W, x, b), here));
  grid const z = map([](real p, real q) { return p + q; }, multiply(read(W), read(x)), read(b));
  // 8 roundings of numbers below 8, of which sigmoid's slope leaves a quarter, and its own.
  compare("layer", here, map([](real v) { return reference::sigmoid(v); }, z), 8 * 2 + 6, grid(real(1)));
}

BOOST_AUTO_TEST_CASE(a_formula_that_owns_its_data_travels) {
  auto const f = make_owning(1);
  vector const here = evaluate(f);
  BOOST_TEST(here.size() == 9);
  BOOST_TEST(same_values(evaluate_there(f), here));
  for (int i = 0; i < 9; ++i)
    BOOST_TEST(here(i) == std::exp(-float(i + 1)) + float(i), boost::test_tools::tolerance(1e-6f));
  owning const mine = exp(-vector{0, 0}) + vector{1, 2};
  vector const there = evaluate_there(mine);
  BOOST_TEST((there(0) == 2 && there(1) == 3));
}

BOOST_AUTO_TEST_CASE(functions_that_return_formulas) {
  auto const x = whole_tensor<float, dyn>(4, 16);
  vector const here = centred(x);
  BOOST_TEST(same_values(evaluate_centred_there(x), here));
  BOOST_TEST(run(sum(here)) == 0);
}

BOOST_AUTO_TEST_CASE(an_error_crosses_the_border) {
  BOOST_TEST(throws_there(vector(3), vector(4)));
  BOOST_TEST(!throws_there(vector(3), vector(3)));
}

BOOST_AUTO_TEST_SUITE_END()
