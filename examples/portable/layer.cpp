// SPDX-License-Identifier: BSL-1.0
// The formula, once. CMake compiles this file for each instruction set, which is then xsimd::default_arch: each unit
// defines the call for its own.
#include "layer.hpp"

#include <oneloop/oneloop.hpp>
#include <xsimd/xsimd.hpp>

using namespace oneloop;

template <>
void layer::operator()(xsimd::default_arch, float const* weights, float const* in, float const* bias,
                       float* out) const {
  view<float const, outputs, inputs> W(weights);
  view<float const, inputs> x(in);
  view<float const, outputs> b(bias);
  view<float, outputs> y(out);
  y = stable_sigmoid(W * x + b);
}
