// SPDX-License-Identifier: BSL-1.0
// What the program and the units of all instruction sets share: the library's functions, found in op/registry.hpp, as
// loops over arrays.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace accuracy {

/// out[i] = f(a[i], b[i]) for i < count, a multiple of 64; a function of one argument takes no notice of b.
template <class T>
using loop = void (*)(T const* a, T const* b, T* out, std::ptrdiff_t count);

/// A loop over packs of that many lanes. One lane is the portable pack, which is also that of constant expressions.
template <class T>
struct evaluator {
  int lanes;
  loop<T> run;
};

struct function {
  std::string name;
  double bound_float, bound_double;
  int arity;
  std::vector<evaluator<float>> floats;    // the first with the widest register
  std::vector<evaluator<double>> doubles;  // (the derivative of an operation: that one alone)
};

/// The functions compiled for the instruction set Arch, an architecture of xsimd's.
struct list_functions {
  template <class Arch>
  std::vector<function> operator()(Arch) const;
};

/// The same for AVX2 with the tables of AVX-512 (ONELOOP_LOOKUP): the bits of AVX-512, on machines without it.
struct list_functions_by_table {
  template <class Arch>
  std::vector<function> operator()(Arch) const;
};

}  // namespace accuracy
