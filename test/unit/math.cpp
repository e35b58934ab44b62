// SPDX-License-Identifier: BSL-1.0
// The promises of math/: accuracy (the bound beside each kernel), special values, the same bits in
// registers, arrays and constant expressions, and the exceptions of stable_sigmoid.
#include <oneloop/math/math.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using namespace oneloop;
using namespace oneloop::simd;
using real = long double;

struct generator {
  std::uint64_t state = 88172645463325252u;
  std::uint64_t operator()() {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state * 2685821657736338717u;
  }
  double uniform() { return double((*this)() >> 11) * 0x1p-53; }
};

template <class T>
T from_word(std::uint64_t word) {
  T x;
  std::memcpy(&x, &word, sizeof x);
  return x;
}
template <class T>
bool same_bits(T a, T b) {
  if (a != a || b != b) return a != a && b != b;
  return std::memcmp(&a, &b, sizeof a) == 0;
}

// Distance in units of the last place of the exact value; beyond the largest number the scale goes
// on, so that an overflow is right when the exact value is close to it.
template <class T>
double ulps(T got, real exact) {
  constexpr int digits = std::numeric_limits<T>::digits;
  constexpr int lowest = std::numeric_limits<T>::min_exponent - digits;
  constexpr int highest = std::numeric_limits<T>::max_exponent;
  constexpr double wrong = 1e30;
  if (std::isnan(exact)) return got != got ? 0 : wrong;
  if (got != got) return wrong;
  if (T(exact) == got && std::isinf(got)) return 0;
  if (std::isinf(exact)) return wrong;
  real const g = std::isinf(got) ? std::copysign(std::ldexp(real(1), highest), real(got)) : got;
  int const e = exact == 0 ? lowest : std::min(std::ilogb(exact) + 1, highest) - digits;
  return double(fabsl(g - exact) / std::ldexp(real(1), std::max(e, lowest)));
}

// The inputs to walk: floats by bit pattern, doubles drawn from three distributions.
template <class T>
std::vector<T> inputs(double low, double high) {
  std::vector<T> r;
  auto const add = [&](T x) {
    if (x >= low && x <= high) r.push_back(x);
  };
  if constexpr (sizeof(T) == 4) {
    for (std::uint64_t word = 0; word < (std::uint64_t(1) << 32); word += 4099) {
      add(from_word<T>(word));
    }
  } else {
    generator random;
    for (int i = 0; i < 70000; ++i) {
      add(from_word<T>(random()));
      double const sign = random() & 1 ? 1 : -1;
      add(sign * std::ldexp(1 + random.uniform(), int(random() % 24) - 16));
      if (high - low < 1e300) add(low + (high - low) * random.uniform());
    }
  }
  for (T x : {T(0), T(-0.0), T(1), T(-1), std::numeric_limits<T>::min(), std::numeric_limits<T>::denorm_min(),
              -std::numeric_limits<T>::denorm_min(), std::numeric_limits<T>::max(), std::numeric_limits<T>::lowest(),
              std::numeric_limits<T>::infinity(), -std::numeric_limits<T>::infinity()}) {
    add(x);
  }
  return r;
}

// Without fma a few products are rounded once more.
constexpr double allowance = has_fma ? 0 : 0.5;

template <class T, class Kernel, class Reference>
void walk(char const* name, math::ulp_bound bound, Kernel kernel, Reference exact, double low, double high) {
  constexpr int N = lanes<T>;
  using P = native_backend::pack<T, N>;
  std::vector<T> x = inputs<T>(low, high);
  x.resize((x.size() + N - 1) / N * N, T(low < 0.5 && high > 0.5 ? 0.5 : low));
  double worst = 0;
  T at = 0, got = 0;
  int histogram[5] = {};  // up to 0.5, 1, 1.5, 2, beyond
  for (std::size_t i = 0; i < x.size(); i += N) {
    P const y = kernel(P::load(&x[i]));
    for (int k = 0; k < N; ++k) {
      double const u = ulps<T>(y.lane(k), exact(real(x[i + std::size_t(k)])));
      ++histogram[std::min(4, int(u < 1e3 ? u * 2 : 4))];
      if (!(u > worst)) continue;
      worst = u, at = x[i + std::size_t(k)], got = y.lane(k);
    }
  }
  double const limit = sizeof(T) == 4 ? bound.f32 : bound.f64;
  BOOST_TEST_MESSAGE(name << (sizeof(T) == 4 ? " float" : " double") << ": worst " << worst << " ULP of " << limit
                          << " at " << at << ", got " << got << "; " << histogram[0] << ' ' << histogram[1] << ' '
                          << histogram[2] << ' ' << histogram[3] << ' ' << histogram[4]);
  BOOST_TEST(worst <= limit + allowance, name << " at " << at << " got " << got);
  T const nan = std::numeric_limits<T>::quiet_NaN();
  BOOST_TEST(std::isnan(kernel(P(nan)).lane(0)));
}

