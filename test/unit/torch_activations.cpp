// SPDX-License-Identifier: BSL-1.0
// Activations and their derivatives beside PyTorch's, at 267 points of either element type. PyTorch
// is a peer, not the truth: where its formula is known to lose its digits, the expectation is the
// mathematical value instead. Those places are named one by one.
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <boost/mpl/list.hpp>
#include <cstdlib>
#include <fstream>
#include <map>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(activations_beside_pytorch)

/// The columns of a file of hexadecimal floats, by name.
template <class T>
struct table {
  std::map<std::string, std::vector<T>> column;

  explicit table(char const* name) {
    std::ifstream in(std::string(ONELOOP_TEST_DATA "/") + name);
    BOOST_TEST_REQUIRE(in.good(), "cannot read " << name << " in " ONELOOP_TEST_DATA);
    std::vector<std::string> names;
    std::string line, field;
    std::getline(in, line);
    for (std::istringstream fields(line); std::getline(fields, field, ',');) names.push_back(field);
    while (std::getline(in, line)) {
      std::size_t at = 0;
      for (std::istringstream fields(line); std::getline(fields, field, ',');)
        column[names.at(at++)].push_back(T(std::strtod(field.c_str(), nullptr)));
    }
  }
};

/// |ours - theirs| <= ulp units in the last place of theirs + absolute · epsilon.
struct limits {
  double ulp, absolute = 0;
};

real never(real) { return std::numeric_limits<real>::quiet_NaN(); }

template <class T>
class suite {
 public:
  explicit suite(char const* file) : data_(file), x_(int(data_.column.at("x").size())) {
    auto const& x = data_.column.at("x");
    BOOST_TEST_REQUIRE(x.size() == 267u);
    std::copy(x.begin(), x.end(), x_.begin());
  }

  auto x() const { return as_formula(x_); }
  /// The derivative at each point, by the gradient of the sum.
  template <class F>
  auto slope(F const& f) const {
    constexpr auto at = var<"x", dyn>;
    return gradient(sum(f(at)), at)(at = x_);
  }

  /// Where `wrong(x)` holds PyTorch is not right, and `truth` counts instead.
  template <class F, class Wrong, class Truth>
  [[gnu::noinline]] void check(char const* name, F const& formula, limits allowed, Wrong wrong, Truth truth) const {
    auto const ours = run(formula);
    auto const& theirs = data_.column.at(name);
    real worst = -1;
    index_t worst_at = 0;
    int replaced = 0;
    for (index_t i = 0; i < x_.size(); ++i) {
      bool const replace = wrong(real(x_(i)));
      replaced += replace;
      real const expected = replace ? truth(real(x_(i))) : real(theirs[std::size_t(i)]);
      real const one = excess(T(ours(i)), expected, allowed);
      if (one > worst) worst = one, worst_at = i;
    }
    BOOST_TEST_MESSAGE(name << ": worst " << double(worst) << " of the allowed, at " << x_(worst_at)
                            << "; PyTorch replaced at " << replaced << " points");
    BOOST_TEST(worst <= 1, name << (sizeof(T) == 4 ? " float" : " double") << " at " << x_(worst_at) << ": "
                                << ours(worst_at) << ", PyTorch " << theirs[std::size_t(worst_at)] << ", the truth "
                                << truth(real(x_(worst_at))) << ": " << double(worst) << " times what is allowed");
  }
  template <class F>
  void check(char const* name, F const& formula, limits allowed) const {
    check(name, formula, allowed, [](real) { return false; }, never);
  }

 private:
  static real excess(T ours, real expected, limits allowed) {
    if (std::isnan(ours) || std::isnan(expected)) return std::isnan(ours) == std::isnan(expected) ? 0 : HUGE_VALL;
    if (real(ours) == expected || ours == T(expected)) return 0;
    if (std::isinf(ours) || std::isinf(expected)) return HUGE_VALL;
    using limit = std::numeric_limits<T>;
    int const exponent = expected == 0 ? limit::min_exponent : std::max(std::ilogb(expected) + 1, limit::min_exponent);
    real const ulp = std::ldexp(real(1), exponent - limit::digits);
    real const error = std::fabs(real(ours) - expected),
               bound = allowed.ulp * ulp + allowed.absolute * limit::epsilon();
    return bound > 0 ? error / bound : HUGE_VALL;
  }

  table<T> data_;
  tensor<T, dyn> x_;
};

template <class T>
suite<T> const& data() {
  static suite<T> const result(sizeof(T) == 4 ? "activations_float32.csv" : "activations_float64.csv");
  return result;
}

