// SPDX-License-Identifier: BSL-1.0
// Random formulas. A seed is a tree of operations while compiling, and the tree is written twice: as
// a formula, and as a recursive function of long double. That one carries an error bound along with
// each value (what the roundings of the element type can add up to), so that the comparison is as
// strict as each formula is well conditioned. A failure prints the seed and the formula.
#pragma once

#include "reference.hpp"

#include <iterator>
#include <tuple>
#include <utility>

namespace random_formulas {

using namespace oneloop;
using reference::real;

// ---- a value and what it may be wrong by

template <class T>
struct bounded {
  real value, error = 0;
  // false: the element type overflowed, or the divisor may be 0, and nothing is said of the result.
  bool known = true;
};

/// `value`, wrong by `inherited` through its arguments, computed with `ulps` units in the last place.
template <class T, class... A>
bounded<T> result(real value, real inherited, real ulps, A const&... from) {
  using limits = std::numeric_limits<T>;
  real const error = inherited + ulps * (limits::epsilon() * std::fabs(value) + limits::denorm_min());
  bool const in_range = std::fabs(value) + error < real(limits::max()) / 2;  // NaN: false
  return {value, error, (in_range && ... && from.known)};
}

// ---- the tree

constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

enum kind { a_vector, plus, minus, times, over, smaller, larger, logistic, tangent, exponential, choice, size, squared,
            scaled, shifted, inverse, kinds };

constexpr int deepest = 4;
constexpr double constants[] = {0.5, -1.5, 2, 0.25, 3, -0.125};  // exact in float

template <std::uint64_t Seed, int Depth>
struct tree {
  static constexpr std::uint64_t here = mix(Seed * 8 + Depth);
  static constexpr kind what = Depth == 0 || (Depth < deepest - 1 && here % 5 == 0)
                                   ? a_vector
                                   : kind(plus + (here >> 8) % (kinds - plus));
  static constexpr int which = int((here >> 32) % 3);
  static constexpr double number = constants[(here >> 40) % std::size(constants)];

  template <int Child>
  using child = tree<mix(here + Child), (Depth > 0 ? Depth - 1 : 0)>;

  template <class A, class B, class C>
  static constexpr auto formula(A const& a, B const& b, C const& c) {
    if constexpr (what == a_vector) return as_formula(std::get<which>(std::tie(a, b, c)));
    else if constexpr (what == plus) return child<1>::formula(a, b, c) + child<2>::formula(a, b, c);
    else if constexpr (what == minus) return child<1>::formula(a, b, c) - child<2>::formula(a, b, c);
    else if constexpr (what == times) return child<1>::formula(a, b, c) % child<2>::formula(a, b, c);
    else if constexpr (what == over) return child<1>::formula(a, b, c) / child<2>::formula(a, b, c);
    else if constexpr (what == smaller) return min(child<1>::formula(a, b, c), child<2>::formula(a, b, c));
    else if constexpr (what == larger) return max(child<1>::formula(a, b, c), child<2>::formula(a, b, c));
    else if constexpr (what == logistic) return sigmoid(child<1>::formula(a, b, c));
    else if constexpr (what == tangent) return tanh(child<1>::formula(a, b, c));
    else if constexpr (what == exponential) return exp(tanh(child<1>::formula(a, b, c)));
    else if constexpr (what == choice) return where(child<1>::formula(a, b, c) < child<2>::formula(a, b, c), a - b, c);
    else if constexpr (what == size) return abs(child<1>::formula(a, b, c));
    else if constexpr (what == squared) return square(child<1>::formula(a, b, c));
    else if constexpr (what == scaled) return number * child<1>::formula(a, b, c);
    else if constexpr (what == shifted) return child<1>::formula(a, b, c) + number;
    else return number / child<1>::formula(a, b, c);
  }

