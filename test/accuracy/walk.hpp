// SPDX-License-Identifier: BSL-1.0
// Compares what a function returned for a block of arguments with the exact values.
#pragma once

#include "reference.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace accuracy {

inline constexpr int block = 4096;

/// Per binade of the argument, negative ones from 256 on: for the plot.
inline constexpr int bins = 512;

/// The error of a result that should have been NaN or is one, or of a finite one in place of an infinity.
inline constexpr double wrong = 1e30;

template <class T>
struct tally {
  std::uint64_t inputs = 0, correctly_rounded = 0, not_monotonic = 0, wrong_zero_sign = 0, wrong_nan_or_inf = 0;
  double worst = 0, worst_subnormal = 0, worst_beyond = 0;  // in units in the last place; beyond the domain
  T worst_a{}, worst_b{}, worst_result{}, monotonic_at{};
  int exceptions = 0;      // FE_INVALID, FE_OVERFLOW and FE_DIVBYZERO where no result is a reason for it
  int nan_exceptions = 0;  // the same in blocks with quiet NaN among the arguments
  std::array<float, bins> by_binade{};

  void add(tally const& other);
};

/// The arguments of a block, and their results to full precision of the fast formula.
template <class T>
struct arguments {
  alignas(64) T a[block], b[block];
  int count = block;
};
template <class T>
struct exact_values;
template <>
struct exact_values<float> {
  alignas(64) double x[block], y[block], value[block];
  bool constant = false;  // one value for all of them
};
template <>
struct exact_values<double> {
  alignas(64) long double value[block];
  bool constant = false;
};

/// `order` as for compare.
template <class T>
void evaluate_reference(reference const&, arguments<T> const&, int order, exact_values<T>&);

/// By how much the fast formula is off at argument i, in the units of reference::slack.
template <class T>
double check_reference(reference const&, arguments<T> const&, exact_values<T> const&, int i);

/// Adds the block's results to the tally. `order`: 1 where the arguments ascend, -1 where they descend, 0 otherwise;
/// then `previous` is the result before the first, and becomes the last.
template <class T>
void compare(reference const&, arguments<T> const&, exact_values<T> const&, T const* results, int order, T& previous,
             tally<T>&);

/// Error of one result, by MPFR.
template <class T>
double exact_error(reference const&, T a, T b, T result);

}  // namespace accuracy
