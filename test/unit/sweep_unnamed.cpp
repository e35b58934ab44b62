// SPDX-License-Identifier: BSL-1.0
// Sweeps over a range that is sized at run time and has no name: one where the structure says that it is one, with the
// bits of a named one; never two that only look alike.
// labels: sanitize
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <cstring>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(sweeps_without_a_name)

inline constexpr auto batch = dim<"batch">;

// No index, one, fewer than a tile, whole tiles, and one index beyond.
constexpr int tile = planner::smallest_matrix_tile;
constexpr int sizes[] = {0, 1, tile - 1, tile, tile + 1, 5 * tile + 17};

double roundings(auto n) { return 16. + 8. * double(n); }

/// Two layers over rows of dimension `Rows`: the same numbers whatever it is called.
template <auto Rows>
struct network {
  tensor<float, Rows, 7> X;
  tensor<float, Rows> t;
  tensor<float, 16, 7> W = random_tensor<float, 16, 7>(2, -1, 1);
  tensor<float, 16> b = random_tensor<float, 16>(3, -1, 1);
  tensor<float, 5, 16> V = random_tensor<float, 5, 16>(4, -1, 1);
  tensor<float, 5> c = random_tensor<float, 5>(5, -1, 1);
  tensor<float, 7> w = random_tensor<float, 7>(6, -1, 1);
  explicit network(int n) : X(random_tensor<float, Rows, 7>(1, -1, 1, n)), t(random_tensor<float, Rows>(7, 0, 1, n)) {}
};

template <class A, class B>
bool same_bits(A const& a, B const& b) {
  if constexpr (std::is_arithmetic_v<A>)
    return std::memcmp(&a, &b, sizeof a) == 0;
  else
    return a.size() == b.size() && (a.size() == 0 || std::memcmp(a.data(), b.data(), sizeof *a.data() * a.size()) == 0);
}
template <class... A, class... B>
bool same_bits(std::tuple<A...> const& a, std::tuple<B...> const& b) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return (true && ... && same_bits(std::get<I>(a), std::get<I>(b)));
  }(std::index_sequence_for<A...>{});
}

template <class Formula>
void compare_with_named(char const* what, Formula const& formula) {
  for (int n : sizes) {
    network<dyn> unnamed(n);
    network<batch> named(n);
    BOOST_TEST(same_bits(formula(unnamed), formula(named)), what << ", " << n);
  }
}

constexpr auto layers = [](auto const& net) { return linear(sigmoid(linear(net.X, net.W, net.b)), net.V, net.c); };

BOOST_AUTO_TEST_CASE(layers_follow_each_other) {
  network<dyn> net(300);
  auto const f = softmax(layers(net));
  static_assert(plan_v<decltype(f)>.sweeps == 1 && plan_v<decltype(f)>.temporaries == 0 &&
                plan_v<decltype(f)>.buffers == 3);
  tensor<float, dyn, 16> const hidden = sigmoid(linear(net.X, net.W, net.b));
  tensor<float, dyn, 5> const logits = linear(hidden, net.V, net.c);
  tensor<float, dyn, 5> const one_by_one = softmax(logits);
  tensor<float, dyn, 5> const y = f;
  compare("two layers", y, read(one_by_one), roundings(16));
  compare_with_named("two layers", [](auto const& n) { return evaluate(softmax(layers(n))); });
}

BOOST_AUTO_TEST_CASE(a_batch_of_columns) {
  compare_with_named("columns", []<auto Rows>(network<Rows> const& net) {
    tensor<float, 7, Rows> const Xc = transpose(net.X);
    auto const f = net.V * tanh(net.W * Xc);
    static_assert(plan_v<decltype(f)>.sweeps == 1 && plan_v<decltype(f)>.temporaries == 0);
    return evaluate(f);
  });
}

// By the sums of a product, along an axis and of everything: of layers that are computed once.
BOOST_AUTO_TEST_CASE(what_is_summed) {
  compare_with_named("sums", []<auto Rows>(network<Rows> const& net) {
    constexpr auto X = var<"X", Rows, 7>;
    constexpr auto W = var<"W", 16, 7>;
    constexpr auto b = var<"b", 16>;
    constexpr auto hidden = sigmoid(linear(X, W, b));
    auto const f =
        formula_results(transpose(hidden) * X, sum<0>(hidden), mean<0>(hidden), max(hidden), logsumexp(hidden));
    static_assert(plan(f).sweeps == 1 && plan(f).temporaries == 0);
    return evaluate(f(X = net.X, W = net.W, b = net.b));
  });
}

