// SPDX-License-Identifier: BSL-1.0
// From a drawn table to a formula of the library, and its evaluation as the table asks for.
#pragma once

#include <tuple>
#include <utility>

#include <oneloop/oneloop.hpp>

#include "environment.hpp"

namespace formulas {

template <element E>
struct element_type {
  using type = float;
};
template <>
struct element_type<element::f64> {
  using type = double;
};
template <>
struct element_type<element::i32> {
  using type = std::int32_t;
};
template <>
struct element_type<element::mask> {
  using type = bool;
};

template <std::uint64_t Seed, element Base>
struct drawn {
  static constexpr program formula = draw(Seed, Base);
};
template <std::uint64_t Seed>
struct drawn_smooth {
  static constexpr program formula = draw_smooth(Seed);
};

template <char... Name>
inline constexpr oneloop::fixed_string<sizeof...(Name) + 1> text_of{{Name..., '\0'}};

template <int Symbol, int Extent, bool Named>
constexpr auto spell() {
  if constexpr (Named && Extent > 0)
    return oneloop::dim<text_of<static_cast<char>('i' + Symbol)>, Extent>;
  else if constexpr (Named)
    return oneloop::dim<text_of<static_cast<char>('i' + Symbol)>>;
  else if constexpr (Extent > 0)
    return Extent;
  else
    return oneloop::dyn;
}
template <class Source, bool Static, int Symbol, bool Named>
inline constexpr auto spelled = spell<Symbol, (Static ? Source::formula.extents[Symbol] : 0), Named>();

// ---- operands

template <class Source, int K>
inline constexpr operand operand_of = K < 0 ? Source::formula.target : Source::formula.operands[K < 0 ? 0 : K];

template <class Source, int K>
struct array {
  static constexpr operand what = operand_of<Source, K>;
  static constexpr int rank = what.extents.rank;
  using T = typename element_type<what.type>::type;
  static constexpr bool borrowed = what.where == layout::view || what.where == layout::strided;
  static constexpr bool written = K < 0 || K == Source::formula.target_operand;

  template <int... I>
  static auto owner(std::integer_sequence<int, I...>) {
    if constexpr (what.where == layout::columns)
      return std::type_identity<oneloop::tensor<
          T,
          spelled<Source, what.extents.axes[I].is_static, what.extents.axes[I].symbol, what.extents.axes[I].named>...,
          oneloop::column_major>>{};
    else
      return std::type_identity<
          oneloop::tensor<T, spelled<Source, what.extents.axes[I].is_static, what.extents.axes[I].symbol,
                                     what.extents.axes[I].named>...>>{};
  }
  template <int... I>
  static auto borrower(std::integer_sequence<int, I...>) {
    using E = std::conditional_t<written, T, T const>;
    if constexpr (what.where == layout::strided)
      return std::type_identity<oneloop::view<
          E,
          spelled<Source, what.extents.axes[I].is_static, what.extents.axes[I].symbol, what.extents.axes[I].named>...,
          oneloop::strided>>{};
    else
      return std::type_identity<
          oneloop::view<E, spelled<Source, what.extents.axes[I].is_static, what.extents.axes[I].symbol,
                                   what.extents.axes[I].named>...>>{};
  }
  template <int... I>
  static constexpr auto variable(std::integer_sequence<int, I...>) {
    return oneloop::var<
        text_of<static_cast<char>('A' + K)>,
        spelled<Source, what.extents.axes[I].is_static, what.extents.axes[I].symbol, what.extents.axes[I].named>...>;
  }
  using axes = std::make_integer_sequence<int, rank>;

