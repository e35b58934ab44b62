// SPDX-License-Identifier: BSL-1.0
// Plain loops under -ffast-math, where the compiler calls the C library's vector functions (libmvec).
#include "../plain.hpp"
#include "peers.hpp"

#include <cmath>

namespace {

using peers::in;
using peers::made;
using peers::out;

using plain::dot;
using plain::sigmoid;

template <class T>
using source = plain::in<T>;
template <class T>
using target = plain::out<T>;

constexpr auto log_of_1_plus = [](auto e) { return std::log(1 + e); };

template <class T>
[[gnu::noinline]] void linear(source<T> X, source<T> W, source<T> b, target<T> Y, long batch, long outputs,
                              long inputs) {
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
      sums[g * units + i] =
          gates.b[g][i] + dot<T>(gates.W[g] + i * units, x, units) + dot<T>(gates.U[g] + i * units, h, units);
  for (int i = 0; i < units; ++i)
    next_c[i] = sigmoid(sums[units + i]) * c[i] + sigmoid(sums[i]) * std::tanh(sums[3 * units + i]);
  for (int i = 0; i < units; ++i) next_h[i] = sigmoid(sums[2 * units + i]) * std::tanh(next_c[i]);
}
template <class T>
[[gnu::noinline]] T mean_loss(source<T> X, source<T> w, T k, source<T> t, target<T> x, int rows, int columns) {
  for (int r = 0; r < rows; ++r) x[r] = k + dot<T>(X + r * columns, w, columns);
  T sum = 0;
  for (int r = 0; r < rows; ++r) sum += plain::bce_with_logits(x[r], t[r], log_of_1_plus);
  return sum / T(rows);
}
template <class T>
peers::peer<T> const peer{
    .name = "libmvec",
    .axpy = [](in<T> a, in<T> x, in<T> y, out<T> z, long count) -> made {
      return {[=] { plain::axpy<T>(z, *a, x, y, count); }};
    },
    .chain_of_4 = [](in<T> a, in<T> x, in<T> b, in<T> y, in<T> c, out<T> z, long count) -> made {
      return {[=] { plain::chain_of_4<T>(z, *a, x, *b, y, *c, count); }};
    },
    .chain_of_8 = [](in<T> a, in<T> x, in<T> b, in<T> y, in<T> u, in<T> v, out<T> z, long count) -> made {
      return {[=] { plain::chain_of_8<T>(z, *a, x, *b, y, u, v, count); }};
    },
    .sigmoid = [](in<T> x, out<T> z, long count) -> made { return {[=] { plain::sigmoids<T>(z, x, count); }}; },
    .softmax = [](in<T> X, out<T> Y, int batch, int columns) -> made {
      return {[=] { plain::softmax<T>(Y, X, batch, columns); }};
    },
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
      return {[=] { plain::loss_and_sums<T>(results, x, t, count, log_of_1_plus); }};
    },
};

peers::registered const libmvec(peer<float>, peer<double>);

}  // namespace
