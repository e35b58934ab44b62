// SPDX-License-Identifier: BSL-1.0
// A small evaluator of formulas of numbers that is no part of the library, for derivatives of single operations: each
// kernel is compiled once, however many formulas use it.
#pragma once

#include <array>
#include <boost/hana/unpack.hpp>
#include <functional>
#include <oneloop/formula/operators.hpp>
#include <oneloop/op/registry.hpp>
#include <utility>

namespace numbers_only {

using namespace oneloop;
namespace hana = boost::hana;

using one = simd::array_pack<double, 1>;
using scalars = std::array<double, 3>;

// Not inlined: dozens of formulas contain it.
template <class Op, class... P>
[[gnu::noinline]] auto kernel(P... x) {
  return Op::kernel(x...);
}

template <class T>
struct evaluator;
template <class F>
auto value_of(F const& f, scalars const& at) {
  return evaluator<F>::of(f, at);
}
template <fixed_string Name, class Shape>
struct evaluator<var_t<Name, Shape>> {
  static one of(var_t<Name, Shape>, scalars const& at) { return one(at[Name.data[0] - 'a']); }
};
template <long long Numerator, long long Denominator>
struct evaluator<constant<Numerator, Denominator>> {
  static one of(constant<Numerator, Denominator>, scalars const&) {
    return one(constant<Numerator, Denominator>::template value<double>());
  }
};
template <class Op, class Shape, class... Args>
struct evaluator<applied<Op, Shape, Args...>> {
  static auto of(applied<Op, Shape, Args...> const& f, scalars const& at) {
    return hana::unpack(f.args, [&](auto const&... arg) { return kernel<Op>(value_of(arg, at)...); });
  }
};

template <class Op, int... I>
constexpr auto formula_of(std::integer_sequence<int, I...>) {
  constexpr auto variables = hana::make_basic_tuple(var<"a">, var<"b">, var<"c">);
  return elementwise<Op>(hana::at_c<I>(variables)...);
}
template <class Op>
constexpr auto formula_of() {
  return formula_of<Op>(std::make_integer_sequence<int, oneloop::op::arity<Op>>{});
}

double value_at(auto const& f, scalars const& at) { return value_of(f, at).lane(0); }

using function = std::function<double(scalars const&)>;

}  // namespace numbers_only
