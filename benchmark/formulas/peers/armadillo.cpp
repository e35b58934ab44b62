// SPDX-License-Identifier: BSL-1.0
// Armadillo, its products by OpenBLAS. It is column-major: row-major weights are its transposed matrix.
#include "peers.hpp"

#define ARMA_DONT_USE_WRAPPER
#define ARMA_DONT_USE_OPENMP
#define ARMA_NO_DEBUG
#include <armadillo>

namespace {

auto vector(peers::in p, long count) { return arma::fvec(const_cast<float*>(p), arma::uword(count), false, true); }
auto matrix(peers::in p, int rows, int columns) {
  return arma::fmat(const_cast<float*>(p), arma::uword(rows), arma::uword(columns), false, true);
}

peers::registered const armadillo({
    .name = "Armadillo",
    .axpy = [](float const* a, peers::in x, peers::in y, peers::out z, long count) -> peers::made {
      return {[a, x, y, z, count] {
        arma::fvec const ax = vector(x, count), ay = vector(y, count);
        arma::fvec az = vector(z, count);
        az = *a * ax + ay;
      }};
    },
    .sigmoid = [](peers::in x, peers::out z, long count) -> peers::made {
      return {[x, z, count] {
        arma::fvec const ax = vector(x, count);
        arma::fvec az = vector(z, count);
        az = 1 / (1 + arma::exp(-ax));
      }};
    },
    .layer = [](peers::in W, peers::in x, peers::in b, peers::out y, int rows, int columns) -> peers::made {
      return {[W, x, b, y, rows, columns] {
        arma::fmat const aW = matrix(W, columns, rows);
        arma::fvec const ax = vector(x, columns), ab = vector(b, rows);
        arma::fvec ay = vector(y, rows);
        ay = aW.t() * ax;
        ay = 1 / (1 + arma::exp(-(ay + ab)));
      }};
    },
    .linear = [](peers::in X, peers::in W, peers::in b, peers::out Y, int batch, int outputs, int inputs) -> peers::made {
      return {[=] {
        arma::fmat const aX = matrix(X, inputs, batch), aW = matrix(W, inputs, outputs);
        arma::fvec const ab = vector(b, outputs);
        arma::fmat aY = matrix(Y, outputs, batch);
        aY = aW.t() * aX;
        aY.each_col() += ab;
        aY = 1 / (1 + arma::exp(-aY));
      }};
    },
});

}  // namespace
