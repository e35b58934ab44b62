// SPDX-License-Identifier: BSL-1.0
// xtensor with xsimd. Products need another library (xtensor-blas), so there are none here.
#include "peers.hpp"

#define XTENSOR_USE_XSIMD
#include <xtensor/xadapt.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>

namespace {

using peers::in;
using peers::made;
using peers::out;

auto array(auto* p, long count) {
  return xt::adapt(p, std::size_t(count), xt::no_ownership(), std::array<std::size_t, 1>{std::size_t(count)});
}

template <class T>
peers::peer<T> const peer{
    .name = "xtensor",
    .axpy = [](in<T> a, in<T> x, in<T> y, out<T> z, long count) -> made {
      return {[a, ax = array(x, count), ay = array(y, count), az = array(z, count)]() mutable {
        xt::noalias(az) = *a * ax + ay;
      }};
    },
    .chain_of_4 = [](in<T> a, in<T> x, in<T> b, in<T> y, in<T> c, out<T> z, long count) -> made {
      return {[a, b, c, ax = array(x, count), ay = array(y, count), az = array(z, count)]() mutable {
        xt::noalias(az) = *a * ax + *b * ay - *c;
      }};
    },
    .chain_of_8 = [](in<T> a, in<T> x, in<T> b, in<T> y, in<T> u, in<T> v, out<T> z, long count) -> made {
      return {[a, b, ax = array(x, count), ay = array(y, count), au = array(u, count), av = array(v, count),
               az = array(z, count)]() mutable {
        xt::noalias(az) = (*a * ax + ay) * (ax - *b * au) + xt::abs(av - ax) * ay;
      }};
    },
    .sigmoid = [](in<T> x, out<T> z, long count) -> made {
      return {
          [ax = array(x, count), az = array(z, count)]() mutable { xt::noalias(az) = T(1) / (T(1) + xt::exp(-ax)); }};
    },
};

peers::registered const xtensor(peer<float>, peer<double>);

}  // namespace
