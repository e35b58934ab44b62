// SPDX-License-Identifier: BSL-1.0
// Printing a rejected formula, its value, its text and its plan: nothing follows.
// expect: shapes_do_not_fit<.*"\*".*extents<128, 64>.*extents<32>
#include <oneloop/io/print.hpp>
#include <oneloop/oneloop.hpp>

#include <iostream>

using namespace oneloop;

tensor<float, 128, 64> W;
tensor<float, 64> x;
tensor<float, 32> z;

#ifdef ONELOOP_CONTROL
auto f = W * x;
#else
auto f = W * z;
#endif
void g() { std::cout << evaluate(f) << f << text(f) << explain(f) << plan(f).loops << text(f).c_str(); }
