// SPDX-License-Identifier: BSL-1.0
#include "walk.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace accuracy {

namespace {

template <class T>
constexpr double slack_in_ulp = sizeof(T) == 4 ? 0x1p-29 : 0x1p-13;  // of the unit of reference::slack

// The long double formulas are scalar and C's own, which are better than libmvec's.
template <class T>
double slack_of(reference const& r) {
  return (sizeof(T) == 4 ? r.slack : r.slack / 4) * slack_in_ulp<T>;
}

// Distance in units in the last place of the exact value. Beyond the largest number the scale goes on, so that an
// overflow is right where the exact value is close to it.
double error_of(float result, double exact) {
  std::int64_t const bits = std::bit_cast<std::int64_t>(exact);
  std::int64_t e = (bits >> 52) & 0x7ff;
  e = e < 1023 - 126 ? 1023 - 126 : e > 1023 + 127 ? 1023 + 127 : e;
  double const scale = std::bit_cast<double>((std::int64_t(2 * 1023 + 23) - e) << 52);
  float const infinity = std::numeric_limits<float>::infinity();
  double const got = result == infinity ? 0x1p128 : result == -infinity ? -0x1p128 : double(result);
  double error = std::fabs(got - exact) * scale;
  error = error < wrong ? error : wrong;
  error = ((float(exact) == result) & (got != double(result))) ? 0 : error;
  bool const exact_nan = exact != exact, got_nan = result != result;
  return (exact_nan & got_nan) ? 0 : (exact_nan | got_nan) ? wrong : error;
}

template <class T, class Real>
double slow_error_of(T result, Real const& exact, int exponent) {  // |exact| in [1/2, 1) 2^exponent
  constexpr int digits = std::numeric_limits<T>::digits, lowest = std::numeric_limits<T>::min_exponent - digits,
                highest = std::numeric_limits<T>::max_exponent;
  using std::abs, std::isinf, std::isnan, std::ldexp;
  if (isnan(exact)) return result != result ? 0 : wrong;
  if (result != result) return wrong;
  if (std::isinf(result) && T(exact) == result) return 0;
  if (isinf(exact)) return wrong;
  Real const got = std::isinf(result) ? Real(std::copysign(1.0, result) * ldexp(Real(1), highest)) : Real(result);
  int const e = exact == 0 ? lowest : std::max(std::min(exponent, highest) - digits, lowest);
  return std::min(wrong, double(Real(ldexp(Real(abs(Real(got - exact))), -e))));
}

double error_of(double result, long double exact) {
  int const exponent = exact == 0 || !std::isfinite(exact) ? 0 : std::ilogb(exact) + 1;
  return slow_error_of(result, exact, exponent);
}

template <class T>
bool is_correctly_rounded(double error) {
  return error <= 0.5;
}

template <class T>
int binade_of(T x) {
  if constexpr (sizeof(T) == 4) {
    return int(std::bit_cast<std::uint32_t>(x) >> 23);
  } else {
    int const e = std::clamp(int(std::bit_cast<std::uint64_t>(x) >> 52 & 0x7ff) - 1023 + 127, 0, 255);
    return e + (std::signbit(x) ? 256 : 0);
  }
}

}  // namespace

template <class T>
double exact_error(reference const& r, T a, T b, T result) {
  exact const value = r.in_full(exact(a), exact(b));
  bool const regular = mpfr_regular_p(value.backend().data()) != 0;
  return slow_error_of(result, value, regular ? int(mpfr_get_exp(value.backend().data())) : 0);
}

// Most floats are so large or so small that exp and its kin are 0, 1, infinite or NaN there, and libmvec is slow where
// they are. Between two arguments at which a monotonic function has one value it has that value; and where both are
// outside of its domain, an interval that ends at a zero or holds more than a block, so is what lies between.
template <>
void evaluate_reference(reference const& r, arguments<float> const& in, int order, exact_values<float>& out) {
  out.constant = false;
  if (order != 0 && r.direction != monotone::no) {
    out.x[0] = in.a[0], out.x[1] = in.a[block - 1], out.y[0] = in.b[0], out.y[1] = in.b[block - 1];
    r.fast_float(out.x, out.y, out.value, 2);
    double const first = out.value[0], last = out.value[1];
    out.constant = (first == last && std::signbit(first) == std::signbit(last)) || (first != first && last != last);
    if (out.constant) {
      std::fill(out.value, out.value + block, first);
      return;
    }
  }
  for (int i = 0; i < block; ++i) out.x[i] = in.a[i], out.y[i] = in.b[i];
  r.fast_float(out.x, out.y, out.value, block);
}
template <>
void evaluate_reference(reference const& r, arguments<double> const& in, int, exact_values<double>& out) {
  for (int i = 0; i < in.count; ++i) out.value[i] = r.fast_double(in.a[i], in.b[i]);
}

