// SPDX-License-Identifier: BSL-1.0
// What evaluation takes from the heap: nothing where shapes are static, and otherwise the result
// itself.
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <oneloop/nn/optimizer.hpp>

#include "counted_memory.hpp"

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(allocation)

inline constexpr auto batch = dim<"batch">;

struct count {
  long allocations;
  std::size_t bytes;
};

template <class Work>
[[gnu::noinline]] count during(Work work) {
  auto const before = counted_memory::allocations;
  auto const bytes_before = counted_memory::bytes;
  work();
  return {counted_memory::allocations - before, counted_memory::bytes - bytes_before};
}

// Keeps the compiler from dropping what is computed.
template <class T>
void use(T const& value) {
  asm volatile("" : : "r"(&value) : "memory");
}

tensor<float, 64, 32> const W = random_tensor<float, 64, 32>(1, -1, 1);
tensor<float, 10, 64> const V = random_tensor<float, 10, 64>(2, -1, 1);
tensor<float, 32> const x = random_tensor<float, 32>(3, -1, 1);
tensor<float, 64> const b = random_tensor<float, 64>(4, -1, 1);

BOOST_AUTO_TEST_CASE(the_counters_count) {
  auto const one = during([] {
    auto* p = new int(3);
    use(*p);
    delete p;
  });
  BOOST_TEST((one.allocations == 1 && one.bytes == sizeof(int)));
  struct alignas(128) wide {
    char data[256];
  };
  auto const aligned = during([] {
    auto* p = new wide[2];
    use(*p);
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(p) % 128 == 0);
    delete[] p;
  });
  BOOST_TEST((aligned.allocations >= 1 && aligned.bytes >= 512));
}

template <class F>
void check_none(char const* what, F const& f) {
  count const c = during([&] { use(evaluate(f)); });
  BOOST_TEST(c.allocations == 0, what << ": " << c.allocations << " allocations");
}

BOOST_AUTO_TEST_CASE(static_shapes_never_allocate) {
  check_none("chain", 2 * b + exp(-b) % b);
  check_none("layer", sigmoid(W * x + b));
  check_none("reduction", mean(square(b)));
  check_none("softmax", softmax(V * b));
  check_none("two layers, with a temporary", V * tanh(W * x + b));
  static_assert(plan_v<decltype(V * tanh(W * x + b))>.temporaries == 1);
  check_none("matrix product", V * W);
  check_none("along an axis", sum<0>(W));
}

BOOST_AUTO_TEST_CASE(assignments_of_static_shapes_never_allocate) {
  tensor<float, 64> y;
  tensor<float, 64, 64> m;
  auto const none = [&](char const* what, auto work) {
    count const c = during(work);
    BOOST_TEST(c.allocations == 0, what << ": " << c.allocations << " allocations");
  };
  none("=", [&] { y = sigmoid(W * x + b); });
  none("+=", [&] { y += 0.5f * b; });
  none("a number", [&] { y = 0; });
  none("in place", [&] { y = y - mean(y); });
  none("in place, through a copy", [&] { m = transpose(m); });
  none("product in place", [&] { y += m * y; });
  none("several results", [&] { use(evaluate(min(W), max(W), sum<1>(W))); });
  none("bound", [&] {
    constexpr auto f = var<"W", 64, 32> * var<"x", 32>;
    y = f(var<"x", 32> = x, var<"W", 64, 32> = W);
  });
}

template <class F>
void check_result_only(char const* what, F const& f, std::size_t expected_bytes) {
  count const c = during([&] { use(evaluate(f)); });
  BOOST_TEST((c.allocations == 1 && c.bytes == expected_bytes),
             what << ": " << c.allocations << " allocations, " << c.bytes << " bytes");
}

