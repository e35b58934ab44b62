// SPDX-License-Identifier: BSL-1.0
// All kernels. op/ headers include the families they need.
#pragma once

#include <oneloop/math/error_function.hpp>
#include <oneloop/math/exponential.hpp>
#include <oneloop/math/hyperbolic.hpp>
#include <oneloop/math/inverse_trigonometric.hpp>
#include <oneloop/math/logarithm.hpp>
#include <oneloop/math/minmax.hpp>
#include <oneloop/math/power.hpp>
#include <oneloop/math/rounding.hpp>
#include <oneloop/math/sigmoid.hpp>
#include <oneloop/math/trigonometric.hpp>
