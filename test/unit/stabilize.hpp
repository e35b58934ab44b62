// SPDX-License-Identifier: BSL-1.0
// Every rule of the table, from the table, for stabilize.cpp and stabilize_double.cpp: its pattern evaluated in many
// digits says what is right. Over a grid of ordinary, extreme and special values the stabilised formula must be right
// within the bounds of its functions, and the original must be wrong somewhere, or the rule has no reason to be.
#pragma once

#include <algorithm>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <oneloop/oneloop.hpp>
#include <string>
#include <type_traits>
#include <vector>

namespace stability {

using namespace oneloop;

// ---- what is right

/// Digits enough for 1 - 1 / (1 + exp(-reach)), where exp(-reach) is far below the smallest subnormal of T.
template <class T>
inline constexpr unsigned digits = sizeof(T) == 4 ? 120 : 400;
template <class T>
constexpr double reach = sizeof(T) == 4 ? 200 : 800;
template <class T>
using exact =
    boost::multiprecision::number<boost::multiprecision::cpp_bin_float<digits<T>>, boost::multiprecision::et_off>;

/// The digits do not reach that far, or there is no value.
struct beyond {};

template <class R>
struct arithmetic {
  double most;
  R exp(R const& x) const {
    if (abs(x) > 2 * most) throw beyond{};
    return boost::multiprecision::exp(x);
  }
  R log(R const& x) const {
    if (x < 0) throw beyond{};
    return x == 0 ? R(-std::numeric_limits<R>::infinity()) : R(boost::multiprecision::log(x));
  }
  R operator()(plus_t, R const& a, R const& b) const { return a + b; }
  R operator()(minus_t, R const& a, R const& b) const { return a - b; }
  R operator()(times_t, R const& a, R const& b) const { return a * b; }
  R operator()(hadamard_t, R const& a, R const& b) const { return a * b; }
  R operator()(divides_t, R const& a, R const& b) const { return a / b; }
  R operator()(negate_t, R const& a) const { return -a; }
  R operator()(square_t, R const& a) const { return a * a; }
  R operator()(sqrt_t, R const& a) const { return boost::multiprecision::sqrt(a); }
  R operator()(exp_t, R const& a) const { return exp(a); }
  R operator()(log_t, R const& a) const { return log(a); }
  R operator()(log1p_t, R const& a) const { return log(1 + a); }
  R operator()(sigmoid_t, R const& a) const { return 1 / (1 + exp(-a)); }
  R operator()(bce_t, R const& p, R const& t) const { return -(t * log(p) + (1 - t) * log(1 - p)); }
};

template <class R>
using values = std::vector<R>;

/// A formula's value in many digits, by its textbook meaning; `variable(name)` gives those of the variables.
template <class R, class Variable>
struct reference {
  arithmetic<R> const& compute;
  Variable const& variable;

  template <fixed_string Name, class Shape>
  values<R> operator()(var_t<Name, Shape> const&) const {
    return variable(std::string(Name.c_str()));
  }
  template <long long N, long long D>
  values<R> operator()(constant<N, D> const&) const {
    return {R(N) / R(D)};
  }
  template <class Op, class Shape, class... Args>
  values<R> operator()(applied<Op, Shape, Args...> const&) const {
    return each<Op>((*this)(Args{})...);
  }
  template <int Axis, class A>
  values<R> operator()(reduced<sum_t, Axis, A> const&) const {
    R total = 0;
    for (R const& v : (*this)(A{})) total += v;
    return {total};
  }
  template <class Body>
  values<R> operator()(bound<Body> const&) const {  // softmax
    using normalisation = rewriting::normalisation<bound<Body>>;
    static_assert(std::is_same_v<typename normalisation::operation, softmax_t>);
    values<R> result = (*this)(typename normalisation::operand{});
    R total = 0;
    for (R& v : result) total += v = compute.exp(v);
    for (R& v : result) v /= total;
    return result;
  }

