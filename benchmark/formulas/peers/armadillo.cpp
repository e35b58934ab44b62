// SPDX-License-Identifier: BSL-1.0
// Armadillo, its products by OpenBLAS. It is column-major: row-major weights are its transposed matrix.
#include "peers.hpp"

#define ARMA_DONT_USE_WRAPPER
#define ARMA_DONT_USE_OPENMP
#define ARMA_NO_DEBUG
#include <armadillo>

namespace {

using peers::in;
using peers::made;
using peers::out;

template <class T>
arma::Col<T> vector(in<T> p, long count) {
  return {const_cast<T*>(p), arma::uword(count), false, true};
}
template <class T>
arma::Mat<T> matrix(in<T> p, int rows, int columns) {
  return {const_cast<T*>(p), arma::uword(rows), arma::uword(columns), false, true};
}

template <class T>
peers::peer<T> const peer{
    .name = "Armadillo",
    .axpy = [](in<T> a, in<T> x, in<T> y, out<T> z, long count) -> made {
      return {[=] {
        auto const ax = vector<T>(x, count), ay = vector<T>(y, count);
        auto az = vector<T>(z, count);
        az = *a * ax + ay;
      }};
    },
    .chain_of_4 = [](in<T> a, in<T> x, in<T> b, in<T> y, in<T> c, out<T> z, long count) -> made {
      return {[=] {
        auto const ax = vector<T>(x, count), ay = vector<T>(y, count);
        auto az = vector<T>(z, count);
        az = *a * ax + *b * ay - *c;
      }};
    },
    .chain_of_8 = [](in<T> a, in<T> x, in<T> b, in<T> y, in<T> u, in<T> v, out<T> z, long count) -> made {
      return {[=] {
        auto const ax = vector<T>(x, count), ay = vector<T>(y, count), au = vector<T>(u, count),
                   av = vector<T>(v, count);
        auto az = vector<T>(z, count);
        az = (*a * ax + ay) % (ax - *b * au) + arma::abs(av - ax) % ay;
      }};
    },
    .sigmoid = [](in<T> x, out<T> z, long count) -> made {
      return {[=] {
        auto const ax = vector<T>(x, count);
        auto az = vector<T>(z, count);
        az = 1 / (1 + arma::exp(-ax));
      }};
    },
    .layer = [](in<T> W, in<T> x, in<T> b, out<T> y, int rows, int columns) -> made {
      return {[=] {
        auto const aW = matrix<T>(W, columns, rows);
        auto const ax = vector<T>(x, columns), ab = vector<T>(b, rows);
        auto ay = vector<T>(y, rows);
        ay = aW.t() * ax;
        ay = 1 / (1 + arma::exp(-(ay + ab)));
      }};
    },
    .linear = [](in<T> X, in<T> W, in<T> b, out<T> Y, int batch, int outputs, int inputs) -> made {
      return {[=] {
        auto const aX = matrix<T>(X, inputs, batch), aW = matrix<T>(W, inputs, outputs);
        auto const ab = vector<T>(b, outputs);
        auto aY = matrix<T>(Y, outputs, batch);
        aY = aW.t() * aX;
        aY.each_col() += ab;
        aY = 1 / (1 + arma::exp(-aY));
      }};
    },
    .lstm = [](peers::lstm_gates<T> gates, in<T> x, in<T> h, in<T> c, out<T> next_h, out<T> next_c, int units) -> made {
      return {[=] {
        auto const ax = vector<T>(x, units), ah = vector<T>(h, units), ac = vector<T>(c, units);
        auto const sum = [&](int g) {
          return arma::Col<T>(matrix<T>(gates.W[g], units, units).t() * ax +
                              matrix<T>(gates.U[g], units, units).t() * ah + vector<T>(gates.b[g], units));
        };
        auto const gate = [&](int g) { return arma::Col<T>(1 / (1 + arma::exp(-sum(g)))); };
        arma::Col<T> const i = gate(0), f = gate(1), o = gate(2), g = sum(3);
        auto new_c = vector<T>(next_c, units), new_h = vector<T>(next_h, units);
        new_c = f % ac + i % arma::tanh(g);
        new_h = o % arma::tanh(new_c);
      }};
    },
};

peers::registered const armadillo(peer<float>, peer<double>);

}  // namespace
