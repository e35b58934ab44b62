// SPDX-License-Identifier: BSL-1.0
// What other libraries have for an operation, by its tag: nothing, unless it is named here.
#pragma once

#include <cmath>

#include <oneloop/op/registry.hpp>

#ifdef ONELOOP_BENCHMARK_EIGEN
#include <Eigen/Core>
#include <unsupported/Eigen/SpecialFunctions>
#endif

namespace functions {

using namespace oneloop;

/// <cmath>'s function of an element or two.
template <class Op>
inline constexpr auto of_cmath = nullptr;
template <>
inline constexpr auto of_cmath<abs_t> = [](auto x) { return std::abs(x); };
template <>
inline constexpr auto of_cmath<exp_t> = [](auto x) { return std::exp(x); };
template <>
inline constexpr auto of_cmath<exp2_t> = [](auto x) { return std::exp2(x); };
template <>
inline constexpr auto of_cmath<expm1_t> = [](auto x) { return std::expm1(x); };
template <>
inline constexpr auto of_cmath<log_t> = [](auto x) { return std::log(x); };
template <>
inline constexpr auto of_cmath<log1p_t> = [](auto x) { return std::log1p(x); };
template <>
inline constexpr auto of_cmath<log2_t> = [](auto x) { return std::log2(x); };
template <>
inline constexpr auto of_cmath<log10_t> = [](auto x) { return std::log10(x); };
template <>
inline constexpr auto of_cmath<sqrt_t> = [](auto x) { return std::sqrt(x); };
template <>
inline constexpr auto of_cmath<cbrt_t> = [](auto x) { return std::cbrt(x); };
template <>
inline constexpr auto of_cmath<pow_t> = [](auto x, auto y) { return std::pow(x, y); };
template <>
inline constexpr auto of_cmath<hypot_t> = [](auto x, auto y) { return std::hypot(x, y); };
template <>
inline constexpr auto of_cmath<sin_t> = [](auto x) { return std::sin(x); };
template <>
inline constexpr auto of_cmath<cos_t> = [](auto x) { return std::cos(x); };
template <>
inline constexpr auto of_cmath<tan_t> = [](auto x) { return std::tan(x); };
template <>
inline constexpr auto of_cmath<asin_t> = [](auto x) { return std::asin(x); };
template <>
inline constexpr auto of_cmath<acos_t> = [](auto x) { return std::acos(x); };
template <>
inline constexpr auto of_cmath<atan_t> = [](auto x) { return std::atan(x); };
template <>
inline constexpr auto of_cmath<atan2_t> = [](auto x, auto y) { return std::atan2(x, y); };
template <>
inline constexpr auto of_cmath<sinh_t> = [](auto x) { return std::sinh(x); };
template <>
inline constexpr auto of_cmath<cosh_t> = [](auto x) { return std::cosh(x); };
template <>
inline constexpr auto of_cmath<tanh_t> = [](auto x) { return std::tanh(x); };
template <>
inline constexpr auto of_cmath<erf_t> = [](auto x) { return std::erf(x); };
template <>
inline constexpr auto of_cmath<floor_t> = [](auto x) { return std::floor(x); };
template <>
inline constexpr auto of_cmath<ceil_t> = [](auto x) { return std::ceil(x); };
template <>
inline constexpr auto of_cmath<round_t> = [](auto x) { return std::nearbyint(x); };
template <>
inline constexpr auto of_cmath<trunc_t> = [](auto x) { return std::trunc(x); };

/// Eigen's expression of an array or two.
template <class Op>
inline constexpr auto of_eigen = nullptr;
#ifdef ONELOOP_BENCHMARK_EIGEN
template <>
inline constexpr auto of_eigen<abs_t> = [](auto const& x) { return x.abs(); };
template <>
inline constexpr auto of_eigen<exp_t> = [](auto const& x) { return x.exp(); };
template <>
inline constexpr auto of_eigen<expm1_t> = [](auto const& x) { return x.expm1(); };
template <>
inline constexpr auto of_eigen<log_t> = [](auto const& x) { return x.log(); };
template <>
inline constexpr auto of_eigen<log1p_t> = [](auto const& x) { return x.log1p(); };
template <>
inline constexpr auto of_eigen<log2_t> = [](auto const& x) { return x.log2(); };
template <>
inline constexpr auto of_eigen<log10_t> = [](auto const& x) { return x.log10(); };
template <>
inline constexpr auto of_eigen<sqrt_t> = [](auto const& x) { return x.sqrt(); };
template <>
inline constexpr auto of_eigen<rsqrt_t> = [](auto const& x) { return x.rsqrt(); };
template <>
inline constexpr auto of_eigen<square_t> = [](auto const& x) { return x.square(); };
template <>
inline constexpr auto of_eigen<pow_t> = [](auto const& x, auto const& y) { return x.pow(y); };
template <>
inline constexpr auto of_eigen<sin_t> = [](auto const& x) { return x.sin(); };
template <>
inline constexpr auto of_eigen<cos_t> = [](auto const& x) { return x.cos(); };
template <>
inline constexpr auto of_eigen<tan_t> = [](auto const& x) { return x.tan(); };
template <>
inline constexpr auto of_eigen<asin_t> = [](auto const& x) { return x.asin(); };
template <>
inline constexpr auto of_eigen<acos_t> = [](auto const& x) { return x.acos(); };
template <>
inline constexpr auto of_eigen<atan_t> = [](auto const& x) { return x.atan(); };
template <>
inline constexpr auto of_eigen<sinh_t> = [](auto const& x) { return x.sinh(); };
template <>
inline constexpr auto of_eigen<cosh_t> = [](auto const& x) { return x.cosh(); };
template <>
inline constexpr auto of_eigen<tanh_t> = [](auto const& x) { return x.tanh(); };
template <>
inline constexpr auto of_eigen<erf_t> = [](auto const& x) { return x.erf(); };
template <>
inline constexpr auto of_eigen<floor_t> = [](auto const& x) { return x.floor(); };
template <>
inline constexpr auto of_eigen<ceil_t> = [](auto const& x) { return x.ceil(); };
template <>
inline constexpr auto of_eigen<round_t> = [](auto const& x) { return x.rint(); };
template <>
inline constexpr auto of_eigen<sigmoid_t> = [](auto const& x) { return x.logistic(); };
template <>
inline constexpr auto of_eigen<minimum_t> = [](auto const& x, auto const& y) { return x.min(y); };
template <>
inline constexpr auto of_eigen<maximum_t> = [](auto const& x, auto const& y) { return x.max(y); };
template <>
inline constexpr auto of_eigen<plus_t> = [](auto const& x, auto const& y) { return x + y; };
template <>
inline constexpr auto of_eigen<hadamard_t> = [](auto const& x, auto const& y) { return x * y; };
template <>
inline constexpr auto of_eigen<divides_t> = [](auto const& x, auto const& y) { return x / y; };
template <>
inline constexpr auto of_eigen<sum_t> = [](auto const& x) { return x.sum(); };
template <>
inline constexpr auto of_eigen<mean_t> = [](auto const& x) { return x.mean(); };
template <>
inline constexpr auto of_eigen<prod_t> = [](auto const& x) { return x.prod(); };
template <>
inline constexpr auto of_eigen<min_t> = [](auto const& x) { return x.minCoeff(); };
template <>
inline constexpr auto of_eigen<max_t> = [](auto const& x) { return x.maxCoeff(); };
template <>
inline constexpr auto of_eigen<norm_t> = [](auto const& x) { return x.matrix().norm(); };
#endif

}  // namespace functions
