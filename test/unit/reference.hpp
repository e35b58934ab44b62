// SPDX-License-Identifier: BSL-1.0
// A second implementation to compare with: nested loops over std::vector<long double>. It shares no
// code with the library's evaluation; of the library's arrays it uses data(), extents() and
// strides() only. And what all suites need besides: reproducible data, comparison.
#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <oneloop/oneloop.hpp>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

namespace reference {

using real = long double;
using list = std::vector<std::ptrdiff_t>;

inline std::ptrdiff_t product(list const& extents) {
  std::ptrdiff_t result = 1;
  for (auto extent : extents) result *= extent;
  return result;
}

/// Row-major, of any rank; rank 0 is a number.
struct grid {
  list extents;
  std::vector<real> values;

  explicit grid(list e) : extents(std::move(e)), values(std::size_t(product(extents))) {}
  explicit grid(real number) : values{number} {}

  int rank() const { return int(extents.size()); }
  std::size_t offset(list const& at) const {
    std::ptrdiff_t result = 0;
    for (std::size_t axis = 0; axis < extents.size(); ++axis) result = result * extents[axis] + at[axis];
    return std::size_t(result);
  }
  real& operator()(list const& at) { return values[offset(at)]; }
  real operator()(list const& at) const { return values[offset(at)]; }
};

/// f(index) for every index, the last fastest.
template <class F>
void each_index(list const& extents, F f) {
  if (product(extents) == 0) return;
  list at(extents.size(), 0);
  for (;;) {
    f(static_cast<list const&>(at));
    std::size_t axis = extents.size();
    while (axis > 0 && ++at[axis - 1] == extents[axis - 1]) at[--axis] = 0;
    if (axis == 0) return;
  }
}

/// A tensor, a view or a number.
template <class A>
grid read(A const& a) {
  if constexpr (std::is_arithmetic_v<A>) {
    return grid(real(a));
  } else {
    list extents;
    for (int axis = 0; axis < A::rank; ++axis) extents.push_back(a.extents()[axis]);
    grid result(extents);
    each_index(extents, [&](list const& at) {
      std::ptrdiff_t offset = 0;
      for (int axis = 0; axis < A::rank; ++axis) offset += at[std::size_t(axis)] * a.strides()[axis];
      result(at) = real(a.data()[offset]);
    });
    return result;
  }
}

// ---- what formulas mean

/// f elementwise; numbers stand for every index.
template <class F, class... A>
grid map(F f, A const&... arg) {
  list extents;
  ((int(arg.extents.size()) > int(extents.size()) ? void(extents = arg.extents) : void()), ...);
  grid result(extents);
  for (std::size_t i = 0; i < result.values.size(); ++i) result.values[i] = real(f(arg.values[arg.rank() ? i : 0]...));
  return result;
}

/// `a` repeated: its axis i is axis `axes[i]` of the result, or -1 where its extent 1 is stretched.
inline grid spread(grid const& a, list const& extents, std::vector<int> const& axes) {
  grid result(extents);
  each_index(extents, [&](list const& at) {
    list from;
    for (int axis : axes) from.push_back(axis < 0 ? 0 : at[std::size_t(axis)]);
    result(at) = a(from);
  });
  return result;
}

/// The last two axes exchanged.
inline grid transpose(grid const& a) {
  list extents = a.extents;
  std::swap(extents[extents.size() - 1], extents[extents.size() - 2]);
  grid result(extents);
  each_index(a.extents, [&](list at) {
    real const value = a(at);
    std::swap(at[at.size() - 1], at[at.size() - 2]);
    result(at) = value;
  });
  return result;
}

/// f(values along the axis) for every index of the other axes.
template <class F>
grid fold(grid const& a, int axis, F f) {
  list extents = a.extents;
  auto const length = extents[std::size_t(axis)];
  extents.erase(extents.begin() + axis);
  grid result(extents);
  each_index(extents, [&](list const& at) {
    std::vector<real> slice;
    for (std::ptrdiff_t k = 0; k < length; ++k) {
      list from = at;
      from.insert(from.begin() + axis, k);
      slice.push_back(a(from));
    }
    result(at) = real(f(static_cast<std::vector<real> const&>(slice)));
  });
  return result;
}
/// f(all values, in row-major order).
template <class F>
grid fold(grid const& a, F f) {
  return grid(real(f(a.values)));
}

/// The product of linear algebra; ranks above two are batches of matrices.
inline grid multiply(grid const& a, grid const& b) {
  std::size_t const rank_a = a.extents.size(), rank_b = b.extents.size();
  list batch;
  if (rank_a > 2) batch.assign(a.extents.begin(), a.extents.end() - 2);
  if (rank_b > 2) batch.assign(b.extents.begin(), b.extents.end() - 2);
  list extents = batch;
  if (rank_a >= 2) extents.push_back(a.extents[rank_a - 2]);
  if (rank_b >= 2) extents.push_back(b.extents[rank_b - 1]);
  std::ptrdiff_t const rows = rank_a >= 2 ? a.extents[rank_a - 2] : 1, length = a.extents.back(),
                       columns = rank_b >= 2 ? b.extents[rank_b - 1] : 1;
  grid result(extents);
  for (std::ptrdiff_t m = 0; m < product(batch); ++m) {
    std::ptrdiff_t const left = rank_a > 2 ? m * rows * length : 0, right = rank_b > 2 ? m * length * columns : 0;
    for (std::ptrdiff_t i = 0; i < rows; ++i)
      for (std::ptrdiff_t j = 0; j < columns; ++j) {
        real sum = 0;
        for (std::ptrdiff_t k = 0; k < length; ++k)
          sum += a.values[std::size_t(left + i * length + k)] * b.values[std::size_t(right + k * columns + j)];
        result.values[std::size_t((m * rows + i) * columns + j)] = sum;
      }
  }
  return result;
}

inline grid absolute(grid const& a) {
  return map([](real x) { return std::fabs(x); }, a);
}

// Reductions of one slice.
using slice = std::vector<real>;
inline real sum(slice const& s) {
  real result = 0;
  for (real x : s) result += x;
  return result;
}
inline real sum_of_sizes(slice const& s) {
  real result = 0;
  for (real x : s) result += std::fabs(x);
  return result;
}
inline real largest(slice const& s) {
  real result = -std::numeric_limits<real>::infinity();
  for (real x : s) result = std::isnan(result) || result > x ? result : x;
  return result;
}
inline real logsumexp(slice const& s) {
  real const m = largest(s);
  if (std::isinf(m)) return m;
  real result = 0;
  for (real x : s) result += std::exp(x - m);
  return m + std::log(result);
}

inline real sigmoid(real x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }

// ---- data

/// xorshift64*: the same numbers on every machine.
struct source {
  std::uint64_t state;
  explicit source(std::uint64_t seed) : state(seed * 0x9e3779b97f4a7c15u + 0x632be59bd9b4e019u) {
    for (int i = 0; i < 4; ++i) (*this)();
  }
  std::uint64_t operator()() {
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return state * 0x2545f4914f6cdd1du;
  }
  double uniform(double low, double high) { return low + (high - low) * (double((*this)() >> 11) * 0x1p-53); }
  int whole(int low, int high) { return low + int((*this)() % std::uint64_t(high - low + 1)); }
};

template <class A>
void fill(A& a, source& random, double low = -2, double high = 2) {
  for (auto& x : a) x = static_cast<std::remove_reference_t<decltype(x)>>(random.uniform(low, high));
}
/// Small whole numbers: their sums and products are exact, so that results can be compared exactly.
template <class A>
void fill_whole(A& a, source& random, int low = -4, int high = 4) {
  for (auto& x : a) x = static_cast<std::remove_reference_t<decltype(x)>>(random.whole(low, high));
}
inline void fill_mask(auto& a, source& random) {
  for (auto& x : a) x = random() & 64;
}

template <class T, auto... Dims>
auto random_tensor(std::uint64_t seed, double low, double high, auto... extents) {
  oneloop::tensor<T, Dims...> result(extents...);
  source random(seed);
  fill(result, random, low, high);
  return result;
}
template <class T, auto... Dims>
auto whole_tensor(std::uint64_t seed, auto... extents) {
  oneloop::tensor<T, Dims...> result(extents...);
  source random(seed);
  fill_whole(result, random);
  return result;
}

// ---- comparison

inline std::string text(list const& at) {
  std::ostringstream out;
  out << "[";
  for (std::size_t i = 0; i < at.size(); ++i) out << (i ? ", " : "") << at[i];
  out << "]";
  return out.str();
}

template <class A>
struct element_of {
  using type = A;
};
template <class A>
  requires requires { typename A::element; }
struct element_of<A> {
  using type = typename A::element;
};

/// |got - expected| <= bound · u · scale for every element, u being the unit roundoff (half an ULP
/// of 1); the bound counts the roundings of the formula, the scale is what they are relative to.
/// bool and int32 are compared exactly, and so is everything under a bound of 0. A NaN is expected
/// to be a NaN, what overflows the element type to be infinite.
template <class Got>
void compare(std::string const& what, Got const& got, grid const& expected, double bound, grid const& scale) {
  using T = typename element_of<Got>::type;
  grid const values = read(got);
  BOOST_TEST_REQUIRE(values.extents == expected.extents,
                     what << ": extents " << text(values.extents) << ", expected " << text(expected.extents));
  constexpr bool exact = !std::is_floating_point_v<T>;
  real const unit = exact ? 0 : real(std::numeric_limits<T>::epsilon()) / 2;
  real worst = -1;
  list worst_at;
  each_index(expected.extents, [&](list const& at) {
    real const g = values(at), e = expected(at);
    real error = 0;
    if (std::isnan(e) || std::isnan(g)) {
      error = std::isnan(e) && std::isnan(g) ? 0 : std::numeric_limits<real>::infinity();
    } else if (g != e && !(!exact && real(T(e)) == g && std::isinf(g))) {
      real const allowed = bound * unit * std::fabs(scale.rank() ? scale(at) : scale.values[0]);
      real const tiny = exact || bound == 0 ? 0 : real(std::numeric_limits<T>::denorm_min());
      real const limit = allowed + tiny;
      error = limit > 0 ? std::fabs(g - e) / limit : std::numeric_limits<real>::infinity();
    }
    if (error > worst) worst = error, worst_at = at;
  });
  bool const passed = worst <= 1;
  if (passed) {
    BOOST_TEST(passed);
  } else {
    std::ostringstream out;
    out.precision(21);
    out << what << " " << text(expected.extents) << " at " << text(worst_at) << ": " << values(worst_at)
        << ", expected " << expected(worst_at) << "; " << worst * bound << " roundings, allowed " << bound;
    BOOST_ERROR(out.str());
  }
}
template <class Got>
void compare(std::string const& what, Got const& got, grid const& expected, double bound) {
  compare(what, got, expected, bound, expected);
}

/// Bit by bit; any NaN is any other.
template <class A, class B>
bool same_values(A const& a, B const& b) {
  grid const x = read(a), y = read(b);
  if (x.extents != y.extents) return false;
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    real const p = x.values[i], q = y.values[i];
    if (std::isnan(p) && std::isnan(q)) continue;
    if (p != q || std::signbit(p) != std::signbit(q)) return false;
  }
  return true;
}

/// Evaluates in a function of its own. Formulas are inlined where they are evaluated, and a
/// compiler's time grows faster than the size of a function.
template <class... F>
[[gnu::noinline]] auto run(F const&... f) {
  return oneloop::evaluate(f...);
}
template <class Target, class F>
[[gnu::noinline]] void put(Target& target, F const& f) {
  target = f;
}

}  // namespace reference