template <class T>
double check_reference(reference const& r, arguments<T> const& in, exact_values<T> const& values, int i) {
  auto const fast = values.value[i];
  exact const value = r.in_full(exact(in.a[i]), exact(in.b[i]));
  if (isnan(value) || fast != fast) return isnan(value) && fast != fast ? 0 : wrong;
  if (isinf(value) || std::isinf(fast)) return value == exact(fast) || abs(value) > 0x1p1023 ? 0 : wrong;
  // what lies this far below the smallest number decides nothing
  exact const floor = ldexp(exact(1), std::numeric_limits<T>::min_exponent);
  exact const scale = abs(value) < floor ? floor : exact(abs(value));
  return double(exact(abs(exact(value - exact(fast))) / scale)) * (sizeof(T) == 4 ? 0x1p53 : 0x1p64);
}

namespace {

// A block of one exact value and one result, the arguments of one binade: what is said of the first holds for all,
// unless it is a close decision. Returns whether it was such a block.
template <class T>
bool compare_constant(reference const& r, arguments<T> const& in, exact_values<T> const& values, T const* results,
                      int order, T const& previous, tally<T>& all) {
  int const last = in.count - 1;
  double const lowest = sizeof(T) == 4 ? r.lowest_float : r.lowest_double;
  if (!values.constant || order == 0 || binade_of(in.a[0]) != binade_of(in.a[last])) return false;
  if (in.a[0] < T(lowest) || in.a[last] < T(lowest)) return false;
  T const result = results[0];
  if (std::memcmp(&previous, &result, sizeof result) != 0) return false;
  if (std::memcmp(results, results + 1, sizeof result * std::size_t(last)) != 0) return false;
  if (result == result && std::signbit(result) != std::signbit(values.value[0])) return false;
  double const error = error_of(result, values.value[0]);
  if (error != 0 && (error > 0.5 - slack_of<T>(r) || error > all.worst - slack_of<T>(r))) return false;
  all.inputs += std::uint64_t(in.count);
  all.correctly_rounded += std::uint64_t(in.count);
  if (std::fabs(values.value[0]) < std::numeric_limits<T>::min())
    all.worst_subnormal = std::max(all.worst_subnormal, error);
  if constexpr (sizeof(T) == 4) {
    auto& bin_worst = all.by_binade[std::size_t(binade_of(in.a[0]))];
    bin_worst = std::max(bin_worst, float(error));
  }
  return true;
}

}  // namespace

