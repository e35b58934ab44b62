// SPDX-License-Identifier: BSL-1.0
// Every instruction set that this machine has, forced in turn: each gives the right result, and all agree. This unit
// holds the library too, compiled for none of them.
#define BOOST_TEST_MODULE portable
#include "kernels.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <oneloop/oneloop.hpp>
#include <string_view>
#include <vector>
#include <xsimd/xsimd.hpp>

namespace {

using archs = ONELOOP_ARCH_LIST;
using real = long double;

struct name_of {
  template <class Arch>
  std::string_view operator()(Arch) const {
    return Arch::name();
  }
};
struct none {
  static constexpr bool available() { return true; }
  static constexpr unsigned version() { return 0; }
  static constexpr char const* name() { return "none"; }
};

/// run(arch) for each that the machine has; how many.
template <class Run>
int for_each_available(Run run) {
  int count = 0;
  archs::for_each([&](auto arch) {
    if (xsimd::dispatch<xsimd::arch_list<decltype(arch), none>>(name_of{})() == arch.name()) {
      BOOST_TEST_CONTEXT(arch.name()) { run(arch); }
      ++count;
    } else {
      BOOST_TEST_MESSAGE("not on this machine: " << arch.name());
    }
  });
  return count;
}

real sigmoid(real x) { return 1 / (1 + std::exp(-x)); }

/// The unit in the last place of a float near x.
real ulp(real x) {
  using limits = std::numeric_limits<float>;
  return std::ldexp(real(1), std::max(std::ilogb(x) + 1, limits::min_exponent) - limits::digits);
}

constexpr real bound = oneloop::stable_sigmoid_t::ulp.f32;

std::vector<float> wave(std::size_t count, float scale) {
  std::vector<float> result(count);
  for (std::size_t i = 0; i < count; ++i) result[i] = scale * std::sin(float(i + 1));
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(elementwise) {
  auto const x = wave(10'007, 104);
  std::vector<std::vector<float>> results;
  int const count = for_each_available([&](auto arch) {
    std::vector<float> y(x.size());
    squash{}(arch, x.data(), y.data(), std::ptrdiff_t(x.size()));
    real worst = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      real const exact = sigmoid(x[i]);
      worst = std::max(worst, std::abs(y[i] - exact) / ulp(exact));
    }
    BOOST_TEST_MESSAGE(arch.name() << ": " << worst << " ULP");
    BOOST_TEST(worst <= bound);
    results.push_back(y);
  });
  BOOST_TEST(count > 0);
  for (auto const& result : results)
    for (std::size_t i = 0; i < x.size(); ++i)
      BOOST_TEST_REQUIRE(std::abs(real(result[i]) - results[0][i]) <= 2 * bound * ulp(sigmoid(x[i])));
}

BOOST_AUTO_TEST_CASE(picks_the_best) {
  std::vector<std::string_view> available;
  for_each_available([&](auto arch) { available.push_back(arch.name()); });
  BOOST_TEST(xsimd::dispatch<archs>(name_of{})() == available.front());
}

BOOST_AUTO_TEST_CASE(product_and_reduction) {
  sizes const n{5, 37, 19, 19};
  auto const X = wave(std::size_t(n.batch * n.in), 1), W = wave(std::size_t(n.out * n.in), 0.3f),
             b = wave(std::size_t(n.out), 0.5f);
  constexpr real epsilon = std::numeric_limits<float>::epsilon();
  int const count = for_each_available([&](auto arch) {
    std::vector<float> Y(std::size_t(n.batch * n.out));
    float mean = 0;
    BOOST_TEST_REQUIRE(batch_layer{}(arch, X.data(), W.data(), b.data(), n, Y.data(), &mean));
    real total = 0, errors = 0;
    for (std::ptrdiff_t i = 0; i < n.batch; ++i) {
      for (std::ptrdiff_t o = 0; o < n.out; ++o) {
        real sum = b[std::size_t(o)], magnitude = std::abs(sum);
        for (std::ptrdiff_t k = 0; k < n.in; ++k) {
          real const term = real(X[std::size_t(i * n.in + k)]) * W[std::size_t(o * n.in + k)];
          sum += term;
          magnitude += std::abs(term);
        }
        // A sum in any order, n.in products and n.in additions; the slope of the sigmoid is at most 1/4.
        real const error = real(n.in + 1) * epsilon / 2 * magnitude / 4 + bound * ulp(sigmoid(sum));
        BOOST_TEST(std::abs(Y[std::size_t(i * n.out + o)] - sigmoid(sum)) <= error);
        total += sigmoid(sum);
        errors += error;
      }
    }
    real const elements = n.batch * n.out;
    BOOST_TEST(std::abs(mean - total / elements) <= errors / elements + elements * epsilon / 2);
  });
  BOOST_TEST(count > 0);
}

BOOST_AUTO_TEST_CASE(errors_stay_inside) {
  auto const data = wave(64, 1);
  int const count = for_each_available([&](auto arch) {
    float Y[64], mean;
    BOOST_TEST(!batch_layer{}(arch, data.data(), data.data(), data.data(), {2, 3, 4, 5}, Y, &mean));
  });
  BOOST_TEST(count > 0);
}
