// SPDX-License-Identifier: BSL-1.0
// expect: cannot_print<.*extents<3>.*use<.*"#include <oneloop/io/print.hpp>"
#include <oneloop/oneloop.hpp>

#ifdef ONELOOP_CONTROL
#include <oneloop/io/print.hpp>
#endif
#include <iostream>
#include <sstream>

using namespace oneloop;

tensor<float, 3> x;

void print() {
  std::cout << "x = " << x << '\n';
#ifdef ONELOOP_CONTROL
  std::ostringstream() << x << sum(x);
#endif
}
