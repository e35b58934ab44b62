// SPDX-License-Identifier: BSL-1.0
// The loops that one would write by hand, over data that stays apart. Every unit has copies of its own (static),
// compiled with its own flags: those of the rows as they are, those of peers/libmvec.cpp under -ffast-math.
#pragma once

#include <algorithm>
#include <cmath>

namespace plain {

template <class T>
using in = T const* __restrict;
template <class T>
using out = T* __restrict;

template <class T>
static T sigmoid(T x) {
  return 1 / (1 + std::exp(-x));
}
template <class T>
static T dot(in<T> a, in<T> b, long count) {
  T sum = 0;
  for (long i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

template <class T>
[[gnu::noinline]] static void axpy(out<T> z, T a, in<T> x, in<T> y, long count) {
  for (long i = 0; i < count; ++i) z[i] = a * x[i] + y[i];
}
template <class T>
[[gnu::noinline]] static void chain_of_4(out<T> z, T a, in<T> x, T b, in<T> y, T c, long count) {
  for (long i = 0; i < count; ++i) z[i] = a * x[i] + b * y[i] - c;
}
template <class T>
[[gnu::noinline]] static void chain_of_8(out<T> z, T a, in<T> x, T b, in<T> y, in<T> u, in<T> v, long count) {
  for (long i = 0; i < count; ++i) z[i] = (a * x[i] + y[i]) * (x[i] - b * u[i]) + std::abs(v[i] - x[i]) * y[i];
}
template <class T>
[[gnu::noinline]] static void sigmoids(out<T> z, in<T> x, long count) {
  for (long i = 0; i < count; ++i) z[i] = sigmoid(x[i]);
}

template <class T>
[[gnu::noinline]] static void softmax(out<T> Y, in<T> X, long rows, long columns) {
  for (long r = 0; r < rows; ++r) {
    T const* const x = X + r * columns;
    T* const y = Y + r * columns;
    T largest = x[0], sum = 0;
    for (long i = 1; i < columns; ++i) largest = std::max(largest, x[i]);
    for (long i = 0; i < columns; ++i) sum += y[i] = std::exp(x[i] - largest);
    for (long i = 0; i < columns; ++i) y[i] /= sum;
  }
}

/// `log_of_1_plus`: std::log1p, which libmvec does not have, or the logarithm of the sum.
template <class T>
static T bce_with_logits(T x, T t, auto log_of_1_plus) {
  return std::max(x, T(0)) - x * t + log_of_1_plus(std::exp(-std::abs(x)));
}
template <class T>
[[gnu::noinline]] static void loss_and_sums(out<T> results, in<T> x, in<T> t, long count, auto log_of_1_plus) {
  T loss = 0, of_x = 0, of_t = 0;
  for (long i = 0; i < count; ++i) {
    loss += bce_with_logits(x[i], t[i], log_of_1_plus);
    of_x += x[i];
    of_t += t[i];
  }
  results[0] = loss / T(count);
  results[1] = of_x;
  results[2] = of_t;
}

}  // namespace plain