BOOST_AUTO_TEST_CASE(values_and_gradients) {
  compare_with_named("logistic regression", []<auto Rows>(network<Rows> const& net) {
    constexpr auto X = var<"X", Rows, 7>;
    constexpr auto w = var<"w", 7>;
    constexpr auto k = var<"k">;
    constexpr auto t = var<"t", Rows>;
    constexpr auto both = value_and_gradient(mean(bce_with_logits(X * w + k, t)), wrt(w, k));
    static_assert(plan(both).loops == 3 && plan(both).sweeps == 1 && plan(both).temporaries == 0);
    return evaluate(both(X = net.X, w = net.w, k = 0.1f, t = net.t));
  });
  compare_with_named("the data under no name", []<auto Rows>(network<Rows> const& net) {
    constexpr auto w = var<"w", 7>;
    auto const slope = gradient(mean(bce_with_logits(net.X * w, net.t)), w)(w = net.w);
    static_assert(plan_v<decltype(slope)>.sweeps == 1 && plan_v<decltype(slope)>.temporaries == 0);
    return evaluate(slope);
  });
  compare_with_named("two layers", []<auto Rows>(network<Rows> const& net) {
    constexpr auto X = var<"X", Rows, 7>;
    constexpr auto W = var<"W", 16, 7>;
    constexpr auto b = var<"b", 16>;
    constexpr auto V = var<"V", 5, 16>;
    constexpr auto T = var<"T", Rows, 5>;
    constexpr auto both = value_and_gradient(mean(mse(linear(sigmoid(linear(X, W, b)), V), T)), wrt(W, b, V));
    static_assert(plan(both).sweeps == 1 && plan(both).temporaries == 0);
    tensor<float, Rows, 5> const target = random_tensor<float, Rows, 5>(9, 0, 1, int(net.X.extents()[0]));
    return evaluate(both(X = net.X, W = net.W, b = net.b, V = net.V, T = target));
  });
}

// Ranges that are not one: of one type, of different sizes, and none of them a multiple of a tile.
BOOST_AUTO_TEST_CASE(ranges_that_only_look_alike) {
  int const sides[] = {1, 37, 600};
  for (int m : sides)
    for (int n : {1, 41}) {
      auto const A = random_tensor<float, dyn, dyn>(1, -1, 1, m, n);
      auto const B = random_tensor<float, dyn, dyn>(2, -1, 1, n, 5 * n + 300);
      auto const C = random_tensor<float, dyn, dyn>(3, -1, 1, 5 * n + 300, 3);
      auto const f = (A * B) * C;
      static_assert(plan_v<decltype(f)>.sweeps == 2);  // each may be large
      tensor<float, dyn, dyn> const AB = A * B;
      tensor<float, dyn, dyn> const expected = AB * C;
      tensor<float, dyn, dyn> const y = f;
      compare("three matrices", y, read(expected), roundings(5 * n + 300), read(AB));
      // What is summed is one range with the columns of what is stored, not with its rows.
      auto const g = transpose(exp(A)) * A;
      tensor<float, dyn, dyn> const e = exp(A);
      tensor<float, dyn, dyn> const gram = g;
      // Terms cancel: the error is that of their absolute values' sum.
      compare("gram", gram, multiply(transpose(read(e)), read(A)), roundings(m),
              multiply(transpose(read(e)), absolute(read(A))));
      tensor<float, dyn, dyn> const down = softmax<0>(A), across = softmax<1>(A);
      tensor<float, dyn, dyn> const turned = transpose(softmax<1>(tensor<float, dyn, dyn>(transpose(A))));
      compare("softmax of columns", down, read(turned), roundings(m));
      tensor<float, dyn> const rows = sum<1>(across);
      for (int i = 0; i < m; ++i) BOOST_TEST(std::fabs(rows(i) - 1) < 1e-4);
    }
}

// Several formulas of one type are gathered in one loop, but nothing says that their sizes are equal.
BOOST_AUTO_TEST_CASE(formulas_that_only_look_alike) {
  auto const P = random_tensor<float, dyn, 4>(1, -1, 1, 300), Q = random_tensor<float, dyn, 4>(2, -1, 1, 299);
  static_assert(plan_v<decltype(softmax(P)), decltype(softmax(Q))>.sweeps == 5);
  auto const [p, q] = evaluate(softmax(P), softmax(Q));
  BOOST_TEST((same_bits(p, evaluate(softmax(P))) && same_bits(q, evaluate(softmax(Q)))));
  // Nor of the other axis of a range that has a name.
  auto const R = random_tensor<float, batch, dyn>(1, -1, 1, 300, 3),
             S = random_tensor<float, batch, dyn>(2, -1, 1, 300, 6);
  auto const [r, s] = evaluate(softmax(R), softmax(S));
  BOOST_TEST((same_bits(r, evaluate(softmax(R))) && same_bits(s, evaluate(softmax(S)))));
  // Under one name they are one.
  constexpr auto X = var<"X", dyn, 4>;
  static_assert(plan(softmax(X), softmax(2_c * X)).sweeps == 1);
  auto const [x, y] = evaluate(formula_results(softmax(X), softmax(2_c * X))(X = P));
  tensor<float, dyn, 4> const twice = 2 * P;
  BOOST_TEST((same_bits(x, evaluate(softmax(P))) && same_bits(y, evaluate(softmax(twice)))));
}

