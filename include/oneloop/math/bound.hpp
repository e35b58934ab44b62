// SPDX-License-Identifier: BSL-1.0
// The promised accuracy of a kernel: worst error in units in the last place, one constant for the
// tests, the documentation and the op registry. Measured on targets with FMA; each kernel's comment
// has the measured figures, the bound rounds them up.
#pragma once

#include <oneloop/core/config.hpp>

namespace ONELOOP_NAMESPACE::math {

struct ulp_bound {
  double f32, f64;
};

// What a bound above 0.5 grows by where the target has no FMA: a few products are rounded once more.
inline constexpr double ulp_without_fma = 0.5;

}  // namespace ONELOOP_NAMESPACE::math
