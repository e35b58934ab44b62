// SPDX-License-Identifier: BSL-1.0
// The one table of references. Branches are written as choices between values, so that the loops over doubles become
// vector code with the functions of glibc's libmvec, ten times as fast as its scalar ones.
#include <cmath>

#if defined(__GLIBC__) && defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#if __GLIBC_PREREQ(2, 35)
// What <math.h> declares too, but under -ffast-math only.
#define ACCURACY_VECTOR(name) extern "C" __attribute__((simd("notinbranch"))) double name(double) noexcept
ACCURACY_VECTOR(exp);
ACCURACY_VECTOR(exp2);
ACCURACY_VECTOR(expm1);
ACCURACY_VECTOR(log);
ACCURACY_VECTOR(log1p);
ACCURACY_VECTOR(log2);
ACCURACY_VECTOR(log10);
ACCURACY_VECTOR(cbrt);
ACCURACY_VECTOR(sin);
ACCURACY_VECTOR(cos);
ACCURACY_VECTOR(tan);
ACCURACY_VECTOR(asin);
ACCURACY_VECTOR(acos);
ACCURACY_VECTOR(atan);
ACCURACY_VECTOR(sinh);
ACCURACY_VECTOR(cosh);
ACCURACY_VECTOR(tanh);
ACCURACY_VECTOR(erf);
ACCURACY_VECTOR(erfc);
#undef ACCURACY_VECTOR
#endif
#endif

#include "exact.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>

