// SPDX-License-Identifier: BSL-1.0
// A formula in a constant expression and the same formula at run time: the same bits. The data at
// run time pass through volatile, so that no optimiser can do at compile time what is to be tested.
#pragma once

#include "reference.hpp"

#include <bit>
#include <boost/mpl/list.hpp>

namespace constant_expressions {

using namespace oneloop;

using floating = boost::mpl::list<float, double>;

template <class T>
inline constexpr T inf = std::numeric_limits<T>::infinity();
template <class T>
inline constexpr T quiet_nan = std::numeric_limits<T>::quiet_NaN();
template <class T>
inline constexpr T largest = std::numeric_limits<T>::max();
template <class T>
inline constexpr T smallest = std::numeric_limits<T>::min();
template <class T>
inline constexpr T subnormal = std::numeric_limits<T>::denorm_min();

// 27: no multiple of any number of lanes, several packs and a rest for all of them.
template <class T>
inline constexpr tensor<T, 27> special{
    T(0),     T(-0.0),   T(1e-40), T(-1e-40),  T(1000),     T(-1000),    inf<T>,       -inf<T>,       T(1),
    T(-1),    T(0.7),    T(-0.7),  T(3.25),    T(-3.25),    T(87.5),     T(-88.5),     T(-95),        T(1e-8),
    T(-1e-8), T(22.125), T(-17.3), largest<T>, -largest<T>, smallest<T>, subnormal<T>, -subnormal<T>, quiet_nan<T>};

/// A generator that is a constant expression: between low and high.
template <class T, auto... Dims>
constexpr auto noise(std::uint32_t seed, int low, int high) {
  tensor<T, Dims...> result;
  for (auto& x : result) {
    seed = seed * 1664525u + 1013904223u;
    x = T(low) + T(high - low) * T(seed >> 8) / T(1 << 24);
  }
  return result;
}
template <class T>
inline constexpr auto x37 = noise<T, 37>(1, -3, 3);
template <class T>
inline constexpr auto y37 = noise<T, 37>(2, -3, 3);
template <class T>
inline constexpr auto unit37 = noise<T, 37>(3, 0, 1);
template <class T>
inline constexpr auto w5x3 = noise<T, 5, 3>(4, -2, 2);
template <class T>
inline constexpr auto x3 = noise<T, 3>(5, -2, 2);
template <class T>
inline constexpr auto b5 = noise<T, 5>(6, -2, 2);
template <class T>
inline constexpr auto w17x9 = noise<T, 17, 9>(7, -2, 2);
template <class T>
inline constexpr auto x9 = noise<T, 9>(8, -2, 2);
template <class T>
inline constexpr auto b17 = noise<T, 17>(9, -2, 2);
template <class T>
inline constexpr auto m9x7 = noise<T, 9, 7>(10, -2, 2);
template <class T>
inline constexpr auto large5 = noise<T, 5>(11, 900, 1100);

template <class A>
[[gnu::noinline]] A hidden(A const& a) {
  A result;
  for (index_t i = 0; i < a.size(); ++i) {
    typename A::element volatile const element = a.data()[i];
    result.data()[i] = element;
  }
  return result;
}

template <class T>
auto bits(T x) {
  if constexpr (sizeof(T) == 8)
    return std::bit_cast<std::uint64_t>(x);
  else if constexpr (sizeof(T) == 4)
    return std::bit_cast<std::uint32_t>(x);
  else
    return std::bit_cast<std::uint8_t>(x);
}

// Sign and payload of a NaN mean nothing, and differ between processors.
template <class T>
bool same_bits(T constant, T at_run_time) {
  return bits(constant) == bits(at_run_time) || (constant != constant && at_run_time != at_run_time);
}

inline void expect_same(std::string const& what, index_t i, long double constant, long double at_run_time, bool same) {
  if (!same) {
    std::ostringstream out;
    out.precision(21);
    out << what << ", element " << i << ": constant " << constant << ", at run time " << at_run_time;
    BOOST_ERROR(out.str());
  }
}

template <class R>
void compare_bits(std::string const& what, R const& constant, R const& at_run_time) {
  if constexpr (std::is_arithmetic_v<R>) {
    expect_same(what, 0, constant, at_run_time, same_bits(constant, at_run_time));
  } else {
    BOOST_TEST_REQUIRE((constant.extents() == at_run_time.extents()));
    for (index_t i = 0; i < constant.size(); ++i) {
      auto const c = constant.data()[i], r = at_run_time.data()[i];
      expect_same(what, i, c, r, same_bits(c, r));
    }
  }
}

/// `formula` makes a formula of the data, which are constants. Twice: as a constant, at run time.
template <auto const&... Data, class F>
[[gnu::noinline]] void check(F) {
  static constexpr auto constant = evaluate(F{}(Data...));
  [](auto const&... data) {
    auto const at_run_time = reference::run(F{}(data...));
    std::string const what = text(F{}(data...));
    compare_bits(what, constant, at_run_time);
  }(hidden(Data)...);
}

}  // namespace constant_expressions