  static auto make(environment& env) {
    oneloop::index_list<rank> extents;
    for (int i = 0; i < rank; ++i) extents[i] = env.extent(what.extents.axes[i].symbol);
    if constexpr (borrowed) {
      using view = typename decltype(borrower(axes{}))::type;
      T* const data = static_cast<T*>(env.lay(K));
      oneloop::index_list<rank> strides;
      for (int i = 0; i < rank; ++i) strides[i] = env.strides(K)[static_cast<std::size_t>(i)];
      return view::make(data, extents, strides);
    } else {
      typename decltype(owner(axes{}))::type result;
      if constexpr (decltype(result)::dynamics > 0) result.resize(extents);
      auto const strides = result.strides();
      env.fill(K, result.data(), strides.value);
      if constexpr (what.where == layout::panels)
        return oneloop::pack(result);
      else
        return result;
    }
  }
};

template <class Source, class Indices>
struct arrays;
template <class Source, int... K>
struct arrays<Source, std::integer_sequence<int, K...>> {
  std::tuple<decltype(array<Source, K>::make(std::declval<environment&>()))...> all;
  explicit arrays(environment& env) : all{array<Source, K>::make(env)...} {}

  template <int I>
  auto node() const {
    auto const& one = std::get<I>(all);
    if constexpr (array<Source, I>::what.where == layout::moved)
      return oneloop::as_formula(std::remove_cvref_t<decltype(one)>(one));
    else
      return oneloop::as_formula(one);
  }
};
template <class Source>
using operands_of = arrays<Source, std::make_integer_sequence<int, Source::formula.operand_count>>;

/// In the place of data: variables of the same shapes.
template <class Source>
struct variables_of {
  template <int I>
  constexpr auto node() const {
    return array<Source, I>::variable(typename array<Source, I>::axes{});
  }
};

// ---- operations, a line each

template <kind>
inline constexpr int code = 0;  // unknown

#define FORMULAS_UNARY(name, written) \
  template <>                         \
  inline constexpr auto code<kind::name> = [](auto const& a) { return written; };
#define FORMULAS_BINARY(name, written) \
  template <>                          \
  inline constexpr auto code<kind::name> = [](auto const& a, auto const& b) { return written; };
#define FORMULAS_TERNARY(name, written) \
  template <>                           \
  inline constexpr auto code<kind::name> = [](auto const& a, auto const& b, auto const& c) { return written; };
#define FORMULAS_ALONG(name)                                             \
  template <>                                                            \
  inline constexpr auto code<kind::name> = []<int Axis>(auto const& a) { \
    if constexpr (Axis == whole)                                         \
      return oneloop::name(a);                                           \
    else                                                                 \
      return oneloop::name<Axis>(a);                                     \
  };
FORMULAS_UNARY(negate, -a)
FORMULAS_UNARY(abs, oneloop::abs(a))
FORMULAS_UNARY(sign, oneloop::sign(a))
FORMULAS_UNARY(exp, oneloop::exp(a))
FORMULAS_UNARY(exp2, oneloop::exp2(a))
FORMULAS_UNARY(expm1, oneloop::expm1(a))
FORMULAS_UNARY(log, oneloop::log(a))
FORMULAS_UNARY(log1p, oneloop::log1p(a))
FORMULAS_UNARY(log2, oneloop::log2(a))
FORMULAS_UNARY(log10, oneloop::log10(a))
FORMULAS_UNARY(sqrt, oneloop::sqrt(a))
FORMULAS_UNARY(rsqrt, oneloop::rsqrt(a))
FORMULAS_UNARY(cbrt, oneloop::cbrt(a))
FORMULAS_UNARY(square, oneloop::square(a))
FORMULAS_UNARY(sin, oneloop::sin(a))
FORMULAS_UNARY(cos, oneloop::cos(a))
FORMULAS_UNARY(tan, oneloop::tan(a))
FORMULAS_UNARY(asin, oneloop::asin(a))
FORMULAS_UNARY(acos, oneloop::acos(a))
FORMULAS_UNARY(atan, oneloop::atan(a))
FORMULAS_UNARY(sinh, oneloop::sinh(a))
FORMULAS_UNARY(cosh, oneloop::cosh(a))
FORMULAS_UNARY(tanh, oneloop::tanh(a))
FORMULAS_UNARY(erf, oneloop::erf(a))
FORMULAS_UNARY(floor, oneloop::floor(a))
FORMULAS_UNARY(ceil, oneloop::ceil(a))
FORMULAS_UNARY(round, oneloop::round(a))
FORMULAS_UNARY(trunc, oneloop::trunc(a))
FORMULAS_UNARY(sigmoid, oneloop::sigmoid(a))
FORMULAS_UNARY(stable_sigmoid, oneloop::stable_sigmoid(a))
FORMULAS_UNARY(logistic_density, oneloop::logistic_density(a))
FORMULAS_UNARY(log_sigmoid, oneloop::log_sigmoid(a))
FORMULAS_UNARY(softplus, oneloop::softplus(a))
FORMULAS_UNARY(logit, oneloop::logit(a))
FORMULAS_UNARY(relu, oneloop::relu(a))
FORMULAS_UNARY(selu, oneloop::selu(a))
FORMULAS_UNARY(gelu, oneloop::gelu(a))
FORMULAS_UNARY(silu, oneloop::silu(a))
FORMULAS_UNARY(mish, oneloop::mish(a))
FORMULAS_UNARY(hard_sigmoid, oneloop::hard_sigmoid(a))
FORMULAS_UNARY(hard_swish, oneloop::hard_swish(a))
FORMULAS_UNARY(logical_not, !a)
FORMULAS_UNARY(isnan, oneloop::isnan(a))
FORMULAS_UNARY(isinf, oneloop::isinf(a))
FORMULAS_UNARY(isfinite, oneloop::isfinite(a))
FORMULAS_UNARY(to_float, oneloop::cast<float>(a))
FORMULAS_UNARY(to_double, oneloop::cast<double>(a))
FORMULAS_UNARY(to_int, oneloop::cast<std::int32_t>(a))
FORMULAS_UNARY(to_mask, oneloop::cast<bool>(a))
FORMULAS_BINARY(leaky_relu, oneloop::leaky_relu(a, b))
FORMULAS_BINARY(elu, oneloop::elu(a, b))
FORMULAS_BINARY(celu, oneloop::celu(a, b))
FORMULAS_BINARY(plus, a + b)
FORMULAS_BINARY(minus, a - b)
FORMULAS_BINARY(times, a* b)
FORMULAS_BINARY(hadamard, a % b)
FORMULAS_BINARY(divides, a / b)
FORMULAS_BINARY(minimum, oneloop::min(a, b))
FORMULAS_BINARY(maximum, oneloop::max(a, b))
FORMULAS_BINARY(pow, oneloop::pow(a, b))
FORMULAS_BINARY(hypot, oneloop::hypot(a, b))
FORMULAS_BINARY(atan2, oneloop::atan2(a, b))
FORMULAS_BINARY(mse, oneloop::mse(a, b))
FORMULAS_BINARY(bce, oneloop::bce(a, b))
FORMULAS_BINARY(bce_with_logits, oneloop::bce_with_logits(a, b))
FORMULAS_BINARY(expand_as, oneloop::expand_as(a, b))
FORMULAS_BINARY(less, a < b)
FORMULAS_BINARY(less_equal, a <= b)
FORMULAS_BINARY(greater, a > b)
FORMULAS_BINARY(greater_equal, a >= b)
FORMULAS_BINARY(equal, a == b)
FORMULAS_BINARY(not_equal, a != b)
FORMULAS_BINARY(logical_and, a&& b)
FORMULAS_BINARY(logical_or, a || b)
FORMULAS_TERNARY(fma, oneloop::fma(a, b, c))
FORMULAS_TERNARY(clamp, oneloop::clamp(a, b, c))
FORMULAS_TERNARY(where, oneloop::where(a, b, c))
FORMULAS_UNARY(transpose, oneloop::transpose(a))
FORMULAS_ALONG(sum)
FORMULAS_ALONG(mean)
FORMULAS_ALONG(prod)
FORMULAS_ALONG(min)
FORMULAS_ALONG(max)
FORMULAS_ALONG(argmin)
FORMULAS_ALONG(argmax)
FORMULAS_ALONG(norm)
FORMULAS_ALONG(logsumexp)
FORMULAS_ALONG(variance)
FORMULAS_ALONG(all)
FORMULAS_ALONG(any)
FORMULAS_ALONG(softmax)
FORMULAS_ALONG(log_softmax)
FORMULAS_BINARY(product, a* b)
FORMULAS_BINARY(dot, oneloop::dot(a, b))
FORMULAS_BINARY(outer, oneloop::outer(a, b))
FORMULAS_TERNARY(linear, oneloop::linear(a, b, c))
#undef FORMULAS_UNARY
#undef FORMULAS_BINARY
#undef FORMULAS_TERNARY
#undef FORMULAS_ALONG

template <class Source, shape S, class A>
constexpr auto repeated(A const& a) {
  return [&]<int... I>(std::integer_sequence<int, I...>) {
    return oneloop::broadcast<spelled<Source, S.axes[I].is_static, S.axes[I].symbol, S.axes[I].named>...>(a);
  }(std::make_integer_sequence<int, S.rank>{});
}

// ---- formulas

template <class Source, int N, class Operands>
constexpr auto build(Operands const& in) {
  constexpr node const& n = Source::formula.nodes[N];
  constexpr kind what = n.what;
  if constexpr (what == kind::operand) {
    return in.template node<n.index>();
  } else if constexpr (what == kind::number) {
    if constexpr (n.type == element::i32)
      return oneloop::as_formula(whole_numbers[n.index]);
    else
      return oneloop::as_formula(numbers[n.index]);
  } else if constexpr (what == kind::constant) {
    if constexpr (n.type == element::i32) {
      return oneloop::constant<whole_numbers[n.index], 1>{};
    } else {
      constexpr long long eighths = static_cast<long long>(numbers[n.index] * 8);
      constexpr long long divisor = oneloop::op::common_divisor<eighths, 8>;
      constexpr long long sign = divisor < 0 ? -1 : 1;
      return oneloop::constant<sign * eighths / divisor, sign * 8 / divisor>{};
    }
  } else if constexpr (what == kind::broadcast) {
    return repeated<Source, n.extents>(build<Source, n.children[0]>(in));
  } else if constexpr (is_reduction(what) || what == kind::softmax || what == kind::log_softmax) {
    return code<what>.template operator()<n.index>(build<Source, n.children[0]>(in));
  } else if constexpr (n.arguments() == 1) {
    return code<what>(build<Source, n.children[0]>(in));
  } else if constexpr (n.arguments() == 2) {
    return code<what>(build<Source, n.children[0]>(in), build<Source, n.children[1]>(in));
  } else {
    return code<what>(build<Source, n.children[0]>(in), build<Source, n.children[1]>(in),
                      build<Source, n.children[2]>(in));
  }
}

template <element E, class R>
void store(environment& env, int index, R const& r) {
  using T = typename element_type<E>::type;
  if constexpr (requires { typename R::element; }) {
    static_assert(std::is_same_v<typename R::element, T>);
    auto const extents = r.extents();
    auto const strides = r.strides();
    env.store(index, E, R::rank, r.data(), extents.value, strides.value);
  } else {
    static_assert(std::is_same_v<R, T>);
    env.store(index, E, 0, &r, nullptr, nullptr);
  }
}

template <class Source, int... K>
auto bound(auto const& f, operands_of<Source> const& in, std::integer_sequence<int, K...>) {
  return f((variables_of<Source>{}.template node<K>() = std::get<K>(in.all))...);
}

template <class Source>
void run(environment& env) {
  constexpr program const& p = Source::formula;
  operands_of<Source> in(env);
  if constexpr (p.how == mode::variables) {
    constexpr auto f = build<Source, p.roots[0]>(variables_of<Source>{});
    store<p.root().type>(
        env, 0,
        oneloop::evaluate(bound<Source>(f, in, std::make_integer_sequence<int, Source::formula.operand_count>{})));
  } else {
    auto const f = build<Source, p.roots[0]>(in);
    constexpr element type = p.root().type;
    if constexpr (p.how == mode::evaluated && p.root_count == 1) {
      store<type>(env, 0, oneloop::evaluate(f));
    } else if constexpr (p.how == mode::evaluated && p.root_count == 2) {
      auto const r = oneloop::evaluate(f, build<Source, p.roots[1]>(in));
      store<type>(env, 0, std::get<0>(r));
      store<type>(env, 1, std::get<1>(r));
    } else if constexpr (p.how == mode::evaluated) {
      auto const r = oneloop::evaluate(f, build<Source, p.roots[1]>(in), build<Source, p.roots[2]>(in));
      store<type>(env, 0, std::get<0>(r));
      store<type>(env, 1, std::get<1>(r));
      store<type>(env, 2, std::get<2>(r));
    } else if constexpr (p.how == mode::threaded) {
      store<type>(env, 0, oneloop::evaluate(oneloop::par, f));
    } else if constexpr (p.how == mode::stabilised) {
      store<type>(env, 0, oneloop::evaluate(oneloop::stabilize(f)));
    } else if constexpr (p.how == mode::simplified) {
      store<type>(env, 0, oneloop::evaluate(oneloop::simplify(f)));
    } else {
      auto const assign = [&](auto& y) {
        auto&& to = [&]() -> decltype(auto) {
          if constexpr (p.how == mode::no_alias)
            return oneloop::noalias(y);
          else
            return (y);
        }();
        if constexpr (p.with == compound::none) to = f;
        if constexpr (p.with == compound::plus) to += f;
        if constexpr (p.with == compound::minus) to -= f;
        if constexpr (p.with == compound::times) to *= f;
        if constexpr (p.with == compound::divides) to /= f;
        store<type>(env, 0, y);
      };
      if constexpr (p.target_operand >= 0) {
        assign(std::get<p.target_operand>(in.all));
      } else {
        auto y = array<Source, -1>::make(env);
        assign(y);
      }
    }
  }
}

/// value_and_gradient by all operands: the value, then the derivatives in their order.
template <class Source>
void run_gradient(environment& env) {
  constexpr program const& p = Source::formula;
  operands_of<Source> in(env);
  constexpr auto f = build<Source, p.roots[0]>(variables_of<Source>{});
  [&]<int... K>(std::integer_sequence<int, K...> all) {
    constexpr auto both = oneloop::value_and_gradient(f, oneloop::wrt(variables_of<Source>{}.template node<K>()...));
    auto const result = oneloop::evaluate(bound<Source>(both, in, all));
    store<element::f64>(env, 0, std::get<0>(result));
    (store<element::f64>(env, K + 1, std::get<K>(std::get<1>(result))), ...);
  }(std::make_integer_sequence<int, Source::formula.operand_count>{});
}

template <element Base, std::uint64_t First, int Count>
unit entries() {
  return []<std::uint64_t... I>(std::integer_sequence<std::uint64_t, I...>) {
    return unit{{&drawn<First + I, Base>::formula, &run<drawn<First + I, Base>>}...};
  }(std::make_integer_sequence<std::uint64_t, Count>{});
}
template <std::uint64_t First, int Count>
unit drawn_gradients() {
  return []<std::uint64_t... I>(std::integer_sequence<std::uint64_t, I...>) {
    return unit{{&drawn_smooth<First + I>::formula, &run_gradient<drawn_smooth<First + I>>}...};
  }(std::make_integer_sequence<std::uint64_t, Count>{});
}

}  // namespace formulas