#define ONELOOP_WALK(name, low, high, reference)                                                                    \
  walk<float>(                                                                                                      \
      #name, math::name##_ulp, [](auto x) { return math::name(x); }, [](real x) -> real { return reference; }, low, \
      high);                                                                                                        \
  walk<double>(                                                                                                     \
      #name, math::name##_ulp, [](auto x) { return math::name(x); }, [](real x) -> real { return reference; }, low, \
      high)

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr real nan_real = std::numeric_limits<real>::quiet_NaN();

real exact_sigmoid(real x) { return x < 0 ? expl(x) / (1 + expl(x)) : 1 / (1 + expl(-x)); }
real exact_softplus(real x) { return x > 0 ? x + log1pl(expl(-x)) : log1pl(expl(x)); }
real exact_logit(real p) {
  if (p < 0 || p > 1) return nan_real;
  return p > 0.25L && p < 0.75L ? 2 * atanhl(2 * p - 1) : logl(p) - log1pl(-p);
}

template <class T, class Kernel, class Reference>
void walk_two(char const* name, math::ulp_bound bound, Kernel kernel, Reference exact, bool powers) {
  constexpr int N = lanes<T>;
  using P = native_backend::pack<T, N>;
  generator random;
  double worst = 0;
  T at[2] = {}, x[N], y[N];
  for (int i = 0; i < 200000; i += N) {
    for (int k = 0; k < N; ++k) {
      x[k] = T(std::ldexp(1 + random.uniform(), int(random() % 40) - 20));
      y[k] = T(std::ldexp(1 + random.uniform(), int(random() % 40) - 20));
      if (powers) {
        double const reach = (sizeof(T) == 4 ? 110 : 760) / std::fabs(std::log(x[k]));
        y[k] = T(reach * (2 * random.uniform() - 1));
      } else {
        if (random() & 1) x[k] = -x[k];
        if (random() & 1) y[k] = -y[k];
        if (random() % 4 == 0) x[k] = from_word<T>(random());
        if (random() % 4 == 0) y[k] = from_word<T>(random());
      }
    }
    P const z = kernel(P::load(x), P::load(y));
    for (int k = 0; k < N; ++k) {
      double const u = ulps<T>(z.lane(k), exact(real(x[k]), real(y[k])));
      if (u > worst) worst = u, at[0] = x[k], at[1] = y[k];
    }
  }
  double const limit = sizeof(T) == 4 ? bound.f32 : bound.f64;
  BOOST_TEST_MESSAGE(name << (sizeof(T) == 4 ? " float" : " double") << ": worst " << worst << " ULP of " << limit
                          << " at " << at[0] << ", " << at[1]);
  BOOST_TEST(worst <= limit + allowance, name << " at " << at[0] << ", " << at[1]);
}

