// SPDX-License-Identifier: BSL-1.0
// What a formula keeps alive: rvalues are moved in, lvalues are referenced, variables hold nothing.
// The address sanitizer watches this file.
// labels: sanitize
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <memory>
#include <optional>
#include <utility>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(lifetimes)

using vec = tensor<float, dyn>;  // on the heap: a dangling one is caught
using small = tensor<float, 4>;  // inside of the object

vec numbers(float first, int n = 5) {
  vec result(n);
  for (int i = 0; i < n; ++i) result(i) = first + float(i);
  return result;
}

// Writes over the stack that the functions called before have left.
[[gnu::noinline]] int scribble() {
  int volatile junk[2000];
  for (int i = 0; i < 2000; ++i) junk[i] = 0x7fc00000 + i;
  return junk[77];
}

template <class F>
void check(char const* what, F const& f, std::initializer_list<real> expected) {
  scribble();
  grid wanted(list{std::ptrdiff_t(expected.size())});
  wanted.values = expected;
  compare(what, run(f), wanted, 0);
}

// ---- formulas that are returned

[[gnu::noinline]] auto over_locals_moved_in() {
  vec a = numbers(1), b = numbers(10);
  return std::move(a) + 2 * std::move(b);
}
[[gnu::noinline]] auto over_small_locals_moved_in() {
  small a{1, 2, 3, 4}, b{10, 20, 30, 40};
  auto sum_of_both = std::move(a) + std::move(b);
  return sum_of_both / 2;
}
[[gnu::noinline]] auto over_temporaries() { return numbers(1) % (numbers(2) - 1); }
[[gnu::noinline]] auto over_an_argument(vec const& a) { return 2 * a + 1; }
[[gnu::noinline]] auto over_a_view_of(vec const& a) {
  view<float const, dyn> v(a.data(), a.extent(0));  // the view itself ends here
  return v - 1;
}
[[gnu::noinline]] auto over_a_number(float x) {
  return x * numbers(1);  // x is copied
}
[[gnu::noinline]] auto with_reductions() {
  vec a = numbers(1);
  return numbers(1) - mean(std::move(a));
}
[[gnu::noinline]] auto with_a_product() {
  tensor<float, dyn, dyn> w(2, 3);
  w = 2;
  return std::move(w) * numbers(1, 3) + numbers(0, 2);
}
[[gnu::noinline]] auto with_softmax_inside() { return log_softmax(numbers(1, 3) * 0) + numbers(1, 3); }

BOOST_AUTO_TEST_CASE(returned_formulas) {
  check("locals moved in", over_locals_moved_in(), {21, 24, 27, 30, 33});
  check("small locals moved in", over_small_locals_moved_in(), {5.5, 11, 16.5, 22});
  check("temporaries", over_temporaries(), {1, 4, 9, 16, 25});
  vec const a = numbers(3);
  check("an argument", over_an_argument(a), {7, 9, 11, 13, 15});
  check("a view", over_a_view_of(a), {2, 3, 4, 5, 6});
  check("a number", over_a_number(2), {2, 4, 6, 8, 10});
  check("reductions", with_reductions(), {-2, -1, 0, 1, 2});
  check("a product", with_a_product(), {12, 13});
  auto const l = run(with_softmax_inside());
  BOOST_TEST(l(2) == 3 - std::log(3.f), boost::test_tools::tolerance(1e-6f));
}

// ---- formulas over variables hold nothing

[[gnu::noinline]] constexpr auto model() {
  constexpr auto w = var<"W", dyn, dyn>;
  constexpr auto x = var<"x", dyn>;
  return relu(w * x) + 1_c;
}
static_assert(std::is_empty_v<decltype(model())>);

[[gnu::noinline]] auto bound_to_locals_moved_in() {
  tensor<float, dyn, dyn> w(2, 3);
  w = 1;
  vec x = numbers(1, 3);
  return model()(var<"x", dyn> = std::move(x), var<"W", dyn, dyn> = std::move(w));
}

