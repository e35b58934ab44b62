// SPDX-License-Identifier: BSL-1.0
// Every function of op/registry.hpp alone, over arrays that the first cache holds: a new operation is in the table
// without a line here.
#include "functions/rows.hpp"
#include "report.hpp"

#include <boost/json/src.hpp>

int main(int argc, char** argv) {
  functions::add_all<float>();
  functions::add_all<double>();
  return table::run(argc, argv, table::plots::none);
}
