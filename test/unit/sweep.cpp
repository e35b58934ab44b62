// SPDX-License-Identifier: BSL-1.0
// Several stages in one sweep: the values are those of the formulas one by one, whatever the number of indices, and
// what stands between the stages is never there as a whole.
// labels: sanitize
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <boost/mpl/list.hpp>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(sweeps)

using floating = boost::mpl::list<float, double>;
inline constexpr auto batch = dim<"batch">;

// No index, one, fewer than a tile, whole tiles, one index beyond; and several parts of a sweep.
constexpr int tile = planner::smallest_matrix_tile;
constexpr int in_parts = 2 * planner::matrix_tiles_of_part * planner::largest_tile + 17;
constexpr int sizes[] = {0, 1, tile - 1, tile, tile + 1, 3 * tile, 5 * tile + 17, in_parts};

// Sums of n products round about so often; the factors here are at most 2.
double roundings(auto n) { return 16. + 8. * double(n); }

template <class T>
struct network {
  tensor<T, batch, 7> X;
  tensor<T, 16, 7> W = random_tensor<T, 16, 7>(2, -1, 1);
  tensor<T, 16> b = random_tensor<T, 16>(3, -1, 1);
  tensor<T, 5, 16> V = random_tensor<T, 5, 16>(4, -1, 1);
  tensor<T, 5> c = random_tensor<T, 5>(5, -1, 1);
  explicit network(int n) : X(random_tensor<T, batch, 7>(1, -1, 1, n)) {}
};

template <class F>
constexpr int sweeps_of = plan_v<F>.sweeps;

BOOST_AUTO_TEST_CASE_TEMPLATE(layers_follow_each_other_within_a_tile, T, floating) {
  for (int n : sizes) {
    network<T> net(n);
    auto const f = softmax(linear(sigmoid(linear(net.X, net.W, net.b)), net.V, net.c));
    static_assert(plan_v<decltype(f)>.sweeps == 1 && plan_v<decltype(f)>.temporaries == 0 &&
                  plan_v<decltype(f)>.buffers == 3);
    tensor<T, batch, 16> const hidden = sigmoid(linear(net.X, net.W, net.b));
    tensor<T, batch, 5> const logits = linear(hidden, net.V, net.c);
    tensor<T, batch, 5> const one_by_one = softmax(logits);
    tensor<T, batch, 5> const y = f;
    compare("softmax of two layers, " + std::to_string(n), y, read(one_by_one), roundings(16));
  }
}

