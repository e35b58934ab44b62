// SPDX-License-Identifier: BSL-1.0
// Which arguments are walked, block by block; the same ones in each run.
#pragma once

#include "walk.hpp"

#include <cstdint>

namespace accuracy {

/// The 2^31 floats of one sign by their bits, or every stride-th of them.
struct float_walk {
  std::uint64_t stride;
  std::uint64_t blocks_per_sign() const { return ((std::uint64_t(1) << 31) / stride + block - 1) / block; }
  std::uint64_t blocks() const { return 2 * blocks_per_sign(); }
  /// Returns the order: 1 ascending, -1 descending.
  int fill(std::uint64_t index, arguments<float>&) const;
  bool continues(std::uint64_t index) const { return index % blocks_per_sign() != 0; }
};

/// 4096 neighbours of each point at which some function changes its ways, sixteen of each binade, then random ones: by
/// bits, and of moderate size; a block ascends.
struct double_walk {
  std::uint64_t random;
  std::uint64_t blocks() const;
  int fill(std::uint64_t index, arguments<double>&) const;
  bool continues(std::uint64_t) const { return false; }
};

/// Random pairs; every 16th block has special values beside each other.
template <class T>
struct pair_walk {
  std::uint64_t random;
  enum pairs kind;
  std::uint64_t blocks() const { return random / block + 1; }
  int fill(std::uint64_t index, arguments<T>&) const;
  bool continues(std::uint64_t) const { return false; }
};

}  // namespace accuracy
