// SPDX-License-Identifier: BSL-1.0
// par(f): the same bits as without, for every kind of loop, and the part of the listing about speed.
// link: oneloop::parallel
// options: -O0 -Wno-psabi
#include <boost/test/unit_test.hpp>
#include <oneloop/oneloop.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <tuple>
#include <vector>

using namespace oneloop;

namespace {

constexpr auto batch = dim<"batch">;
constexpr auto n = dim<"n">;

template <class Array>
void fill(Array& array, double seed) {
  int i = 0;
  for (auto& element : array) element = static_cast<typename Array::element>(std::sin(seed + 0.37 * i++));
}

template <class A, class B>
bool same_bits(A const& a, B const& b) {
  return a.extents() == b.extents() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(typename A::element)) == 0;
}

template <class F>
void check(F const& f) {
  auto const one = evaluate(f);
  auto several = evaluate(par, f);
  BOOST_TEST(same_bits(one, several));
  for (auto& element : several) element = {};
  several = par(f);
  BOOST_TEST(same_bits(one, several));
}

/// Numbers, each alone and all of them in one pass.
template <class... F>
void check_numbers(F const&... f) {
  auto const equal = [](auto a, auto b) { return std::memcmp(&a, &b, sizeof(a)) == 0; };
  ([&] { BOOST_TEST(equal(evaluate(f), evaluate(par, f))); }(), ...);
  if constexpr (sizeof...(F) > 1) {
    auto const one = evaluate(f...), several = evaluate(par, f...);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ([&] { BOOST_TEST(equal(std::get<I>(one), std::get<I>(several))); }(), ...);
    }(std::index_sequence_for<F...>{});
  }
}

using float_and_double = std::tuple<float, double>;

/// Hands parts over to nobody, but counts them, and may run the later ones first.
struct apart {
  static constexpr bool threads = true;
  static inline int handed_over = 0;
  static inline bool last_first = false;
  template <class First, class Second>
  static void both(First const& first, Second const& second) {
    ++handed_over;
    last_first ? second() : first();
    last_first ? first() : second();
  }
  template <class Body>
  static void run(oneloop::index_t count, oneloop::index_t granule, oneloop::index_t grain, Body const& body) {
    if (count < 2 * grain) return body(eval::part{0, count});
    auto const size = (grain + granule - 1) / granule * granule, parts = (count + size - 1) / size;
    for (oneloop::index_t i = 0; i < parts; ++i) {
      ++handed_over;
      auto const first = (last_first ? parts - 1 - i : i) * size;
      body(eval::part{first, first + size < count ? first + size : count});
    }
  }
  template <class Make, class Merge>
  static void run_in_order(oneloop::index_t count, Make const& make, Merge const& merge) {
    std::vector<decltype(make(count))> made(static_cast<std::size_t>(count));
    for (oneloop::index_t i = 0; i < count; ++i) {
      ++handed_over;
      auto const index = last_first ? count - 1 - i : i;
      made[static_cast<std::size_t>(index)] = make(index);
    }
    for (auto& one : made) merge(std::move(one));
  }
};

