// SPDX-License-Identifier: BSL-1.0
// Formulas drawn from seeds (formulas/draw.hpp), over drawn data with special values, beside a reference in long double
// that carries a bound for every element: fused beside element by element, packs beside single lanes, into an operand
// beside into fresh memory, several in one pass, rewritten beside the original. A failure prints the formula as code.
// labels: sanitize
// link: oneloop::parallel
#include <boost/hana/for_each.hpp>
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

#include <oneloop/oneloop.hpp>
#include <oneloop/op/registry.hpp>

#include "formulas/check.hpp"
#include "formulas/parts.hpp"

using namespace formulas;

namespace {

void check_all(unit const& entries) {
  int vague = 0;
  tally total;
  for (entry const& e : entries) {
    tally const t = check(e);
    total.elements += t.elements, total.sharp += t.sharp;
    if (2 * t.sharp < t.elements)
      ++vague, BOOST_TEST_MESSAGE("hardly compared: seed " << e.formula->seed << ": " << code_of(*e.formula));
  }
  BOOST_TEST_MESSAGE(entries.size() << " formulas, " << total.elements << " elements, " << total.sharp
                                    << " of them with a sharp bound");
  // A bound that says nothing is no test.
  BOOST_TEST(8 * vague <= int(entries.size()), vague << " formulas were hardly compared");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(drawn_formulas)

BOOST_AUTO_TEST_CASE(of_float) { check_all(floats()); }
BOOST_AUTO_TEST_CASE(of_more_float) { check_all(more_floats()); }
BOOST_AUTO_TEST_CASE(of_double) { check_all(doubles()); }
BOOST_AUTO_TEST_CASE(of_integers) { check_all(integers()); }
BOOST_AUTO_TEST_CASE(of_float_optimised) { check_all(optimised()); }

/// Whatever the registry holds is drawn, sooner or later.
BOOST_AUTO_TEST_CASE(vocabulary) {
  std::set<std::string> drawn;
  for (std::uint64_t seed = 0; seed < 3000; ++seed)
    for (element type : {element::f32, element::f64, element::i32}) {
      program const p = draw(seed, type);
      for (int i = 0; i < p.count; ++i) drawn.insert(name_of(p.nodes[i].what));
    }
  auto const look = [&]<class Op>(Op) {
    std::string name = Op::name.data;
    if (name == "cast<int32_t>") name = "cast<std::int32_t>";
    // What logsumexp and softmax are made of.
    if (name != "shifted_logsumexp") BOOST_TEST(drawn.count(name) == 1, name << " is in no formula");
  };
  boost::hana::for_each(oneloop::elementwise_operations, look);
  boost::hana::for_each(oneloop::reduction_operations, look);
}

BOOST_AUTO_TEST_CASE(gradients) {
  tally total;
  for (entry const& e : formulas::gradients()) {
    tally const t = check_gradient(e);
    total.elements += t.elements, total.sharp += t.sharp;
  }
  BOOST_TEST_MESSAGE(total.elements << " derivatives, " << total.sharp << " compared");
  BOOST_TEST(2 * total.sharp >= total.elements);
}

BOOST_AUTO_TEST_SUITE_END()