namespace accuracy {

// Beside those for `exact`: one scope further in they would hide them, and Boost's were called, whose nearbyint rounds
// ties away from zero.
using std::atan2, std::hypot, std::pow, std::nearbyint, std::floor, std::ceil, std::trunc, std::fabs, std::sqrt;
using std::exp, std::exp2, std::expm1, std::log, std::log1p, std::log2, std::log10, std::cbrt, std::sin, std::cos,
    std::tan, std::asin, std::acos, std::atan, std::sinh, std::cosh, std::tanh, std::erf, std::erfc;

namespace {

template <class R>
R either(bool first, R a, R b) {
  return first ? a : b;
}
// A number of more digits than a double has.
#define ACCURACY_NUMBER(digits) number<R>(digits##L, #digits)
template <class R>
R number(long double value, char const* digits) {
  if constexpr (std::is_same_v<R, exact>)
    return exact(digits);
  else
    return R(value);
}

// 1 / (1 + e) and e / (1 + e), e = exp(-|x|)
template <class R>
R logistic(R x) {
  R const e = exp(R(-fabs(x)));
  return either<R>(x < 0, e, x == x ? R(1) : x) / (1 + e);
}
template <class R>
R log_one_plus_exp(R x) {
  return either<R>(x < 0, R(0), x) + log1p(exp(R(-fabs(x))));
}
template <class R>
R clamped(R x, double low, double high) {
  return x < low ? R(low) : x > high ? R(high) : x;
}

// x Φ(x). -x/√2 is rounded, which far below 0 is worth 2 z^2 of its last place: what it lost times erfc's derivative.
template <class R>
R gelu(R x) {
  R const bounded = clamped<R>(x, -64, 64);
  R const z = -bounded * ACCURACY_NUMBER(0.70710678118654752440084436210484903928483593768847);
  R const lost = (z + bounded * R(0.70703125)) +  // 8 bits: both terms are exact
                 bounded * ACCURACY_NUMBER(0.00007553118654752440084436210484903928483593768847);
  R const normal =
      erfc(z) + ACCURACY_NUMBER(1.1283791670955125738961589031215451716881012586580) * exp(R(-z * z)) * lost;
  return R(x < -64 ? R(-64) : x) * R(normal * R(0.5));
}

constexpr double largest = std::numeric_limits<double>::max();

template <class F>
reference entry(char const* name, F, reference facts = {}) {
  facts.name = name;
  facts.fast_float = [](double const* a, double const* b, double* out, std::ptrdiff_t count) {
    for (std::ptrdiff_t i = 0; i < count; ++i) out[i] = F{}(a[i], b[i]);
  };
  facts.fast_double = [](long double a, long double b) -> long double { return F{}(a, b); };
  facts.in_full = [](exact const& a, exact const& b) -> exact { return F{}(a, b); };
  return facts;
}

// clang-format off
#define ACCURACY_OF(formula) []<class R>([[maybe_unused]] R const& x, [[maybe_unused]] R const& y) -> R { return formula; }
// clang-format on

std::vector<reference> make_references() {
  reference const rising{.direction = monotone::rising}, falling{.direction = monotone::falling};
  reference const unpromised{.direction = monotone::rising, .promises_direction = false};
  reference const probability{.slack = 64, .kind = pairs::probabilities, .signed_zeros = false};
  std::vector<reference> all = {
      entry("stable_sigmoid", ACCURACY_OF(logistic(x)), rising),
      entry("stable_sigmoid'", ACCURACY_OF(logistic(x) * logistic(R(-x)))),
      entry("logistic_density", ACCURACY_OF(logistic(x) * logistic(R(-x)))),
      entry("log_sigmoid", ACCURACY_OF(-log_one_plus_exp(R(-x))), rising),
      entry("log_sigmoid'", ACCURACY_OF(logistic(R(-x))), falling),
      entry("softplus", ACCURACY_OF(log_one_plus_exp(x)), rising),
      entry("softplus'", ACCURACY_OF(logistic(x)), rising),
      entry("tanh", ACCURACY_OF(tanh(x)), rising),
      entry("exp", ACCURACY_OF(exp(x)), rising),
      entry("expm1", ACCURACY_OF(expm1(x)), rising),
      entry("log", ACCURACY_OF(log(x)), rising),
      entry("log1p", ACCURACY_OF(log1p(x)), rising),
      // exp(-x) overflows below: the result is 0, as in PyTorch
      entry("sigmoid", ACCURACY_OF(logistic(x)),
            {.direction = monotone::rising, .lowest_float = -88.7, .lowest_double = -709.7}),
      entry("gelu", ACCURACY_OF(gelu(x))),
      entry("silu", ACCURACY_OF(R(x < -1e4 ? R(-1e4) : x) * logistic(x))),
      entry("mish", ACCURACY_OF(R(x < -1e4 ? R(-1e4) : x) * tanh(log_one_plus_exp(x)))),
      entry("logit", ACCURACY_OF(either<R>(x > 0.25 && x < 2, log1p(R((2 * x - 1) / (1 - x))), log(R(x / (1 - x))))),
            rising),
      entry("elu", ACCURACY_OF(either<R>(x > 0, x, y * expm1(x))), {.direction = monotone::rising, .parameter = 1}),
      entry("selu",
            ACCURACY_OF(either<R>(x > 0, R(ACCURACY_NUMBER(1.0507009873554804934193349852946) * x),
                                  R(ACCURACY_NUMBER(1.7580993408473768599402175208123) * expm1(x)))),
            rising),
      entry("celu", ACCURACY_OF(either<R>(x > 0, x, y * expm1(R(x / y)))),
            {.direction = monotone::rising, .parameter = 1}),
      entry("log2", ACCURACY_OF(log2(x)), rising),
      entry("log10", ACCURACY_OF(log10(x)), rising),
      entry("exp2", ACCURACY_OF(exp2(x)), rising),
      entry("sqrt", ACCURACY_OF(sqrt(x)), rising),
      entry("rsqrt", ACCURACY_OF(1 / sqrt(x)), falling),
      entry("cbrt", ACCURACY_OF(cbrt(x)), unpromised),
      entry("erf", ACCURACY_OF(erf(x)), unpromised),
      entry("sin", ACCURACY_OF(sin(x))),
      entry("cos", ACCURACY_OF(cos(x))),
      entry("tan", ACCURACY_OF(tan(x))),
      entry("asin", ACCURACY_OF(asin(x)), rising),
      entry("acos", ACCURACY_OF(acos(x)), falling),
      entry("atan", ACCURACY_OF(atan(x)), rising),
      entry("sinh", ACCURACY_OF(sinh(x)), rising),
      entry("cosh", ACCURACY_OF(cosh(x))),
      entry("relu", ACCURACY_OF(either<R>(x < 0, R(0), x)), rising),
      entry("leaky_relu", ACCURACY_OF(either<R>(x > 0, x, R(x * y))),
            {.direction = monotone::rising, .parameter = 0.01}),
      entry("hard_sigmoid", ACCURACY_OF(R(clamped<R>(R(x + 3), 0, 6) / 6)), rising),
      entry("hard_swish", ACCURACY_OF(R(x < -largest ? R(-largest) : x) * R(clamped<R>(R(x + 3), 0, 6) / 6))),
      entry("square", ACCURACY_OF(x * x)),
      entry("abs", ACCURACY_OF(fabs(x))),
      entry("negate", ACCURACY_OF(-x), falling),
      entry("sign",
            ACCURACY_OF(x > 0   ? R(1)
                        : x < 0 ? R(-1)
                                : x),
            rising),
      entry("floor", ACCURACY_OF(floor(x)), rising),
      entry("ceil", ACCURACY_OF(ceil(x)), rising),
      entry("round", ACCURACY_OF(nearbyint(x)), rising),
      entry("trunc", ACCURACY_OF(trunc(x)), rising),
      // two arguments
      entry("pow", ACCURACY_OF(pow(x, y)), {.kind = pairs::powers}),
      entry("hypot", ACCURACY_OF(hypot(x, y))),
      entry("atan2", ACCURACY_OF(atan2(x, y))),
      entry("bce", ACCURACY_OF(R(-(y * clamped<R>(log(x), -100, 0) + (1 - y) * clamped<R>(log1p(R(-x)), -100, 0)))),
            probability),
      entry("bce_with_logits",
            ACCURACY_OF(R(either<R>((x < 0 ? y : R(1 - y)) == 0, R(0), R(fabs(x) * (x < 0 ? y : R(1 - y)))) +
                          log1p(exp(R(-fabs(x)))))),
            probability),
      entry("mse", ACCURACY_OF((x - y) * (x - y)), {.slack = 64}),
      entry("expand_as", ACCURACY_OF(x)),
      entry("plus", ACCURACY_OF(x + y)),
      entry("minus", ACCURACY_OF(x - y)),
      entry("times", ACCURACY_OF(x * y)),
      entry("hadamard", ACCURACY_OF(x * y)),
      entry("outer", ACCURACY_OF(x * y)),
      entry("divides", ACCURACY_OF(x / y)),
      entry("min",
            ACCURACY_OF(x != x   ? x
                        : y != y ? y
                        : y < x  ? y
                                 : x),
            {.signed_zeros = false}),
      entry("max",
            ACCURACY_OF(x != x   ? x
                        : y != y ? y
                        : x < y  ? y
                                 : x),
            {.signed_zeros = false}),
  };
  return all;
}

}  // namespace

std::vector<reference> const& references() {
  static std::vector<reference> const all = make_references();
  return all;
}

reference const* find_reference(std::string_view name) {
  auto const& all = references();
  auto const at = std::find_if(all.begin(), all.end(), [&](reference const& r) { return r.name == name; });
  return at == all.end() ? nullptr : &*at;
}

}  // namespace accuracy