// Compared before anything is written.
BOOST_AUTO_TEST_CASE(sizes_that_differ) {
  network<dyn> net(300);
  tensor<float, dyn, 5> const Z(299);
  tensor<float, dyn, 5> Y(300);
  Y = broadcast<dyn, 5>(net.c);
  tensor<float, dyn, 5> const before = Y;
  BOOST_CHECK_THROW(Y = layers(net) + Z, shape_error);
  BOOST_CHECK_THROW(Y = softmax(layers(net)) - softmax(Z), shape_error);
  BOOST_TEST(same_bits(Y, before));
  tensor<float, 16, 7> G = 2 * net.W;
  tensor<float, 16, 7> const G_before = G;
  tensor<float, dyn, 7> const longer(301);
  BOOST_CHECK_THROW(G -= transpose(sigmoid(linear(net.X, net.W, net.b))) * longer, shape_error);
  BOOST_TEST(same_bits(G, G_before));
  constexpr auto X = var<"X", dyn, 7>;
  constexpr auto w = var<"w", 7>;
  constexpr auto t = var<"t", dyn>;
  constexpr auto both = value_and_gradient(mean(bce_with_logits(X * w, t)), wrt(w));
  tensor<float, dyn> const other(301);
  BOOST_CHECK_THROW(evaluate(both(X = net.X, w = net.w, t = other)), shape_error);
}

BOOST_AUTO_TEST_CASE(in_place) {
  for (int n : sizes) {
    auto X = random_tensor<float, dyn, 6>(7, -3, 3, n);
    auto const expected = evaluate(softmax(tensor<float, dyn, 6>(X)));
    X = softmax(X);
    BOOST_TEST(same_bits(X, expected));
    auto const A = random_tensor<float, 6, 6>(8, -1, 1);
    auto const twice = evaluate(tanh(tanh(tensor<float, dyn, 6>(X) * A)) * A);
    X = tanh(tanh(X * A)) * A;
    BOOST_TEST(same_bits(X, twice));
    network<dyn> net(n);
    tensor<float, 16, 7> const step = net.W - 0.5f * (transpose(sigmoid(linear(net.X, net.W, net.b))) * net.X);
    net.W -= 0.5f * (transpose(sigmoid(linear(net.X, net.W, net.b))) * net.X);
    BOOST_TEST(same_bits(net.W, step));
    if (n < 2) continue;
    // Shifted by one row: a tile would read what the one before has written.
    auto shifted = random_tensor<float, dyn, 6>(9, -3, 3, n);
    tensor<float, dyn, 6> const above = rows(shifted, 0, n - 1);
    auto const wanted = evaluate(softmax(above));
    rows(shifted, 1, n - 1) = softmax(rows(shifted, 0, n - 1));
    tensor<float, dyn, 6> const got = rows(shifted, 1, n - 1);
    BOOST_TEST(same_bits(got, wanted));
  }
}

// Only the target says how long it is, or nothing.
BOOST_AUTO_TEST_CASE(open_ranges) {
  auto const b = random_tensor<float, 5>(1, -1, 1);
  tensor<float, dyn, 5> Y(300);
  Y = softmax(broadcast<dyn, 5>(b));
  auto const one = evaluate(softmax(b));
  for (int i = 0; i < 300; ++i)
    for (int j = 0; j < 5; ++j) BOOST_TEST(std::fabs(Y(i, j) - one(j)) < 1e-6);
  BOOST_CHECK_THROW(evaluate(sum(softmax(broadcast<dyn, 5>(b)))), shape_error);
}

BOOST_AUTO_TEST_CASE(explained) {
  constexpr auto X = var<"X", dyn, 8>;
  constexpr auto W = var<"W", 4, 8>;
  constexpr auto h = sigmoid(X * transpose(W));
  static_assert(explain(transpose(h) * X) ==
                "2 loops, 1 sweep, 0 temporaries, 1 buffer (8192 bytes), 248 flops, reads 160 bytes, writes 128 bytes\n"
                "1. loop over [4, dyn]: t0 = sigmoid(W * transpose(X))  (W * transpose(X) in registers)\n"
                "2. loop over [4, 8]: result = t0 * X  (t0 * X in registers)\n"
                "one sweep: stages 1 and 2, 512 indices at a time\n"
                "t0: [4, dyn], of which a tile is kept: 512 indices of axis 1\n");
}

BOOST_AUTO_TEST_SUITE_END()
