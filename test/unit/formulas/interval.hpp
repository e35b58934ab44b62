// SPDX-License-Identifier: BSL-1.0
// What an element of a formula may be: any number from lo to hi, or NaN, or both. Operations are done in long double on
// both ends, and every rounding that the library is allowed moves the ends apart. So the bound is as sharp as the
// formula is well conditioned, nothing is tuned by hand, and infinities, NaN and overflow follow the same rules as
// everything else.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "environment.hpp"

namespace formulas {

inline constexpr real infinite = std::numeric_limits<real>::infinity();

struct interval {
  real lo = 0, hi = 0;
  bool number = true, nan = false;  // whether it may be a number; whether it may be NaN

  static interval point(real x) { return std::isnan(x) ? never() : interval{x, x}; }
  static interval never() { return {0, 0, false, true}; }
  static interval anything() { return {-infinite, infinite, true, true}; }
  bool is_point() const { return number && !nan && lo == hi; }
  bool has(real x) const { return number && lo <= x && x <= hi; }
  bool infinite_up() const { return number && hi == infinite; }
  bool infinite_down() const { return number && lo == -infinite; }
  real size() const { return std::max(std::fabs(lo), std::fabs(hi)); }
};

/// Either of two.
inline interval hull(interval const& a, interval const& b) {
  if (!a.number) return {b.lo, b.hi, b.number, a.nan || b.nan};
  if (!b.number) return {a.lo, a.hi, true, a.nan || b.nan};
  return {std::min(a.lo, b.lo), std::max(a.hi, b.hi), true, a.nan || b.nan};
}

/// The limits of an element type. Exact: nothing is rounded, for differences of long double values.
struct precision {
  real epsilon = 0, smallest = 0, smallest_normal = 0, largest = infinite;
  bool is_float = false;
  static precision of(element e, bool exact) {
    if (exact || !is_floating(e)) return {};
    if (e == element::f32)
      return {std::numeric_limits<float>::epsilon(), std::numeric_limits<float>::denorm_min(),
              std::numeric_limits<float>::min(), std::numeric_limits<float>::max(), true};
    return {std::numeric_limits<double>::epsilon(), std::numeric_limits<double>::denorm_min(),
            std::numeric_limits<double>::min(), std::numeric_limits<double>::max(), false};
  }

  /// Wrong by so much more; what is beyond the largest number may be infinite.
  interval widened(interval a, real error) const {
    if (!a.number) return a;
    if (std::isfinite(a.lo)) a.lo -= error;
    if (std::isfinite(a.hi)) a.hi += error;
    if (a.hi > largest) a.hi = infinite, a.lo = std::min(a.lo, largest);
    if (a.lo < -largest) a.lo = -infinite, a.hi = std::max(a.hi, -largest);
    return a;
  }
  /// Rounded, at most `ulps` units in the last place off. One part in a hundred is for the long doubles.
  interval rounded(interval a, real ulps = 0.5L) const {
    if (!a.number || ulps == 0) return a;
    real const unit = ulps * 1.01L;
    real const low = std::isfinite(a.lo) ? unit * (epsilon * std::fabs(a.lo) + smallest) : 0,
               high = std::isfinite(a.hi) ? unit * (epsilon * std::fabs(a.hi) + smallest) : 0;
    if (std::isfinite(a.lo)) a.lo -= low;
    if (std::isfinite(a.hi)) a.hi += high;
    return widened(a, 0);
  }
};

inline interval operator-(interval const& a) { return {-a.hi, -a.lo, a.number, a.nan}; }

inline interval operator+(interval const& a, interval const& b) {
  interval r{a.lo + b.lo, a.hi + b.hi, a.number && b.number, a.nan || b.nan};
  if (!r.number) return r;
  if ((a.infinite_up() && b.infinite_down()) || (a.infinite_down() && b.infinite_up())) {
    r.nan = true;
    if ((a.lo == infinite && b.hi == -infinite) || (a.hi == -infinite && b.lo == infinite)) return interval::never();
    if (std::isnan(r.lo)) r.lo = -infinite;
    if (std::isnan(r.hi)) r.hi = infinite;
  }
  return r;
}
inline interval operator-(interval const& a, interval const& b) { return a + (-b); }

inline interval operator*(interval const& a, interval const& b) {
  interval r{infinite, -infinite, a.number && b.number, a.nan || b.nan};
  if (!r.number) return {0, 0, false, true};
  auto const unbounded = [](interval const& x) { return x.infinite_up() || x.infinite_down(); };
  if ((a.has(0) && unbounded(b)) || (b.has(0) && unbounded(a))) {
    r.nan = true;
    bool const a_zero = a.lo == 0 && a.hi == 0, b_zero = b.lo == 0 && b.hi == 0;
    if ((a_zero && (b.lo == infinite || b.hi == -infinite)) || (b_zero && (a.lo == infinite || a.hi == -infinite)))
      return interval::never();
  }
  for (real x : {a.lo, a.hi})
    for (real y : {b.lo, b.hi}) {
      real const product = x == 0 || y == 0 ? 0 : x * y;
      r.lo = std::min(r.lo, product), r.hi = std::max(r.hi, product);
    }
  return r;
}

inline interval operator/(interval const& a, interval const& b) {
  interval r{infinite, -infinite, a.number && b.number, a.nan || b.nan};
  if (!r.number) return {0, 0, false, true};
  bool const both_zero = a.lo == 0 && a.hi == 0 && b.lo == 0 && b.hi == 0;
  auto const unbounded = [](interval const& x) { return x.infinite_up() || x.infinite_down(); };
  auto const surely = [](interval const& x) { return x.lo == infinite || x.hi == -infinite; };
  if (both_zero || (surely(a) && surely(b))) return interval::never();
  if (b.has(0)) return {-infinite, infinite, true, r.nan || a.has(0) || (unbounded(a) && unbounded(b))};
  if (unbounded(a) && unbounded(b)) r.nan = true;
  for (real x : {a.lo, a.hi})
    for (real y : {b.lo, b.hi}) {
      real const quotient = x / y;
      if (std::isnan(quotient)) {
        r.lo = std::min(r.lo, real(0)), r.hi = std::max(r.hi, real(0));
        (x > 0) == (y > 0) ? r.hi = infinite : r.lo = -infinite;
      } else {
        r.lo = std::min(r.lo, quotient), r.hi = std::max(r.hi, quotient);
      }
    }
  return r;
}

}  // namespace formulas
