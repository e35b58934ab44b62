// SPDX-License-Identifier: BSL-1.0
// Extents known at run time only: thrown about before anything is written, in words that name both
// shapes; tensors without elements take what they are given.
// labels: sanitize
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <string>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(shape_errors)

inline constexpr auto batch = dim<"batch">;

template <class Change>
std::string message_of(Change change) {
  try {
    change();
  } catch (shape_error const& error) {
    return error.what();
  }
  return "nothing was thrown";
}

bool has(std::string const& text, std::string const& part) { return text.find(part) != std::string::npos; }

BOOST_AUTO_TEST_CASE(a_misfit_is_thrown_before_anything_is_written) {
  auto const a = whole_tensor<float, dyn>(1, 5), b = whole_tensor<float, dyn>(2, 6);
  auto const m = whole_tensor<float, dyn, dyn>(3, 4, 5);
  auto y = whole_tensor<float, dyn>(4, 5);
  auto const before = y;

  std::string const sum = message_of([&] { put(y, a + b); });
  BOOST_TEST((has(sum, "shapes do not fit") && has(sum, "+") && has(sum, "[5]") && has(sum, "[6]")), sum);
  std::string const late = message_of([&] { put(y, 2 * a + exp(a % (b - 1))); });
  BOOST_TEST((has(late, "%") && has(late, "[5]") && has(late, "[6]")), late);
  std::string const product = message_of([&] { put(y, m * b); });
  BOOST_TEST((has(product, "columns of the left (5) == rows of the right (6)") && has(product, "[4, 5]") &&
              has(product, "[6]")),
             product);
  std::string const target = message_of([&] { put(y, m * a); });
  BOOST_TEST((has(target, "cannot assign") && has(target, "[5]") && has(target, "[4]")), target);
  std::string const in_a_reduction = message_of([&] { put(y, a - dot(a, b)); });
  BOOST_TEST((has(in_a_reduction, "[5]") && has(in_a_reduction, "[6]")), in_a_reduction);
  std::string const compound = message_of([&] { y += b; });
  BOOST_TEST((has(compound, "[5]") && has(compound, "[6]")), compound);
  std::string const quiet = message_of([&] { noalias(y) = b; });
  BOOST_TEST((has(quiet, "cannot assign")), quiet);
  BOOST_TEST(same_values(y, before));

  BOOST_TEST(has(message_of([&] { run(a + b); }), "shapes do not fit"));
  BOOST_TEST(has(message_of([&] { tensor<float, dyn> z = a + b; }), "shapes do not fit"));
  BOOST_CHECK_THROW(run(a + b), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(names_are_checked_too) {
  auto const x = whole_tensor<float, batch, 3>(1, 4);
  auto const v = whole_tensor<float, batch>(2, 5);
  auto const w = whole_tensor<float, batch>(2, 4);
  tensor<float, batch, 3> y(4);
  y = 7;
  std::string const by_name = message_of([&] { put(y, x + v); });
  BOOST_TEST((has(by_name, "4") && has(by_name, "5")), by_name);
  std::string const two_sizes = message_of([&] { put(y, x * (sum(v) + sum(w))); });
  BOOST_TEST((has(two_sizes, "4") || has(two_sizes, "5")), two_sizes);
  BOOST_TEST(std::all_of(y.begin(), y.end(), [](float e) { return e == 7; }));
  tensor<float, dyn, dyn> a(2, 3), b(3, 3);
  std::string const transposed = message_of([&] { run(a + transpose(b)); });
  BOOST_TEST((has(transposed, "[2, 3]") && has(transposed, "[3, 3]")), transposed);
  auto const stat = whole_tensor<float, 4>(1);
  std::string const mixed = message_of([&] { run(stat + v); });
  BOOST_TEST((has(mixed, "[4]") && has(mixed, "[batch=5]")), mixed);
}

BOOST_AUTO_TEST_CASE(unnamed_dimensions_of_one_type_may_differ) {
  auto const a = whole_tensor<float, dyn>(1, 3), b = whole_tensor<float, dyn>(2, 8);
  real const sum_a = reference::sum(read(a).values), sum_b = reference::sum(read(b).values);
  compare("sum(a) - sum(b)", run(sum(a) - sum(b)), grid(sum_a - sum_b), 0);
  auto const [p, q] = run(2 * a, 2 * b);
  compare("2 a", p, map([](real x) { return 2 * x; }, read(a)), 0);
  compare("2 b", q, map([](real x) { return 2 * x; }, read(b)), 0);
  auto const m = whole_tensor<float, dyn, dyn>(3, 2, 3), n = whole_tensor<float, dyn, dyn>(4, 7, 3);
  auto const [r, s] = run(m * a, n * a);
  compare("M a", r, multiply(read(m), read(a)), 0);
  compare("N a", s, multiply(read(n), read(a)), 0);
}

BOOST_AUTO_TEST_CASE(empty_tensors_take_the_formulas_extents) {
  auto const a = whole_tensor<float, dyn, dyn>(1, 3, 4);
  tensor<float, dyn, dyn> y;
  put(y, 2 * a);
  compare("taken", y, map([](real x) { return 2 * x; }, read(a)), 0);
  tensor<float, batch, 4> z;
  put(z, a);
  BOOST_TEST(z.extent(0) == 3);
  // A static extent that differs: refused, and nothing changed.
  tensor<float, batch, 5> w;
  BOOST_CHECK_THROW(put(w, a), shape_error);
  BOOST_TEST((w.extent(0) == 0 && w.size() == 0));
  // The formula reads the empty target.
  tensor<float, dyn> v;
  auto const x = whole_tensor<float, dyn>(2, 6);
  put(v, x + sum(v));
  compare("x + sum(nothing)", v, read(x), 0);
  // Once it has elements it keeps its extents.
  BOOST_CHECK_THROW(put(y, transpose(a)), shape_error);
  compare("kept", y, map([](real x_) { return 2 * x_; }, read(a)), 0);
}

BOOST_AUTO_TEST_CASE(one_name_is_one_size) {
  float elements[6]{};
  BOOST_CHECK_THROW((tensor<float, dim<"batch", 3>, batch>(2)), shape_error);
  BOOST_TEST(message_of([] { tensor<float, batch, batch> a(2, 3); }) ==
             "oneloop: a tensor cannot have two sizes of one name");
  BOOST_TEST(message_of([&] { view<float, batch, 1, batch> a(elements, 2, 3); }) ==
             "oneloop: a view cannot have two sizes of one name");
  tensor<float, batch, 1, batch> fits(2, 2);
  BOOST_CHECK_THROW((fits.resize({{2, 1, 3}})), shape_error);
  tensor<float, batch, dyn> const P(2, 4), Q(3, 4);
  BOOST_CHECK_THROW(evaluate(P * transpose(Q)), shape_error);
}

BOOST_AUTO_TEST_CASE(a_broadcast_whose_size_nothing_tells) {
  tensor<float, 4> const b{1, 2, 3, 4};
  std::string const start = "oneloop: nothing tells the run-time extents of a broadcast: ";
  BOOST_TEST(message_of([&] { evaluate(broadcast<batch, 4>(b)); }) == start + "[batch, 4]");
  BOOST_TEST(message_of([&] { evaluate(sum<1>(broadcast<dyn, 4>(b))); }) == start + "[dyn]");
  BOOST_TEST(message_of([&] { evaluate(softmax<0>(broadcast<dyn, 4>(b))); }) == start + "[dyn, 4]");
  BOOST_TEST(message_of([&] { evaluate(sum(b), broadcast<batch, 4>(b)); }) == start + "[batch, 4]");
}

BOOST_AUTO_TEST_CASE(a_variable_bound_to_another_size) {
  constexpr auto f = 2 * var<"x", 4>;
  tensor<float, dyn> const five(5), four(4);
  std::string const size = message_of([&] { run(f(var<"x", 4> = five)); });
  BOOST_TEST((has(size, "x") && has(size, "[4]") && has(size, "[5]")), size);
  BOOST_TEST(run(f(var<"x", 4> = four)).size() == 4);
  constexpr auto g = var<"a", batch> - var<"b", batch>;
  std::string const name = message_of([&] { run(g(var<"a", batch> = four, var<"b", batch> = five)); });
  BOOST_TEST((has(name, "[batch=4]") && has(name, "[batch=5]")), name);
  constexpr auto h = var<"A", batch, 3> * var<"x", 3>;
  tensor<float, dyn, dyn> const wide(2, 4);
  tensor<float, dyn> const three(3);
  BOOST_CHECK_THROW(run(h(var<"A", batch, 3> = wide, var<"x", 3> = three)), shape_error);
}

// In the words of the compile-time message: the operation, both shapes as they were written, the rule.
BOOST_AUTO_TEST_CASE(the_words_of_the_compile_time_message) {
  std::string const fit = "oneloop: shapes do not fit: ";
  tensor<float, dyn> const three(3), four(4), five(5);
  tensor<float, dyn, dyn> const input(3, 7), weights(4, 6), layer(4, 7);
  tensor<float, batch, 64> const X(2);
  tensor<float, dim<"out">, 64> const W(3);
  tensor<float, batch> const v(4), w(5);
  tensor<float, batch, 3> const rows(5);
  auto const words = [](auto const& f) { return message_of([&] { run(f); }); };
  BOOST_TEST(words(three + four) == fit + "+: left [3], right [4], needed: equal shapes");
  BOOST_TEST(words(hadamard(three, four)) == fit + "%: left [3], right [4], needed: equal shapes");
  BOOST_TEST(words(max(three, four)) == fit + "max: left [3], right [4], needed: equal shapes");
  BOOST_TEST(words(fma(three, 2, four)) == fit + "fma: left [3], right [4], needed: equal shapes");
  BOOST_TEST(words(v - w) == fit + "-: left [batch=4], right [batch=5], needed: equal shapes");
  BOOST_TEST(words(rows - v) == fit + "-: left [batch=5, 3], right [batch=4], needed: equal shapes");
  BOOST_TEST(words(v - rows) == fit + "-: left [batch=4], right [batch=5, 3], needed: equal shapes");
  BOOST_TEST(words(dot(three, four)) == fit + "dot: left [3], right [4], needed: equal shapes");
  BOOST_TEST(words(input * five) ==
             fit + "*: left [3, 7], right [5], needed: columns of the left (7) == rows of the right (5)");
  BOOST_TEST(words(five * input) ==
             fit + "*: left [5], right [3, 7], needed: size of the left (5) == rows of the right (3)");
  BOOST_TEST(words(linear(input, weights, 0)) ==
             fit +
                 "linear: left [3, 7], right [4, 6], needed: last axis of the input (7) == columns of the weights (6)");
  BOOST_TEST(words(linear(five, weights, four)) ==
             fit + "linear: left [5], right [4, 6], needed: last axis of the input (5) == columns of the weights (6)");
  BOOST_TEST(words(linear(input, transpose(weights), 0)) ==
             fit +
                 "linear: left [3, 7], right [6, 4], needed: last axis of the input (7) == columns of the weights (4)");
  BOOST_TEST(words(linear(input, layer, three)) ==
             fit + "linear: left [4, 7], right [3], needed: weights [out, in], bias [out]");
  BOOST_TEST(words(linear(X, W, four)) ==
             fit + "linear: left [out=3, 64], right [4], needed: weights [out, in], bias [out]");
  BOOST_TEST(words(linear(X, W, three) + linear(X, W, four)) ==
             fit + "linear: left [out=3, 64], right [4], needed: weights [out, in], bias [out]");
  BOOST_TEST(words(cross_entropy(rows, tensor<std::int32_t, batch>(4))) ==
             fit + "cross_entropy: left [batch=5, 3], right [batch=4], needed: one target per row");
  BOOST_TEST(words(cross_entropy(rows, tensor<float, batch, 3>(4))) ==
             fit + "cross_entropy: left [batch=5, 3], right [batch=4, 3], needed: equal shapes");
  BOOST_TEST(words(broadcast<batch, 4>(five) + tensor<float, batch, 4>(1)) ==
             fit + "broadcast: left [5], right [batch, 4], needed: same names, or equal last axes");
  BOOST_TEST(message_of([&] { evaluate(sum(v), sum(w)); }) ==
             fit + "evaluate: left [batch=4], right [batch=5], needed: equal extents of dimensions of one name");
  auto y = tensor<float, batch>(3);
  BOOST_TEST(message_of([&] { y = sqrt(v); }) ==
             "oneloop: cannot assign: =: target [batch=3], formula [batch=4], needed: equal shapes");
  constexpr auto xv = var<"x", batch, 4>;
  BOOST_TEST(words((2 * xv)(xv = input)) == "oneloop: binding does not fit: x: variable [batch=3, 4], given [3, 7]");
}

// Products of batches, of which a batch may be missing but not differ.
BOOST_AUTO_TEST_CASE(batches_that_differ) {
  tensor<float, dyn, 2, 3> const a(4);
  tensor<float, dyn, 3, 2> const b(5);
  std::string const batches = message_of([&] { run(a * b); });
  BOOST_TEST(has(batches, "equal batch dimensions"), batches);
}

BOOST_AUTO_TEST_CASE(cross_entropy_wants_one_target_per_row) {
  tensor<float, batch, 3> const logits(4);
  tensor<std::int32_t, batch> const classes(5);
  BOOST_CHECK_THROW(run(cross_entropy(logits, classes)), shape_error);
}

BOOST_AUTO_TEST_SUITE_END()