BOOST_AUTO_TEST_CASE(run_time_shapes_allocate_the_result) {
  auto const X = random_tensor<float, batch, 32>(1, -1, 1, 20);
  auto const v = random_tensor<double, dyn>(2, -1, 1, 33);
  check_result_only("chain", 2 * v + exp(-v), 33 * sizeof(double));
  check_result_only("layer over a batch", sigmoid(linear(X, W, b)), 20 * 64 * sizeof(float));
  check_result_only("matrix times vector", X * x, 20 * sizeof(float));
  check_result_only("x - mean(x)", v - mean(v), 33 * sizeof(double));
  check_result_only("mask", v > 0, 33 * sizeof(bool));
  count const number = during([&] { use(evaluate(mean(square(X * x)))); });
  BOOST_TEST(number.allocations == 0);
  count const along = during([&] { use(evaluate(sum<0>(X))); });
  BOOST_TEST(along.allocations == 0);
  count const initialised = during([&] {
    tensor<float, batch> y = X * x;
    use(y);
  });
  BOOST_TEST((initialised.allocations == 1 && initialised.bytes == 20 * sizeof(float)));
}

// Layers that no sweep holds: what one leaves for the next lies where the one before the last was.
BOOST_AUTO_TEST_CASE(temporaries_share_memory) {
  auto const A = random_tensor<float, dyn, dyn>(5, -1, 1, 24, 24);
  auto const B = random_tensor<float, dyn, dyn>(6, -1, 1, 24, 24);
  auto const layers = tanh(tanh(tanh(tanh(tanh(A * B) * A) * B) * A) * B);
  constexpr plan_info p = plan_v<decltype(layers)>;
  static_assert(p.loops == 5 && p.temporaries == 2);
  count const c = during([&] { use(evaluate(layers)); });
  BOOST_TEST((c.allocations == 3 && c.bytes == 3 * 24 * 24 * sizeof(float)));
  tensor<float, dyn, dyn> expected = tanh(A * B);
  for (int layer = 0; layer < 4; ++layer) expected = tanh(expected * (layer % 2 ? B : A));
  BOOST_TEST(evaluate(all(layers == expected)));

  // A larger one later: the memory grows, and what was there before it is given back first.
  auto const wide = random_tensor<float, dyn, dyn>(7, -1, 1, 24, 100);
  auto const grows = tanh(tanh(tanh(tanh(A * B) * A) * wide) * transpose(wide));
  count const g = during([&] { use(evaluate(grows)); });
  BOOST_TEST((g.allocations == 4 && g.bytes == (3 * 24 * 24 + 24 * 100) * sizeof(float)));
  expected = tanh(tanh(A * B) * A);
  tensor<float, dyn, dyn> const widened = tanh(expected * wide);
  expected = tanh(widened * transpose(wide));
  BOOST_TEST(evaluate(all(grows == expected)));
}

// One that is read again far below keeps its memory until then.
BOOST_AUTO_TEST_CASE(temporaries_stay_until_they_are_read_last) {
  auto const A = random_tensor<float, 40, 40>(5, -1, 1);
  auto const B = random_tensor<float, 40, 40>(6, -1, 1);
  auto const start = random_tensor<float, 40>(7, -1, 1);
  constexpr auto Av = var<"A", 40, 40>;
  constexpr auto Bv = var<"B", 40, 40>;
  constexpr auto h1 = tanh(Av * var<"x", 40>);
  constexpr auto h2 = tanh(Bv * h1);
  constexpr auto h3 = tanh(Av * h2);
  constexpr auto h4 = tanh(Bv * h3 + h1);
  constexpr auto h5 = tanh(Av * h4);
  constexpr auto h6 = tanh(Bv * h5 + h2);
  // h1 until h4, h2 until h6; h3, h4 and h5 in two memories, one of them that of h1.
  static_assert(plan(h6).loops == 6 && plan(h6).temporaries == 4 && plan(h6).temporary_bytes == 4 * 40 * 4);
  tensor<float, 40> const result = h6(Av = A, Bv = B, var<"x", 40> = start);
  tensor<float, 40> const r1 = tanh(A * start), r2 = tanh(B * r1), r3 = tanh(A * r2), r4 = tanh(B * r3 + r1);
  tensor<float, 40> const r5 = tanh(A * r4), r6 = tanh(B * r5 + r2);
  BOOST_TEST(evaluate(all(result == r6)));
}

