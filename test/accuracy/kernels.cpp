// SPDX-License-Identifier: BSL-1.0
// Compiled once for each instruction set, and for AVX2 with the tables of AVX-512.
#include "kernels.hpp"

#include <boost/hana/for_each.hpp>
#include <oneloop/oneloop.hpp>
#include <oneloop/op/registry.hpp>
#include <xsimd/xsimd.hpp>

#include <type_traits>

namespace {

using namespace oneloop;
using namespace accuracy;

template <class Op, class P>
concept unary_over = requires(P x) {
  { Op::kernel(x) } -> std::same_as<P>;
};
template <class Op, class P>
concept binary_over = requires(P x) {
  { Op::kernel(x, x) } -> std::same_as<P>;
};

template <class Op, class T, int N>
void run(T const* a, T const* b, T* out, std::ptrdiff_t count) {
  using P = std::conditional_t<N == 1, simd::array_pack<T, 1>, simd::native_backend::pack<T, N>>;
  for (std::ptrdiff_t i = 0; i < count; i += N) {
    if constexpr (op::arity<Op> == 1)
      Op::kernel(P::load(a + i)).store(out + i);
    else
      Op::kernel(P::load(a + i), P::load(b + i)).store(out + i);
  }
}

template <class Op, class T>
std::vector<evaluator<T>> evaluators() {
  std::vector<evaluator<T>> all;
  auto const add = [&]<int N>(std::integral_constant<int, N>) {
    if constexpr (N == 1 || simd::has_native<T, N>) all.push_back({N, &run<Op, T, N>});
  };
  [&]<int... I>(std::integer_sequence<int, I...>) {
    (add(std::integral_constant<int, (16 >> I)>()), ...);
  }(std::make_integer_sequence<int, 5>());
  return all;
}

// The derivative as gradients take it: a formula.
template <class Op, class T>
void run_derivative(T const* a, T const*, T* out, std::ptrdiff_t count) {
  view<T const, dyn> const x(a, count);
  view<T, dyn> y(out, count);
  y = Op::derivative(elementwise<Op>(x), x);
}

template <class Op>
concept bounded_derivative = requires { Op::derivative_ulp; };

template <class Op>
constexpr bool is_listed = [] {
  using P = simd::array_pack<float, 1>;
  if constexpr (requires { typename Op::to; })
    return false;  // casts round as the language says
  else if constexpr (Op::accepts == elements::boolean)
    return false;
  else
    return unary_over<Op, P> || binary_over<Op, P>;
}();

#if defined(ACCURACY_BY_TABLE)
using list = list_functions_by_table;
#else
using list = list_functions;
#endif

}  // namespace

template <>
std::vector<function> list::operator()(xsimd::default_arch) const {
  std::vector<function> all;
  boost::hana::for_each(elementwise_operations, [&]<class Op>(Op) {
    if constexpr (is_listed<Op>) {
      std::string const name(std::string_view(Op::name.data, Op::name.size()));
      all.push_back({name, Op::ulp.f32, Op::ulp.f64, op::arity<Op>, evaluators<Op, float>(), evaluators<Op, double>()});
      if constexpr (bounded_derivative<Op>) {
        all.push_back({name + "'",
                       Op::derivative_ulp.f32,
                       Op::derivative_ulp.f64,
                       1,
                       {{simd::lanes<float>, &run_derivative<Op, float>}},
                       {{simd::lanes<double>, &run_derivative<Op, double>}}});
      }
    }
  });
  return all;
}
