// SPDX-License-Identifier: BSL-1.0
// A small model, a linear layer with a sigmoid behind it. In PyTorch:
//
//   model = nn.Sequential(nn.Linear(3, 1), nn.Sigmoid())
//   model(torch.tensor([[0.5, -0.2, 3.0]]))
#include <iostream>
#include <oneloop/io/print.hpp>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

// How many rows a batch has is known at run time; that two batches are the same dimension, already
// while compiling.
constexpr auto batch = dim<"batch">;

// The model is a formula over variables: an empty constant, like a mathematical definition.
constexpr auto X = var<"X", batch, 3>;
constexpr auto W = var<"W", 1, 3>;  // [out, in], as nn.Linear keeps its weight
constexpr auto b = var<"b", 1>;
constexpr auto model = sigmoid(linear(X, W, b));

static_assert(shape_of(model) == extents<batch, 1>);
static_assert(plan(model).loops == 1 && plan(model).temporaries == 0);

int main() {
  std::cout << "model: " << model << "\nshape: " << shape_of(model) << "\n\n";

  tensor<float, 1, 3> const weight{{0.2f, -0.4f, 0.1f}};
  tensor<float, 1> const bias{0.05f};

  tensor<float, batch, 3> const inputs{{0.5f, -0.2f, 3.0f}, {0, 0, 0}, {-4, 2, 1}, {10, -10, 10}};
  std::cout << "inputs:\n" << inputs << "\n";

  // Values are bound by name, in any order. The result has as many rows as the inputs.
  tensor<float, batch, 1> const outputs = model(W = weight, b = bias, X = inputs);
  std::cout << "outputs:\n" << outputs << "\n";

  // The same model on a batch of one.
  tensor<float, batch, 3> const one{{0.5f, -0.2f, 3.0f}};
  std::cout << "of the first row alone: " << evaluate(model(X = one, W = weight, b = bias)) << "\n";
}
