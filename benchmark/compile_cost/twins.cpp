// SPDX-License-Identifier: BSL-1.0
#include "twins.hpp"

namespace twins {

namespace {

constexpr auto static_layer = "sigmoid(W * x + b), 128x64";
constexpr auto layer = "sigmoid(W * x + b), run-time extents";
constexpr auto batched = "sigmoid(linear(X, W, b)), batch of 128x64";

twin oneloop() {
  return {.name = "oneloop",
          .head = R"(#include <oneloop/oneloop.hpp>
using namespace oneloop;
constexpr auto in = dim<"in">;
constexpr auto out = dim<"out">;
constexpr auto batch = dim<"batch">;
constexpr auto n = dim<"n">;
)",
          .layers = {{static_layer, R"(extern "C" void layer(
    tensor<float, 128>& y, tensor<float, 128, 64> const& W, tensor<float, 64> const& x, tensor<float, 128> const& b) {
  y = sigmoid(W * x + b);
})"},
                     {layer, R"(extern "C" void layer(
    tensor<float, out>& y, tensor<float, out, in> const& W, tensor<float, in> const& x, tensor<float, out> const& b) {
  y = sigmoid(W * x + b);
})"},
                     {batched, R"(extern "C" void batched(
    tensor<float, batch, 128>& Y, tensor<float, batch, 64> const& X, tensor<float, 128, 64> const& W,
    tensor<float, 128> const& b) {
  Y = sigmoid(linear(X, W, b));
})"}},
          .output = "tensor<float, n>& ",
          .input = "tensor<float, n> const& ",
          .scalars = "float a",
          .times = "%"};
}

twin eigen() {
  return {.name = "Eigen",
          .head = R"(#include <Eigen/Core>
using namespace Eigen;
)",
          .layers = {{static_layer, R"(extern "C" void layer(Vector<float, 128>& y, Matrix<float, 128, 64> const& W,
    Vector<float, 64> const& x, Vector<float, 128> const& b) {
  y = (W * x + b).array().logistic();
})"},
                     {layer, R"(extern "C" void layer(
    VectorXf& y, MatrixXf const& W, VectorXf const& x, VectorXf const& b) {
  y = (W * x + b).array().logistic();
})"},
                     {batched, R"(extern "C" void batched(
    Matrix<float, Dynamic, 128>& Y, Matrix<float, Dynamic, 64> const& X, Matrix<float, 128, 64> const& W,
    Vector<float, 128> const& b) {
  Y = ((X * W.transpose()).rowwise() + b.transpose()).array().logistic();
})"}},
          .output = "ArrayXf& ",
          .input = "ArrayXf const& ",
          .scalars = "float a",
          .times = "*"};
}

// Its products need another library (xtensor-blas): here they are sums over an axis.
twin xtensor() {
  return {.name = "xtensor",
          .head = R"(#define XTENSOR_USE_XSIMD
#include <xtensor/xfixed.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>
template <std::size_t... Extents>
using fixed = xt::xtensor_fixed<float, xt::xshape<Extents...>>;
)",
          .layers = {{static_layer, R"(extern "C" void layer(
    fixed<128>& y, fixed<128, 64> const& W, fixed<64> const& x, fixed<128> const& b) {
  y = 1.0f / (1.0f + xt::exp(-(xt::sum(W * x, {1}) + b)));
})"},
                     {layer, R"(extern "C" void layer(xt::xtensor<float, 1>& y, xt::xtensor<float, 2> const& W,
    xt::xtensor<float, 1> const& x, xt::xtensor<float, 1> const& b) {
  y = 1.0f / (1.0f + xt::exp(-(xt::sum(W * x, {1}) + b)));
})"},
                     {batched, R"(extern "C" void batched(xt::xtensor<float, 2>& Y, xt::xtensor<float, 2> const& X,
    fixed<128, 64> const& W, fixed<128> const& b) {
  auto const rows = xt::view(X, xt::all(), xt::newaxis(), xt::all());
  Y = 1.0f / (1.0f + xt::exp(-(xt::sum(rows * W, {2}) + b)));
})"}},
          .output = "xt::xtensor<float, 1>& ",
          .input = "xt::xtensor<float, 1> const& ",
          .scalars = "float a",
          .times = "*"};
}

twin armadillo() {
  return {.name = "Armadillo",
          .head = R"(#include <armadillo>
using namespace arma;
)",
          .layers = {{static_layer, R"(extern "C" void layer(
    fvec::fixed<128>& y, fmat::fixed<128, 64> const& W, fvec::fixed<64> const& x, fvec::fixed<128> const& b) {
  y = 1 / (1 + exp(-(W * x + b)));
})"},
                     {layer, R"(extern "C" void layer(fvec& y, fmat const& W, fvec const& x, fvec const& b) {
  y = 1 / (1 + exp(-(W * x + b)));
})"},
                     {batched, R"(extern "C" void batched(
    fmat& Y, fmat const& X, fmat::fixed<128, 64> const& W, frowvec::fixed<128> const& b) {
  Y = X * W.t();
  Y.each_row() += b;
  Y = 1 / (1 + exp(-Y));
})"}},
          .output = "fvec& ",
          .input = "fvec const& ",
          .scalars = "float a",
          .times = "%"};
}