// Every kernel of one argument, by number, so that one loop compares all of them.
template <class P>
constexpr P unary(int which, P x) {
  switch (which) {
    case 0: return math::exp(x);
    case 1: return math::expm1(x);
    case 2: return math::log(x);
    case 3: return math::log1p(x);
    case 4: return math::log2(x);
    case 5: return math::sqrt(x);
    case 6: return math::rsqrt(x);
    case 7: return math::cbrt(x);
    case 8: return math::sin(x);
    case 9: return math::cos(x);
    case 10: return math::tan(x);
    case 11: return math::asin(x);
    case 12: return math::acos(x);
    case 13: return math::atan(x);
    case 14: return math::sinh(x);
    case 15: return math::cosh(x);
    case 16: return math::tanh(x);
    case 17: return math::erf(x);
    case 18: return math::sigmoid(x);
    case 19: return math::stable_sigmoid(x);
    case 20: return math::log_sigmoid(x);
    case 21: return math::softplus(x);
    case 22: return math::logit(x);
    case 23: return math::floor(x);
    case 24: return math::ceil(x);
    case 25: return math::round(x);
    case 26: return math::sign(x);
    case 27: return math::pow(x, P(typename P::element(2.5)));
    case 28: return math::atan2(x, P(typename P::element(-0.75)));
    case 29: return math::hypot(x, P(typename P::element(3)));
    case 30: return math::min(x, P(typename P::element(1)));
    case 31: return math::max(P(typename P::element(1)), x);
    case 32: return math::logistic_density(x);
    case 33: return math::logistic_loss(x, P(typename P::element(0.25)));
    case 34: return math::trunc(x);
    case 35: return math::exp2(x);
    case 36: return math::log10(x);
    case 37: return math::pow(P(typename P::element(2.5)), x);
    default: return math::clamp(x, P(typename P::element(-1)), P(typename P::element(2)));
  }
}
constexpr int unary_count = 39, unary_part = unary_count / 3;

// moderate values, and the ones at which things change
template <class T>
constexpr std::array<T, 40> samples() {
  using L = std::numeric_limits<T>;
  return {T(0),        T(-0.0),       T(1),           T(-1),          T(0.5),          T(-0.5),          T(0.25),
          T(2),        T(3.7),        T(-2.3),        T(0.1),         T(-0.01),        T(1e-5),          T(-1e-9),
          T(17.3),     T(-17.3),      T(88.5),        T(-88.5),       T(-103.5),       T(104.5),         T(300.25),
          T(-9.75),    T(0.7071),     T(1.4143),      T(0.999),       T(-0.999),       T(1.0001),        T(0.41422),
          T(12345),    T(-1e5),       L::min(),       -L::min(),      L::denorm_min(), -L::denorm_min(), L::max(),
          L::lowest(), L::infinity(), -L::infinity(), L::quiet_NaN(), T(0.6249)};
}

// All kernels on all samples as a constant: none of them may be rejected.
template <class T, int First>
constexpr auto constant_results() {
  std::array<std::array<T, 40>, unary_part> r{};
  constexpr auto x = samples<T>();
  for (int f = 0; f < unary_part; ++f) {
    for (int i = 0; i < 40; i += 4) {
      unary(First + f, constant_backend::pack<T, 4>::load(&x[std::size_t(i)]))
          .store(&r[std::size_t(f)][std::size_t(i)]);
    }
  }
  return r;
}

template <class T, int First>
void compare_with_constants() {
  static constexpr auto constant = constant_results<T, First>();
  constexpr int N = 4;
  using P = native_backend::pack<T, N>;
  auto const x = samples<T>();
  for (int f = 0; f < unary_part; ++f) {
    for (int i = 0; i < 40; i += N) {
      P const y = unary(First + f, P::load(&x[std::size_t(i)]));
      for (int k = 0; k < N; ++k) {
        T const c = constant[std::size_t(f)][std::size_t(i + k)];
        BOOST_TEST(same_bits(c, y.lane(k)), "kernel " << First + f << " at " << x[std::size_t(i + k)] << ": constant "
                                                      << c << ", run time " << y.lane(k));
      }
    }
  }
}

// register, array of the same width, and single lanes
template <class T>
void compare_widths() {
  constexpr int N = lanes<T>;
  using P = native_backend::pack<T, N>;
  using S = array_pack<T, 1>;
  generator random;
  for (int round = 0; round < 300; ++round) {
    T x[N];
    for (T& v : x) {
      v = random() & 1 ? from_word<T>(random()) : T(std::ldexp(random.uniform() - 0.5, int(random() % 12)));
    }
    for (int f = 0; f < unary_count; ++f) {
      P const y = unary(f, P::load(x));
      for (int k = 0; k < N; ++k) {
        T const s = unary(f, S(x[k])).lane(0);
        BOOST_REQUIRE_MESSAGE(same_bits(s, y.lane(k)),
                              "kernel " << f << " at " << x[k] << ": one lane " << s << ", register " << y.lane(k));
      }
    }
  }
}

