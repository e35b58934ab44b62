// SPDX-License-Identifier: BSL-1.0
// The operations below the formulas: kernels on packs, the laws of reductions, derivatives, the
// registry.
// options: -O0 -Wno-psabi
#include "scalars.hpp"

#include <algorithm>
#include <array>
#include <boost/hana/for_each.hpp>
#include <boost/hana/unpack.hpp>
#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <oneloop/formula/operators.hpp>
#include <oneloop/op/registry.hpp>
#include <oneloop/simd/pack.hpp>
#include <random>
#include <string>
#include <vector>

namespace {

namespace hana = boost::hana;
using namespace oneloop;
namespace math = oneloop::math;
using simd::array_pack;

template <class T>
using native = simd::native_backend::pack<T, (simd::lanes<T> > 1 ? simd::lanes<T> : 4)>;

using floating_packs = boost::mp11::mp_list<array_pack<float, 1>, array_pack<double, 1>, native<float>, native<double>>;
using integer_packs = boost::mp11::mp_list<array_pack<std::int32_t, 1>, native<std::int32_t>>;
using all_packs = boost::mp11::mp_list<array_pack<float, 1>, array_pack<double, 1>, native<float>, native<double>,
                                       array_pack<std::int32_t, 1>, native<std::int32_t>>;

template <class T>
constexpr T inf = std::numeric_limits<T>::infinity();
template <class T>
constexpr T quiet_nan = std::numeric_limits<T>::quiet_NaN();
template <class T>
constexpr T largest = std::numeric_limits<T>::max();
constexpr auto int_min = std::numeric_limits<std::int32_t>::min();
constexpr auto int_max = std::numeric_limits<std::int32_t>::max();

template <class Op>
concept casts = requires { typename Op::to; };
template <class Op>
concept yields_mask = requires { Op::yields_mask; };
template <class Op>
concept takes_mask = requires { Op::mask_arguments; };
template <class Op>
inline constexpr bool of_numbers =
    Op::accepts != elements::boolean && !casts<Op> && !yields_mask<Op> && !takes_mask<Op>;

// One value through all lanes, which must agree. One instantiation per operation and pack, because
// each has the whole kernel in it; not inlined, because the optimizer would fold in its own way.
template <class P, class Op, class... T>
[[gnu::noinline]] auto call_lanes(T... x) {
  auto const result = Op::kernel(P(x)...);
  for (int i = 1; i < P::size; ++i) {
    auto const a = result.lane(0), b = result.lane(i);
    if (!(a == b || (a != a && b != b))) BOOST_ERROR("lanes differ");
  }
  return result.lane(0);
}
template <class P, class Op, class... T>
auto call(T... x) {
  return call_lanes<P, Op>(static_cast<typename P::element>(x)...);
}

// BOOST_TEST for where templates would instantiate it hundreds of times.
void expect(bool holds, std::string const& what) { BOOST_TEST(holds, what); }

template <class T>
bool same(T a, T b) {
  return (a != a && b != b) || (a == b && std::signbit(a) == std::signbit(b));
}

template <class T>
double bound_for(math::ulp_bound ulp) {
  return sizeof(T) == 4 ? ulp.f32 : ulp.f64;
}

template <class T>
long double ulps(T value, long double reference) {
  if (value != value && reference != reference) return 0;
  T const rounded = static_cast<T>(reference);
  if (std::isinf(value) || std::isinf(rounded)) return value == rounded ? 0 : HUGE_VALL;
  int const digits = std::numeric_limits<T>::digits, lowest = std::numeric_limits<T>::min_exponent;
  int const exponent = reference == 0 ? lowest : std::max(std::ilogb(reference) + 1, lowest);
  return std::abs(value - reference) / std::ldexp(1.0L, exponent - digits);
}

// Dense around 0, the powers of two, and random representations.
template <class T>
std::vector<T> arguments() {
  std::vector<T> x;
  for (int i = -3000; i <= 3000; ++i) x.push_back(static_cast<T>(i * 0.0437));
  int const last = std::numeric_limits<T>::max_exponent;
  for (int e = -last - 20; e < last; e += 3)
    for (T m : {T(1), T(1.37)}) {
      x.push_back(std::ldexp(m, e));
      x.push_back(-std::ldexp(m, e));
    }
  std::mt19937_64 random(7);
  using bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  for (int i = 0; i < 3000; ++i) {
    T const value = __builtin_bit_cast(T, static_cast<bits>(random()));
    if (std::isfinite(value)) x.push_back(value);
  }
  return x;
}

template <class P, class Op, class Reference, class... Parameters>
void accurate(Reference reference, Parameters... parameters) {
  using T = typename P::element;
  long double worst = 0;
  T at = 0;
  for (T x : arguments<T>()) {
    long double const error =
        ulps(call<P, Op>(x, parameters...),
             reference(static_cast<long double>(x), static_cast<long double>(static_cast<T>(parameters))...));
    if (!(error <= worst)) worst = error, at = x;
  }
  BOOST_TEST_MESSAGE(std::string(Op::name) << ": " << worst << " ulp at " << at);
  BOOST_TEST(worst <= bound_for<T>(Op::ulp), std::string(Op::name) << ": " << worst << " ulp at " << at);
}

// What the reference loses itself: long double has the exponents, and log1p and expm1 the digits.
long double sigmoid_of(long double x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(op)

BOOST_AUTO_TEST_CASE_TEMPLATE(integers_never_trap, P, integer_packs) {
  BOOST_TEST((call<P, divides_t>(7, 0)) == 0);
  BOOST_TEST((call<P, divides_t>(int_min, -1)) == int_min);
  BOOST_TEST((call<P, divides_t>(int_max, -1)) == -int_max);
  BOOST_TEST((call<P, divides_t>(-7, 2)) == -3);
  BOOST_TEST((call<P, divides_t>(7, -2)) == -3);
  BOOST_TEST((call<P, plus_t>(int_max, 1)) == int_min);
  BOOST_TEST((call<P, minus_t>(int_min, 1)) == int_max);
  BOOST_TEST((call<P, times_t>(1 << 30, 4)) == 0);
  BOOST_TEST((call<P, negate_t>(int_min)) == int_min);
  BOOST_TEST((call<P, fma_t>(int_max, 2, 3)) == 1);
  BOOST_TEST((call<P, abs_t>(int_min)) == int_min);
  BOOST_TEST((call<P, abs_t>(-5)) == 5);
  BOOST_TEST((call<P, sign_t>(-5)) == -1);
  BOOST_TEST((call<P, sign_t>(0)) == 0);
  BOOST_TEST((call<P, sign_t>(int_max)) == 1);
  BOOST_TEST((call<P, square_t>(-5)) == 25);
  BOOST_TEST((call<P, relu_t>(-5)) == 0);
  BOOST_TEST((call<P, relu_t>(5)) == 5);
  BOOST_TEST((call<P, minimum_t>(-5, 3)) == -5);
  BOOST_TEST((call<P, maximum_t>(-5, 3)) == 3);
  BOOST_TEST((call<P, clamp_t>(9, -1, 4)) == 4);
  BOOST_TEST((call<P, clamp_t>(0, 4, -1)) == -1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(comparisons, P, all_packs) {
  auto const check = [](auto op, bool less, bool equal, bool greater) {
    using Op = decltype(op);
    BOOST_TEST((call<P, Op>(1, 2)) == less);
    BOOST_TEST((call<P, Op>(2, 2)) == equal);
    BOOST_TEST((call<P, Op>(2, 1)) == greater);
    static_assert(Op::yields_mask);
  };
  check(less_t{}, true, false, false);
  check(less_equal_t{}, true, true, false);
  check(greater_t{}, false, false, true);
  check(greater_equal_t{}, false, true, true);
  check(equal_t{}, false, true, false);
  check(not_equal_t{}, true, false, true);

  using Mask = typename P::mask;
  for (bool a : {false, true})
    for (bool b : {false, true}) {
      BOOST_TEST(logical_and_t::kernel(Mask(a), Mask(b)).lane(0) == (a && b));
      BOOST_TEST(logical_or_t::kernel(Mask(a), Mask(b)).lane(0) == (a || b));
      BOOST_TEST(logical_not_t::kernel(Mask(a)).lane(0) == !a);
      BOOST_TEST(equal_t::kernel(Mask(a), Mask(b)).lane(0) == (a == b));
      BOOST_TEST(not_equal_t::kernel(Mask(a), Mask(b)).lane(0) == (a != b));
      for (bool c : {false, true}) BOOST_TEST(where_t::kernel(Mask(c), Mask(a), Mask(b)).lane(0) == (c ? a : b));
    }
  BOOST_TEST(where_t::kernel(Mask(true), P(1), P(2)).lane(0) == 1);
  BOOST_TEST(where_t::kernel(Mask(false), P(1), P(2)).lane(0) == 2);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(comparisons_with_nan, P, floating_packs) {
  using T = typename P::element;
  for (T other : {T(1), inf<T>, quiet_nan<T>}) {
    BOOST_TEST(!(call<P, less_t>(quiet_nan<T>, other)));
    BOOST_TEST(!(call<P, less_equal_t>(quiet_nan<T>, other)));
    BOOST_TEST(!(call<P, greater_t>(quiet_nan<T>, other)));
    BOOST_TEST(!(call<P, greater_equal_t>(quiet_nan<T>, other)));
    BOOST_TEST(!(call<P, equal_t>(quiet_nan<T>, other)));
    BOOST_TEST((call<P, not_equal_t>(quiet_nan<T>, other)));
  }
  BOOST_TEST(where_t::kernel(typename P::mask(true), P(1), P(quiet_nan<T>)).lane(0) == 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(classification, P, all_packs) {
  using T = typename P::element;
  auto const check = [](T x, bool nan, bool infinite) {
    BOOST_TEST((call<P, isnan_t>(x)) == nan, x);
    BOOST_TEST((call<P, isinf_t>(x)) == infinite, x);
    BOOST_TEST((call<P, isfinite_t>(x)) == !(nan || infinite), x);
  };
  using limits = std::numeric_limits<T>;
  for (T finite : {T(0), T(-1), limits::min(), limits::max(), limits::lowest()}) check(finite, false, false);
  if constexpr (std::is_floating_point_v<T>) {
    check(T(-0.0), false, false);
    check(limits::denorm_min(), false, false);
    for (T sign : {T(1), T(-1)}) {
      check(sign * inf<T>, false, true);
      check(std::copysign(quiet_nan<T>, sign), true, false);
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(casts, P, all_packs) {
  using T = typename P::element;
  for (int x : {0, 1, -7, 100}) {
    BOOST_TEST((call<P, cast_t<float>>(x)) == static_cast<float>(x));
    BOOST_TEST((call<P, cast_t<double>>(x)) == static_cast<double>(x));
    BOOST_TEST((call<P, cast_t<std::int32_t>>(x)) == x);
    BOOST_TEST((call<P, cast_t<bool>>(x)) == (x != 0));
  }
  if constexpr (std::is_floating_point_v<T>) {
    BOOST_TEST((call<P, cast_t<std::int32_t>>(-2.75)) == -2);
    BOOST_TEST((call<P, cast_t<std::int32_t>>(quiet_nan<T>)) == int_min);
    BOOST_TEST((call<P, cast_t<std::int32_t>>(1e30)) == int_min);
    BOOST_TEST((call<P, cast_t<bool>>(quiet_nan<T>)));
    BOOST_TEST(same((call<P, cast_t<float>>(-0.0)), -0.0f));
  }
  static_assert(cast_t<float>::name == "cast<float>");
  static_assert(cast_t<std::int32_t>::name == "cast<int32_t>");
}

// NaN in, NaN out: whatever the operation is, in every argument that is no mask.
BOOST_AUTO_TEST_CASE_TEMPLATE(nan_propagates, P, floating_packs) {
  using T = typename P::element;
  hana::for_each(elementwise_operations, [](auto op) {
    using Op = decltype(op);
    if constexpr (of_numbers<Op>) {
      auto const is_nan = [](T result) { expect(std::isnan(result), std::string(Op::name)); };
      if constexpr (oneloop::op::arity<Op> == 1) {
        is_nan(call<P, Op>(quiet_nan<T>));
      } else if constexpr (std::is_same_v<Op, expand_as_t>) {
        is_nan(call<P, Op>(quiet_nan<T>, 0.5));
        BOOST_TEST((call<P, Op>(-0.5, quiet_nan<T>)) == -0.5);
      } else if constexpr (oneloop::op::arity<Op> == 2) {
        is_nan(call<P, Op>(quiet_nan<T>, 0.5));
        // the slope is not used for positive x
        is_nan(call<P, Op>(-0.5, quiet_nan<T>));
      } else if constexpr (std::is_same_v<Op, clamp_t>) {
        is_nan(call<P, Op>(quiet_nan<T>, -1, 1));
        BOOST_TEST((call<P, Op>(3, quiet_nan<T>, 1)) == 1);
        BOOST_TEST((call<P, Op>(3, -1, quiet_nan<T>)) == 3);
      } else {
        is_nan(call<P, Op>(quiet_nan<T>, 0.5, 0.25));
        is_nan(call<P, Op>(0.5, quiet_nan<T>, 0.25));
        is_nan(call<P, Op>(0.5, 0.25, quiet_nan<T>));
      }
    }
  });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(special_values, P, floating_packs) {
  using T = typename P::element;
  auto const gives = [](auto op, T x, T expected) {
    using Op = decltype(op);
    T const result = call<P, Op>(x);
    expect(same(result, expected), std::string(Op::name) + "(" + std::to_string(x) + ") is " + std::to_string(result) +
                                       ", not " + std::to_string(expected));
  };
  gives(abs_t{}, T(-0.0), T(0));
  gives(abs_t{}, -inf<T>, inf<T>);
  gives(sign_t{}, T(-0.0), T(-0.0));
  gives(sign_t{}, -inf<T>, T(-1));
  gives(sign_t{}, std::numeric_limits<T>::denorm_min(), T(1));
  gives(relu_t{}, T(-0.0), T(-0.0));
  gives(relu_t{}, T(0), T(0));
  gives(relu_t{}, -inf<T>, T(0));
  gives(relu_t{}, inf<T>, inf<T>);
  gives(round_t{}, T(2.5), T(2));
  gives(round_t{}, T(-0.5), T(-0.0));
  gives(ceil_t{}, T(-0.5), T(-0.0));
  gives(floor_t{}, T(-0.5), T(-1));

  for (T zero : {T(0), T(-0.0)}) {
    gives(selu_t{}, zero, zero);
    gives(silu_t{}, zero, zero);
    gives(mish_t{}, zero, zero);
    gives(gelu_t{}, zero, zero);
    gives(hard_swish_t{}, zero, zero);
    gives(hard_sigmoid_t{}, zero, T(0.5));
    BOOST_TEST(same(T(call<P, elu_t>(zero, 1)), zero));
    BOOST_TEST(same(T(call<P, celu_t>(zero, 1)), zero));
    BOOST_TEST(same(T(call<P, leaky_relu_t>(zero, 0.01)), T(zero * T(0.01))));
  }
  for (T low : {-inf<T>, -largest<T>}) {
    gives(silu_t{}, low, T(-0.0));
    gives(mish_t{}, low, T(-0.0));
    gives(gelu_t{}, low, T(-0.0));
    gives(hard_swish_t{}, low, T(-0.0));
    gives(hard_sigmoid_t{}, low, T(0));
    gives(selu_t{}, low, static_cast<T>(-selu_t::scaled_alpha));
    BOOST_TEST((call<P, elu_t>(low, 2)) == -2);
    BOOST_TEST((call<P, celu_t>(low, 2)) == -2);
    BOOST_TEST((call<P, leaky_relu_t>(low, 0.25)) == low / 4);
  }
  for (T high : {inf<T>, largest<T>}) {
    gives(silu_t{}, high, high);
    gives(mish_t{}, high, high);
    gives(gelu_t{}, high, high);
    gives(hard_swish_t{}, high, high);
    gives(hard_sigmoid_t{}, high, T(1));
    BOOST_TEST((call<P, elu_t>(high, 2)) == high);
    BOOST_TEST((call<P, celu_t>(high, 2)) == high);
    BOOST_TEST((call<P, leaky_relu_t>(high, 0.25)) == high);
  }
  gives(selu_t{}, inf<T>, inf<T>);
}

// Against the definitions in PyTorch's manual, in long double.
BOOST_AUTO_TEST_CASE_TEMPLATE(activations, P, floating_packs) {
  using L = long double;
  accurate<P, relu_t>([](L x) { return x > 0 ? x : 0; });
  accurate<P, leaky_relu_t>([](L x, L slope) { return x > 0 ? x : slope * x; }, 0.01);
  accurate<P, elu_t>([](L x, L alpha) { return x > 0 ? x : alpha * std::expm1(x); }, 1);
  accurate<P, elu_t>([](L x, L alpha) { return x > 0 ? x : alpha * std::expm1(x); }, 1.7);
  accurate<P, selu_t>([](L x) {
    L const alpha = 1.6732632423543772848170429916717L, scale = 1.0507009873554804934193349852946L;
    return scale * (x > 0 ? x : alpha * std::expm1(x));
  });
  accurate<P, celu_t>([](L x, L alpha) { return x > 0 ? x : alpha * std::expm1(x / alpha); }, 1);
  accurate<P, celu_t>([](L x, L alpha) { return x > 0 ? x : alpha * std::expm1(x / alpha); }, 2);
  accurate<P, gelu_t>([](L x) { return x * std::erfc(-x * std::sqrt(0.5L)) / 2; });
  accurate<P, silu_t>([](L x) { return x * sigmoid_of(x); });
  accurate<P, mish_t>([](L x) {
    L const e = std::exp(-std::abs(x));
    return x < 0 ? x * e * (e + 2) / (e * (e + 2) + 2) : x * std::tanh(x + std::log1p(e));
  });
  accurate<P, hard_sigmoid_t>([](L x) { return std::min(std::max(x + 3, 0.0L), 6.0L) / 6; });
  accurate<P, hard_swish_t>([](L x) { return x * std::min(std::max(x + 3, 0.0L), 6.0L) / 6; });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(losses, P, floating_packs) {
  using T = typename P::element;
  using L = long double;
  for (T t : {T(0), T(0.25), T(1)}) {
    accurate<P, mse_t>([](L a, L b) { return (a - b) * (a - b); }, t);
    accurate<P, bce_with_logits_t>(
        [](L x, L target) {
          L const unsure = std::log1p(std::exp(-std::abs(x)));
          return std::abs(x) * (x < 0 ? target : 1 - target) + unsure;
        },
        t);
    for (T p = 0; p <= 1; p += T(1) / 64) {
      L const l = p, hit = std::max(-100.0L, std::log(l)), miss = std::max(-100.0L, std::log1p(-l));
      BOOST_TEST(ulps(call<P, bce_t>(p, t), -(t * hit + (1 - L(t)) * miss)) <= bound_for<T>(bce_t::ulp));
    }
  }
  BOOST_TEST((call<P, bce_t>(0, 1)) == 100);
  BOOST_TEST((call<P, bce_t>(1, 0)) == 100);
  BOOST_TEST((call<P, bce_t>(0, 0)) == 0);
  BOOST_TEST((call<P, bce_t>(1, 1)) == 0);
  BOOST_TEST((call<P, bce_with_logits_t>(inf<T>, 1)) == 0);
  BOOST_TEST((call<P, bce_with_logits_t>(-inf<T>, 0)) == 0);
  BOOST_TEST((call<P, bce_with_logits_t>(inf<T>, 0)) == inf<T>);
  BOOST_TEST((call<P, bce_with_logits_t>(-inf<T>, 1)) == inf<T>);
  BOOST_TEST((call<P, bce_with_logits_t>(inf<T>, 0.5)) == inf<T>);
  BOOST_TEST((call<P, bce_with_logits_t>(-1000, 0)) == 0);
  BOOST_TEST((call<P, bce_with_logits_t>(1000, 0)) == 1000);
}

// ---- reductions

namespace {

template <class P>
using indices = typename P::template rebind<oneloop::op::index_element<P>>;

// The lanes of `x[begin, end)`, packs from the front, and a partial one that is kept out by select.
template <class P, class Op, class T>
auto partial(std::vector<T> const& x, std::size_t begin, std::size_t end) {
  auto s = Op::template start<P>();
  using I = indices<P>;
  for (std::size_t i = begin; i < end; i += P::size) {
    int const rest = static_cast<int>(end - i);
    auto const stepped =
        Op::step(s, P::load_partial(x.data() + i, rest, T(77)), I::iota(static_cast<typename I::element>(i)));
    s = select(P::mask::first_n(rest), stepped, s);
  }
  auto lanes = s.lane(0);
  for (int i = 1; i < P::size; ++i) lanes = Op::merge(lanes, s.lane(i));
  return lanes;
}

template <class P, class Op, class T>
auto reduce_all(std::vector<T> const& x) {
  return Op::finish(partial<P, Op>(x, 0, x.size()), static_cast<index_t>(x.size())).lane(0);
}

template <class T>
void near(T a, T b, std::string const& what) {
  bool const close = same(a, b) || a == b || std::abs(a - b) <= 64 * std::numeric_limits<T>::epsilon() * std::abs(a);
  BOOST_TEST(close, what << ": " << a << " and " << b);
}

template <class T>
std::vector<T> sample(std::size_t n) {
  std::mt19937 random(static_cast<unsigned>(n) + 1);
  std::vector<T> x(n);
  for (T& value : x)
    if constexpr (std::is_floating_point_v<T>)
      value = static_cast<T>(random() % 4001) / 1000 - T(1.5);
    else
      value = static_cast<T>(random() % 41) - 20;
  return x;
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(merging, P, all_packs) {
  using T = typename P::element;
  hana::for_each(reduction_operations, [](auto op) {
    using Op = decltype(op);
    if constexpr (Op::accepts != elements::floating || std::is_floating_point_v<T>) {
      for (std::size_t n : {0u, 1u, 2u, 3u, 7u, 8u, 15u, 16u, 17u, 31u, 100u}) {
        auto x = sample<T>(n);
        if constexpr (requires { Op::of_masks; })
          for (T& value : x) value = value > -1;
        auto const finish = [&](auto s) { return Op::finish(s, static_cast<index_t>(n)).lane(0); };
        auto const whole = reduce_all<P, Op>(x);
        std::string const what = std::string(Op::name) + " of " + std::to_string(n);
        for (std::size_t cut : {std::size_t(0), n / 3, n / 2, n}) {
          auto const front = partial<P, Op>(x, 0, cut), back = partial<P, Op>(x, cut, n);
          near(finish(Op::merge(front, back)), whole, what);
          near(finish(Op::merge(back, front)), whole, what + ", the other way round");
        }
        near((reduce_all<array_pack<T, 1>, Op>(x)), whole, what + ", lane by lane");
      }
    }
  });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(reduced_values, P, all_packs) {
  using T = typename P::element;
  using L = long double;
  for (std::size_t n : {1u, 2u, 7u, 33u}) {
    auto const x = sample<T>(n);
    L sum = 0, squares = 0, exponentials = 0, product = 1, deviations = 0;
    for (T v : x) sum += v, squares += L(v) * v, exponentials += std::exp(L(v)), product *= v;
    L const mean = sum / n;
    for (T v : x) deviations += (v - mean) * (v - mean);
    std::string const what = std::to_string(n) + " elements";
    near((reduce_all<P, sum_t>(x)), static_cast<T>(sum), what);
    if (n < 8) near((reduce_all<P, prod_t>(x)), static_cast<T>(product), what);
    auto const smallest = std::min_element(x.begin(), x.end());
    auto const first_largest = std::max_element(x.begin(), x.end());
    BOOST_TEST((reduce_all<P, min_t>(x)) == *smallest);
    BOOST_TEST((reduce_all<P, max_t>(x)) == *first_largest);
    BOOST_TEST((reduce_all<P, argmin_t>(x)) == smallest - x.begin());
    BOOST_TEST((reduce_all<P, argmax_t>(x)) == first_largest - x.begin());
    if constexpr (std::is_floating_point_v<T>) {
      L const largest_value = *first_largest;
      near((reduce_all<P, mean_t>(x)), static_cast<T>(mean), what);
      near((reduce_all<P, norm_t>(x)), static_cast<T>(std::sqrt(squares)), what);
      near((reduce_all<P, logsumexp_t>(x)), static_cast<T>(std::log(exponentials)), what);
      near((reduce_all<P, shifted_logsumexp_t>(x)), static_cast<T>(std::log(exponentials) - largest_value), what);
      if (n > 1) near((reduce_all<P, variance_t>(x)), static_cast<T>(deviations / (n - 1)), what);
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(nothing, P, all_packs) {
  using T = typename P::element;
  std::vector<T> const none;
  BOOST_TEST((reduce_all<P, sum_t>(none)) == 0);
  BOOST_TEST((reduce_all<P, prod_t>(none)) == 1);
  BOOST_TEST((reduce_all<P, min_t>(none)) == (std::is_integral_v<T> ? largest<T> : inf<T>));
  BOOST_TEST((reduce_all<P, max_t>(none)) == (std::is_integral_v<T> ? std::numeric_limits<T>::lowest() : -inf<T>));
  BOOST_TEST((reduce_all<P, argmin_t>(none)) == 0);
  BOOST_TEST((reduce_all<P, argmax_t>(none)) == 0);
  BOOST_TEST((reduce_all<P, all_t>(none)) == 1);
  BOOST_TEST((reduce_all<P, any_t>(none)) == 0);
  if constexpr (std::is_floating_point_v<T>) {
    BOOST_TEST(std::isnan((reduce_all<P, mean_t>(none))));
    BOOST_TEST(std::isnan((reduce_all<P, variance_t>(none))));
    BOOST_TEST(std::isnan((reduce_all<P, variance_t>(std::vector<T>{3}))));
    BOOST_TEST((reduce_all<P, norm_t>(none)) == 0);
    BOOST_TEST((reduce_all<P, logsumexp_t>(none)) == -inf<T>);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(ties, P, all_packs) {
  using T = typename P::element;
  std::vector<T> x(40, T(2));
  BOOST_TEST((reduce_all<P, argmin_t>(x)) == 0);
  BOOST_TEST((reduce_all<P, argmax_t>(x)) == 0);
  for (std::size_t i : {37u, 21u, 20u, 5u}) {
    x[i] = 9;
    BOOST_TEST((reduce_all<P, argmax_t>(x)) == static_cast<int>(i));
  }
  for (std::size_t i : {36u, 22u, 11u, 4u}) {
    x[i] = -9;
    BOOST_TEST((reduce_all<P, argmin_t>(x)) == static_cast<int>(i));
  }
  using limits = std::numeric_limits<T>;
  T const top = limits::has_infinity ? inf<T> : limits::max();
  T const bottom = limits::has_infinity ? -inf<T> : limits::min();
  BOOST_TEST((reduce_all<P, argmin_t>(std::vector<T>(40, top))) == 0);
  BOOST_TEST((reduce_all<P, argmax_t>(std::vector<T>(40, bottom))) == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(infinities_and_nan, P, floating_packs) {
  using T = typename P::element;
  for (std::size_t at : {0u, 1u, 13u, 29u, 39u}) {
    auto x = sample<T>(40);
    x[at] = quiet_nan<T>;
    BOOST_TEST(std::isnan((reduce_all<P, min_t>(x))));
    BOOST_TEST(std::isnan((reduce_all<P, max_t>(x))));
    BOOST_TEST(std::isnan((reduce_all<P, sum_t>(x))));
    BOOST_TEST(std::isnan((reduce_all<P, norm_t>(x))));
    BOOST_TEST(std::isnan((reduce_all<P, logsumexp_t>(x))));
    BOOST_TEST(std::isnan((reduce_all<P, variance_t>(x))));
    BOOST_TEST((reduce_all<P, argmin_t>(x)) == static_cast<int>(at));
    BOOST_TEST((reduce_all<P, argmax_t>(x)) == static_cast<int>(at));
    x[39] = quiet_nan<T>;  // the first one wins, also over infinities
    x[at == 3 ? 4 : 3] = inf<T>;
    x[at == 2 ? 4 : 2] = -inf<T>;
    BOOST_TEST((reduce_all<P, argmin_t>(x)) == static_cast<int>(at));
    BOOST_TEST((reduce_all<P, argmax_t>(x)) == static_cast<int>(at));
    BOOST_TEST(std::isnan((reduce_all<P, logsumexp_t>(x))));

    auto y = sample<T>(40);
    y[at] = inf<T>;
    BOOST_TEST((reduce_all<P, logsumexp_t>(y)) == inf<T>);
    BOOST_TEST((reduce_all<P, max_t>(y)) == inf<T>);
    BOOST_TEST((reduce_all<P, norm_t>(y)) == inf<T>);
    BOOST_TEST(std::isnan((reduce_all<P, variance_t>(y))));
    y[(at + 7) % 40] = inf<T>;
    BOOST_TEST((reduce_all<P, logsumexp_t>(y)) == inf<T>);
    y[(at + 8) % 40] = -inf<T>;
    BOOST_TEST((reduce_all<P, logsumexp_t>(y)) == inf<T>);

    std::vector<T> z(40, -inf<T>);
    BOOST_TEST((reduce_all<P, logsumexp_t>(z)) == -inf<T>);
    z[at] = 5;
    BOOST_TEST((reduce_all<P, logsumexp_t>(z)) == 5);
    BOOST_TEST((reduce_all<P, shifted_logsumexp_t>(z)) == 0);
  }
  std::vector<T> const big(40, T(1000));
  near((reduce_all<P, logsumexp_t>(big)), static_cast<T>(1000 + std::log(40.0L)), "40 times 1000");
  near((reduce_all<P, shifted_logsumexp_t>(big)), static_cast<T>(std::log(40.0L)), "40 equal numbers");
}

// A mean far larger than the deviation: sums of x and x² would leave no digit.
BOOST_AUTO_TEST_CASE_TEMPLATE(variance_does_not_cancel, P, floating_packs) {
  using T = typename P::element;
  T const mean = sizeof(T) == 4 ? T(1 << 12) : T(1 << 28);
  std::vector<T> x;
  for (int i = 0; i < 64; ++i) x.push_back(mean + T(i % 3));
  T const expected = T(131) / T(192);
  T const result = reduce_all<P, variance_t>(x);
  BOOST_TEST(std::abs(result - expected) <= 4 * std::numeric_limits<T>::epsilon() * mean * expected, result);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(softmax_of_a_row, P, floating_packs) {
  using T = typename P::element;
  std::vector<T> const x{1000, 1001, T(998.5), -inf<T>};
  T const m = reduce_all<P, max_t>(x), l = reduce_all<P, shifted_logsumexp_t>(x);
  long double whole = 0;
  for (T v : x) whole += std::exp(static_cast<long double>(v) - 1001);
  for (T v : x) {
    long double const share = std::exp(static_cast<long double>(v) - 1001) / whole;
    near(T(call<P, softmax_t>(v, m, l)), static_cast<T>(share), "softmax");
    near(T(call<P, log_softmax_t>(v, m, l)), static_cast<T>(std::log(share)), "log_softmax");
  }
}

// ---- derivatives, by a small evaluator of formulas of numbers that is no part of the library

namespace {

using namespace numbers_only;

template <class Op>
constexpr auto derivatives_of() {
  auto const y = formula_of<Op>();
  return hana::unpack(y.args, [&](auto const&... arg) {
    if constexpr (sizeof...(arg) == 1)
      return hana::make_basic_tuple(Op::derivative(y, arg...));
    else
      return Op::derivative(y, arg...);
  });
}

// Central differences, wherever the function is finite on both sides.
void compare_with_differences(std::string const& name, function const& y, std::vector<function> const& slopes) {
  int tested = 0;
  for (scalars at :
       {scalars{0.3, 0.8, 0.6}, scalars{0.7, 0.2, 0.9}, scalars{0.04, 0.55, 0.3}, scalars{-0.4, 0.35, -0.2},
        scalars{-2.7, 1.4, 0.8}, scalars{3.2, -0.6, 1.1}, scalars{-7.3, 2.2, -1.9}, scalars{11.7, 3.3, 2.4}})
    for (std::size_t i = 0; i < slopes.size(); ++i) {
      double const h = 1e-5 * std::max(1.0, std::abs(at[i]));
      scalars left = at, right = at;
      left[i] -= h;
      right[i] += h;
      double const difference = (y(right) - y(left)) / (right[i] - left[i]);
      if (!std::isfinite(difference)) continue;
      double const slope = slopes[i](at);
      double const scale = std::max({1.0, std::abs(slope), std::abs(y(at))});
      BOOST_TEST(std::abs(difference - slope) <= 1e-6 * scale, name << " by argument " << i << " at (" << at[0] << ", "
                                                                    << at[1] << ", " << at[2] << "): " << slope
                                                                    << ", by differences " << difference);
      ++tested;
    }
  BOOST_TEST(tested >= 3, name);
}

}  // namespace

BOOST_AUTO_TEST_CASE(derivatives_are_differences) {
  hana::for_each(elementwise_operations, [](auto op) {
    using Op = decltype(op);
    if constexpr (of_numbers<Op>) {
      hana::unpack(derivatives_of<Op>(), [](auto... slope) {
        static_assert(sizeof...(slope) == oneloop::op::arity<Op>);
        static_assert((std::is_empty_v<decltype(slope)> && ...), "write numbers as op::c<1>(y)");
        compare_with_differences(std::string(Op::name),
                                 [](scalars const& at) { return value_at(formula_of<Op>(), at); },
                                 {[slope](scalars const& at) { return value_at(slope, at); }...});
      });
    }
  });
}

BOOST_AUTO_TEST_CASE(derivatives_at_the_ends) {
  auto const slope = [](auto op, double x) {
    constexpr auto slopes = derivatives_of<decltype(op)>();
    return value_at(hana::at_c<0>(slopes), scalars{x, 1, 1});
  };
  auto const check = [&](auto op, double left, double right) {
    using Op = decltype(op);
    for (double far : {800.0, 1e6, largest<double>, inf<double>}) {
      BOOST_TEST(slope(op, -far) == left, std::string(Op::name) << " at " << -far << ": " << slope(op, -far));
      BOOST_TEST(slope(op, far) == right, std::string(Op::name) << " at " << far << ": " << slope(op, far));
    }
  };
  check(sigmoid_t{}, 0, 0);
  check(stable_sigmoid_t{}, 0, 0);
  check(log_sigmoid_t{}, 1, 0);
  check(softplus_t{}, 0, 1);
  check(tanh_t{}, 0, 0);
  check(erf_t{}, 0, 0);
  check(relu_t{}, 0, 1);
  check(elu_t{}, 0, 1);
  check(celu_t{}, 0, 1);
  check(silu_t{}, 0, 1);
  check(gelu_t{}, 0, 1);
  check(mish_t{}, 0, 1);
  check(hard_sigmoid_t{}, 0, 0);
  check(hard_swish_t{}, 0, 1);
  check(bce_with_logits_t{}, -1, 0);
  check(floor_t{}, 0, 0);
  check(sign_t{}, 0, 0);
  check(abs_t{}, -1, 1);

  // no 0·inf before the result is flushed, and all digits of the small side
  BOOST_TEST(slope(stable_sigmoid_t{}, -700) == std::exp(-700.0), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(slope(stable_sigmoid_t{}, 700) == std::exp(-700.0), boost::test_tools::tolerance(1e-12));
  // PyTorch's conventions where there is none
  BOOST_TEST(slope(relu_t{}, 0) == 0);
  BOOST_TEST(slope(abs_t{}, 0) == 0);
  BOOST_TEST(slope(elu_t{}, 0) == 1);
  BOOST_TEST(slope(sqrt_t{}, 0) == inf<double>);
  BOOST_TEST(slope(log_t{}, 0) == inf<double>);
  BOOST_TEST(slope(minimum_t{}, 1) == 0.5);
  BOOST_TEST(slope(maximum_t{}, 1) == 0.5);
  constexpr auto powers = derivatives_of<pow_t>();
  BOOST_TEST(value_at(hana::at_c<0>(powers), {0, 0, 0}) == 0);
  BOOST_TEST(value_at(hana::at_c<1>(powers), {0, 0, 0}) == 0);
  BOOST_TEST(value_at(hana::at_c<1>(powers), {0, 2, 0}) == 0);
}

BOOST_AUTO_TEST_CASE(derivatives_of_where) {
  constexpr auto a = var<"a">;
  constexpr auto b = var<"b">;
  constexpr auto slopes = where_t::derivative(a, a > b, a, b);
  BOOST_TEST(value_at(hana::at_c<1>(slopes), {2, 1, 0}) == 1);
  BOOST_TEST(value_at(hana::at_c<2>(slopes), {2, 1, 0}) == 0);
  BOOST_TEST(value_at(hana::at_c<1>(slopes), {1, 2, 0}) == 0);
  BOOST_TEST(value_at(hana::at_c<2>(slopes), {1, 2, 0}) == 1);
}

// ---- the registry

BOOST_AUTO_TEST_CASE(names) {
  for (auto const& names :
       {hana::unpack(elementwise_operations, [](auto... op) { return std::vector{std::string(op.name)...}; }),
        hana::unpack(reduction_operations, [](auto... op) { return std::vector{std::string(op.name)...}; })}) {
    auto sorted = names;
    std::sort(sorted.begin(), sorted.end());
    BOOST_TEST((std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end()));
    for (auto const& name : names) BOOST_TEST(!name.empty());
  }
}

BOOST_AUTO_TEST_CASE(facts) {
  hana::for_each(elementwise_operations, [](auto op) {
    using Op = decltype(op);
    static_assert(std::is_empty_v<Op>);
    static_assert(std::is_same_v<decltype(Op::accepts), elements const>);
    static_assert(Op::flops > 0 || std::is_same_v<Op, expand_as_t>);  // which only tells a shape
    static_assert(std::is_same_v<decltype(Op::ulp), math::ulp_bound const>);
    static_assert(oneloop::op::arity<Op> >= 1);
    static_assert(std::is_empty_v<std::remove_const_t<decltype(Op::derivative)>>);
    if constexpr (requires { Op::infix; }) static_assert(oneloop::op::arity<Op> == 2 && Op::precedence > 3);
  });
  hana::for_each(reduction_operations, [](auto op) {
    using Op = decltype(op);
    static_assert(std::is_empty_v<Op>);
    static_assert(std::is_same_v<decltype(Op::accepts), elements const>);
    static_assert(Op::flops > 0 && Op::parts > 0);
    static_assert(sizeof(Op::template start<array_pack<float, 1>>()) == Op::parts * sizeof(float));
    static_assert(is_element<typename Op::template result<float>>);
  });
  static_assert(plus_t::infix == " + " && hadamard_t::infix == " % " && logical_and_t::infix == " && ");
  static_assert(plus_t::precedence > times_t::precedence && times_t::precedence > negate_t::precedence);
  static_assert(negate_t::prefix == "-" && logical_not_t::prefix == "!");
  BOOST_TEST(true);
}

// The result of one argument is a number where the domain says so, its ends included, and nowhere else.
BOOST_AUTO_TEST_CASE(domains) {
  hana::for_each(elementwise_operations, [](auto op) {
    using Op = decltype(op);
    if constexpr (of_numbers<Op> && oneloop::op::arity<Op> == 1) {
      constexpr auto domain = oneloop::op::domain_of<Op, 0>;
      for (double x :
           {-inf<double>, -1e300, -100.0, -1.5, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 1.5, 100.0, 1e300, inf<double>})
        BOOST_TEST(std::isnan(call<array_pack<double, 1>, Op>(x)) != domain.contains(x), Op::name.c_str() << ", " << x);
    }
  });
  static_assert(oneloop::op::domain_of<pow_t, 0>.low == 0 && oneloop::op::domain_of<pow_t, 1>.contains(-inf<double>));
}

// The same code is the constant.
static_assert(divides_t::kernel(array_pack<std::int32_t, 1>(7), array_pack<std::int32_t, 1>(0)).lane(0) == 0);
static_assert(relu_t::kernel(array_pack<float, 1>(-3.0f)).lane(0) == 0);
static_assert(hard_swish_t::kernel(array_pack<double, 1>(-inf<double>)).lane(0) == 0);
static_assert(mean_t::finish(mean_t::start<array_pack<float, 1>>(), 4).lane(0) == 0);
static_assert(mse_t::kernel(array_pack<float, 4>(5), array_pack<float, 4>(2)).lane(3) == 9);

BOOST_AUTO_TEST_SUITE_END()