twin libtorch() {
  std::string const function = R"(extern "C" void layer(
    at::Tensor& y, at::Tensor const& W, at::Tensor const& x, at::Tensor const& b) {
  y = at::sigmoid(at::matmul(W, x) + b);
})";
  return {.name = "LibTorch",
          .head = "#include <ATen/ATen.h>\n",
          .layers = {{static_layer, function}, {layer, function}, {batched, R"(extern "C" void batched(
    at::Tensor& Y, at::Tensor const& X, at::Tensor const& W, at::Tensor const& b) {
  Y = at::sigmoid(at::linear(X, W, b));
})"}},
          .output = "at::Tensor& ",
          .input = "at::Tensor const& ",
          .scalars = "float a",
          .times = "*",
          .grows = false};
}

twin valarray() {
  return {.name = "valarray",
          .head = R"(#include <valarray>
using array = std::valarray<float>;
)",
          .layers = {{static_layer, R"(extern "C" void layer(array& y, array const& W, array const& x, array const& b) {
  for (std::size_t o = 0; o < 128; ++o) y[o] = (W[std::slice(o * 64, 64, 1)] * x).sum() + b[o];
  y = 1.0f / (1.0f + std::exp(-y));
})"},
                     {layer, R"(extern "C" void layer(array& y, array const& W, array const& x, array const& b) {
  for (std::size_t o = 0; o < y.size(); ++o) y[o] = (W[std::slice(o * x.size(), x.size(), 1)] * x).sum() + b[o];
  y = 1.0f / (1.0f + std::exp(-y));
})"},
                     {batched, R"(extern "C" void batched(array& Y, array const& X, array const& W, array const& b) {
  for (std::size_t r = 0; r < X.size() / 64; ++r)
    for (std::size_t o = 0; o < 128; ++o)
      Y[r * 128 + o] = (X[std::slice(r * 64, 64, 1)] * W[std::slice(o * 64, 64, 1)]).sum() + b[o];
  Y = 1.0f / (1.0f + std::exp(-Y));
})"}},
          .output = "array& ",
          .input = "array const& ",
          .scalars = "float a",
          .times = "*"};
}

twin by_hand() {
  return {.name = "by hand",
          .head = R"(#include <cmath>
using in = float const* __restrict;
using out = float* __restrict;
static float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }
static float dot(in a, in b, long count) {
  float sum = 0;
  for (long i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}
)",
          .layers = {{static_layer, R"(extern "C" void layer(out y, in W, in x, in b) {
  for (long o = 0; o < 128; ++o) y[o] = sigmoid(dot(W + o * 64, x, 64) + b[o]);
})"},
                     {layer, R"(extern "C" void layer(out y, in W, in x, in b, long rows, long columns) {
  for (long o = 0; o < rows; ++o) y[o] = sigmoid(dot(W + o * columns, x, columns) + b[o]);
})"},
                     {batched, R"(extern "C" void batched(out Y, in X, in W, in b, long rows) {
  for (long r = 0; r < rows; ++r)
    for (long o = 0; o < 128; ++o) Y[r * 128 + o] = sigmoid(dot(X + r * 64, W + o * 64, 64) + b[o]);
})"}},
          .output = "out ",
          .input = "in ",
          .scalars = "float a, long count",
          .loop = "for (long i = 0; i < count; ++i) ",
          .index = "[i]",
          .times = "*"};
}

std::string operand(twin const& of, int i) {
  std::string text = "x";  // g++ 12 warns of "x" + std::to_string(i): GCC bug 105651
  return (text += std::to_string(i)) + of.index;
}

std::string function(twin const& of, std::string const& name, int inputs, std::string const& formula) {
  std::string text = "extern \"C\" void " + name + "(" + of.output + "z, " + of.scalars;
  for (int i = 0; i < inputs; ++i) text += ", " + of.input + "x" + std::to_string(i);
  return text + ") {\n  " + of.loop + "z" + of.index + " = " + formula + ";\n}\n";
}

}  // namespace

std::vector<twin> const& all() {
  static std::vector<twin> const twins{oneloop(), eigen(), xtensor(), armadillo(), libtorch(), valarray(), by_hand()};
  return twins;
}

std::string chain(twin const& of, int depth) {
  std::string formula;
  for (int i = 1; i < depth; ++i) formula += "a * (";
  formula += "a * " + operand(of, 0) + " + " + operand(of, 1);
  for (int i = 2; i <= depth; ++i) formula += ") + " + operand(of, i);
  return function(of, "chain", depth + 1, formula);
}

std::string many(twin const& of, int count) {
  std::string const operations[] = {"+", "-", of.times, "/"};
  std::string text;
  for (int f = 0; f < count; ++f) {
    std::string formula = "(((" + operand(of, 0);
    for (int i = 1, choice = f; i <= 3; ++i, choice /= 4)
      formula += " " + operations[choice % 4] + " " + operand(of, i) + ")";
    text += function(of, "formula" + std::to_string(f), 4, formula);
  }
  return text;
}

}  // namespace twins
