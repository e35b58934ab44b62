// SPDX-License-Identifier: BSL-1.0
// The exact functions, by the name that the registry gives them: each is one formula (functions.hpp), evaluated in
// three precisions. The fast two have more digits than what they judge (double for float, long double for double);
// where these do not decide, MPFR does.
#pragma once

#include <boost/multiprecision/mpfr.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace accuracy {

/// 60 decimal digits.
using exact =
    boost::multiprecision::number<boost::multiprecision::mpfr_float_backend<60>, boost::multiprecision::et_off>;

enum class monotone { no, rising, falling };

/// Which pairs of arguments say something.
enum class pairs { any, powers, probabilities };

struct reference {
  std::string name = {};
  monotone direction = monotone::no;
  /// Steps against the direction are counted but no failure.
  bool promises_direction = true;
  /// Error of the fast formulas in units of 2^-53 (double) and 2^-64 (long double), relative; checked while walking.
  double slack = 32;
  /// The argument that a formula supplies by itself, such as the slope of leaky_relu.
  double parameter = 0;
  /// Below this the function's documentation promises nothing; by element type.
  double lowest_float = -HUGE_VAL, lowest_double = -HUGE_VAL;
  pairs kind = pairs::any;
  /// Whether the sign of a zero is promised.
  bool signed_zeros = true;

  void (*fast_float)(double const* a, double const* b, double* out, std::ptrdiff_t count) = nullptr;
  long double (*fast_double)(long double a, long double b) = nullptr;
  exact (*in_full)(exact const& a, exact const& b) = nullptr;
};

std::vector<reference> const& references();

/// Null where there is none of that name.
reference const* find_reference(std::string_view name);

}  // namespace accuracy