// What is planned alike is stored once; a narrow factor of a product with its axes exchanged.
BOOST_AUTO_TEST_CASE(a_value_and_its_transpose) {
  constexpr auto Xv = var<"X", batch, 7>;
  constexpr auto Wv = var<"W", 7, 4>;
  constexpr auto upright = tanh(Xv * Wv);
  constexpr auto lying = tanh(transpose(Wv) * transpose(Xv));
  static_assert(plan_v<decltype(lying * upright)>.buffers == 1);
  tensor<float, 7, 4> const W = random_tensor<float, 7, 4>(2, -1, 1);
  for (int n : {1, tile + 1, 5 * tile + 17}) {
    tensor<float, batch, 7> const X = random_tensor<float, batch, 7>(1, -1, 1, n);
    tensor<float, batch, 4> const stored = tanh(X * W);
    tensor<float, 4, 4> const squares = transpose(stored) * stored;
    tensor<float, 4, 7> const products = transpose(stored) * X, both = products + products;
    auto const name = [&](char const* which) { return which + (", " + std::to_string(n)); };
    tensor<float, 4, 4> const z = (lying * upright)(Xv = X, Wv = W);
    compare(name("beside itself"), z, read(squares), roundings(n));
    tensor<float, 4, 7> const y = (lying * Xv + transpose(upright) * Xv)(Xv = X, Wv = W);
    compare(name("lying first"), y, read(both), roundings(n));
    tensor<float, 4, 7> const u = (transpose(transpose(Xv) * upright) + lying * Xv)(Xv = X, Wv = W);
    compare(name("upright first"), u, read(both), roundings(n));
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_batch_of_columns, T, floating) {
  for (int n : sizes) {
    network<T> net(n);
    tensor<T, 7, batch> Xc(n);
    Xc = transpose(net.X);
    auto const f = net.V * tanh(net.W * Xc);
    static_assert(plan_v<decltype(f)>.sweeps == 1 && plan_v<decltype(f)>.buffers == 1);
    tensor<T, 16, batch> const hidden = tanh(net.W * Xc);
    tensor<T, 5, batch> const expected = net.V * hidden;
    tensor<T, 5, batch> const y = f;
    compare("columns, " + std::to_string(n), y, read(expected), roundings(16));
    tensor<T, 7, batch, column_major> const Xm = Xc;
    tensor<T, 5, batch, column_major> ym(n);
    ym = net.V * tanh(net.W * Xm);
    compare("column-major, " + std::to_string(n), ym, read(expected), roundings(16));
  }
}

// What is summed over the batch: by reductions of everything, along the axis, and by products.
BOOST_AUTO_TEST_CASE_TEMPLATE(sums_over_the_batch, T, floating) {
  for (int n : sizes) {
    network<T> net(n);
    auto const hidden = sigmoid(linear(net.X, net.W, net.b));
    tensor<T, batch, 16> const h = hidden;
    auto const product = transpose(hidden) * net.X;
    static_assert(plan_v<decltype(product), decltype(sum<batch>(hidden))>.sweeps == 1);
    auto const [p, s, m, all, lo, hi, lse, spread] =
        evaluate(product, sum<batch>(hidden), mean<0>(hidden), sum(hidden), min(hidden), max(hidden), logsumexp(hidden),
                 variance(hidden));
    compare("product", p, multiply(transpose(read(h)), read(net.X)), roundings(n));
    compare("sum along", s, fold(read(h), 0, reference::sum), roundings(n));
    if (n == 0) {
      BOOST_TEST((all == 0 && std::isnan(m(0)) && lo == std::numeric_limits<T>::infinity() && std::isinf(lse)));
      continue;
    }
    tensor<T, 16> const expected_mean = mean<0>(h);
    compare("mean along", m, read(expected_mean), roundings(n));
    BOOST_TEST(lo == evaluate(min(h)));
    BOOST_TEST(hi == evaluate(max(h)));
    auto const near = [&](T got, T wanted) {
      BOOST_TEST(std::fabs(got - wanted) <= roundings(n) * std::numeric_limits<T>::epsilon() * (1 + std::fabs(wanted)));
    };
    near(all, evaluate(sum(h)));
    near(lse, evaluate(logsumexp(h)));
    if (n * 16 > 1) near(spread, evaluate(variance(h)));
  }
}

// A number that two formulas of a stage have under one name is read from one place, where they are bound together.
BOOST_AUTO_TEST_CASE_TEMPLATE(numbers_of_one_name_bound_apart, T, floating) {
  constexpr auto X = var<"X", batch, 7>;
  constexpr auto w = var<"w", 7>;
  constexpr auto k = var<"k">;
  constexpr auto t = var<"t", batch>;
  constexpr auto loss = mean(bce_with_logits(X * w + k, t));
  constexpr auto chance = stable_sigmoid(X * w + k);
  for (int n : {1, tile + 3}) {
    auto const data = random_tensor<T, batch, 7>(1, -1, 1, n);
    auto const weights = random_tensor<T, 7>(2, -1, 1);
    auto const targets = random_tensor<T, batch>(3, 0, 1, n);
    auto const first = loss(X = data, w = weights, k = T(1), t = targets);
    auto const second = chance(X = data, w = weights, k = T(-2));
    auto const product = transpose(data) * second;
    static_assert(plan_v<decltype(first), decltype(product)>.sweeps == 1);
    auto const [value, chances, slopes] = evaluate(first, sum(second), product);
    auto const near = [&](T got, T wanted) {
      BOOST_TEST(std::fabs(got - wanted) <= roundings(n) * std::numeric_limits<T>::epsilon() * (1 + std::fabs(wanted)));
    };
    near(value, evaluate(first));
    near(chances, evaluate(sum(second)));
    tensor<T, batch> const expected = second;
    compare("product", slopes, multiply(transpose(read(data)), read(expected)), roundings(n));
  }
}

// What follows the sums runs once, behind the last tile.
BOOST_AUTO_TEST_CASE_TEMPLATE(an_epilogue_of_sums, T, floating) {
  for (int n : sizes) {
    network<T> net(n);
    auto const hidden = sigmoid(linear(net.X, net.W, net.b));
    tensor<T, batch, 16> const h = hidden;
    tensor<T, 16, 7> const G = transpose(h) * net.X;
    tensor<T, 16, 7> expected = net.W - T(0.5) * G;
    tensor<T, 16, 7> updated = net.W - T(0.5) * (transpose(hidden) * net.X);
    compare("updated weights", updated, read(expected), roundings(n) * 4);
    // In place, where the weights are read by every tile.
    network<T> again(n);
    auto& W = again.W;
    W -= T(0.5) * (transpose(sigmoid(linear(again.X, W, again.b))) * again.X);
    compare("in place", W, read(updated), 0);
    auto const size = sum(square(transpose(hidden) * net.X));
    static_assert(plan_v<decltype(size)>.sweeps == 1);
    BOOST_TEST(std::fabs(evaluate(size) - evaluate(sum(square(G)))) <=
               roundings(n) * std::numeric_limits<T>::epsilon() * evaluate(sum(square(G))));
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_needs_the_end_of_a_sweep_runs_after_it, T, floating) {
  for (int n : sizes) {
    if (n == 0) continue;
    network<T> net(n);
    auto const hidden = sigmoid(linear(net.X, net.W, net.b));
    tensor<T, batch, 16> const h = hidden;
    tensor<T, batch, 16> const expected = h - mean(h);
    tensor<T, batch, 16> const y = hidden - mean(hidden);
    compare("centred", y, read(expected), roundings(n), read(h));  // relative to what is subtracted
    tensor<T, batch, 7> const scaled = net.X / broadcast<batch, 7>(norm<batch>(net.X));
    tensor<T, 7> const norms = norm<batch>(net.X);
    tensor<T, batch, 7> const expected_scaled = net.X / broadcast<batch, 7>(norms);
    compare("along the axis, by a reduction that is not a sum", scaled, read(expected_scaled), roundings(n));
  }
}

// The target stands in the formula: each tile is read before it is written, or there is a copy.
BOOST_AUTO_TEST_CASE_TEMPLATE(in_place, T, floating) {
  for (int n : sizes) {
    auto X = random_tensor<T, batch, 6>(7, -3, 3, n);
    tensor<T, batch, 6> const expected = softmax(tensor<T, batch, 6>(X));
    X = softmax(X);
    compare("softmax in place", X, read(expected), 0);
    auto const A = random_tensor<T, 6, 6>(8, -1, 1);
    tensor<T, batch, 6> const twice = tanh(tensor<T, batch, 6>(tanh(X * A))) * A;
    X = tanh(tanh(X * A)) * A;
    compare("products in place", X, read(twice), roundings(6));
    if (n < 2) continue;
    // Shifted by one row: a tile would read what the one before has written.
    auto const long_one = random_tensor<T, batch, 6>(9, -3, 3, n);
    tensor<T, batch, 6> shifted = long_one;
    tensor<T, batch, 6> const above = rows(long_one, 0, n - 1);
    tensor<T, batch, 6> const wanted = softmax(above);
    rows(shifted, 1, n - 1) = softmax(rows(shifted, 0, n - 1));
    compare("overlapping", rows(shifted, 1, n - 1), read(wanted), 0);
  }
}

// A range without a name is swept where it is long and static; no tile needs the heap.
BOOST_AUTO_TEST_CASE(static_ranges) {
  static tensor<float, 1000, 7> X = random_tensor<float, 1000, 7>(1, -1, 1);
  network<float> net(0);
  auto const f = softmax(linear(sigmoid(linear(X, net.W, net.b)), net.V, net.c));
  static_assert(plan_v<decltype(f)>.sweeps == 1 && plan_v<decltype(f)>.temporaries == 0);
  static_assert(plan_v<decltype(f)>.buffer_bytes < 1000 * 16 * 4);
  static tensor<float, 1000, 16> const hidden = sigmoid(linear(X, net.W, net.b));
  static tensor<float, 1000, 5> const logits = linear(hidden, net.V, net.c);
  static tensor<float, 1000, 5> const expected = softmax(logits);
  static tensor<float, 1000, 5> y;
  y = f;
  compare("static", y, read(expected), roundings(16));
  // Short ones stay whole.
  static_assert(plan_v<decltype(softmax(tensor<float, 100, 7>()))>.sweeps == 3);
}

// In a constant expression the same tiles are summed in the same order.
constexpr int many = 300;
constexpr auto ramp() {
  tensor<float, many, 3> X;
  for (int i = 0; i < many; ++i)
    for (int j = 0; j < 3; ++j) X(i, j) = float((i * 7 + j * 5) % 11 - 5) / 8;
  return X;
}
constexpr auto gram(tensor<float, many, 3> const& X) {
  auto const h = square(X);
  auto const [products, sums, all] = evaluate(transpose(h) * X, sum<0>(h), mean(h));
  tensor<float, 3, 3> p = products;
  tensor<float, 3> s = sums;
  return evaluate(sum(p) + sum(s) + all);
}
BOOST_AUTO_TEST_CASE(the_same_bits_in_a_constant_expression) {
  constexpr auto X = ramp();
  constexpr float constant = gram(X);
  auto const at_run_time = ramp();
  BOOST_TEST(gram(at_run_time) == constant);
}

// A dimension of one name has one size: two formulas over data that differ are an error, and nothing is written.
// Parts are at most 64, begin with a tile, and cover the range.
constexpr bool parts_are_right(long long count, long long tile_size, bool matrices) {
  auto const size = planner::indices_of_part(count, tile_size, matrices);
  auto const parts = count == 0 ? 1 : (count + size - 1) / size;
  return parts <= planner::most_parts && (parts == 1 ? size == count : size % tile_size == 0) &&
         (parts > 1) == (count > (2 * (matrices ? 4 : 32) - 1) * tile_size);
}
static_assert([] {
  for (long long count : {0, 1, 511, 512, 513, 1024, 16128, 16129, 100'000, 30'000'000})
    for (long long size : {1, 32, 128, 512})
      if (!parts_are_right(count, size, true) || !parts_are_right(count, size, false)) return false;
  return true;
}());

// Sums over many rows have the error of a part's: tile by tile that of the gradient was 2.5e-6 here.
BOOST_AUTO_TEST_CASE(sums_over_many_rows) {
  constexpr auto Xv = var<"X", batch, 32>;
  constexpr auto wv = var<"w", 32>;
  constexpr auto tv = var<"t", batch>;
  constexpr auto both = value_and_gradient(mean(bce_with_logits(Xv * wv + 0.1_c, tv)), wrt(wv));
  static_assert(plan(both).sweeps == 1);
  int const rows = 200'000;
  tensor<float, batch, 32> X(rows);
  tensor<float, 32> w;
  tensor<float, batch> t(rows);
  int i = 0;
  for (float& element : X) element = float(std::sin(1 + 0.37 * (i++ % 100'003)));
  for (float& element : w) element = float(std::cos(i++));
  for (float& element : t) element = float(i++ % 3 == 0);
  tensor<double, batch, 32> const Xd = cast<double>(X);
  tensor<double, 32> const wd = cast<double>(w);
  tensor<double, batch> const td = cast<double>(t);
  auto const [value, slopes] = evaluate(both(Xv = X, wv = w, tv = t));
  auto const [exact, exact_slopes] = evaluate(both(Xv = Xd, wv = wd, tv = td));
  auto const& exact_slope = std::get<0>(exact_slopes);
  BOOST_TEST(std::abs(value - exact) < 3e-7 * exact);
  BOOST_TEST(evaluate(max(abs(cast<double>(std::get<0>(slopes)) - exact_slope)) / max(abs(exact_slope))) < 8e-7);
}

// Integers wrap in sums of parts too.
BOOST_AUTO_TEST_CASE(sums_of_integers) {
  tensor<std::int32_t, batch, 16> X(40'000);
  X = 1'000'000;
  auto const [stored, columns, all_of_it] = evaluate(X + 1, sum<0>(X + 1), sum(X + 1));
  auto const wrapped = static_cast<std::int32_t>(static_cast<std::uint32_t>(1'000'001LL * 40'000));
  BOOST_TEST(evaluate(all(columns == wrapped)));
  BOOST_TEST(all_of_it == static_cast<std::int32_t>(static_cast<std::uint32_t>(1'000'001LL * 40'000 * 16)));
}

BOOST_AUTO_TEST_CASE(sizes_that_differ) {
  auto const X = random_tensor<float, batch, 4>(1, -1, 1, 300);
  auto const Z = random_tensor<float, batch, 4>(2, -1, 1, 299);
  auto const h = square(X);
  BOOST_CHECK_THROW(evaluate(transpose(h) * X, sum<batch>(Z)), shape_error);
  BOOST_CHECK_THROW(evaluate(softmax(X), sum<batch>(Z)), shape_error);
  // In one loop, the first stage and the last.
  BOOST_CHECK_THROW(evaluate(softmax(X), softmax(Z)), shape_error);
  BOOST_CHECK_THROW(evaluate(softmax(Z), softmax(X)), shape_error);
  // Of an axis that is not the one that is swept.
  constexpr auto in = dim<"in">;
  auto const P = random_tensor<float, batch, in>(1, -1, 1, 300, 4),
             Q = random_tensor<float, batch, in>(2, -1, 1, 300, 5);
  BOOST_CHECK_THROW(evaluate(softmax(P), softmax(Q)), shape_error);
}

BOOST_AUTO_TEST_CASE(explained) {
  constexpr auto X = var<"X", batch, 8>;
  constexpr auto W = var<"W", 4, 8>;
  constexpr auto h = sigmoid(X * transpose(W));
  static_assert(explain(transpose(h) * X) ==
                "2 loops, 1 sweep, 0 temporaries, 1 buffer (8192 bytes), 248 flops, reads 160 bytes, writes 128 bytes\n"
                "1. loop over [4, batch]: t0 = sigmoid(W * transpose(X))  (W * transpose(X) in registers)\n"
                "2. loop over [4, 8]: result = t0 * X  (t0 * X in registers)\n"
                "one sweep: stages 1 and 2, 512 indices at a time\n"
                "t0: [4, batch], of which a tile is kept: 512 indices of axis 1\n");
  constexpr auto t = var<"t", batch>;
  static_assert(explain(sum<batch>(X) / sum(t)) ==
                "3 loops, 1 sweep, 0 temporaries, 1 buffer (32 bytes), 17 flops, reads 36 bytes, writes 32 bytes\n"
                "1. loop over [batch, 8]: t0 = sum<batch>(X)\n"
                "2. loop over [batch]: t1 = sum(t)\n"
                "3. loop over [8]: result = t0 / t1\n"
                "one sweep: stages 1 and 2, 512 indices at a time; at its end stage 3\n"
                "t0: [8], summed from tile to tile for the end of the sweep\n"
                "t1: a number\n");
}

BOOST_AUTO_TEST_SUITE_END()
