// SPDX-License-Identifier: BSL-1.0
// The one list of operations that drives tests, benchmarks and the table in the docs; no formula
// needs it. A new operation is a header, its line in all.hpp, and its line here.
#pragma once

#include <boost/hana/tuple.hpp>

#include <oneloop/op/all.hpp>

namespace ONELOOP_NAMESPACE {

// clang-format off
inline constexpr boost::hana::tuple<
    plus_t, minus_t, times_t, divides_t, negate_t, hadamard_t, outer_t, fma_t,
    less_t, less_equal_t, greater_t, greater_equal_t, equal_t, not_equal_t,
    isnan_t, isinf_t, isfinite_t,
    logical_and_t, logical_or_t, logical_not_t,
    where_t, expand_as_t,
    cast_t<float>, cast_t<double>, cast_t<std::int32_t>, cast_t<bool>,
    abs_t, sign_t,
    minimum_t, maximum_t, clamp_t,
    exp_t, exp2_t, expm1_t,
    log_t, log1p_t, log2_t, log10_t,
    sqrt_t, rsqrt_t, cbrt_t, square_t, pow_t, hypot_t,
    sin_t, cos_t, tan_t,
    asin_t, acos_t, atan_t, atan2_t,
    sinh_t, cosh_t, tanh_t,
    erf_t,
    floor_t, ceil_t, round_t, trunc_t,
    sigmoid_t, stable_sigmoid_t, logistic_density_t, log_sigmoid_t, softplus_t, logit_t,
    relu_t, leaky_relu_t,
    elu_t, selu_t, celu_t,
    gelu_t,
    silu_t,
    mish_t,
    hard_sigmoid_t, hard_swish_t,
    softmax_t, log_softmax_t,
    mse_t, bce_t, bce_with_logits_t>
    elementwise_operations{};

inline constexpr boost::hana::tuple<
    sum_t, mean_t, prod_t,
    min_t, max_t, argmin_t, argmax_t,
    norm_t,
    logsumexp_t, shifted_logsumexp_t,
    variance_t,
    all_t, any_t>
    reduction_operations{};
// clang-format on

namespace op {

template <class Op>
inline constexpr int masks = Op::accepts == elements::boolean ? 99 : 0;
template <class Op>
  requires requires { Op::mask_arguments; }
inline constexpr int masks<Op> = Op::mask_arguments;

// A pack, or a mask where argument I is one.
template <class Op, int I, class P>
constexpr auto argument() {
  if constexpr (I < masks<Op>)
    return typename P::mask{};
  else
    return P{};
}

template <class Op>
constexpr int count_arguments() {
  using P = simd::array_pack<float, 1>;
  if constexpr (requires { Op::kernel(argument<Op, 0, P>()); })
    return 1;
  else if constexpr (requires { Op::kernel(argument<Op, 0, P>(), argument<Op, 1, P>()); })
    return 2;
  else
    return 3;
}

/// How many arguments an elementwise operation takes, those that its text does not show included.
template <class Op>
inline constexpr int arity = count_arguments<Op>();

}  // namespace op

}  // namespace ONELOOP_NAMESPACE
