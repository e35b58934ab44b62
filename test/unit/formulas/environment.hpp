// SPDX-License-Identifier: BSL-1.0
// The run-time side of a drawn formula: data, where they lie, and what came out. Nothing here is a template, so that a
// formula costs the compiler little more than its loops.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "draw.hpp"

namespace formulas {

using real = long double;
using list = std::vector<std::ptrdiff_t>;

/// Row-major numbers; masks are 0 and 1. Every element type fits into a long double.
struct numbers_of {
  list extents;
  std::vector<real> values;
};

/// Where the elements of a view lie, counted in elements, in how much memory.
struct place {
  element type = element::f32;
  std::ptrdiff_t first = 0, reach = 0;
  list extents, strides;
};

class environment {
 public:
  environment(program const& p, list extents) : formula(p), extents_(std::move(extents)) {}

  program const& formula;
  std::vector<numbers_of> operands;
  numbers_of target;
  std::uint64_t seed = 0;  // of the strides

  std::ptrdiff_t extent(int symbol) const { return extents_[static_cast<std::size_t>(symbol)]; }
  list extents_of(shape const& s) const;

  /// The elements of operand k (-1: of the target), into an array that owns its memory.
  void fill(int k, void* data, std::ptrdiff_t const* strides) const;
  /// Memory with those elements, the address of the first one. Strides are drawn where the view has any. A target that
  /// overlaps an operand takes what it finds there; the operand is laid before.
  void* lay(int k);
  list const& strides(int k) const { return places_[static_cast<std::size_t>(k + 1)].strides; }
  place const& laid(int k) const { return places_[static_cast<std::size_t>(k + 1)]; }

  void store(int result, element type, int rank, void const* data, std::ptrdiff_t const* extents,
             std::ptrdiff_t const* strides);
  numbers_of const& result(int i) const { return results_[static_cast<std::size_t>(i)]; }
  std::size_t results() const { return results_.size(); }

  /// Whether anything but the target was written: what lies between and around elements, operands.
  bool others_changed();

 private:
  place placed(int k) const;
  numbers_of const& source(int k) const { return k < 0 ? target : operands[static_cast<std::size_t>(k)]; }
  operand const& describe(int k) const { return k < 0 ? formula.target : formula.operands[k]; }
  list extents_;
  place places_[most_operands + 1];
  std::vector<std::byte> bytes_[most_operands + 1], before_[most_operands + 1];
  std::vector<numbers_of> results_;
};

struct entry {
  program const* formula;
  void (*run)(environment&);
};

/// The formulas of one unit.
using unit = std::vector<entry>;

}  // namespace formulas
