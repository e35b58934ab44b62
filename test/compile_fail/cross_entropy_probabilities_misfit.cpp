// SPDX-License-Identifier: BSL-1.0
// Probabilities of the logits' shape.
// expect: shapes_do_not_fit<.*"cross_entropy".*extents<8, 10>.*extents<8, 9>.*rule<.*"equal shapes"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 8, 10> logits, probabilities;
tensor<float, 8, 9> others;

#ifdef ONELOOP_CONTROL
auto y = cross_entropy(logits, probabilities);
#else
auto y = cross_entropy(logits, others);
#endif
