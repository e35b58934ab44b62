// SPDX-License-Identifier: BSL-1.0
// Classes are indices.
// expect: wrong_element_type<.*"cross_entropy".*float.*use<.*"cast<int>\(t\), of class indices"
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 8, 10> logits;
tensor<float, 8> classes;

#ifdef ONELOOP_CONTROL
auto y = cross_entropy(logits, cast<int>(classes));
#else
auto y = cross_entropy(logits, classes);
#endif
