// SPDX-License-Identifier: BSL-1.0
// Programs built without exceptions and run-time type information have the same loop.
// flags: -O2 -march=native -fno-exceptions -fno-rtti
#include <oneloop/oneloop.hpp>

using namespace oneloop;

// codegen: scaled_sum calls=0 loops<=3 spills=0
// codegen-gcc: scaled_sum loops>=1
extern "C" void scaled_sum(tensor<float, 1024>& y, tensor<float, 1024> const& x) { noalias(y) = 2 * x + y; }

// Sizes are compared still; what does not fit ends the program.
extern "C" void run_time(view<float, dyn> y, view<float const, dyn> x) { y = x + y; }
