// SPDX-License-Identifier: BSL-1.0
// Every reduction.
#pragma once

#include <oneloop/op/extremum.hpp>
#include <oneloop/op/logsumexp.hpp>
#include <oneloop/op/norm.hpp>
#include <oneloop/op/quantifier.hpp>
#include <oneloop/op/sum.hpp>
#include <oneloop/op/variance.hpp>