// C's functions at the values where they have nothing to round, and two-argument tables
template <class T>
void special_values() {
  using P = array_pack<T, 1>;
  using L = std::numeric_limits<T>;
  T const special[] = {0,
                       T(-0.0),
                       1,
                       -1,
                       2,
                       -2,
                       3,
                       -3,
                       T(0.5),
                       T(-0.5),
                       T(1.5),
                       T(-2.5),
                       T(1e8),
                       L::infinity(),
                       -L::infinity(),
                       L::quiet_NaN(),
                       L::max(),
                       L::lowest(),
                       L::denorm_min(),
                       -L::denorm_min()};
  auto const agree = [](T got, T expected) {
    if (got != got || expected != expected) return got != got && expected != expected;
    if (got == expected) return std::signbit(got) == std::signbit(expected);
    return expected != 0 && ulps<T>(got, expected) < 4;
  };
#define ONELOOP_SPECIAL(name) BOOST_TEST(agree(math::name(P(a)).lane(0), std::name(a)), #name << " at " << a)
  for (T a : special) {
    ONELOOP_SPECIAL(exp);
    ONELOOP_SPECIAL(exp2);
    ONELOOP_SPECIAL(expm1);
    ONELOOP_SPECIAL(log);
    ONELOOP_SPECIAL(log2);
    ONELOOP_SPECIAL(log10);
    ONELOOP_SPECIAL(log1p);
    ONELOOP_SPECIAL(sqrt);
    ONELOOP_SPECIAL(cbrt);
    ONELOOP_SPECIAL(asin);
    ONELOOP_SPECIAL(acos);
    ONELOOP_SPECIAL(atan);
    ONELOOP_SPECIAL(sinh);
    ONELOOP_SPECIAL(cosh);
    ONELOOP_SPECIAL(tanh);
    ONELOOP_SPECIAL(erf);
    ONELOOP_SPECIAL(floor);
    ONELOOP_SPECIAL(ceil);
    ONELOOP_SPECIAL(sin);
    ONELOOP_SPECIAL(cos);
    ONELOOP_SPECIAL(tan);
    BOOST_TEST(agree(math::round(P(a)).lane(0), std::nearbyint(a)));
    BOOST_TEST(agree(math::square(P(a)).lane(0), a * a));
    for (T b : special) {
      BOOST_TEST(agree(math::pow(P(a), P(b)).lane(0), std::pow(a, b)), a << ' ' << b);
      BOOST_TEST(agree(math::atan2(P(a), P(b)).lane(0), std::atan2(a, b)), a << ' ' << b);
      BOOST_TEST(agree(math::hypot(P(a), P(b)).lane(0), std::hypot(a, b)), a << ' ' << b);
      bool const unordered = a != a || b != b;
      T const low = math::min(P(a), P(b)).lane(0), high = math::max(P(a), P(b)).lane(0);
      BOOST_TEST((unordered ? low != low : low == std::min(a, b)));
      BOOST_TEST((unordered ? high != high : high == std::max(a, b)));
    }
  }
  BOOST_TEST(math::stable_sigmoid(P(-L::infinity())).lane(0) == 0);
  BOOST_TEST(math::stable_sigmoid(P(L::infinity())).lane(0) == 1);
  BOOST_TEST(math::sigmoid(P(-L::infinity())).lane(0) == 0);
  BOOST_TEST(math::stable_sigmoid(P(T(0))).lane(0) == T(0.5));
  BOOST_TEST(math::stable_sigmoid(P(T(sizeof(T) == 4 ? -103.9 : -745))).lane(0) == L::denorm_min());
  BOOST_TEST(math::log_sigmoid(P(-L::max())).lane(0) == -L::max());
  BOOST_TEST(math::softplus(P(L::max())).lane(0) == L::max());
  BOOST_TEST(math::logit(P(T(0))).lane(0) == -L::infinity());
  BOOST_TEST(math::logit(P(T(1))).lane(0) == L::infinity());
  BOOST_TEST(math::logit(P(T(0.5))).lane(0) == 0);
  BOOST_TEST(math::clamp(P(T(5)), P(T(3)), P(T(2))).lane(0) == 2);
  BOOST_TEST(std::signbit(math::sign(P(T(-0.0))).lane(0)));
  BOOST_TEST(math::exp(P(L::denorm_min())).lane(0) == 1);
}

