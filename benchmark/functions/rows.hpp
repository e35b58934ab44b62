// SPDX-License-Identifier: BSL-1.0
// A row for each operation of the registry that takes and gives numbers: the loop over it, the same kernel in a loop
// with one lane, and the loops over <cmath> and Eigen that one would write instead (peers.hpp).
#pragma once

namespace functions {

/// The rows of an element type.
template <class T>
void add_all();

}  // namespace functions
