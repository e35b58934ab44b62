// SPDX-License-Identifier: BSL-1.0
// Any bytes as a table: the reader gives a table that keeps its own promises, or throws csv::error.
#include "../../examples/csv.hpp"

#include <sys/mman.h>
#include <unistd.h>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  // A file without a name on any disk.
  int const file = memfd_create("table", 0);
  if (file < 0 || write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
  try {
    auto const table = csv::reader("/proc/self/fd/" + std::to_string(file)).read();
    if (table.rows == 0 || table.columns == 0 || table.classes.empty()) std::abort();
    if (table.classed.size() != table.rows || table.numbers.size() != table.rows * table.columns) std::abort();
    for (auto each : table.classed)
      if (each >= table.classes.size()) std::abort();
  } catch (csv::error const& error) {
    if (std::string_view(error.what()).empty()) std::abort();
  }
  close(file);
  return 0;
}