/// Ours as documented, and theirs: 1 ULP for what their vector library (SLEEF) computes.
template <class T>
double both(math::ulp_bound ours, double theirs = 1) {
  return (sizeof(T) == 4 ? ours.f32 : ours.f64) + theirs;
}

// exp(x) overflows above this.
template <class T>
constexpr real overflow = sizeof(T) == 4 ? 88.722L : 709.78L;
// and their log1p gives inf for what is not far below the largest number.
template <class T>
constexpr real overflow_of_log1p = sizeof(T) == 4 ? 87.5L : 708.5L;
// and is not a normal number below minus this.
template <class T>
constexpr real subnormal = sizeof(T) == 4 ? 87.3L : 708.3L;

// Limits at ±inf, where the terms of these formulas would be inf · 0: the last factor vanishes long
// before the bound.
real finite(real x) { return std::clamp(x, real(-11000), real(11000)); }
real slope_of_silu(real x) {
  x = finite(x);
  real const s = reference::sigmoid(x);
  return s + x * s * reference::sigmoid(-x);
}
real exact_softplus(real x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }
real exact_mish(real x) {
  x = finite(x);
  return x * std::tanh(exact_softplus(x));
}
real slope_of_mish(real x) {
  x = finite(x);
  real const t = std::tanh(exact_softplus(x));
  return t + x * reference::sigmoid(x) * (1 - t * t);
}
real exact_gelu(real x) {
  x = finite(x);
  return x / 2 * std::erfc(-x * std::sqrt(0.5L));
}
real slope_of_gelu(real x) {
  x = finite(x);
  return std::erfc(-x * std::sqrt(0.5L)) / 2 + x * std::exp(-x * x / 2) * 0.398942280401432677939946L;
}

using elements_ = boost::mpl::list<float, double>;

