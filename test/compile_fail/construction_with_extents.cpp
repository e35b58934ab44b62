// SPDX-License-Identifier: BSL-1.0
// As of a std::vector: but the extents are in the type.
// expect: cannot_construct<.*"tensor".*extents<64>.*rule<.*"no extents: all are in the type"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

#ifdef ONELOOP_CONTROL
tensor<float, 64> x;
tensor<float, dyn> y(64);
#else
tensor<float, 64> x(64);
#endif
