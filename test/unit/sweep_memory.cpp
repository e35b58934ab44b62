// SPDX-License-Identifier: BSL-1.0
// What a sweep over a large batch takes: no intermediate of the batch's size, neither on the heap nor of the process.
// And its values over batches that fill no tile, with rows of all the lengths that are read in ways of their own. This
// program counts what is live.
#include <boost/test/unit_test.hpp>
#include <oneloop/nn/optimizer.hpp>
#include <oneloop/oneloop.hpp>

#include <sys/resource.h>

#include <cmath>
#include <limits>
#include <tuple>
#include <vector>

#include "counted_memory.hpp"

using namespace oneloop;

namespace {

constexpr auto batch = dim<"batch">;

template <class Array>
Array filled(Array array, unsigned seed) {
  for (auto& element : array) {
    seed = seed * 1664525u + 1013904223u;
    element = static_cast<typename Array::element>(int(seed >> 8) % 2001 - 1000) / 1000;
  }
  return array;
}

struct cost {
  std::size_t heap;  // the most that was live at once
  long resident;     // what the process grew by at its peak, in bytes
};
template <class Work>
[[gnu::noinline]] cost during(Work work) {
  auto const peak = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss * 1024;
  };
  auto const before = counted_memory::live;
  auto const resident = peak();
  counted_memory::most_live = before;
  work();
  return {counted_memory::most_live - before, peak() - resident};
}

// A number for each of a million rows: 4 MB.
constexpr int many = 1'000'000;
constexpr std::size_t per_number = std::size_t{many} * sizeof(float);

}  // namespace

BOOST_AUTO_TEST_SUITE(memory_of_sweeps)

BOOST_AUTO_TEST_CASE(the_counters_count) {
  auto const c = during([] {
    std::vector<char> large(2 * per_number, 1);
    asm volatile("" : : "r"(large.data()) : "memory");
  });
  BOOST_TEST((c.heap >= 2 * per_number && c.heap < 2 * per_number + 65536));
}

BOOST_AUTO_TEST_CASE(a_loss_and_its_gradient) {
  auto const X = filled(tensor<float, batch, 32>(many), 1);
  auto const w = filled(tensor<float, 32>(), 2);
  tensor<float, batch> t(many);
  t = where(X * w > 0, 1, 0);
  constexpr auto Xv = var<"X", batch, 32>;
  constexpr auto wv = var<"w", 32>;
  constexpr auto kv = var<"k">;
  constexpr auto tv = var<"t", batch>;
  constexpr auto loss = mean(bce_with_logits(Xv * wv + kv, tv));
  constexpr auto both = value_and_gradient(loss, wrt(wv, kv));
  static_assert(plan(both).sweeps == 1 && plan(both).temporaries == 0);
  float value = 0;
  auto const c = during([&] { value = std::get<0>(evaluate(both(Xv = X, wv = w, kv = 0.1f, tv = t))); });
  BOOST_TEST(value > 0);
  BOOST_TEST(c.heap == 0u);  // all it returns is of static size
  BOOST_TEST(c.resident < long(per_number / 4));
}

BOOST_AUTO_TEST_CASE(layers) {
  auto const X = filled(tensor<float, batch, 10>(many), 1);
  auto const W = filled(tensor<float, 24, 10>(), 2);
  auto const V = filled(tensor<float, 1, 24>(), 3);
  auto const b = filled(tensor<float, 24>(), 4);
  auto const c = filled(tensor<float, 1>(), 5);
  tensor<float, batch, 1> Y(many);
  Y = 0;  // its pages are there
  auto const f = sigmoid(linear(tanh(linear(X, W, b)), V, c));
  static_assert(plan_v<decltype(f)>.sweeps == 1 && plan_v<decltype(f)>.temporaries == 0);
  auto const assigned = during([&] { Y = f; });
  BOOST_TEST(assigned.heap < per_number / 64);  // panels and tiles
  BOOST_TEST(assigned.resident < long(per_number / 4));
  // The counter sees what one stage after the other needs.
  auto const stages = during([&] {
    tensor<float, batch, 24> const hidden = tanh(linear(X, W, b));
    Y = sigmoid(linear(hidden, V, c));
  });
  BOOST_TEST(stages.heap >= 24 * per_number);
}

