// SPDX-License-Identifier: BSL-1.0
// Every operation: one line per header.
#pragma once

#include <oneloop/op/absolute.hpp>
#include <oneloop/op/arithmetic.hpp>
#include <oneloop/op/cast.hpp>
#include <oneloop/op/classification.hpp>
#include <oneloop/op/comparison.hpp>
#include <oneloop/op/elu.hpp>
#include <oneloop/op/error_function.hpp>
#include <oneloop/op/expand_as.hpp>
#include <oneloop/op/exponential.hpp>
#include <oneloop/op/extremum.hpp>
#include <oneloop/op/gelu.hpp>
#include <oneloop/op/hard_sigmoid.hpp>
#include <oneloop/op/hyperbolic.hpp>
#include <oneloop/op/inverse_trigonometric.hpp>
#include <oneloop/op/logarithm.hpp>
#include <oneloop/op/logical.hpp>
#include <oneloop/op/logsumexp.hpp>
#include <oneloop/op/loss.hpp>
#include <oneloop/op/minmax.hpp>
#include <oneloop/op/mish.hpp>
#include <oneloop/op/norm.hpp>
#include <oneloop/op/power.hpp>
#include <oneloop/op/quantifier.hpp>
#include <oneloop/op/relu.hpp>
#include <oneloop/op/rounding.hpp>
#include <oneloop/op/select.hpp>
#include <oneloop/op/sigmoid.hpp>
#include <oneloop/op/silu.hpp>
#include <oneloop/op/softmax.hpp>
#include <oneloop/op/sum.hpp>
#include <oneloop/op/trigonometric.hpp>
#include <oneloop/op/variance.hpp>