BOOST_AUTO_TEST_CASE(formulas_over_variables) {
  auto const f = model();
  scribble();
  tensor<float, dyn, dyn> w(2, 3);
  w = 2;
  check("bound to temporaries", f(var<"W", dyn, dyn> = w, var<"x", dyn> = numbers(1, 3)), {13, 13});
  check("returned and bound to locals", bound_to_locals_moved_in(), {7, 7});
}

// ---- stored formulas see their data as it is when they are evaluated

BOOST_AUTO_TEST_CASE(lvalues_are_referenced) {
  vec a = numbers(1, 3), b = numbers(10, 3);
  auto f = a + b;
  check("before", f, {11, 13, 15});
  a = 0;
  b(1) = 100;
  check("after", f, {10, 100, 12});
  a = numbers(5, 3);  // a moved from: the formula finds the new elements
  check("reassigned", f, {15, 106, 19});
  a = numbers(0, 2);
  b = numbers(1, 2);
  check("of another size", f, {1, 3});
}

BOOST_AUTO_TEST_CASE(rvalues_are_kept) {
  vec a = numbers(1, 3);
  auto f = vec(a) + 0;  // a copy, moved in
  a = 50;
  check("the copy", f, {1, 2, 3});
  auto g = std::move(a) * 2;
  a = numbers(7, 3);
  check("what was moved", g, {100, 100, 100});
}

BOOST_AUTO_TEST_CASE(formulas_of_formulas) {
  vec a = numbers(1, 3);
  auto make = [&] {
    auto inner = exp(a * 0) + numbers(0, 3);
    auto outer_ = inner % inner;
    return outer_ - inner;
  };
  check("nested", make(), {0, 2, 6});
}

// ---- copies and moves

BOOST_AUTO_TEST_CASE(copied_and_moved_formulas) {
  std::optional<decltype(numbers(0) + 1)> f;
  f.emplace(numbers(1, 3) + 1);
  auto copy = *f;
  auto moved = std::move(*f);
  f.reset();
  check("copy", copy, {2, 3, 4});
  check("moved", moved, {2, 3, 4});
  auto const again = copy;
  check("copy of a copy", again, {2, 3, 4});
  auto const heap = std::make_unique<decltype(moved)>(std::move(moved));
  check("on the heap", *heap, {2, 3, 4});
}

BOOST_AUTO_TEST_CASE(copied_and_moved_tensors) {
  vec a = numbers(1, 3);
  vec b = a;
  b(0) = 9;
  BOOST_TEST((a(0) == 1 && b(0) == 9));
  float const* const where = b.data();
  vec c = std::move(b);
  BOOST_TEST((c.data() == where && c(0) == 9 && b.size() == 0));
  b = c;  // a moved-from tensor can be assigned
  BOOST_TEST((b(2) == 3 && b.data() != c.data()));
  vec& itself = c;
  c = itself;
  BOOST_TEST((c.size() == 3 && c(0) == 9));
  std::swap(a, c);
  BOOST_TEST((a(0) == 9 && c(0) == 1));
  vec d;
  d = std::move(a);
  BOOST_TEST((d(0) == 9 && a.size() == 0));
  d = vec();
  BOOST_TEST(d.empty());
  small s{1, 2, 3, 4};
  small t = std::move(s);
  t(0) = 7;
  BOOST_TEST((s(0) == 1 && t(0) == 7));
}

BOOST_AUTO_TEST_CASE(results_outlive_their_operands) {
  auto y = [] {
    vec const a = numbers(1, 3);
    return evaluate(a + 1);
  }();
  scribble();
  BOOST_TEST(y(2) == 4);
  auto const [p, q] = [] {
    vec const a = numbers(1, 3);
    return evaluate(2 * a, sum(a));
  }();
  scribble();
  BOOST_TEST((p(2) == 6 && q == 6));
}

BOOST_AUTO_TEST_SUITE_END()
