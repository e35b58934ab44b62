// SPDX-License-Identifier: BSL-1.0
// The same formulas as the users of each library write them, as the text of sources. Every function has C linkage and
// takes the library's own tensors by reference.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace twins {

struct twin {
  std::string name;
  std::string head;                                         // what every source starts with
  std::vector<std::pair<std::string, std::string>> layers;  // formula, function
  // Parts of the functions that are made: of arrays of run-time size, element by element.
  std::string output, input, scalars, loop = "", index = "", times;
  /// LibTorch's formulas are calls, whose number it hardly notices: one 5.6 s, 64 of them 6.4 s, and 80 s to measure.
  bool grows = true;
};

/// oneloop first.
std::vector<twin> const& all();

/// One function, `depth` levels deep: a * (a * x0 + x1) + x2 ...
std::string chain(twin const& of, int depth);

/// So many functions, up to 64, no two of one type: three of four operations, in all ways to choose them.
std::string many(twin const& of, int count);

}  // namespace twins