BOOST_AUTO_TEST_CASE_TEMPLATE(sigmoids, T, elements_) {
  auto const& t = data<T>();
  auto const x = t.x();
  // Their sigmoid has 2.1 ULP. Both are the textbook's 1 / (1 + exp(-x)), 0 below -overflow: no exception.
  t.check("sigmoid", sigmoid(x), {both<T>(sigmoid_t::ulp, 2.1)});
  // 1 - y has the error of y, half an epsilon for each of its ULP, and none of its digits above 17 (37).
  t.check("d_sigmoid", t.slope([](auto v) { return sigmoid(v); }), {both<T>(sigmoid_t::ulp, 2.1), 1.5});
  // Theirs: min(x, 0) - log1p(exp(-|x|)).
  t.check("log_sigmoid", log_sigmoid(x), {both<T>(log_sigmoid_t::ulp, 2)});
  t.check("d_log_sigmoid", t.slope([](auto v) { return log_sigmoid(v); }), {both<T>(stable_sigmoid_t::ulp, 2)});
  // Theirs, log1p(exp(x)), overflows although its result is x there; its derivative is then inf / inf. At
  // 10^10 and beyond it is x.
  auto const overflows = [](real z) { return z > overflow_of_log1p<T> && z < 100000; };
  t.check("softplus", softplus(x), {both<T>(softplus_t::ulp, 2)}, overflows, exact_softplus);
  t.check("d_softplus", t.slope([](auto v) { return softplus(v); }), {both<T>(stable_sigmoid_t::ulp, 2)}, overflows,
          reference::sigmoid);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(exponentials, T, elements_) {
  auto const& t = data<T>();
  auto const x = t.x();
  t.check("tanh", tanh(x), {both<T>(tanh_t::ulp)});
  // 1 - y² has twice the error of y, which is half an epsilon per ULP.
  t.check("d_tanh", t.slope([](auto v) { return tanh(v); }), {1, both<T>(tanh_t::ulp)});
  t.check("exp", exp(x), {both<T>(exp_t::ulp)});
  t.check("d_exp", t.slope([](auto v) { return exp(v); }), {both<T>(exp_t::ulp)});
  t.check("expm1", expm1(x), {both<T>(expm1_t::ulp)});
  // y + 1 has the error of y near -1, half an epsilon per ULP.
  t.check("d_expm1", t.slope([](auto v) { return expm1(v); }), {both<T>(expm1_t::ulp), both<T>(expm1_t::ulp) / 2});
  // Theirs, exp(x) - 1, has half an epsilon of absolute error per ULP of exp near 1.
  t.check("elu", elu(x), {both<T>(elu_t::ulp), 1});
  t.check("d_elu", t.slope([](auto v) { return elu(v); }), {both<T>(exp_t::ulp)});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(logarithms_and_roots, T, elements_) {
  auto const& t = data<T>();
  auto const x = t.x();
  t.check("log", log(x), {both<T>(log_t::ulp)});
  t.check("log1p", log1p(x), {both<T>(log1p_t::ulp)});
  // Quotients of exact numbers and of a sum that both round the same way: no difference at all.
  t.check("d_log", t.slope([](auto v) { return log(v); }), {0});
  t.check("d_log1p", t.slope([](auto v) { return log1p(v); }), {0});
  t.check("sqrt", sqrt(x), {0});
  t.check("d_sqrt", t.slope([](auto v) { return sqrt(v); }), {0});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(rectifiers, T, elements_) {
  auto const& t = data<T>();
  auto const x = t.x();
  auto const nan = [](real z) { return std::isnan(z); };
  t.check("relu", relu(x), {0});
  // At NaN theirs is 1 (not x <= 0), ours 0 (not y > 0); neither is a derivative.
  t.check("d_relu", t.slope([](auto v) { return relu(v); }), {0}, nan, [](real) { return real(0); });
  t.check("leaky_relu", leaky_relu(x), {0});
  t.check("d_leaky_relu", t.slope([](auto v) { return leaky_relu(v); }), {0});
  t.check("abs", abs(x), {0});
  // At NaN theirs is 0, ours NaN.
  t.check("d_abs", t.slope([](auto v) { return abs(v); }), {0}, nan, never);
  t.check("hard_sigmoid", hard_sigmoid(x), {both<T>(hard_sigmoid_t::ulp)});
  // Their 1/6 is that of a float, also for double.
  t.check(
      "d_hard_sigmoid", t.slope([](auto v) { return hard_sigmoid(v); }), {0.5},
      [](real z) { return sizeof(T) == 8 && std::fabs(z) < 3; }, [](real) { return 1 / 6.L; });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(gates, T, elements_) {
  auto const& t = data<T>();
  auto const x = t.x();
  // Theirs: x / (1 + exp(-x)), which is 0 where exp(-x) overflows, and NaN at -inf.
  t.check(
      "silu", silu(x), {both<T>(silu_t::ulp, 3)}, [](real z) { return z < -overflow<T>; },
      [](real z) { return finite(z) * reference::sigmoid(finite(z)); });
  // s + x·s·(1 - s): the difference loses the digits of s; up to x = 37, where it is 0, that is x times half an
  // epsilon. Around x = -1.28 the terms cancel. Theirs is lost where exp(-x) overflows, and NaN at ±inf.
  t.check(
      "d_silu", t.slope([](auto v) { return silu(v); }), {both<T>(stable_sigmoid_t::ulp, 3), 20},
      [](real z) { return z < -overflow<T> || std::isinf(z); }, slope_of_silu);
  // Theirs: x/2·(1 + erf(x/√2)), without any digit below -5: the error of erf near -1 is half an epsilon.
  t.check("gelu", gelu(x), {both<T>(gelu_t::ulp, 3)}, [](real z) { return z < -0.5L; }, exact_gelu);
  // The same sum, plus x·φ(x), is in both derivatives; theirs is NaN at ±inf.
  t.check(
      "d_gelu", t.slope([](auto v) { return gelu(v); }), {2, 2}, [](real z) { return std::isinf(z); }, slope_of_gelu);
  // Theirs: x·tanh(softplus(x)), where softplus is subnormal it has lost digits; NaN at -inf.
  auto const lost = [](real z) { return z < -subnormal<T>; };
  t.check("mish", mish(x), {both<T>(mish_t::ulp, 4)}, lost, exact_mish);
  // Where the terms cancel, around -1.19, both have the errors of terms of size 0.3. NaN at ±inf.
  t.check(
      "d_mish", t.slope([](auto v) { return mish(v); }), {10, 2}, [&](real z) { return lost(z) || std::isinf(z); },
      slope_of_mish);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(trigonometric_and_erf, T, elements_) {
  auto const& t = data<T>();
  auto const x = t.x();
  t.check("sin", sin(x), {both<T>(sin_t::ulp)});
  t.check("d_sin", t.slope([](auto v) { return sin(v); }), {both<T>(cos_t::ulp)});
  t.check("cos", cos(x), {both<T>(cos_t::ulp)});
  t.check("d_cos", t.slope([](auto v) { return cos(v); }), {both<T>(sin_t::ulp)});
  t.check("erf", erf(x), {both<T>(erf_t::ulp)});
  // 2/√π·exp(-x²): both round x² the same way, so what exp makes of that rounding is no difference.
  t.check("d_erf", t.slope([](auto v) { return erf(v); }), {both<T>(exp_t::ulp, 3)});
}

BOOST_AUTO_TEST_SUITE_END()
