// SPDX-License-Identifier: BSL-1.0
// What holds whatever the values are: a fused formula is the chain of its operations, and the rules of
// algebra hold where numbers are exact.
// labels: sanitize
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <boost/mpl/list.hpp>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(laws)

using floating = boost::mpl::list<float, double>;
constexpr int sizes[] = {0, 1, 3, 4, 5, 7, 8, 9, 16, 31, 64, 257};

// ---- fused = one tensor per operation

// Without a product that is added (which a fused formula rounds once only): the same bits.
BOOST_AUTO_TEST_CASE_TEMPLATE(fused_is_unfused, T, floating) {
  for (int n : sizes) {
    auto const a = random_tensor<T, dyn>(1, -3, 3, n), b = random_tensor<T, dyn>(2, -3, 3, n);
    auto const fused = run(where(a < b, tanh(a) / (1 + exp(-b)), sqrt(abs(a - b))) % sigmoid(b));
    tensor<bool, dyn> const c = a < b;
    tensor<T, dyn> const t0 = tanh(a), t1 = -b, t2 = exp(t1), t3 = 1 + t2, t4 = t0 / t3, t5 = a - b, t6 = abs(t5),
                         t7 = sqrt(t6), t8 = where(c, t4, t7), t9 = sigmoid(b), t10 = t8 % t9;
    BOOST_TEST(same_values(fused, t10), "n = " << n);
  }
}

// With one: the fused result is within the rounding that it saves.
BOOST_AUTO_TEST_CASE_TEMPLATE(fused_products_and_sums, T, floating) {
  for (int n : sizes) {
    auto const a = random_tensor<T, dyn>(1, -3, 3, n), b = random_tensor<T, dyn>(2, -3, 3, n),
               c = random_tensor<T, dyn>(3, -3, 3, n);
    tensor<T, dyn> const product = a % b, unfused = product + c;
    compare("a % b + c", run(a % b + c), read(unfused), 3,
            map([](real p, real q) { return std::fabs(p) + std::fabs(q); }, read(product), read(c)));
  }
}

BOOST_AUTO_TEST_CASE(fused_layer_is_unfused) {
  for (int m : {1, 7, 16, 33})
    for (int k : {1, 8, 29}) {
      auto const w = whole_tensor<float, dyn, dyn>(1, m, k);
      auto const x = whole_tensor<float, dyn>(2, k), b = whole_tensor<float, dyn>(3, m);
      tensor<float, dyn> const product = w * x, z = product + b, y = sigmoid(z);
      BOOST_TEST(same_values(run(sigmoid(w * x + b)), y));
    }
}

BOOST_AUTO_TEST_CASE(fused_reduction_is_unfused) {
  for (int n : sizes) {
    auto const x = whole_tensor<float, dyn>(1, n), y = whole_tensor<float, dyn>(2, n);
    tensor<float, dyn> const d = x - y, squares = d % d;
    BOOST_TEST(same_values(run(sum((x - y) % (x - y))), run(sum(squares))));
    BOOST_TEST(same_values(run(max(abs(x - y))), run(max(abs(d)))));
    auto const m = run(max(x));
    BOOST_TEST(same_values(run(x - max(x)), run(x - m)));
  }
}

// ---- algebra, exact on whole numbers

BOOST_AUTO_TEST_CASE(identities) {
  for (int m : {1, 5, 8})
    for (int n : {1, 4, 19}) {
      auto const a = whole_tensor<float, dyn, dyn>(1, m, n), b = whole_tensor<float, dyn, dyn>(2, m, n);
      auto const x = whole_tensor<float, dyn>(3, n);
      auto const y = whole_tensor<float, dyn>(4, m);
      BOOST_TEST(same_values(run(sum(a)), run(sum(sum<0>(a)))));
      BOOST_TEST(same_values(run(sum(a)), run(sum(sum<1>(a)))));
      BOOST_TEST(same_values(run(min(a)), run(-max(-a))));
      BOOST_TEST(run(all((a + b) * x == a * x + b * x)));
      BOOST_TEST(run(all(transpose(a) * y == y * a)));
      BOOST_TEST(run(all(transpose(a * transpose(b)) == b * transpose(a))));
      BOOST_TEST(run(all((a < b) == !(a >= b))));
      BOOST_TEST(run(dot(y, a * x)) == run(dot(y * a, x)));
      BOOST_TEST(run(all(outer(y, x) * x == dot(x, x) * y)));
    }
}

BOOST_AUTO_TEST_SUITE_END()
