// SPDX-License-Identifier: BSL-1.0
// What most of the library goes into: run-time sizes and their errors, a product, a reduction, a heap.
#include "kernels.hpp"

#include <oneloop/oneloop.hpp>
#include <xsimd/xsimd.hpp>

using namespace oneloop;

template <>
void squash::operator()(xsimd::default_arch, float const* in, float* out, std::ptrdiff_t count) const {
  view<float const, dyn> x(in, count);
  view<float, dyn> y(out, count);
  y = stable_sigmoid(x);
}

template <>
bool batch_layer::operator()(xsimd::default_arch, float const* inputs, float const* weights, float const* bias, sizes n,
                             float* outputs, float* average) const try {
  view<float const, dyn, dyn> X(inputs, n.batch, n.in), W(weights, n.out, n.in);
  view<float const, dyn> b(bias, n.bias);
  view<float, dyn, dyn> Y(outputs, n.batch, n.out);
  tensor<float, dyn, dyn> const result = stable_sigmoid(linear(X, W, b));
  Y = result;
  *average = evaluate(mean(result));
  return true;
} catch (shape_error const&) {
  return false;
}
