// SPDX-License-Identifier: BSL-1.0
// cast<T>: another element type. The only way to mix tensors of different types.
#pragma once

#include <cstdint>
#include <type_traits>

#include <oneloop/op/facts.hpp>
#include <oneloop/simd/pack.hpp>

namespace ONELOOP_NAMESPACE {

namespace op {
template <class T>
constexpr auto cast_name() {
  if constexpr (std::is_same_v<T, float>)
    return fixed_string("cast<float>");
  else if constexpr (std::is_same_v<T, double>)
    return fixed_string("cast<double>");
  else if constexpr (std::is_same_v<T, std::int32_t>)
    return fixed_string("cast<int32_t>");
  else if constexpr (std::is_same_v<T, float16>)
    return fixed_string("cast<float16>");
  else if constexpr (std::is_same_v<T, bfloat16>)
    return fixed_string("cast<bfloat16>");
  else
    return fixed_string("cast<bool>");
}
}  // namespace op

template <class T>
struct cast_t {
  static_assert(is_element<T>, "the element types are float, double, float16, bfloat16, std::int32_t and bool");
  using to = T;
  static constexpr auto name = op::cast_name<T>();
  static constexpr auto accepts = elements::all;
  static constexpr int flops = 1;
  static constexpr auto ulp = op::correctly_rounded;
  template <class P>
  static ONELOOP_INLINE constexpr auto kernel(P x) {
    if constexpr (std::is_same_v<T, bool> && op::mask_pack<P>)
      return x;
    else if constexpr (std::is_same_v<T, bool>)
      return x != P(0);
    else if constexpr (is_small_float<T>)
      return simd::rounded_to<T>(x);
    else
      return simd::cast<T>(x);
  }
  static constexpr auto derivative = [](auto const& y, auto const&) {
    return op::c<(std::is_floating_point_v<computed<T>> ? 1 : 0)>(y);
  };
};

/// cast<T>(x): x with elements of type T. Shape: that of x. Elements: any to any; bool gives 1 and
/// 0, and x to bool is x != 0. Special values: to int32 truncates towards zero; NaN and what does
/// not fit give the smallest int32. double to float, and to the small types, overflows to ±inf. To float16 and
/// bfloat16: rounded at once, wherever in the formula it stands, also where x has that type already.
/// Worst error: cast_t<T>::ulp, one rounding. Cost: one conversion. PyTorch: x.to(dtype); NumPy: x.astype(dtype).
/// Example: mean(cast<float>((x > 0) == (y > 0)))
template <class T, operands X>
constexpr auto cast(X&& x) {
  return elementwise<cast_t<T>>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