template <class F, class To>
int run_apart(bool last_first, F const& f, To const& to) {
  apart::last_first = last_first, apart::handed_over = 0;
  eval::execute<float, apart>(planner::make(f), hana::basic_tuple<To>(to));
  return apart::handed_over;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(parallel)

// Two grains and more of each kind, with ends that fill no pack.
BOOST_AUTO_TEST_CASE(elementwise) {
  for (int const size : {0, 1, 1000, 300'001}) {
    tensor<float, n> x(size), y(size);
    fill(x, 1), fill(y, 2);
    check(stable_sigmoid(x) % y + 2 * x);
  }
  tensor<double, batch, 70> A(3001);
  fill(A, 1);
  check(exp(A) - 1);  // flat
  tensor<double, 70> row;
  fill(row, 2);
  check(A % broadcast<batch, 70>(row) + tanh(A));  // row by row
  check(where(A > 0, A, -A));
  check(transpose(A) * 2);  // turned in blocks
}

BOOST_AUTO_TEST_CASE(products) {
  tensor<float, dyn, dyn> W(3001, 203);
  tensor<float, dyn> x(203), b(3001);
  fill(W, 1), fill(x, 2), fill(b, 3);
  check(sigmoid(W * x + b));
  check(sigmoid(pack(W) * x + b));
  tensor<float, dyn, dyn> const V = transpose(W);
  check(sigmoid(transpose(V) * x + b));

  tensor<float, batch, 64> X(1501);
  tensor<float, 50, 64> U;
  tensor<float, 50> c;
  fill(X, 4), fill(U, 5), fill(c, 6);
  check(stable_sigmoid(linear(X, U, c)));
  check(stable_sigmoid(linear(X, pack(U), c)));
  tensor<float, dyn, 40, 30> S(200);
  tensor<float, dyn, 30, 20> T(200);
  fill(S, 7), fill(T, 8);
  check(S * T);
}

// Sizes with one block, two, and several, the last one not full.
BOOST_AUTO_TEST_CASE_TEMPLATE(numbers, T, float_and_double) {
  for (int const size : {0, 1, 1000, 50'003, 1'000'003}) {
    tensor<T, n> x(size), y(size);
    fill(x, 1), fill(y, 2);
    check_numbers(sum(x % y), argmax(x - y), variance<n>(x));
    long double expected = 0;
    for (int i = 0; i < size; ++i) expected += static_cast<long double>(x(i)) * y(i);
    BOOST_TEST(std::abs(evaluate(par, sum(x % y)) - expected) <= std::numeric_limits<T>::epsilon() * (size + 1.0));
  }
}

BOOST_AUTO_TEST_CASE(numbers_of_matrices) {
  tensor<float, batch, 70> A(9001);
  fill(A, 3);
  check_numbers(logsumexp(A), any(A > 2));  // flat
  tensor<float, 70> row;
  fill(row, 2);
  check_numbers(argmax(A - broadcast<batch, 70>(row)));  // row by row
  tensor<float, 1000, 400> S;
  fill(S, 4);
  check_numbers(mean(S));
}

BOOST_AUTO_TEST_CASE(numbers_from_products) {
  tensor<float, batch, 30> X(20'001);
  tensor<float, 30> w;
  tensor<float, batch> t(20'001);
  fill(X, 1), fill(w, 2);
  t = where(X * w > 0, 1, 0);
  check_numbers(mean(bce_with_logits(X * w + 0.5, t)));
  tensor<float, dyn, dyn> A(1201, 203), B(203, 130);
  fill(A, 3), fill(B, 4);
  check_numbers(sum(A * B));
}

// Independent reductions: rows of the last axis, columns of the first, both of one in the middle.
BOOST_AUTO_TEST_CASE(along_an_axis) {
  tensor<float, dyn, dyn> A(3001, 1203);
  fill(A, 1);
  check(sum<1>(exp(A)));
  check(argmax<0>(A));
  check(softmax<0>(A));
  tensor<double, dyn, 70, 50> T(300);
  fill(T, 2);
  check(sum<0>(T)), check(logsumexp<1>(T)), check(sum<2>(T));
  auto const [low, high] = evaluate(par, min<0>(A), max<0>(A));
  BOOST_TEST(same_bits(low, evaluate(min<0>(A))));
  BOOST_TEST(same_bits(high, evaluate(max<0>(A))));
}

// Who takes the parts and in which order makes no difference, and little work is never handed over.
BOOST_AUTO_TEST_CASE(parts_in_any_order) {
  tensor<float, n> x(1'000'003);
  tensor<float, dyn, dyn> A(700, 900);
  fill(x, 1), fill(A, 2);
  for (bool const last_first : {false, true}) {
    float total = 0;
    BOOST_TEST(run_apart(last_first, sum(exp(x)), &total) > 3);
    BOOST_TEST(total == evaluate(sum(exp(x))));
    tensor<float, dyn> columns(900), rows(700);
    BOOST_TEST(run_apart(last_first, sum<0>(A), columns.borrow()) > 3);
    BOOST_TEST(same_bits(columns, evaluate(sum<0>(A))));
    BOOST_TEST(run_apart(last_first, sum<1>(A), rows.borrow()) > 3);
    BOOST_TEST(same_bits(rows, evaluate(sum<1>(A))));
    tensor<float, dyn, 64> scores(20'000), chances(20'000);
    fill(scores, 3);
    BOOST_TEST(run_apart(last_first, softmax(scores), chances.borrow()) > 3);
    BOOST_TEST(same_bits(chances, evaluate(softmax(scores))));
    tensor<float, n> few(10'000);
    fill(few, 1);
    BOOST_TEST(run_apart(last_first, sum(few), &total) == 0);
  }
}

// Stages that only store, tile by tile: every part has tiles of its own.
BOOST_AUTO_TEST_CASE(sweeps) {
  tensor<float, 16, 12> W;
  tensor<float, 5, 16> V;
  tensor<float, dyn, dyn> U(12, 33);
  fill(W, 1), fill(V, 2), fill(U, 3);
  for (int rows : {0, 1, 127, 129, 20000}) {
    tensor<float, batch, 12> X(rows);
    tensor<float, dyn, dyn> D(rows, 12);
    fill(X, 4), fill(D, 5);
    auto const layers = softmax(linear(sigmoid(linear(X, W)), V));
    auto const unnamed = softmax(softmax(D));
    static_assert(plan_v<decltype(layers)>.sweeps == 1 && plan_v<decltype(unnamed)>.sweeps == 1);
    check(layers);
    check(unnamed);
    auto const both = evaluate(layers, argmax<1>(layers)), several = evaluate(par, layers, argmax<1>(layers));
    BOOST_TEST(
        (same_bits(std::get<0>(both), std::get<0>(several)) && same_bits(std::get<1>(both), std::get<1>(several))));
    check_numbers(mean(square(layers)));
  }
}

// Stages that sum over the rows: every part has sums of its own, added in the order of the parts.
constexpr auto Xv = var<"X", batch, 12>;
constexpr auto tv = var<"t", batch>;
constexpr auto Wv = var<"W", 5, 12>;
constexpr auto bv = var<"b", 5>;
constexpr auto training_loss = mean(cross_entropy(linear(Xv, Wv, bv), tv));
constexpr auto training = value_and_gradient(training_loss, wrt(Wv, bv));
static_assert(plan(training).sweeps == 1);

template <class A, class B>
void check_same(A const& a, B const& b) {
  if constexpr (requires { std::tuple_size<A>::value; })
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (check_same(std::get<I>(a), std::get<I>(b)), ...);
    }(std::make_index_sequence<std::tuple_size_v<A>>{});
  else if constexpr (requires { a.extents(); })
    BOOST_TEST(same_bits(a, b));
  else
    BOOST_TEST(std::memcmp(&a, &b, sizeof(a)) == 0);
}

BOOST_AUTO_TEST_CASE(training_steps) {
  tensor<float, 5, 12> W;
  tensor<float, 5> b;
  fill(W, 1), fill(b, 2);
  for (int const rows : {1, 300, 4095, 20'001}) {
    tensor<float, batch, 12> X(rows);
    tensor<std::int32_t, batch> t(rows);
    fill(X, 5);
    for (int i = 0; i < rows; ++i) t(i) = i % 5;
    auto const step = training(Xv = X, tv = t, Wv = W, bv = b);
    auto const one = evaluate(step);
    check_same(one, evaluate(par, step));
    // Parts that are ready last first are added in their order all the same.
    auto const slope = gradient(training_loss, Wv)(Xv = X, tv = t, Wv = W, bv = b);
    tensor<float, 5, 12> const expected = slope;
    for (bool const last_first : {false, true}) {
      tensor<float, 5, 12> result;
      int const handed_over = run_apart(last_first, slope, result.borrow());
      BOOST_TEST((rows < 4000 ? handed_over == 0 : handed_over > 1), rows << " rows in " << handed_over);
      BOOST_TEST(same_bits(result, expected));
    }
  }
}

// Sums along the axis beside a fold of everything and what is stored; a part has an end that fills no tile.
BOOST_AUTO_TEST_CASE_TEMPLATE(sums_of_a_sweep, T, float_and_double) {
  for (int const rows : {1, 5000, 150'001}) {
    tensor<T, batch, 30> X(rows);
    fill(X, 1);
    auto const y = softmax(X);
    auto const one = evaluate(sum<batch>(y), logsumexp(y), argmax<1>(y), mean<batch>(y));
    check_same(one, evaluate(par, sum<batch>(y), logsumexp(y), argmax<1>(y), mean<batch>(y)));
    // Each row adds one: the error is not that of one sum after the other.
    T total = 0;
    for (T const& element : std::get<0>(one)) total += element;
    BOOST_TEST(std::abs(total - T(rows)) <= 4 * std::numeric_limits<T>::epsilon() * T(rows));
  }
}

BOOST_AUTO_TEST_CASE(aliased_and_misfitting) {
  tensor<float, n> x(300'000), y(300'000);
  fill(x, 1);
  y = x;
  x = par(2 * x + 1);
  y = 2 * y + 1;
  BOOST_TEST(same_bits(x, y));
  auto const shifted = view<float, n>(x.data() + 1, 299'999), unshifted = view<float, n>(x.data(), 299'999);
  tensor<float, n> const expected = 3 * unshifted;
  shifted = par(3 * unshifted);
  BOOST_TEST(std::memcmp(shifted.data(), expected.data(), 299'999 * sizeof(float)) == 0);
  tensor<float, n> const other(7);
  BOOST_CHECK_THROW(y = par(y + other), shape_error);
}

// What stands in the first column is the listing, word for word.
// clang-format off
BOOST_AUTO_TEST_CASE(listing_part_4) {
tensor<float, 128, 64> W;  tensor<float, 64> x;  tensor<float, 128> b;     // owning; row-major; aligned
tensor<float, batch, 64> X(32);                   // run-time extents are given in order
tensor<float, 128> y;
  fill(W, 1), fill(x, 2), fill(b, 3), fill(X, 4);
  auto const f2 = sigmoid(linear(X, W, b));
auto P = pack(W);                                 // prepacked constant matrix: stands wherever W may stand
y = sigmoid(P * x + b);
tensor<float, batch, 128> Y(32);
Y = stable_sigmoid(linear(X, P, b));              // X Wᵀ + b over the batch
  auto const batched = Y;
Y = par(f2); auto r = evaluate(par, f2);          // threads, opt-in
  // clang-format on
  for (int i = 0; i < 128; ++i) {
    double product = b(i);
    for (int k = 0; k < 64; ++k) product += double(W(i, k)) * x(k);
    BOOST_TEST(std::abs(y(i) - 1 / (1 + std::exp(-product))) < 1e-6);
    for (int row = 0; row < 32; ++row) {
      double sum = b(i);
      for (int k = 0; k < 64; ++k) sum += double(W(i, k)) * X(row, k);
      double const expected = 1 / (1 + std::exp(-sum));
      BOOST_TEST(std::abs(batched(row, i) - expected) < 1e-6);
      BOOST_TEST(std::abs(Y(row, i) - expected) < 1e-6);
    }
  }
  BOOST_TEST(same_bits(Y, r));
}

BOOST_AUTO_TEST_SUITE_END()