// Only inexact and underflow, whatever comes in, whichever width.
template <class T, int N>
void exceptions_of_stable_sigmoid() {  // and of its derivative
  using P = native_backend::pack<T, N>;
  using L = std::numeric_limits<T>;
  T const x[] = {0,
                 1,
                 -1,
                 T(20.5),
                 T(-20.5),
                 T(-87),
                 T(-88.1),
                 T(-95),
                 T(-103.97),
                 T(-104),
                 105,
                 T(-745.1),
                 T(-746),
                 800,
                 -800,
                 L::max(),
                 L::lowest(),
                 L::infinity(),
                 -L::infinity(),
                 L::quiet_NaN(),
                 L::denorm_min(),
                 -L::denorm_min(),
                 T(-0.0)};
  for (T const value : x) {
    T volatile hidden = value;
    std::feclearexcept(FE_ALL_EXCEPT);
    P const y = math::stable_sigmoid(P(hidden)), slope = math::logistic_density(P(hidden));
    T volatile results[] = {y.lane(0), slope.lane(0)};
    (void)results;
    int const raised = std::fetestexcept(FE_INVALID | FE_OVERFLOW | FE_DIVBYZERO);
    BOOST_TEST(raised == 0, "at " << value << " width " << N);
    if (value != value) BOOST_TEST(std::fetestexcept(FE_ALL_EXCEPT) == 0);
  }
  std::feclearexcept(FE_ALL_EXCEPT);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(math_kernels)

using two_types = std::tuple<float, double>;

BOOST_AUTO_TEST_CASE(accuracy_exponential) {
  ONELOOP_WALK(exp, -inf, inf, expl(x));
  ONELOOP_WALK(exp2, -inf, inf, exp2l(x));
  ONELOOP_WALK(expm1, -inf, inf, expm1l(x));
  ONELOOP_WALK(log, -inf, inf, logl(x));
  ONELOOP_WALK(log, 0.5, 2, logl(x));
  ONELOOP_WALK(log2, -inf, inf, log2l(x));
  ONELOOP_WALK(log2, 0.5, 2, log2l(x));
  ONELOOP_WALK(log10, -inf, inf, log10l(x));
  ONELOOP_WALK(log10, 0.5, 2, log10l(x));
  ONELOOP_WALK(log1p, -inf, inf, log1pl(x));
  ONELOOP_WALK(log1p, -1, 1, log1pl(x));
}
BOOST_AUTO_TEST_CASE(accuracy_hyperbolic) {
  ONELOOP_WALK(tanh, -inf, inf, tanhl(x));
  ONELOOP_WALK(sinh, -inf, inf, sinhl(x));
  ONELOOP_WALK(cosh, -inf, inf, coshl(x));
  ONELOOP_WALK(erf, -inf, inf, erfl(x));
}
BOOST_AUTO_TEST_CASE(accuracy_sigmoid) {
  walk<float>("sigmoid", math::sigmoid_ulp, [](auto x) { return math::sigmoid(x); }, exact_sigmoid, -88, inf);
  walk<double>("sigmoid", math::sigmoid_ulp, [](auto x) { return math::sigmoid(x); }, exact_sigmoid, -709, inf);
  ONELOOP_WALK(stable_sigmoid, -inf, inf, exact_sigmoid(x));
  ONELOOP_WALK(stable_sigmoid, -750, 40, exact_sigmoid(x));
  ONELOOP_WALK(logistic_density, -750, 750, exact_sigmoid(x) * exact_sigmoid(-x));
  ONELOOP_WALK(softplus, -inf, inf, exact_softplus(x));
  ONELOOP_WALK(log_sigmoid, -inf, inf, -exact_softplus(-x));
  ONELOOP_WALK(logit, -inf, inf, exact_logit(x));
  ONELOOP_WALK(logit, 0, 1, exact_logit(x));
}
BOOST_AUTO_TEST_CASE(accuracy_trigonometric) {
  ONELOOP_WALK(sin, -inf, inf, sinl(x));
  ONELOOP_WALK(cos, -inf, inf, cosl(x));
  ONELOOP_WALK(tan, -inf, inf, tanl(x));
  ONELOOP_WALK(sin, -2097152, 2097152, sinl(x));  // both sides of where the reduction changes
  ONELOOP_WALK(asin, -inf, inf, asinl(x));
  ONELOOP_WALK(acos, -inf, inf, acosl(x));
  ONELOOP_WALK(atan, -inf, inf, atanl(x));
}
BOOST_AUTO_TEST_CASE(accuracy_power) {
  ONELOOP_WALK(sqrt, -inf, inf, sqrtl(x));
  ONELOOP_WALK(rsqrt, -inf, inf, 1 / sqrtl(x));
  ONELOOP_WALK(cbrt, -inf, inf, cbrtl(x));
}
BOOST_AUTO_TEST_CASE(accuracy_two_arguments) {
  auto const pow = [](auto x, auto y) { return math::pow(x, y); };
  auto const atan2 = [](auto x, auto y) { return math::atan2(x, y); };
  auto const hypot = [](auto x, auto y) { return math::hypot(x, y); };
  walk_two<float>("pow", math::pow_ulp, pow, powl, true);
  walk_two<double>("pow", math::pow_ulp, pow, powl, true);
  walk_two<float>("atan2", math::atan2_ulp, atan2, atan2l, false);
  walk_two<double>("atan2", math::atan2_ulp, atan2, atan2l, false);
  walk_two<float>("hypot", math::hypot_ulp, hypot, hypotl, false);
  walk_two<double>("hypot", math::hypot_ulp, hypot, hypotl, false);
}

BOOST_AUTO_TEST_CASE(specials_float) { special_values<float>(); }
BOOST_AUTO_TEST_CASE(specials_double) { special_values<double>(); }

BOOST_AUTO_TEST_CASE_TEMPLATE(whole_powers, T, two_types) {
  using P = native_backend::pack<T, lanes<T>>;
  using L = std::numeric_limits<T>;
  for (int n = L::min_exponent - L::digits; n < L::max_exponent; ++n) {
    T const power = std::ldexp(T(1), n);
    BOOST_TEST(math::exp2(P(T(n))).lane(0) == power, "exp2 at " << n);
    BOOST_TEST(math::log2(P(power)).lane(0) == T(n), "log2 at " << power);
  }
  // Those below are no numbers of this type. 5^n is one up to here.
  T power = 1;
  for (int n = 0; n <= (L::digits == 24 ? 10 : 22); ++n, power *= 10)
    BOOST_TEST(math::log10(P(power)).lane(0) == T(n), "log10 at " << power);
}
BOOST_AUTO_TEST_CASE(constants_are_run_time_values) {
  compare_with_constants<float, 0>();
  compare_with_constants<float, unary_part>();
  compare_with_constants<float, 2 * unary_part>();
  compare_with_constants<double, 0>();
  compare_with_constants<double, unary_part>();
  compare_with_constants<double, 2 * unary_part>();
}
BOOST_AUTO_TEST_CASE(widths_agree) {
  compare_widths<float>();
  compare_widths<double>();
}

BOOST_AUTO_TEST_CASE(stable_sigmoid_raises_nothing) {
  exceptions_of_stable_sigmoid<float, 1>();
  exceptions_of_stable_sigmoid<double, 1>();
  exceptions_of_stable_sigmoid<float, lanes<float>>();
  exceptions_of_stable_sigmoid<double, lanes<double>>();
  exceptions_of_stable_sigmoid<float, 4>();
  exceptions_of_stable_sigmoid<double, 2>();
}

BOOST_AUTO_TEST_CASE(integer_elements) {
  using P = native_backend::pack<std::int32_t, 8>;
  std::int32_t const x[] = {0, 5, -7, 100, 2147483647, -2147483647, 3, -3};
  P const p = P::load(x), one(1);
  for (int i = 0; i < 8; ++i) {
    BOOST_TEST(math::min(p, one).lane(i) == std::min(x[i], 1));
    BOOST_TEST(math::max(p, one).lane(i) == std::max(x[i], 1));
    BOOST_TEST(math::sign(p).lane(i) == (x[i] > 0) - (x[i] < 0));
    BOOST_TEST(math::abs(p).lane(i) == std::abs(x[i]));
    BOOST_TEST(math::clamp(p, -one, one).lane(i) == std::clamp(x[i], -1, 1));
  }
}

BOOST_AUTO_TEST_SUITE_END()