template <class T>
void compare(reference const& r, arguments<T> const& in, exact_values<T> const& values, T const* results, int order,
             T& previous, tally<T>& all) {
  if (compare_constant(r, in, values, results, order, previous, all)) return;
  int const count = in.count;
  alignas(64) double error[block];
  for (int i = 0; i < count; ++i) error[i] = error_of(results[i], values.value[i]);

  double const slack = slack_of<T>(r);
  double const lowest = sizeof(T) == 4 ? r.lowest_float : r.lowest_double;
  std::uint64_t beyond = 0;
  if (lowest > -HUGE_VAL) {
    for (int i = 0; i < count; ++i) {
      if (!(in.a[i] < T(lowest))) continue;
      all.worst_beyond = std::max(all.worst_beyond, error[i]);
      error[i] = 0;
      ++beyond;
    }
  }

  // Errors are not negative: their bits are ordered as they are. Sums and maxima of integers vectorise.
  std::int64_t most = 0, most_subnormal = 0, good = 0, unclear = 0, zeros = 0;
  constexpr auto smallest = std::numeric_limits<T>::min();
  for (int i = 0; i < count; ++i) {
    auto const bits = std::bit_cast<std::int64_t>(error[i]);
    auto const value = values.value[i];
    most = bits > most ? bits : most;
    std::int64_t const small = ((value < smallest) & (value > -smallest)) ? bits : 0;
    most_subnormal = small > most_subnormal ? small : most_subnormal;
    good += error[i] < 0.5 - slack;
    unclear += (error[i] >= 0.5 - slack) & (error[i] <= 0.5 + slack);
    zeros += (results[i] == 0) & (value == 0) & (std::signbit(results[i]) != std::signbit(value));
  }
  if (unclear > 0) {
    for (int i = 0; i < count; ++i) {
      if (error[i] < 0.5 - slack || error[i] > 0.5 + slack) continue;
      if (in.a[i] != in.a[i]) continue;
      good += is_correctly_rounded<T>(exact_error(r, in.a[i], in.b[i], results[i]));
    }
  }
  double const block_worst = std::bit_cast<double>(most);
  if (block_worst > all.worst - slack && block_worst > 0) {
    auto const i = std::find(error, error + count, block_worst) - error;
    double const decided = exact_error(r, in.a[i], in.b[i], results[i]);
    if (decided > all.worst) {
      all.worst = decided, all.worst_a = in.a[i], all.worst_b = in.b[i], all.worst_result = results[i];
    }
  }
  if (block_worst >= wrong) all.wrong_nan_or_inf += std::uint64_t(std::count(error, error + count, wrong));
  all.worst_subnormal = std::max(all.worst_subnormal, std::bit_cast<double>(most_subnormal));
  all.inputs += std::uint64_t(count) - beyond;
  all.correctly_rounded += std::uint64_t(good) - beyond;
  all.wrong_zero_sign += std::uint64_t(zeros);

  if constexpr (sizeof(T) == 4) {
    // mostly one binade
    if (int const bin = binade_of(in.a[0]); bin == binade_of(in.a[count - 1]) && order != 0) {
      all.by_binade[std::size_t(bin)] = std::max(all.by_binade[std::size_t(bin)], float(block_worst));
    } else {
      for (int i = 0; i < count; ++i) {
        auto& bin_worst = all.by_binade[std::size_t(binade_of(in.a[i]))];
        bin_worst = std::max(bin_worst, float(error[i]));
      }
    }
  }

  if (order == 0 || r.direction == monotone::no) return;
  bool const upwards = (order > 0) == (r.direction == monotone::rising);
  T const sign = upwards ? T(1) : T(-1);
  std::int64_t violations = 0;
  for (int i = 1; i < count; ++i) violations += sign * results[i] < sign * results[i - 1];
  violations += sign * results[0] < sign * previous;
  if (violations > 0) {
    for (int i = 0; i < count && all.not_monotonic == 0; ++i) {
      if (sign * results[i] < sign * (i == 0 ? previous : results[i - 1])) {
        all.monotonic_at = in.a[i];
        break;
      }
    }
    all.not_monotonic += std::uint64_t(violations);
  }
  previous = results[count - 1];
}

template <class T>
void tally<T>::add(tally const& other) {
  inputs += other.inputs, correctly_rounded += other.correctly_rounded;
  wrong_zero_sign += other.wrong_zero_sign, wrong_nan_or_inf += other.wrong_nan_or_inf;
  if (not_monotonic == 0) monotonic_at = other.monotonic_at;
  not_monotonic += other.not_monotonic;
  if (other.worst > worst) {
    worst = other.worst, worst_a = other.worst_a, worst_b = other.worst_b, worst_result = other.worst_result;
  }
  worst_subnormal = std::max(worst_subnormal, other.worst_subnormal);
  worst_beyond = std::max(worst_beyond, other.worst_beyond);
  exceptions |= other.exceptions;
  nan_exceptions |= other.nan_exceptions;
  for (int i = 0; i < bins; ++i)
    by_binade[std::size_t(i)] = std::max(by_binade[std::size_t(i)], other.by_binade[std::size_t(i)]);
}

template struct tally<float>;
template struct tally<double>;
template double check_reference(reference const&, arguments<float> const&, exact_values<float> const&, int);
template double check_reference(reference const&, arguments<double> const&, exact_values<double> const&, int);
template void compare(reference const&, arguments<float> const&, exact_values<float> const&, float const*, int, float&,
                      tally<float>&);
template void compare(reference const&, arguments<double> const&, exact_values<double> const&, double const*, int,
                      double&, tally<double>&);
template double exact_error(reference const&, float, float, float);
template double exact_error(reference const&, double, double, double);

}  // namespace accuracy
