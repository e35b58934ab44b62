// SPDX-License-Identifier: BSL-1.0
// The rows, for the unit of one element type.
#pragma once

#include <algorithm>
#include <array>
#include <boost/hana/for_each.hpp>
#include <oneloop/oneloop.hpp>
#include <random>
#include <string>

#include "../table.hpp"
#include "peers.hpp"
#include "rows.hpp"

namespace functions {

/// 4 KiB: three arguments and a result leave room in the first cache.
template <class T>
inline constexpr int count = static_cast<int>(4096 / sizeof(T));
template <class T>
using array = tensor<T, count<T>>;

template <class T>
struct arrays {
  array<T> in[3], out;
};
/// Numbers of the operation's domain that are no larger than 4.
template <class T, class Op>
arrays<T>& arguments_of() {
  static arrays<T> all;
  std::minstd_rand generator(1);
  constexpr op::interval domains[] = {op::domain_of<Op, 0>, op::domain_of<Op, 1>, op::domain_of<Op, 2>};
  for (int i = 0; i < 3; ++i) {
    std::uniform_real_distribution<T> numbers(T(std::max(domains[i].low, -4.0)), T(std::min(domains[i].high, 4.0)));
    for (T& x : all.in[i]) x = numbers(generator);
  }
  return all;
}

template <class Op>
concept of_numbers = Op::accepts != elements::boolean && !requires { typename Op::to; } && !requires {
  Op::yields_mask;
} && !requires { Op::mask_arguments; } && !requires { Op::shown_arguments; };

template <class T, class F, std::size_t... I>
[[gnu::noinline]] void loop(F f, T* __restrict out, array<T> const (&in)[3], std::index_sequence<I...>) {
  for (int i = 0; i < count<T>; ++i) out[i] = f(in[I].data()[i]...);
}

#ifdef ONELOOP_BENCHMARK_EIGEN
template <class T>
auto of(array<T>& x) {
  return Eigen::Map<Eigen::Array<T, count<T>, 1>, Eigen::Aligned64>(x.data());
}
#endif

/// The column that the others have to agree with: the kernel is compared with exact functions in test/accuracy.
inline constexpr char const* one_lane = "one lane";

template <class T>
table::row row_of(std::string formula, T* out, std::size_t size) {
  return {std::move(formula),
          std::to_string(count<T>) + (std::is_same_v<T, double> ? " double" : ""),
          std::span<T>(out, size),
          1e-5,
          {},
          0,
          1,
          one_lane};
}

template <class T, class Op>
void add_elementwise() {
  constexpr int arity = op::arity<Op>;
  constexpr auto all = std::make_index_sequence<arity>{};
  auto& a = arguments_of<T, Op>();
  constexpr auto formula = []<std::size_t... I>(std::index_sequence<I...>) {
    constexpr auto variables = hana::make_basic_tuple(var<"x", count<T>>, var<"y", count<T>>, var<"z", count<T>>);
    return elementwise<Op>(hana::at_c<I>(variables)...);
  }(all);
  auto row = row_of<T>(text(formula).c_str(), a.out.data(), std::size_t(count<T>));
  row.ways.push_back(table::fused([&a] {
    [&]<std::size_t... I>(std::index_sequence<I...>) { noalias(a.out) = elementwise<Op>(a.in[I]...); }(all);
  }));
  row.ways.push_back(table::make_way(one_lane, [&a] {
    using one = simd::array_pack<T, 1>;
    loop([](auto... x) { return Op::kernel(one(x)...).lane(0); }, a.out.data(), a.in, all);
  }));
  if constexpr (!std::is_null_pointer_v<std::remove_const_t<decltype(of_cmath<Op>)>>)
    row.ways.push_back(table::make_way("<cmath>", [&a] { loop(of_cmath<Op>, a.out.data(), a.in, all); }));
#ifdef ONELOOP_BENCHMARK_EIGEN
  if constexpr (!std::is_null_pointer_v<std::remove_const_t<decltype(of_eigen<Op>)>>)
    row.ways.push_back(table::eigen([&a] {
      [&]<std::size_t... I>(std::index_sequence<I...>) { of<T>(a.out) = of_eigen<Op>(of<T>(a.in[I])...); }(all);
    }));
#endif
  table::rows().push_back(std::move(row));
}

template <class T, class Op>
void add_reduction() {
  auto& a = arguments_of<T, Op>();
  constexpr auto formula = reduction<Op>(var<"x", count<T>>);
  if constexpr (std::is_same_v<typename Op::template result<T>, T>) {
    auto row = row_of<T>(text(formula).c_str(), a.out.data(), 1);
    row.ways.push_back(table::fused([&a] { a.out.data()[0] = evaluate(reduction<Op>(a.in[0])); }));
    row.ways.push_back(table::make_way(one_lane, [&a] {
      using one = simd::array_pack<T, 1>;
      auto state = Op::template start<one>();
      using position = simd::array_pack<op::index_element<one>, 1>;
      for (int i = 0; i < count<T>; ++i) state = Op::step(state, one(a.in[0].data()[i]), position(i));
      a.out.data()[0] = Op::finish(state, count<T>).lane(0);
    }));
#ifdef ONELOOP_BENCHMARK_EIGEN
    if constexpr (!std::is_null_pointer_v<std::remove_const_t<decltype(of_eigen<Op>)>>)
      row.ways.push_back(table::eigen([&a] { a.out.data()[0] = of_eigen<Op>(of<T>(a.in[0])); }));
#endif
    table::rows().push_back(std::move(row));
  }
}

template <class T>
void add_all() {
  hana::for_each(elementwise_operations, [](auto op) {
    if constexpr (of_numbers<decltype(op)>) add_elementwise<T, decltype(op)>();
  });
  hana::for_each(reduction_operations, [](auto op) {
    if constexpr (of_numbers<decltype(op)>) add_reduction<T, decltype(op)>();
  });
}

}  // namespace functions
