// SPDX-License-Identifier: BSL-1.0
// Logistic regression on the Wisconsin breast cancer data, trained by gradient descent on whole
// batches. Forward pass, loss and gradient are formulas over named dimensions: the rows of a batch
// are counted at run time, the features are known while compiling. In PyTorch:
//
//   model = nn.Linear(30, 1)
//   for step in range(steps):
//       loss = F.binary_cross_entropy_with_logits(model(X).squeeze(1), t)
//       optimizer.zero_grad(); loss.backward(); optimizer.step()
//
// breast_cancer [data.csv]
#include <unistd.h>

#include <iomanip>
#include <iostream>
#include <numeric>
#include <oneloop/io/print.hpp>
#include <oneloop/oneloop.hpp>
#include <random>
#include <string>
#include <vector>

#include "best_of.hpp"
#include "csv.hpp"

using namespace oneloop;

// ---- the model

constexpr auto batch = dim<"batch">;
constexpr auto features = dim<"features", 30>;

constexpr auto X = var<"X", batch, features>;
constexpr auto w = var<"w", features>;
constexpr auto k = var<"k">;         // a plain number
constexpr auto t = var<"t", batch>;  // the truth, 0 or 1

constexpr auto logits = X * w + k;
constexpr auto loss = mean(bce_with_logits(logits, t));
constexpr auto accuracy = mean(cast<float>((logits > 0_c) == (t > 0.5_c)));

// Loss and gradient, to be evaluated together: what loss.backward() does is a formula, too. The derivative of the loss
// of a row with respect to its logit is its residual, the probability minus the truth.
constexpr auto both = value_and_gradient(loss, wrt(w, k));
constexpr auto residual = stable_sigmoid(logits) - t;

static_assert(text(gradient(loss, w)) == "transpose(X) * (stable_sigmoid(X * w + k) - t) / size<batch>(X)");
static_assert(plan(loss).loops == 1 && plan(loss).temporaries == 0);
static_assert(plan(residual).loops == 1 && plan(residual).temporaries == 0);

// ---- the data

struct samples {
  tensor<float, batch, features> X;
  tensor<float, batch> t;
};

/// Some rows of the table.
samples take(csv::table const& table, std::vector<std::size_t> const& rows) {
  samples result{tensor<float, batch, features>(rows.size()), tensor<float, batch>(rows.size())};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto const row = static_cast<index_t>(i);
    auto const* numbers = table.numbers.data() + rows[i] * table.columns;
    result.X[row] = view<float const, features>(numbers);
    result.t(row) = static_cast<float>(table.classed[rows[i]]);
  }
  return result;
}

samples repeated(samples const& data, index_t times) {
  auto const rows = data.X.extent(0);
  samples result{tensor<float, batch, features>(times * rows), tensor<float, batch>(times * rows)};
  for (index_t i = 0; i < times * rows; ++i) {
    result.X[i] = data.X[i % rows];
    result.t(i) = data.t(i % rows);
  }
  return result;
}

/// 0 .. size - 1 in an order that is the same everywhere: what std::shuffle does with the random
/// numbers is up to the standard library, what std::mt19937 gives is not.
std::vector<std::size_t> shuffled(std::size_t size, unsigned seed) {
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937 random(seed);
  for (std::size_t i = size - 1; i > 0; --i) std::swap(order[i], order[random() % (i + 1)]);
  return order;
}

// ---- what is printed

/// A bar that fills up in place; nothing where the output is not a terminal.
class progress_bar {
 public:
  explicit progress_bar(int steps) : steps_(steps), shown_(isatty(STDOUT_FILENO)) {}
  void show(int step) {
    int const filled = width * step / steps_;
    if (!shown_ || filled == filled_) return;
    filled_ = filled;
    std::cout << "\r  [" << std::string(std::size_t(filled), '=') << std::string(std::size_t(width - filled), ' ')
              << "]" << std::flush;
  }
  /// Makes room for a line of text.
  void clear() {
    if (shown_ && filled_ >= 0) std::cout << "\r" << std::string(width + 4, ' ') << "\r";
    filled_ = -1;
  }

 private:
  static constexpr int width = 40;
  int steps_, filled_ = -1;
  bool shown_;
};

template <class... Value>
void row(char const* label, Value const&... value) {
  std::cout << "  " << std::left << std::setw(16) << label << std::right;
  (std::cout << ... << value) << "\n";
}

std::string in_words(plan_info const& plan) {
  auto const counted = [](int number, std::string const& thing, std::string const& things) {
    return std::to_string(number) + " " + (number == 1 ? thing : things);
  };
  return counted(plan.loops, "loop", "loops") + ", " + counted(plan.temporaries, "temporary", "temporaries");
}