  template <class Op, class... V>
  values<R> each(V const&... v) const {
    values<R> result(std::max({v.size()...}));
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = compute(Op{}, v[v.size() == 1 ? 0 : i]...);
    return result;
  }
};

// ---- the grid

template <class T>
values<T> interesting() {
  using limits = std::numeric_limits<T>;
  T const far = T(reach<T>), edge = std::log(limits::max());
  values<T> result{0,
                   limits::denorm_min(),
                   limits::min(),
                   T(1e-30),
                   T(1e-9),
                   T(1e-6),
                   T(3e-4),
                   T(0.02),
                   T(0.3),
                   T(0.6931),
                   T(0.6932),
                   T(0.999),
                   1,
                   T(1.7),
                   5,
                   12,
                   17.5,
                   30,
                   50,
                   edge - T(0.5),
                   edge + T(0.5),
                   edge + 9,
                   edge + 16,
                   far,
                   4 * std::sqrt(limits::max())};
  for (std::size_t i = result.size(); i-- > 0;) result.push_back(-result[i]);
  return result;
}
/// No digits reach there: what is right is what was right at the end of the reach, on the same side.
template <class T>
values<T> extreme() {
  using limits = std::numeric_limits<T>;
  return {limits::max(), limits::infinity(), -limits::max(), -limits::infinity()};
}
template <class T>
values<T> others() {
  return {0, T(0.25), 1};
}

constexpr int known_range = 50, count = (known_range + 4) * 3;
template <class T>
struct points {
  tensor<T, count> x, y, t;
  points() {
    int i = 0;
    for (auto const& part : {interesting<T>(), extreme<T>()})
      for (T value : part)
        for (T other : others<T>()) {
          x[i] = value;
          // The second argument of hypot: of the size of the first.
          y[i] = std::abs(value) < 1 ? other * T(1e-25) : other * T(1e25);
          t[i] = other;
          ++i;
        }
    BOOST_REQUIRE_EQUAL(i, count);
  }
  template <fixed_string Name>
  auto const& get() const {
    if constexpr (Name == fixed_string("x"))
      return x;
    else if constexpr (Name == fixed_string("y"))
      return y;
    else
      return t;
  }
};

template <class F, class Points, class... Vars>
auto over(F const& formula, Points const& at, type_list<Vars...>) {
  return bind(formula, (Vars{} = at.template get<Vars::name>())...);
}
template <class F, class Points>
auto over(F const& formula, Points const& at) {
  return over(formula, at, oneloop::detail::variables_of<F>{});
}

/// The bound of a formula: those of its functions, which a function of another may double.
template <class T, class Node>
constexpr double bound_of = 0;
template <class T, class... Nodes>
constexpr double sum_of(type_list<Nodes...>) {
  return (0.0 + ... + bound_of<T, Nodes>);
}
template <class T, class Op, class Shape, class... Args>
constexpr double bound_of<T, applied<Op, Shape, Args...>> =
    (sizeof(T) == 4 ? Op::ulp.f32 : Op::ulp.f64) + 2 * sum_of<T>(type_list<Args...>{});

template <class T, class R>
double ulps(T got, R const& right, T scale = 0) {
  using limits = std::numeric_limits<T>;
  if (isinf(right) || std::isinf(got) || std::isnan(got)) {
    if (abs(right) > R(limits::max()) || isinf(right))
      return std::isinf(got) && (got > 0) == (right > 0) ? 0 : std::numeric_limits<double>::infinity();
    return std::numeric_limits<double>::infinity();
  }
  T const size = std::max({std::abs(static_cast<T>(right)), std::abs(scale), limits::min()});
  R const unit = ldexp(R(1), std::ilogb(size) - limits::digits + 1);
  return static_cast<double>(abs(R(got) - right) / unit);
}

inline constexpr double lost = 100;  // so many ULP off is wrong

template <class T, class Rule>
void check_rule() {
  using R = exact<T>;
  typename Rule::pattern const original{};
  auto const stable = stabilize(original);
  constexpr double allowed = bound_of<T, std::remove_const_t<decltype(stable)>> + 1e-6;
  static points<T> const at;
  auto const before = evaluate(over(original, at));
  auto const after = evaluate(over(stable, at));
  static_assert(std::is_same_v<decltype(stabilize(over(original, at))), decltype(over(stable, at))>);

  arithmetic<R> const compute{reach<T>};
  int known = 0;
  double worst = 0, worst_before = 0;
  bool right[2][3] = {};  // at the ends of the reach
  for (int i = 0; i < count; ++i) {
    BOOST_TEST_CONTEXT(text(original).c_str() << " at x = " << at.x[i] << ", y = " << at.y[i] << ", t = " << at.t[i]
                                              << ": " << before[i] << ", stable " << after[i]) {
      bool const is_extreme = i >= known_range * 3;
      bool const negative = std::signbit(at.x[i]);
      if (is_extreme) {
        // What the original says there holds if it was right where the digits end.
        if (std::isfinite(before[i]) && right[negative][i % 3])
          BOOST_TEST(std::abs(after[i] - before[i]) <=
                     (allowed + 1) * std::numeric_limits<T>::epsilon() * std::abs(before[i]));
        continue;
      }
      auto const variable = [&](std::string const& name) {
        return values<R>{R(name == "x" ? at.x[i] : name == "y" ? at.y[i] : at.t[i])};
      };
      try {
        R const value = reference<R, decltype(variable)>{compute, variable}(original)[0];
        if (isnan(value)) throw beyond{};
        double const error = ulps(after[i], value);
        BOOST_TEST(error <= allowed);
        worst = std::max(worst, error);
        double const error_before = ulps(before[i], value);
        worst_before = std::max(worst_before, error_before);
        if (std::abs(at.x[i]) == T(reach<T>)) right[negative][i % 3] = error_before <= 4;
        ++known;
      } catch (beyond) {
      }
    }
  }
  BOOST_TEST_MESSAGE(text(original).c_str()
                     << " -> " << text(stable).c_str() << ": worst " << worst << " ULP, original " << worst_before);
  BOOST_TEST(known > count / 3);
  BOOST_TEST(worst_before > lost, text(original).c_str() << " is never wrong");
}

// ---- of vectors

template <class T>
struct vectors {
  tensor<T, 3> x, t;
  template <fixed_string Name>
  auto const& get() const {
    if constexpr (Name == fixed_string("x"))
      return x;
    else
      return t;
  }
};

template <class T>
values<T> listed(T number) {
  return {number};
}
template <class T>
values<T> listed(tensor<T, 3> const& v) {
  return {v[0], v[1], v[2]};
}

template <class T, class Rule>
void check_vector_rule() {
  using R = exact<T>;
  typename Rule::pattern const original{};
  auto const stable = stabilize(original);
  arithmetic<R> const compute{reach<T>};
  double worst_before = 0;
  for (T a : interesting<T>()) {
    if (std::abs(a) > T(reach<T>)) continue;
    for (T b : {T(0), T(1), -a, a}) {
      vectors<T> const at{{a, b, a / 2}, {T(0.5), T(0), T(0.5)}};
      auto const before = listed(evaluate(over(original, at)));
      auto const after = listed(evaluate(over(stable, at)));
      auto const variable = [&](std::string const& name) {
        values<R> result;
        for (T v : listed(name == "x" ? at.x : at.t)) result.push_back(R(v));
        return result;
      };
      auto const right = reference<R, decltype(variable)>{compute, variable}(original);
      BOOST_REQUIRE_EQUAL(right.size(), after.size());
      for (std::size_t i = 0; i < right.size(); ++i) {
        BOOST_TEST_CONTEXT(text(original).c_str()
                           << " at " << a << ", " << b << ": " << before[i] << ", stable " << after[i]) {
          // m + log(sum) and the sum of the products: each step rounds at the size of the largest part.
          BOOST_TEST(ulps(after[i], right[i], std::max({T(1), std::abs(a), std::abs(b)})) <= 6);
          worst_before = std::max(worst_before, ulps(before[i], right[i], T(1)));
        }
      }
    }
  }
  BOOST_TEST(worst_before > lost, text(original).c_str() << " is never wrong");
}

/// The rules over vectors of the grid's size, or of three elements.
using table = decltype(rewriting::stable_rules::rules<shape::extents<count>, shape::extents<3>>());

template <class Node>
struct is_vector : std::false_type {};
template <fixed_string Name>
struct is_vector<var_t<Name, shape::extents<3>>> : std::true_type {};

template <class T, class... Rules>
void check_all(type_list<Rules...>) {
  auto const check = []<class Rule>(std::type_identity<Rule>) {
    if constexpr (any_node<is_vector, typename Rule::pattern>)
      check_vector_rule<T, Rule>();
    else
      check_rule<T, Rule>();
  };
  (check(std::type_identity<Rules>{}), ...);
}

}  // namespace stability
