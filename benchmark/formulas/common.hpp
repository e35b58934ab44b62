// SPDX-License-Identifier: BSL-1.0
// What the rows share: data, Eigen's view of it, and the scalar functions of the loops by hand.
#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <oneloop/oneloop.hpp>
#include <random>

#include "../table.hpp"
#include "peers/peers.hpp"

#ifdef ONELOOP_BENCHMARK_EIGEN
#include <Eigen/Dense>
#define WITH_EIGEN(...) , table::eigen(__VA_ARGS__)
#else
#define WITH_EIGEN(...)
#endif

void add_chains();
void add_sigmoids();
void add_layers();
void add_batches();
void add_lstm();
void add_loss();
void add_limits();

using namespace oneloop;

inline constexpr auto n = dim<"n">;
inline constexpr auto batch = dim<"batch">;

// ---- data: made once, kept until the end

template <class Tensor>
Tensor& random_numbers(Tensor& tensor, float low = -2, float high = 2) {
  static std::minstd_rand generator(1);
  std::uniform_real_distribution<float> numbers(low, high);
  for (auto& element : tensor) element = numbers(generator);
  benchmark::DoNotOptimize(tensor.data());
  return tensor;
}
template <class Tensor, class... Extents>
Tensor& make(Extents... extents) {
  static std::vector<std::shared_ptr<void>> kept;
  auto tensor = std::make_shared<Tensor>(extents...);
  kept.push_back(tensor);
  return random_numbers(*tensor);
}
/// Weights of the size that a layer with so many inputs has: its sums stay within a few units, as they do in use.
template <int Rows, int Columns>
auto& make_weights() {
  float const most = 2 / std::sqrt(float(Columns));
  return random_numbers(make<tensor<float, Rows, Columns>>(), -most, most);
}
template <class Tensor>
std::span<float> span_of(Tensor& tensor) {
  return {tensor.data(), std::size_t(tensor.size())};
}

/// Arrays of a size, shared by all rows of that size: 2^24 floats are 64 MiB.
using arrays = std::vector<tensor<float, n>*>;
inline arrays const& arrays_of(int size) {
  static std::map<int, arrays> sizes;
  auto& all = sizes[size];
  while (all.size() < 8) {
    // Something in between: arrays a multiple of 4 KiB apart make loads wait for stores that they have nothing to do
    // with, one loop more than another by chance (2^11: 92 or 169 ns for the same code).
    make<tensor<float, n>>(272);
    all.push_back(&make<tensor<float, n>>(size));
  }
  return all;
}

inline std::string power_of_2(int exponent) { return "2^" + std::to_string(exponent); }
inline std::string extents_text(int rows, int columns) {
  return std::to_string(rows) + "x" + std::to_string(columns);
}

#ifdef ONELOOP_BENCHMARK_EIGEN
template <class Tensor>
auto eigen_array(Tensor& tensor) {
  return Eigen::Map<Eigen::ArrayXf, Eigen::Aligned64>(tensor.data(), tensor.size());
}
template <int Rows>
auto eigen_vector(tensor<float, Rows>& v) {
  return Eigen::Map<Eigen::Vector<float, Rows>, Eigen::Aligned64>(v.data());
}
template <int Rows, int Columns>
auto eigen_matrix(tensor<float, Rows, Columns>& m) {
  return Eigen::Map<Eigen::Matrix<float, Rows, Columns, Eigen::RowMajor>, Eigen::Aligned64>(
      m.data());
}
template <int Columns>
auto eigen_batch(tensor<float, batch, Columns>& m) {
  return Eigen::Map<Eigen::Matrix<float, Eigen::Dynamic, Columns, Eigen::RowMajor>,
                    Eigen::Aligned64>(m.data(), m.extent(0), Columns);
}
#endif

namespace hand {

using in = float const* __restrict;
using out = float* __restrict;

inline float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }
inline float stable_sigmoid(float x) {
  float const e = std::exp(-std::abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}
inline float dot(in a, in b, int count) {
  float sum = 0;
  for (int i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace hand
