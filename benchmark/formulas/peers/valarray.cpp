// SPDX-License-Identifier: BSL-1.0
// std::valarray, which owns what it computes with: copies of the rows' arrays.
#include "peers.hpp"

#include <algorithm>
#include <memory>
#include <valarray>

namespace {

using peers::in;
using peers::made;
using peers::out;

template <class T>
using arrays = std::vector<std::valarray<T>>;

/// compute(z, copies of the operands)
template <class T>
made over(out<T> z, long count, std::initializer_list<in<T>> operands, auto compute) {
  auto const kept = std::make_shared<arrays<T>>();
  for (in<T> const operand : operands) kept->emplace_back(operand, std::size_t(count));
  auto const result = std::make_shared<std::valarray<T>>(std::size_t(count));
  return {[=] { compute(*result, *kept); }, [=] { std::copy(begin(*result), end(*result), z); }};
}

template <class T>
peers::peer<T> const peer{
    .name = "valarray",
    .axpy = [](in<T> a, in<T> x, in<T> y, out<T> z, long count) -> made {
      return over<T>(z, count, {x, y}, [a](auto& result, auto const& of) { result = *a * of[0] + of[1]; });
    },
    .chain_of_4 = [](in<T> a, in<T> x, in<T> b, in<T> y, in<T> c, out<T> z, long count) -> made {
      return over<T>(z, count, {x, y}, [=](auto& result, auto const& of) { result = *a * of[0] + *b * of[1] - *c; });
    },
    .chain_of_8 = [](in<T> a, in<T> x, in<T> b, in<T> y, in<T> u, in<T> v, out<T> z, long count) -> made {
      return over<T>(z, count, {x, y, u, v}, [=](auto& result, auto const& of) {
        result = (*a * of[0] + of[1]) * (of[0] - *b * of[2]) + std::abs(of[3] - of[0]) * of[1];
      });
    },
    .sigmoid = [](in<T> x, out<T> z, long count) -> made {
      return over<T>(z, count, {x}, [](auto& result, auto const& of) { result = T(1) / (T(1) + std::exp(-of[0])); });
    },
};

peers::registered const valarray(peer<float>, peer<double>);

}  // namespace