  template <class T>
  static bounded<T> value(T a, T b, T c) {
    if constexpr (what == a_vector) {
      return {which == 0 ? a : which == 1 ? b : c};
    } else {
      bounded<T> const x = child<1>::value(a, b, c);
      if constexpr (what == logistic) {
        // Between x - e and x + e it changes by a factor of at most exp(e), and by e/4. What is
        // smaller than every normal number may be 0: the textbook formula.
        real const s = reference::sigmoid(x.value);
        return result<T>(s, std::min(s * std::expm1(x.error), x.error / 4) + std::numeric_limits<T>::min(), 3, x);
      } else if constexpr (what == tangent) {
        return tangent_of(x);
      } else if constexpr (what == exponential) {
        bounded<T> const t = tangent_of(x);
        real const e = std::exp(t.value);
        return result<T>(e, e * std::expm1(t.error), 2, t);
      } else if constexpr (what == size) {
        return result<T>(std::fabs(x.value), x.error, 0, x);
      } else if constexpr (what == squared) {
        return result<T>(x.value * x.value, x.error * (2 * std::fabs(x.value) + x.error), 0.5, x);
      } else if constexpr (what == scaled) {
        return result<T>(number * x.value, std::fabs(number) * x.error, 0.5, x);
      } else if constexpr (what == shifted) {
        return result<T>(x.value + number, x.error, 0.5, x);
      } else if constexpr (what == inverse) {
        return quotient({number}, x);
      } else {
        bounded<T> const y = child<2>::value(a, b, c);
        if constexpr (what == plus)
          return result<T>(x.value + y.value, x.error + y.error, 0.5, x, y);
        else if constexpr (what == minus)
          return result<T>(x.value - y.value, x.error + y.error, 0.5, x, y);
        else if constexpr (what == times)
          return result<T>(x.value * y.value,
                           std::fabs(x.value) * y.error + std::fabs(y.value) * x.error + x.error * y.error, 0.5, x, y);
        else if constexpr (what == over)
          return quotient(x, y);
        else if constexpr (what == smaller)
          return result<T>(x.value < y.value ? x.value : y.value, std::max(x.error, y.error), 0, x, y);
        else if constexpr (what == larger)
          return result<T>(x.value > y.value ? x.value : y.value, std::max(x.error, y.error), 0, x, y);
        else {
          // Where the errors decide the comparison, either choice is right.
          bool const decided = std::fabs(x.value - y.value) >= x.error + y.error;
          bounded<T> const difference = result<T>(real(a) - real(b), 0, 0.5);
          bounded<T> chosen = x.value < y.value ? difference : bounded<T>{c};
          chosen.known = chosen.known && decided && x.known && y.known;
          return chosen;
        }
      }
    }
  }

