// SPDX-License-Identifier: BSL-1.0
// xtensor with xsimd. Products need another library (xtensor-blas), so there are none here.
#include "peers.hpp"

#define XTENSOR_USE_XSIMD
#include <xtensor/xadapt.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>

namespace {

auto array(auto* p, long count) {
  return xt::adapt(p, std::size_t(count), xt::no_ownership(), std::array<std::size_t, 1>{std::size_t(count)});
}

peers::registered const xtensor({
    .name = "xtensor",
    .axpy = [](float const* a, peers::in x, peers::in y, peers::out z, long count) -> peers::made {
      return {[a, ax = array(x, count), ay = array(y, count), az = array(z, count)]() mutable {
        xt::noalias(az) = *a * ax + ay;
      }};
    },
    .sigmoid = [](peers::in x, peers::out z, long count) -> peers::made {
      return {[ax = array(x, count), az = array(z, count)]() mutable {
        xt::noalias(az) = 1.0f / (1.0f + xt::exp(-ax));
      }};
    },
});

}  // namespace