BOOST_AUTO_TEST_CASE(assignments_of_run_time_shapes_do_not_allocate) {
  auto const X = random_tensor<float, batch, 32>(1, -1, 1, 20);
  tensor<float, batch, 64> Y(20);
  tensor<float, batch> y(20);
  auto const none = [&](char const* what, auto work) {
    count const c = during(work);
    BOOST_TEST(c.allocations == 0, what << ": " << c.allocations << " allocations");
  };
  none("=", [&] { Y = linear(X, W, b); });
  none("vector", [&] { y = X * x; });
  none("in place", [&] { y = 2 * y + 1; });
  none("in place, reduced", [&] { y -= mean(y); });
  none("added", [&] { Y += linear(X, W, b); });
  none("no elements", [&] {
    tensor<float, batch> nothing(0);
    nothing = 2 * nothing;
    use(evaluate(exp(nothing)));
  });
  none("in place beside a product", [&] { y = y + X * x * sum(y) + broadcast<batch>(sum(y)) + y; });
  // What cannot be done in place takes one copy of the result.
  tensor<float, dyn, dyn> square_(30, 30);
  count const turned = during([&] { square_ = transpose(square_); });
  BOOST_TEST((turned.allocations == 1 && turned.bytes == 900 * sizeof(float)));
}

// Sweeps, gradients and steps of an optimizer over static shapes; a mini-batch is a view of rows.
BOOST_AUTO_TEST_CASE(models_of_static_shapes_do_not_allocate) {
  constexpr auto X = var<"X", 300, 32>;
  constexpr auto t = var<"t", 300>;
  constexpr auto Wv = var<"W", 64, 32>;
  constexpr auto bv = var<"b", 64>;
  constexpr auto vv = var<"v", 64>;
  constexpr auto hidden = tanh(linear(X, Wv, bv));
  constexpr auto loss = mean(bce_with_logits(hidden * vv, t));
  constexpr auto both = value_and_gradient(loss, wrt(Wv, bv, vv));
  static_assert(plan(both).sweeps == 1 && plan(both).buffers > 0 && plan(softmax(hidden)).sweeps == 1);
  static auto const rows_ = random_tensor<float, 300, 32>(1, -1, 1);
  static auto const targets = random_tensor<float, 300>(2, 0, 1);
  static auto const v = random_tensor<float, 64>(3, -1, 1);
  auto const none = [](char const* what, auto work) {
    count const c = during(work);
    BOOST_TEST(c.allocations == 0, what << ": " << c.allocations << " allocations");
  };
  none("a sweep", [&] { use(evaluate(softmax(hidden)(X = rows_, Wv = W, bv = b))); });
  none("value and gradient", [&] { use(evaluate(both(X = rows_, t = targets, Wv = W, bv = b, vv = v))); });
  static auto weights = W;
  static tensor<float, 64, 32> m, s;
  none("a step of adam", [&] {
    auto const slope = gradient(loss, Wv)(X = rows_, t = targets, Wv = weights, bv = b, vv = v);
    std::tie(weights, m, s) = evaluate(nn::adam{}(weights, m, s, slope, 1));
  });
}

BOOST_AUTO_TEST_CASE(mini_batches_are_views) {
  constexpr auto X = var<"X", batch, 32>;
  constexpr auto t = var<"t", batch>;
  constexpr auto w = var<"w", 32>;
  constexpr auto both = value_and_gradient(mean(bce_with_logits(X * w, t)), wrt(w));
  auto const data = random_tensor<float, batch, 32>(1, -1, 1, 1000);
  auto const targets = random_tensor<float, batch>(2, 0, 1, 1000);
  BOOST_TEST(rows(data, 100, 128).data() == data.data() + 100 * 32);
  count const c = during([&] {
    for (int first = 0; first < 1000; first += 128) {
      int const size = first + 128 < 1000 ? 128 : 1000 - first;
      use(evaluate(both(X = rows(data, first, size), t = rows(targets, first, size), w = x)));
    }
  });
  BOOST_TEST(c.allocations == 0, c.allocations << " allocations");
}

BOOST_AUTO_TEST_CASE(formulas_do_not_allocate) {
  auto const X = random_tensor<float, batch, 32>(1, -1, 1, 20);
  count const made = during([&] {
    auto const f = sigmoid(linear(X, W, b));
    auto const copy = f;
    use(copy);
  });
  BOOST_TEST(made.allocations == 0);
  auto moved_in = random_tensor<float, dyn>(1, -1, 1, 20);
  count const moved = during([&] {
    auto const f = std::move(moved_in) + 1;
    use(f);
  });
  BOOST_TEST(moved.allocations == 0);
}

BOOST_AUTO_TEST_SUITE_END()