 private:
  template <class T>
  static bounded<T> tangent_of(bounded<T> const& x) {
    // The slope is largest where |x| is smallest.
    real const nearest = std::tanh(std::max(std::fabs(x.value) - x.error, real(0)));
    return result<T>(std::tanh(x.value), std::min(x.error * (1 - nearest * nearest), real(2)), 1.5, x);
  }
  template <class T>
  static bounded<T> quotient(bounded<T> const& x, bounded<T> const& y) {
    real const least = std::fabs(y.value) - y.error, ratio = x.value / y.value;
    bounded<T> r = result<T>(ratio, (x.error + std::fabs(ratio) * y.error) / least, 0.5, x, y);
    r.known = r.known && least > 0;
    return r;
  }
};

// ---- data: 37 elements, some of them special

constexpr int length = 37;

template <class T>
tensor<T, dyn> data(std::uint64_t seed) {
  auto x = reference::random_tensor<T, dyn>(seed, -3, 3, length);
  bool const single = sizeof(T) == 4;
  T const special[] = {T(0),
                       T(-0.0),
                       T(single ? 1e-30 : 1e-200),
                       -std::numeric_limits<T>::denorm_min() * 5,
                       T(single ? 3e9 : 3e75),
                       T(-1e4)};
  int at = int(seed % 5);
  for (T s : special) x(at) = s, at += 6;
  return x;
}

/// Nothing but what formulas seldom see.
template <class T>
tensor<T, dyn> edges(std::uint64_t seed) {
  using limits = std::numeric_limits<T>;
  T const values[] = {T(0), T(-0.0), limits::denorm_min(), -5 * limits::denorm_min(), limits::min(), limits::max(),
                      limits::lowest(), limits::infinity(), -limits::infinity(), limits::quiet_NaN(), T(1), T(-1),
                      T(1e4), T(-90)};
  tensor<T, dyn> x(length);
  for (int i = 0; i < length; ++i) x(i) = values[mix(seed * length + std::uint64_t(i)) % std::size(values)];
  return x;
}

// What a bound may be and still mean something: about four digits less than the type has.
template <class T>
bool sharp(bounded<T> const& x) {
  return x.known && x.error <= 1024 * std::numeric_limits<T>::epsilon() * std::max(real(1), std::fabs(x.value));
}

template <std::uint64_t Seed>
std::string name() {
  std::ostringstream out;
  out << "seed " << Seed << ": "
      << text(tree<Seed, deepest>::formula(var<"a", dyn>, var<"b", dyn>, var<"c", dyn>));
  return out.str();
}

template <class T, std::uint64_t Seed>
[[gnu::noinline]] int check() {
  using formula = tree<Seed, deepest>;
  auto const a = data<T>(3 * Seed), b = data<T>(3 * Seed + 1), c = data<T>(3 * Seed + 2);
  auto const of = [](auto const& x, auto const& y, auto const& z) {
    return reference::run(formula::formula(x, y, z));
  };
  tensor<T, dyn> const got = of(a, b, c);

  int sharply = 0;
  for (int i = 0; i < length; ++i) {
    bounded<T> const expected = formula::value(a(i), b(i), c(i));
    if (sharp(expected)) ++sharply;
    if (expected.known && !(std::fabs(got(i) - expected.value) <= expected.error)) {
      std::ostringstream out;
      out.precision(21);
      out << name<Seed>() << ", element " << i << " (a " << a(i) << ", b " << b(i) << ", c " << c(i) << "): " << got(i)
          << ", expected " << expected.value << " up to " << expected.error;
      BOOST_ERROR(out.str());
    }

    // Alone it goes through the rest of the loop, not through its packs: the same bits.
    tensor<T, dyn> x(1), y(1), z(1);
    x(0) = a(i), y(0) = b(i), z(0) = c(i);
    T const alone = of(x, y, z)(0);
    if (!(alone == got(i) || (alone != alone && got(i) != got(i)))) {
      std::ostringstream out;
      out.precision(21);
      out << name<Seed>() << ", element " << i << ": " << got(i) << ", alone " << alone;
      BOOST_ERROR(out.str());
    }
  }

  // Infinite, NaN, subnormal: no bound says what comes of them, but it is the same in every lane and alone.
  auto const ea = edges<T>(3 * Seed), eb = edges<T>(3 * Seed + 1), ec = edges<T>(3 * Seed + 2);
  tensor<T, dyn> const edge = of(ea, eb, ec);
  for (int i = 0; i < length; ++i) {
    tensor<T, dyn> x(1), y(1), z(1);
    x(0) = ea(i), y(0) = eb(i), z(0) = ec(i);
    T const alone = of(x, y, z)(0);
    if (!(alone == edge(i) ? std::signbit(alone) == std::signbit(edge(i)) : alone != alone && edge(i) != edge(i))) {
      std::ostringstream out;
      out.precision(21);
      out << name<Seed>() << ", element " << i << " (a " << ea(i) << ", b " << eb(i) << ", c " << ec(i)
          << "): " << edge(i) << ", alone " << alone;
      BOOST_ERROR(out.str());
    }
  }

  // Into one of its operands: the same bits.
  if constexpr (Seed % 4 == 1) {
    auto x = a;
    x = formula::formula(x, b, c);
    BOOST_TEST(reference::same_values(x, got), name<Seed>());
  }

  // Of a size known while compiling: a loop of its own, the same bits.
  if constexpr (Seed % 4 == 0) {
    tensor<T, length> sa = a, sb = b, sc = c;
    BOOST_TEST(reference::same_values(of(sa, sb, sc), got), name<Seed>());
  }
  return sharply;
}

/// Of every formula a good part of the elements must have been compared with a bound that says
/// something, or the test would pass for nothing.
template <class T, std::uint64_t First, std::uint64_t... I>
void check_all(std::integer_sequence<std::uint64_t, I...>) {
  int vague = 0;
  ((check<T, First + I>() >= length / 2 ? void() : void(++vague)), ...);
  BOOST_TEST(vague <= int(sizeof...(I)) / 10, vague << " formulas were hardly compared");
}

}  // namespace random_formulas
