// SPDX-License-Identifier: BSL-1.0
// The same functions as other libraries have them, where these are installed.
#pragma once

#include "kernels.hpp"

namespace accuracy {

struct peer {
  std::string name, by;
  loop<float> floats;
  loop<double> doubles;
};

/// libm, the textbook's sigmoid over it, and Eigen.
std::vector<peer> list_peers();

/// PyTorch; none where the program was built without it.
std::vector<peer> list_torch();

}  // namespace accuracy
