// SPDX-License-Identifier: BSL-1.0
// Formulas of the library beside their unfused twins (one tensor per operation), the plain loops
// that one would write by hand, and what a user might pick instead (formulas/peers/). All read the same arrays.
#include "formulas/common.hpp"
#include "report.hpp"

#include <boost/json/src.hpp>

template <class T>
void add_all() {
  add_chains<T>();
  add_sigmoids<T>();
  add_softmaxes<T>();
  add_layers<T>();
  add_batches<T>();
  add_lstm<T>();
  add_loss<T>();
}

int main(int argc, char** argv) {
  add_all<float>();
  add_all<double>();
  add_models();
  add_limits();
#ifndef ONELOOP_BENCHMARK_EIGEN
  std::fprintf(stderr, "Eigen was not found: its column stays empty\n");
#endif
  return table::run(argc, argv);
}
