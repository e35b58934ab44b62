// SPDX-License-Identifier: BSL-1.0
// A perceptron that PyTorch has trained, run from its weights: the same probabilities, in one sweep over the batch. The
// values of the hidden layers are never there as a whole.
//
// digits [weights.safetensors]
#include <boost/json/src.hpp>
#include <exception>
#include <iomanip>
#include <iostream>
#include <oneloop/interop/npy.hpp>
#include <oneloop/interop/safetensors.hpp>

#include "digits.hpp"

using namespace digits;

constexpr auto probabilities = softmax(logits);
static_assert(plan(probabilities).sweeps == 1 && plan(probabilities).temporaries == 0);

int run(std::string const& path) {
  safetensors const model(path);
  weights const net{.W1 = model.load<tensor<float, 64, pixels>>("0.weight"),
                    .b1 = model.load<tensor<float, 64>>("0.bias"),
                    .W2 = model.load<tensor<float, 32, 64>>("2.weight"),
                    .b2 = model.load<tensor<float, 32>>("2.bias"),
                    .W3 = model.load<tensor<float, classes, 32>>("4.weight"),
                    .b3 = model.load<tensor<float, classes>>("4.bias")};
  auto const table = read(EXAMPLES_DATA "/digits.csv");
  auto const test = take(table, table.rows - test_rows, test_rows);
  auto const expected = load_npy<tensor<float, batch, classes>>(EXAMPLES_DATA "/digits_mlp_test_probabilities.npy");

  auto const f =
      probabilities(X = test.X, W1 = net.W1, b1 = net.b1, W2 = net.W2, b2 = net.b2, W3 = net.W3, b3 = net.b3);
  tensor<float, batch, classes> const p = f;
  auto const right = evaluate(mean(cast<float>(argmax<-1>(p) == test.digit)));
  auto const worst = evaluate(max(abs(p - expected)));

  std::cout << explain(probabilities) << '\n' << std::fixed << std::setprecision(1);
  std::cout << test_rows << " digits, " << 100 * right << " % right\n";
  std::cout << "farthest from PyTorch's probabilities: " << std::scientific << worst << '\n';
  return worst <= 1e-6f ? 0 : 1;
}

int main(int argc, char** argv) {
  try {
    return run(argc > 1 ? argv[1] : EXAMPLES_DATA "/digits_mlp.safetensors");
  } catch (std::exception const& error) {
    std::cerr << "digits: " << error.what() << '\n';
    return 1;
  }
}
