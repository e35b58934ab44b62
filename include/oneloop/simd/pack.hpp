// SPDX-License-Identifier: BSL-1.0
// All of simd/: packs of N lanes, masks, backends, reductions across lanes, bit tools, lookups.
#pragma once

#include <oneloop/simd/backend.hpp>
#include <oneloop/simd/bits.hpp>
#include <oneloop/simd/lookup.hpp>
#include <oneloop/simd/pack_pair.hpp>
#include <oneloop/simd/reduce.hpp>
#include <oneloop/simd/small_float.hpp>