// ---- training

struct model {
  tensor<float, features> w;
  float k = 0;
};

/// A formula of the model over its data. Numbers and tensors are bound by name; nothing runs yet.
template <class F>
auto on(F formula, samples const& data, model const& m) {
  return formula(X = data.X, w = m.w, k = m.k, t = data.t);
}

model train(samples const& data, int steps, float rate) {
  model m;
  progress_bar bar(steps);
  std::cout << "  step      loss   accuracy\n";
  for (int step = 0; step <= steps; ++step) {
    auto const [error, slopes] = evaluate(on(both, data, m));
    if (step % (steps / 5) == 0) {
      auto const right = evaluate(on(accuracy, data, m));
      bar.clear();
      std::cout << std::setw(6) << step << std::setprecision(4) << std::setw(10) << error << std::setprecision(1)
                << std::setw(9) << 100 * right << " %\n";
    }
    bar.show(step);
    auto const& [by_w, by_k] = slopes;
    m.w -= rate * by_w;
    m.k -= rate * by_k;
  }
  bar.clear();
  return m;
}

/// Times each formula, and the same operations with a tensor for each. Those tensors are allocated
/// outside of the clock.
void compare(samples const& data, model const& m, int rounds) {
  auto const rows = data.X.extent(0);
  tensor<float, batch> r(rows), product(rows), z(rows), losses(rows), sigmoids(rows);
  float error = 0;
  auto const [loss_fused, loss_apart, residual_fused, residual_apart] = best_of(
      rounds, [&] { error = evaluate(on(loss, data, m)); },
      [&] {
        product = data.X * m.w;
        z = product + m.k;
        losses = bce_with_logits(z, data.t);
        error = evaluate(mean(losses));
      },
      [&] { r = on(residual, data, m); },
      [&] {
        product = data.X * m.w;
        z = product + m.k;
        sigmoids = stable_sigmoid(z);
        r = sigmoids - data.t;
      });
  auto const line = [&](char const* what, double fused, double apart) {
    std::cout << "  " << std::left << std::setw(10) << what << std::right << std::setw(8) << rows
              << std::setprecision(1) << std::setw(9) << fused * 1e6 << " us" << std::setw(9) << apart * 1e6 << " us"
              << std::setprecision(2) << std::setw(8) << apart / fused << "\n";
  };
  line("loss", loss_fused, loss_apart);
  line("residual", residual_fused, residual_apart);
}

void run(std::string const& path) {
  auto const table = csv::read(path);
  if (table.columns != 30 || table.classes.size() != 2)
    throw csv::error(path + ":1: the demo needs 30 columns and 2 classes, not " + std::to_string(table.columns) +
                     " and " + std::to_string(table.classes.size()));

  auto const order = shuffled(table.rows, 1);
  auto const split = order.begin() + static_cast<std::ptrdiff_t>(order.size() * 4 / 5);
  samples training = take(table, {order.begin(), split});
  samples test = take(table, {split, order.end()});
  std::cout << "Breast cancer: " << table.classes[0] << " or " << table.classes[1] << "? " << training.X.extent(0)
            << " rows to learn from, " << test.X.extent(0) << " to test with.\n\n"
            << std::fixed;

  // Every feature in units of its deviation, around its mean. Both repeat along the batch by name.
  tensor<float, features> const center = mean<batch>(training.X);
  tensor<float, features> const deviation = sqrt(variance<batch>(training.X));
  training.X = (training.X - center) / deviation;
  test.X = (test.X - center) / deviation;

  model const m = train(training, 1000, 0.3f);

  auto const [test_loss, test_accuracy] = evaluate(on(loss, test, m), on(accuracy, test, m));
  std::cout << "\n" << std::setprecision(4);
  row("loss", text(loss));
  row("  plan", in_words(plan(loss)));
  row("residual", text(residual));
  row("  plan", in_words(plan(residual)));
  row("test loss", test_loss);
  row("test accuracy", test_accuracy);

  std::cout << "\n  formula       rows      fused     unfused   ratio\n";
  compare(training, m, 2000);
  compare(repeated(training, 100), m, 200);  // more than a core's own caches hold
}

int main(int argc, char** argv) {
  if (argc > 2) {
    std::cerr << "usage: " << argv[0] << " [data.csv]\n";
    return 1;
  }
  try {
    run(argc == 2 ? argv[1] : EXAMPLES_DATA "/breast_cancer.csv");
  } catch (csv::error const& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
