// SPDX-License-Identifier: BSL-1.0
// Handwritten digits, 8 x 8 pixels, and a perceptron that reads them: what digits.cpp and digits_training.cpp share.
#pragma once

#include <oneloop/oneloop.hpp>
#include <string>

#include "csv.hpp"

namespace digits {

using namespace oneloop;

constexpr auto batch = dim<"batch">;
constexpr auto pixels = dim<"pixels", 64>;
constexpr int classes = 10;

// ---- the model, in PyTorch: Linear(64, 64), Sigmoid, Linear(64, 32), Sigmoid, Linear(32, 10)

constexpr auto X = var<"X", batch, pixels>;
constexpr auto W1 = var<"W1", 64, pixels>;
constexpr auto b1 = var<"b1", 64>;
constexpr auto W2 = var<"W2", 32, 64>;
constexpr auto b2 = var<"b2", 32>;
constexpr auto W3 = var<"W3", classes, 32>;
constexpr auto b3 = var<"b3", classes>;
constexpr auto logits = linear(stable_sigmoid(linear(stable_sigmoid(linear(X, W1, b1)), W2, b2)), W3, b3);

struct weights {
  tensor<float, 64, pixels> W1;
  tensor<float, 64> b1;
  tensor<float, 32, 64> W2;
  tensor<float, 32> b2;
  tensor<float, classes, 32> W3;
  tensor<float, classes> b3;
};

// ---- the data

struct samples {
  tensor<float, batch, pixels> X;  // 0 to 1
  tensor<std::int32_t, batch> digit;
};

/// Some rows of the table, from the first on.
inline samples take(csv::table const& table, std::size_t first, std::size_t count) {
  samples result{tensor<float, batch, pixels>(count), tensor<std::int32_t, batch>(count)};
  result.X = view<float const, batch, pixels>(table.numbers.data() + first * table.columns, count) / 16;
  for (std::size_t i = 0; i < count; ++i)
    result.digit(static_cast<index_t>(i)) = static_cast<std::int32_t>(table.classed[first + i]);
  return result;
}

inline csv::table read(std::string const& path) {
  auto table = csv::reader(path).read();
  if (table.columns != 64 || table.classes.size() != classes)
    throw csv::error(path + ": 64 pixels and 10 classes were expected");
  return table;
}

/// The last 297 are for the test, as in the PyTorch run that the weights come from.
inline constexpr std::size_t test_rows = 297;

}  // namespace digits
