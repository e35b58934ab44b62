// SPDX-License-Identifier: BSL-1.0
// What both units of the program share: formulas that a header defines.
#pragma once

#include <oneloop/oneloop.hpp>

namespace two_units {

using namespace oneloop;

inline constexpr auto batch = dim<"batch">;
inline constexpr auto Wv = var<"W", 5, 7>;
inline constexpr auto xv = var<"x", 7>;
inline constexpr auto bv = var<"b", 5>;

/// A formula over variables, one object in the program.
inline constexpr auto layer = stable_sigmoid(Wv * xv + bv);

/// A function that returns a formula over its arguments.
template <class X>
auto centred(X&& x) {
  return x - mean(x);
}

using vector = tensor<float, dyn>;

/// A formula that owns its data, as a type that both units have to agree on.
using owning = decltype(exp(-vector()) + vector());

// Defined in the other unit.
owning make_owning(float first);
void const* address_of_layer();
tensor<float, 5> evaluate_layer_there(tensor<float, 5, 7> const&, tensor<float, 7> const&, tensor<float, 5> const&);
vector evaluate_there(owning const&);
vector evaluate_centred_there(vector const&);
bool throws_there(vector const&, vector const&);

}  // namespace two_units
