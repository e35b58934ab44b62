// SPDX-License-Identifier: BSL-1.0
// Plain loops under -ffast-math, where the compiler calls the C library's vector functions (libmvec).
#include "peers.hpp"

#include <cmath>

namespace {

using peers::in;
using peers::made;
using peers::out;

// __restrict, as in the loops by hand.
template <class T>
using source = T const* __restrict;
template <class T>
using target = T* __restrict;

template <class T>
[[gnu::noinline]] void axpy(T a, source<T> x, source<T> y, target<T> z, long count) {
  for (long i = 0; i < count; ++i) z[i] = a * x[i] + y[i];
}
template <class T>
[[gnu::noinline]] void chain_of_4(T a, source<T> x, T b, source<T> y, T c, target<T> z, long count) {
  for (long i = 0; i < count; ++i) z[i] = a * x[i] + b * y[i] - c;
}
template <class T>
[[gnu::noinline]] void chain_of_8(T a, source<T> x, T b, source<T> y, source<T> u, source<T> v, target<T> z, long count) {
  for (long i = 0; i < count; ++i) z[i] = (a * x[i] + y[i]) * (x[i] - b * u[i]) + std::abs(v[i] - x[i]) * y[i];
}
template <class T>
T sigmoid(T x) {
  return 1 / (1 + std::exp(-x));
}
template <class T>
[[gnu::noinline]] void sigmoids(source<T> x, target<T> z, long count) {
  for (long i = 0; i < count; ++i) z[i] = sigmoid(x[i]);
}
template <class T>
T dot(source<T> a, source<T> b, long count) {
  T sum = 0;
  for (long i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}
template <class T>
[[gnu::noinline]] void linear(source<T> X, source<T> W, source<T> b, target<T> Y, long batch, long outputs, long inputs) {
  for (long r = 0; r < batch; ++r) {
    for (long o = 0; o < outputs; ++o) Y[r * outputs + o] = b[o] + dot<T>(X + r * inputs, W + o * inputs, inputs);
    for (long o = 0; o < outputs; ++o) Y[r * outputs + o] = sigmoid(Y[r * outputs + o]);
  }
}
template <class T>
[[gnu::noinline]] void lstm(peers::lstm_gates<T> const& gates, source<T> x, source<T> h, source<T> c, target<T> next_h,
                            target<T> next_c, target<T> sums, int units) {
  for (int g = 0; g < 4; ++g)
    for (int i = 0; i < units; ++i)
      sums[g * units + i] = gates.b[g][i] + dot<T>(gates.W[g] + i * units, x, units) + dot<T>(gates.U[g] + i * units, h, units);
  for (int i = 0; i < units; ++i) next_c[i] = sigmoid(sums[units + i]) * c[i] + sigmoid(sums[i]) * std::tanh(sums[3 * units + i]);
  for (int i = 0; i < units; ++i) next_h[i] = sigmoid(sums[2 * units + i]) * std::tanh(next_c[i]);
}
template <class T>
T bce_with_logits(T x, T t) {
  return std::max(x, T(0)) - x * t + std::log(1 + std::exp(-std::abs(x)));
}
template <class T>
[[gnu::noinline]] T mean_loss(source<T> X, source<T> w, T k, source<T> t, target<T> x, int rows, int columns) {
  for (int r = 0; r < rows; ++r) x[r] = k + dot<T>(X + r * columns, w, columns);
  T sum = 0;
  for (int r = 0; r < rows; ++r) sum += bce_with_logits(x[r], t[r]);
  return sum / T(rows);
}
template <class T>
[[gnu::noinline]] void loss_and_sums(source<T> x, source<T> t, target<T> results, long count) {
  T loss = 0, of_x = 0, of_t = 0;
  for (long i = 0; i < count; ++i) {
    loss += bce_with_logits(x[i], t[i]);
    of_x += x[i];
    of_t += t[i];
  }
  results[0] = loss / T(count);
  results[1] = of_x;
  results[2] = of_t;
}

template <class T>
peers::peer<T> const peer{
    .name = "libmvec",
    .axpy = [](in<T> a, in<T> x, in<T> y, out<T> z, long count) -> made {
      return {[=] { axpy<T>(*a, x, y, z, count); }};
    },
    .chain_of_4 = [](in<T> a, in<T> x, in<T> b, in<T> y, in<T> c, out<T> z, long count) -> made {
      return {[=] { chain_of_4<T>(*a, x, *b, y, *c, z, count); }};
    },
    .chain_of_8 = [](in<T> a, in<T> x, in<T> b, in<T> y, in<T> u, in<T> v, out<T> z, long count) -> made {
      return {[=] { chain_of_8<T>(*a, x, *b, y, u, v, z, count); }};
    },
    .sigmoid = [](in<T> x, out<T> z, long count) -> made { return {[=] { sigmoids<T>(x, z, count); }}; },
    .layer = [](in<T> W, in<T> x, in<T> b, out<T> y, int rows, int columns) -> made {
      return {[=] { linear<T>(x, W, b, y, 1, rows, columns); }};
    },
    .linear = [](in<T> X, in<T> W, in<T> b, out<T> Y, int batch, int outputs, int inputs) -> made {
      return {[=] { linear<T>(X, W, b, Y, batch, outputs, inputs); }};
    },
    .lstm = [](peers::lstm_gates<T> gates, in<T> x, in<T> h, in<T> c, out<T> next_h, out<T> next_c, int units) -> made {
      return {[=, sums = std::vector<T>(std::size_t(4 * units))]() mutable {
        lstm<T>(gates, x, h, c, next_h, next_c, sums.data(), units);
      }};
    },
    .mean_loss = [](in<T> X, in<T> w, in<T> k, in<T> t, out<T> scratch, out<T> result, int rows, int columns) -> made {
      return {[=] { *result = mean_loss<T>(X, w, *k, t, scratch, rows, columns); }};
    },
    .loss_and_sums = [](in<T> x, in<T> t, out<T>, out<T> results, long count) -> made {
      return {[=] { loss_and_sums<T>(x, t, results, count); }};
    },
};

peers::registered const libmvec(peer<float>, peer<double>);

}  // namespace
