// SPDX-License-Identifier: BSL-1.0
// The perceptron of digits.cpp, trained from nothing: forward pass, loss, gradient and the optimiser's step are one
// formula, and a step over a mini-batch is one sweep. Mini-batches are views on rows. In PyTorch:
//
//   optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
//   for epoch in range(epochs):
//       for rows in batches:
//           loss = F.cross_entropy(model(X[rows]), digit[rows])
//           optimizer.zero_grad(); loss.backward(); optimizer.step()
//
// digits_training [epochs]
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <oneloop/nn/optimizer.hpp>
#include <random>
#include <tuple>
#include <vector>

#include "digits.hpp"

using namespace digits;

// ---- one step

constexpr auto digit = var<"digit", batch>;
constexpr auto loss = mean(cross_entropy(logits, digit));
constexpr auto accuracy = mean(cast<float>(argmax<-1>(logits) == digit));

// What momentum remembers of each parameter.
constexpr auto V1 = var<"V1", 64, pixels>;
constexpr auto c1 = var<"c1", 64>;
constexpr auto V2 = var<"V2", 32, 64>;
constexpr auto c2 = var<"c2", 32>;
constexpr auto V3 = var<"V3", classes, 32>;
constexpr auto c3 = var<"c3", classes>;

constexpr auto optimizer = nn::momentum{.lr = 0.5_c, .momentum = 0.9_c};
constexpr auto step = formula_results{loss,
                                      optimizer(W1, V1, gradient(loss, W1)),
                                      optimizer(b1, c1, gradient(loss, b1)),
                                      optimizer(W2, V2, gradient(loss, W2)),
                                      optimizer(b2, c2, gradient(loss, b2)),
                                      optimizer(W3, V3, gradient(loss, W3)),
                                      optimizer(b3, c3, gradient(loss, b3))};
static_assert(std::is_empty_v<decltype(step)> && plan(step).sweeps == 1 && plan(step).temporaries == 0);

// ---- the training

template <class Tensor>
void uniform(Tensor& values, double most, std::mt19937& generator) {
  for (auto& value : values) value = static_cast<float>(most * (2.0 * generator() / 4294967296.0 - 1));
}
/// As nn.Linear begins.
weights initial(std::mt19937& generator) {
  weights net;
  uniform(net.W1, 1 / std::sqrt(64.0), generator), uniform(net.b1, 1 / std::sqrt(64.0), generator);
  uniform(net.W2, 1 / std::sqrt(64.0), generator), uniform(net.b2, 1 / std::sqrt(64.0), generator);
  uniform(net.W3, 1 / std::sqrt(32.0), generator), uniform(net.b3, 1 / std::sqrt(32.0), generator);
  return net;
}

void show_progress(int epoch, int epochs, float of_loss) {
  constexpr int width = 40;
  if (!isatty(STDERR_FILENO)) return;
  std::cerr << '\r' << '[' << std::string(static_cast<std::size_t>(width * epoch / epochs), '#')
            << std::string(static_cast<std::size_t>(width - width * epoch / epochs), '.') << "] epoch " << epoch << '/'
            << epochs << ", loss " << of_loss << (epoch == epochs ? "\n" : "") << std::flush;
}

/// By gnuplot, if there is one, as text.
void plot(std::vector<float> const& losses) {
  std::cout << std::flush;
  std::FILE* const gnuplot = std::system("command -v gnuplot > /dev/null") == 0 ? popen("gnuplot", "w") : nullptr;
  if (!gnuplot) {
    std::cout << "(with gnuplot there would be a plot of the loss here)\n";
    return;
  }
  std::fputs(
      "set terminal dumb 78 20\nset logscale y\nset xlabel 'epoch'\nset title 'loss'\nplot '-' with lines notitle\n",
      gnuplot);
  for (std::size_t epoch = 0; epoch < losses.size(); ++epoch)
    std::fprintf(gnuplot, "%zu %g\n", epoch + 1, double(losses[epoch]));
  std::fputs("e\n", gnuplot);
  pclose(gnuplot);
}

int run(int epochs) {
  auto const table = read(EXAMPLES_DATA "/digits.csv");
  auto const train = take(table, 0, table.rows - test_rows);
  auto const test = take(table, table.rows - test_rows, test_rows);
  constexpr index_t batch_rows = 125;  // twelve steps an epoch
  std::cout << "Digits: " << train.X.extent(0) << " to learn from, " << test_rows << " to test with.\n";

  std::mt19937 generator(1);
  weights net = initial(generator), velocity{};
  std::vector<float> losses;
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    float sum = 0;
    int steps = 0;
    for (index_t first = 0; first < train.X.extent(0); first += batch_rows, ++steps) {
      auto const next =
          evaluate(step(X = rows(train.X, first, batch_rows), digit = rows(train.digit, first, batch_rows), W1 = net.W1,
                        V1 = velocity.W1, b1 = net.b1, c1 = velocity.b1, W2 = net.W2, V2 = velocity.W2, b2 = net.b2,
                        c2 = velocity.b2, W3 = net.W3, V3 = velocity.W3, b3 = net.b3, c3 = velocity.b3));
      sum += std::get<0>(next);
      std::tie(net.W1, velocity.W1) = std::get<1>(next);
      std::tie(net.b1, velocity.b1) = std::get<2>(next);
      std::tie(net.W2, velocity.W2) = std::get<3>(next);
      std::tie(net.b2, velocity.b2) = std::get<4>(next);
      std::tie(net.W3, velocity.W3) = std::get<5>(next);
      std::tie(net.b3, velocity.b3) = std::get<6>(next);
    }
    losses.push_back(sum / float(steps));
    show_progress(epoch, epochs, losses.back());
  }

  auto const of_test = [&](auto const& f) {
    return evaluate(f(X = test.X, digit = test.digit, W1 = net.W1, b1 = net.b1, W2 = net.W2, b2 = net.b2, W3 = net.W3,
                      b3 = net.b3));
  };
  constexpr auto p = plan(step);
  std::cout << "A step: " << p.sweeps << " sweep, " << p.loops << " loops, " << p.buffers << " buffers of "
            << p.buffer_bytes / 1024 << " KiB in all\n";
  plot(losses);
  std::cout << std::fixed << std::setprecision(4) << "loss " << losses.front() << " -> " << losses.back() << '\n'
            << "test loss " << of_test(loss) << ", accuracy " << std::setprecision(1) << 100 * of_test(accuracy)
            << " %\n";
  return of_test(accuracy) >= 0.9f ? 0 : 1;
}

int main(int argc, char** argv) {
  try {
    int const epochs = argc > 1 ? std::atoi(argv[1]) : 60;
    if (epochs < 1) {
      std::cerr << "usage: digits_training [epochs]\n";
      return 1;
    }
    return run(epochs);
  } catch (std::exception const& error) {
    std::cerr << "digits_training: " << error.what() << '\n';
    return 1;
  }
}
