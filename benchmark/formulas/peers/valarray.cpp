// SPDX-License-Identifier: BSL-1.0
// std::valarray, which owns what it computes with: copies of the rows' arrays.
#include "peers.hpp"

#include <algorithm>
#include <memory>
#include <valarray>

namespace {

struct arrays {
  std::valarray<float> x, y, z;
};

peers::made over(float const* x, float const* y, float* z, long count, auto compute) {
  auto const kept = std::make_shared<arrays>(arrays{{x, std::size_t(count)}, {y, std::size_t(count)},
                                                    std::valarray<float>(std::size_t(count))});
  return {[kept, compute] { compute(*kept); }, [kept, z] { std::copy(begin(kept->z), end(kept->z), z); }};
}

peers::registered const valarray({
    .name = "valarray",
    .axpy = [](float const* a, peers::in x, peers::in y, peers::out z, long count) -> peers::made {
      return over(x, y, z, count, [a](arrays& my) { my.z = *a * my.x + my.y; });
    },
    .sigmoid = [](peers::in x, peers::out z, long count) -> peers::made {
      return over(x, x, z, count, [](arrays& my) { my.z = 1.0f / (1.0f + std::exp(-my.x)); });
    },
});

}  // namespace
