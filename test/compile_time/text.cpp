// SPDX-License-Identifier: BSL-1.0
// The text of a formula, a constant: every kind of node, and parentheses where they are needed.
#include <oneloop/oneloop.hpp>
#include <type_traits>

using namespace oneloop;

namespace {

constexpr auto batch = dim<"batch">;
constexpr auto in = dim<"in", 64>;

constexpr auto W = var<"W", 128, 64>;
constexpr auto U = var<"U", 128, 64>;
constexpr auto x = var<"x", 64>;
constexpr auto y = var<"y", 64>;
constexpr auto z = var<"z", 64>;
constexpr auto b = var<"b", 128>;
constexpr auto X = var<"X", batch, 64>;
constexpr auto k = var<"k">;
constexpr auto t = var<"t", batch>;

// ---- variables, constants, products

static_assert(text(x) == "x");
static_assert(text(var<"long_name", 3>) == "long_name");
static_assert(text(W * x) == "W * x");
static_assert(text(sigmoid(W * x + b)) == "sigmoid(W * x + b)");
static_assert(text(b * W) == "b * W");
static_assert(text(k * x) == "k * x");
static_assert(text(x % y) == "x % y");
static_assert(text(hadamard(x, y)) == "x % y");
static_assert(text(dot(x, y)) == "dot(x, y)");
static_assert(text(outer(b, x)) == "outer(b, x)");
static_assert(text(transpose(W)) == "transpose(W)");
static_assert(text(transpose(transpose(W))) == "W");
static_assert(text(transpose(W) * b) == "transpose(W) * b");
static_assert(text(linear(X, W, b)) == "X * transpose(W) + b");

static_assert(text(1_c) == "1");
static_assert(text(0_c) == "0");
static_assert(text(0.5_c) == "0.5");
static_assert(text(1e-3_c) == "0.001");
static_assert(text(1.5e2_c) == "150");
static_assert(text(2.50_c) == "2.5");
static_assert(text(0.1_c) == "0.1");
static_assert(text(1'000_c) == "1000");
static_assert(text(1.0625_c) == "1.0625");
static_assert(text(3.14159265358979_c) == "3.14159265358979");
static_assert(text(1e-18_c) == "0.000000000000000001");
static_assert(text(1e18_c) == "1000000000000000000");
static_assert(text(-1_c) == "-1");
static_assert(text(1_c - x) == "1 - x");
static_assert(text(0.5_c * x) == "0.5 * x");

// More digits than a double has are read, and have no influence.
static_assert(decltype(3.14159265358979323846264338327950288_c)::value<double>() == 3.14159265358979323846);
static_assert(decltype(0.1_c)::value<float>() == 0.1f);
static_assert(decltype(0.1_c)::value<double>() == 0.1);
static_assert(decltype(1e-3_c)::value<double>() == 1e-3);
static_assert(std::is_same_v<decltype(0.50_c), decltype(5e-1_c)>);
static_assert(std::is_same_v<decltype(100_c), decltype(1e2_c)>);

// Constants as rewrites make them.
static_assert(text(constant<-1, 2>{}) == "-0.5");
static_assert(text(constant<1, 3>{}) == "1 / 3");
static_assert(text(constant<1, 3>{} * x) == "1 / 3 * x");
static_assert(text(x * constant<1, 3>{}) == "x * (1 / 3)");
static_assert(text(x - constant<-2, 1>{}) == "x - -2");
static_assert(text(-constant<-2, 1>{}) == "-(-2)");

// ---- precedences are those of C++

static_assert(text(x + y + z) == "x + y + z");
static_assert(text(x + (y + z)) == "x + (y + z)");  // another rounding
static_assert(text(x - y - z) == "x - y - z");
static_assert(text(x - (y - z)) == "x - (y - z)");
static_assert(text(x - (y + z)) == "x - (y + z)");
static_assert(text(x + y % z) == "x + y % z");
static_assert(text((x + y) % z) == "(x + y) % z");
static_assert(text(x % y / z) == "x % y / z");
static_assert(text(x % (y / z)) == "x % (y / z)");
static_assert(text(x / y / z) == "x / y / z");
static_assert(text(x / (y / z)) == "x / (y / z)");
static_assert(text(W * (x + y)) == "W * (x + y)");
static_assert(text((W + U) * x) == "(W + U) * x");
static_assert(text(W * x + U * y) == "W * x + U * y");
static_assert(text(k * (W * x)) == "k * (W * x)");
static_assert(text((k * W) * x) == "k * W * x");
static_assert(text(-x) == "-x");
static_assert(text(-(x + y)) == "-(x + y)");
static_assert(text(-x % y) == "-x % y");
static_assert(text(-(x % y)) == "-(x % y)");
static_assert(text(-(W * x)) == "-(W * x)");
static_assert(text(x - -y) == "x - -y");
static_assert(text(-(-x)) == "-(-x)");
static_assert(text(-sigmoid(x)) == "-sigmoid(x)");
static_assert(text(x < y) == "x < y");
static_assert(text(x + y <= z) == "x + y <= z");
static_assert(text(x > 0_c && y >= 1_c) == "x > 0 && y >= 1");
static_assert(text((x > y || y > z) && x != z) == "(x > y || y > z) && x != z");
static_assert(text(x > y || (y > z && x == z)) == "x > y || y > z && x == z");
static_assert(text(!(x < y)) == "!(x < y)");
static_assert(text((x < y) == (y < z)) == "x < y == y < z");

// ---- functions

static_assert(text(stable_sigmoid(x)) == "stable_sigmoid(x)");
static_assert(text(logistic_density(x)) == "stable_sigmoid(x) % stable_sigmoid(-x)");
static_assert(text(x / logistic_density(x + x)) == "x / (stable_sigmoid(x + x) % stable_sigmoid(-(x + x)))");
static_assert(text(gradient(sum(stable_sigmoid(x)), x)) == "stable_sigmoid(x) % stable_sigmoid(-x)");
static_assert(text(pow(x, 2_c)) == "pow(x, 2)");
static_assert(text(min(x, y)) == "min(x, y)");
static_assert(text(max(x, 0_c)) == "max(x, 0)");
static_assert(text(clamp(x, 0_c, 1_c)) == "clamp(x, 0, 1)");
static_assert(text(fma(x, y, z)) == "fma(x, y, z)");
static_assert(text(atan2(x, y)) == "atan2(x, y)");
static_assert(text(where(x > 0_c, x, y)) == "where(x > 0, x, y)");
static_assert(text(cast<double>(x)) == "cast<double>(x)");
static_assert(text(cast<std::int32_t>(x)) == "cast<int32_t>(x)");
static_assert(text(exp(-square(x + y))) == "exp(-square(x + y))");
static_assert(text(sigmoid(tanh(relu(x)))) == "sigmoid(tanh(relu(x)))");
static_assert(text(log(1_c + exp(x))) == "log(1 + exp(x))");

// ---- reductions, by index or name

static_assert(text(sum(x)) == "sum(x)");
static_assert(text(sum<0>(W)) == "sum<0>(W)");
static_assert(text(sum<-1>(W)) == "sum<1>(W)");
static_assert(text(mean<batch>(X)) == "mean<batch>(X)");
static_assert(text(mean<0>(X)) == "mean<batch>(X)");
static_assert(text(max(x)) == "max(x)");
static_assert(text(argmax<1>(X)) == "argmax<1>(X)");
static_assert(text(norm(x - y)) == "norm(x - y)");
static_assert(text(logsumexp(x)) == "logsumexp(x)");
static_assert(text(all(x == y)) == "all(x == y)");
static_assert(text(x - mean(x)) == "x - mean(x)");
static_assert(text(softmax(x)) == "softmax(x)");
static_assert(text(softmax(W * x)) == "softmax(W * x)");
static_assert(text(softmax<1>(W)) == "softmax(W)");
static_assert(text(softmax<0>(W)) == "softmax<0>(W)");
static_assert(text(softmax<batch>(X)) == "softmax<batch>(X)");
static_assert(text(log_softmax<0>(W)) == "log_softmax<0>(W)");
static_assert(text(log_softmax(X)) == "log_softmax(X)");
static_assert(text(2_c * softmax(x) + x) == "2 * softmax(x) + x");
static_assert(text(mean(bce_with_logits(X * x + k, t))) == "mean(bce_with_logits(X * x + k, t))");

// ---- broadcasts: those that were written

static_assert(text(broadcast<128, 64>(x)) == "broadcast<128, 64>(x)");
static_assert(text(broadcast<batch, 64>(x)) == "broadcast<batch, 64>(x)");
static_assert(text(X + broadcast<batch, 64>(x)) == "X + broadcast<batch, 64>(x)");
static_assert(text(var<"A", batch, in> + var<"v", in>) == "A + v");

// ---- data: by shape, and by name where it was bound

constexpr tensor<float, 2, 3> A;
constexpr tensor<float, 3> v;
static_assert(text(A) == "[2, 3]");
static_assert(text(A * v) == "[2, 3] * [3]");
static_assert(text(2 * v) == "number * [3]");
static_assert(text(exp(tensor<float, in>{})) == "exp([in=64])");

constexpr auto Av = var<"A", 2, 3>;
constexpr auto vv = var<"v", 3>;
constexpr auto layer = sigmoid(Av * vv);
static_assert(text(layer(Av = A, vv = v)) == "sigmoid(A * v)");
static_assert(text(layer(Av = A, vv = tanh(v))) == "sigmoid(A * tanh([3]))");
static_assert(text(layer(Av = A, vv = v + v)) == "sigmoid(A * ([3] + [3]))");
static_assert(text(exp(k)(k = 0.5f)) == "exp(k)");

// ---- as a type, a constant, a string

static_assert(text_v<decltype(layer)> == "sigmoid(A * v)");
static_assert(text(layer).size() == 14);
constexpr auto copy = text(layer);
static_assert(copy == text(layer));
static_assert(copy != text(Av));

// ---- LaTeX

namespace latex {
constexpr auto batch = dim<"batch">;
constexpr auto W = var<"W", 128, 64>;
constexpr auto x = var<"x", 64>;
constexpr auto b = var<"b", 128>;
constexpr auto bias = var<"bias_1", 128>;
constexpr auto X = var<"X", batch, 64>;
static_assert(to_latex(sigmoid(W * x + b)) == "\\sigma\\left(W\\,x + b\\right)");
static_assert(to_latex(exp(-x) / (1_c + exp(-x))) == "\\frac{e^{-x}}{1 + e^{-x}}");
static_assert(to_latex(transpose(W) * (b % bias) - 0.5_c * sqrt(square(x) + abs(x))) ==
              "W^{\\top}\\,\\left(b \\odot \\mathrm{bias\\_1}\\right) - 0.5\\,\\sqrt{x^{2} + \\left|x\\right|}");
static_assert(to_latex(dot(x, 2_c * x)) == "\\operatorname{dot}\\left(x, 2\\,x\\right)");
static_assert(to_latex(square(x - 1_c)) == "\\left(x - 1\\right)^{2}");
static_assert(to_latex(sum<batch>(X)) == "\\sum_{\\mathrm{batch}}\\left(X\\right)");
static_assert(to_latex(softmax(linear(X, W, b))) == "\\operatorname{softmax}\\left(X\\,W^{\\top} + b\\right)");
static_assert(to_latex(where(x >= 0_c && x != 1_c, x, 1_c / 3_c)) ==
              "\\operatorname{where}\\left(x \\ge 0 \\land x \\ne 1, x, \\frac{1}{3}\\right)");
}  // namespace latex

}  // namespace
