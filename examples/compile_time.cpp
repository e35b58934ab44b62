// SPDX-License-Identifier: BSL-1.0
// A formula over static shapes is a constant expression: a layer can be evaluated, and its results
// checked, while the program compiles. The code is the same that runs vectorised at run time.
// PyTorch has nothing of the kind.
#include <iostream>
#include <oneloop/io/print.hpp>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto W = var<"W", 2, 3>;
constexpr auto x = var<"x", 3>;
constexpr auto b = var<"b", 2>;
constexpr auto layer = stable_sigmoid(W * x + b);

// What a formula is, is known without any data.
static_assert(std::is_empty_v<decltype(layer)>);
static_assert(shape_of(layer) == extents<2>);
static_assert(text(layer) == "stable_sigmoid(W * x + b)");
static_assert(plan(layer).loops == 1 && plan(layer).temporaries == 0);

// What it gives, with data that are constants too.
constexpr tensor<float, 2, 3> weights{{1, -2, 3}, {0.5f, 0.25f, -1}};
constexpr tensor<float, 2> bias{-0.5f, 1};

constexpr tensor<float, 2> run(tensor<float, 3> const& input) { return layer(W = weights, x = input, b = bias); }

constexpr auto y = run({0.5f, 0.25f, 0.125f});
static_assert(y(0) > 0.46f && y(0) < 0.47f);            // sigmoid(-0.125) = 0.4688
static_assert(y(1) > 0.76f && y(1) < 0.78f);            // sigmoid(1.1875) = 0.7663
static_assert(run({0, 0, 0})(1) == run({2, 0, 1})(1));  // both are sigmoid(1)
static_assert(run({-300, 300, -300})(0) == 0);          // and no overflow on the way

int main() {
  std::cout << layer << " at compile time: " << y << "\n";
  tensor<float, 3> const input{0.5f, 0.25f, 0.125f};
  auto const now = run(input);
  std::cout << layer << " at run time:     " << now << "\n"
            << "equal to the last bit: " << (now(0) == y(0) && now(1) == y(1) ? "yes" : "no") << "\n";
}
