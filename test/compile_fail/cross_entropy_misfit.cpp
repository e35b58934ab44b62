// SPDX-License-Identifier: BSL-1.0
// One target per row of logits.
// expect: shapes_do_not_fit<.*"cross_entropy".*extents<8, 10>.*extents<7>.*rule<.*"one target per row"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 8, 10> logits;
tensor<std::int32_t, 8> classes;
tensor<std::int32_t, 7> others;

#ifdef ONELOOP_CONTROL
auto y = cross_entropy(logits, classes);
#else
auto y = cross_entropy(logits, others);
#endif