// Rows of a length that only the run tells: the exponentials that wait for their sum are those of a few rows.
BOOST_AUTO_TEST_CASE(long_rows) {
  auto const X = filled(tensor<float, dyn, dyn>(400, many / 400), 1);
  tensor<float, dyn, dyn> Y(400, many / 400);
  auto const f = softmax(X);
  static_assert(plan_v<decltype(f)>.sweeps == 1);
  auto const c = during([&] { noalias(Y) = f; });
  BOOST_TEST(c.heap < per_number / 8);
  BOOST_TEST(std::abs(evaluate(sum(Y)) - 400) < 1e-2);
  // Few rows, and none.
  for (int rows : {0, 1, 31, 33, 70}) {
    auto const A = filled(tensor<double, dyn, dyn>(rows, 9000), 2);
    tensor<double, dyn> const sums = sum<1>(softmax(A));
    BOOST_TEST(evaluate(all(abs(sums - 1) < 1e-12)));
    BOOST_TEST(sums.size() == rows);
  }
}

// Forward pass, loss, gradient and the optimiser's step.
BOOST_AUTO_TEST_CASE(a_step_of_training) {
  auto const X = filled(tensor<float, batch, 10>(many), 1);
  tensor<std::int32_t, batch> t(many);
  for (int i = 0; i < many; ++i) t(i) = i % 3;
  auto const W = filled(tensor<float, 3, 10>(), 2);
  tensor<float, 3, 10> const m, v;
  constexpr auto Xv = var<"X", batch, 10>;
  constexpr auto tv = var<"t", batch>;
  constexpr auto Wv = var<"W", 3, 10>;
  constexpr auto mv = var<"m", 3, 10>;
  constexpr auto vv = var<"v", 3, 10>;
  constexpr auto loss = mean(cross_entropy(Xv * transpose(Wv), tv));
  constexpr auto step = formula_results{loss, nn::adam{}(Wv, mv, vv, gradient(loss, Wv), var<"step">)};
  static_assert(plan(step).sweeps == 1 && plan(step).temporaries == 0);
  float value = 0;
  auto const c =
      during([&] { value = std::get<0>(evaluate(step(Xv = X, tv = t, Wv = W, mv = m, vv = v, var<"step"> = 1))); });
  BOOST_TEST(value > 0);
  BOOST_TEST(c.heap < per_number / 64);
  BOOST_TEST(c.resident < long(per_number / 4));
}

// ---- rows of several lengths, batches around the tiles

template <int In>
void check_logistic(int rows) {
  auto const X = filled(tensor<float, batch, In>(rows), 3);
  auto const w = filled(tensor<float, In>(), 4);
  auto const t = filled(tensor<float, batch>(rows), 5);
  constexpr auto Xv = var<"X", batch, In>;
  constexpr auto wv = var<"w", In>;
  constexpr auto tv = var<"t", batch>;
  constexpr auto both = value_and_gradient(sum(bce_with_logits(Xv * wv, tv)), wv);
  static_assert(plan(both).sweeps == 1);
  auto const [value, by_w] = evaluate(both(Xv = X, wv = w, tv = t));
  long double expected = 0, sizes = 0;
  std::vector<long double> slope(In), scale(In);
  for (int r = 0; r < rows; ++r) {
    long double z = 0, size = 0;
    for (int j = 0; j < In; ++j) {
      z += (long double)X(r, j) * w(j);
      size += std::fabs((long double)X(r, j) * w(j));
    }
    expected += std::fmax(z, 0.0L) - z * t(r) + std::log1p(std::exp(-std::fabs(z)));
    sizes += 1 + 2 * size;
    for (int j = 0; j < In; ++j) {
      slope[std::size_t(j)] += (1 / (1 + std::exp(-z)) - t(r)) * X(r, j);
      scale[std::size_t(j)] += 2 + size;  // what a rounding of z shifts
    }
  }
  // In roundings of z, and those of the sum over the rows.
  long double const unit = std::numeric_limits<float>::epsilon() * (In + rows + 16.0L);
  BOOST_TEST(std::fabs(value - expected) <= unit * sizes, In << " columns, " << rows << " rows: " << value);
  for (int j = 0; j < In; ++j)
    BOOST_TEST(
        std::fabs(by_w(j) - slope[std::size_t(j)]) <= unit * scale[std::size_t(j)],
        In << " columns, " << rows << " rows, [" << j << "]: " << by_w(j) << ", " << double(slope[std::size_t(j)]));
}

BOOST_AUTO_TEST_CASE(rows_and_tiles) {
  for (int rows : {0, 1, 7, 31, 32, 33, 127, 128, 129, 300}) {
    check_logistic<3>(rows);     // shorter than a pack
    check_logistic<37>(rows);    // fetched ahead
    check_logistic<141>(rows);   // one by one, with a rest of packs and of lanes
    check_logistic<1030>(rows);  // longer than a page
  }
}

BOOST_AUTO_TEST_SUITE_END()
