// SPDX-License-Identifier: BSL-1.0
// What the rows share: data, and Eigen's view of it.
#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <oneloop/oneloop.hpp>
#include <random>

#include "../table.hpp"
#include "peers/peers.hpp"
#include "plain.hpp"

#ifdef ONELOOP_BENCHMARK_EIGEN
#include <Eigen/Dense>
#define WITH_EIGEN(...) , table::eigen(__VA_ARGS__)
#else
#define WITH_EIGEN(...)
#endif

// The rows of a kind, for an element type.
template <class T>
void add_chains();
template <class T>
void add_sigmoids();
template <class T>
void add_softmaxes();
template <class T>
void add_layers();
template <class T>
void add_batches();
template <class T>
void add_lstm();
template <class T>
void add_loss();
void add_models();
void add_limits();

using namespace oneloop;

inline constexpr auto n = dim<"n">;
inline constexpr auto batch = dim<"batch">;

// ---- data: made once, kept until the end

template <class Tensor>
Tensor& random_numbers(Tensor& tensor, float low = -2, float high = 2) {
  static std::minstd_rand generator(1);
  std::uniform_real_distribution<typename Tensor::element> numbers(low, high);
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
template <class T, int Rows, int Columns>
auto& make_weights() {
  float const most = 2 / std::sqrt(float(Columns));
  return random_numbers(make<tensor<T, Rows, Columns>>(), -most, most);
}
template <class Tensor>
std::span<typename Tensor::element> span_of(Tensor& tensor) {
  return {tensor.data(), std::size_t(tensor.size())};
}

/// Arrays of a size, shared by all rows of that size and place: 2^24 floats are 64 MiB.
/// Where in their pages they begin decides which loads wait for which stores, in one loop more than in another (a plain
/// a·x + y of 2^11 floats: 88 to 207 ns), so rows that a cache holds are measured at several places, by chance.
template <class T>
using arrays = std::vector<tensor<T, n>*>;
template <class T>
arrays<T> const& arrays_of(int size, int place = 0) {
  static std::map<std::pair<int, int>, arrays<T>> sizes;
  static std::minstd_rand generator(2);
  auto& all = sizes[{size, place}];
  while (all.size() < 8) {
    make<tensor<T, n>>(int(generator() % 1024 + 1) * 64 / int(sizeof(T)));  // up to 64 KiB
    all.push_back(&make<tensor<T, n>>(size));
  }
  return all;
}

/// What the size of a row of doubles ends with.
template <class T>
inline constexpr char const* of_type = std::is_same_v<T, double> ? " double" : "";
/// Arrays of as many bytes as 2^exponent floats.
template <class T>
inline constexpr int exponent_for(int exponent) {
  return std::is_same_v<T, double> ? exponent - 1 : exponent;
}
template <class T>
std::string power_of_2(int exponent) {
  return "2^" + std::to_string(exponent) + of_type<T>;
}
inline std::string extents_text(int rows, int columns) { return std::to_string(rows) + "x" + std::to_string(columns); }

#ifdef ONELOOP_BENCHMARK_EIGEN
template <class Tensor>
auto eigen_array(Tensor& tensor) {
  return Eigen::Map<Eigen::ArrayX<typename Tensor::element>, Eigen::Aligned64>(tensor.data(), tensor.size());
}
template <class T, int Rows>
auto eigen_vector(tensor<T, Rows>& v) {
  return Eigen::Map<Eigen::Vector<T, Rows>, Eigen::Aligned64>(v.data());
}
template <class T, int Rows, int Columns>
auto eigen_matrix(tensor<T, Rows, Columns>& m) {
  return Eigen::Map<Eigen::Matrix<T, Rows, Columns, Eigen::RowMajor>, Eigen::Aligned64>(m.data());
}
template <class T, int Columns>
auto eigen_batch(tensor<T, batch, Columns>& m) {
  return Eigen::Map<Eigen::Matrix<T, Eigen::Dynamic, Columns, Eigen::RowMajor>, Eigen::Aligned64>(m.data(), m.extent(0),
                                                                                                  Columns);
}
#endif
