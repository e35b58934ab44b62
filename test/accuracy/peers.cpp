// SPDX-License-Identifier: BSL-1.0
#include "peers.hpp"

#include <cmath>

#if __has_include(<eigen3/Eigen/Core>)
#include <eigen3/Eigen/Core>
#include <eigen3/unsupported/Eigen/SpecialFunctions>
#define ACCURACY_EIGEN 1
#endif

namespace accuracy {

namespace {

template <class F>
peer scalar(char const* name, char const* by, F) {
  auto const run = []<class T>(T const* a, T const* b, T* out, std::ptrdiff_t count) {
    for (std::ptrdiff_t i = 0; i < count; ++i) out[i] = F{}(a[i], b[i]);
  };
  return {name, by, run, run};
}

#if defined(ACCURACY_EIGEN)
template <class F>
peer eigen(char const* name, F) {
  auto const run = []<class T>(T const* a, T const* b, T* out, std::ptrdiff_t count) {
    using array = Eigen::Array<T, Eigen::Dynamic, 1>;
    Eigen::Map<array const> x(a, count), y(b, count);
    Eigen::Map<array>(out, count) = F{}(x, y);
  };
  return {name, "Eigen", run, run};
}
#endif

}  // namespace

std::vector<peer> list_peers() {
  std::vector<peer> all = {
#define ACCURACY_LIBM(name) scalar(#name, "libm", [](auto x, auto) { return std::name(x); })
      ACCURACY_LIBM(exp),
      ACCURACY_LIBM(exp2),
      ACCURACY_LIBM(expm1),
      ACCURACY_LIBM(log),
      ACCURACY_LIBM(log1p),
      ACCURACY_LIBM(log2),
      ACCURACY_LIBM(log10),
      ACCURACY_LIBM(sqrt),
      ACCURACY_LIBM(cbrt),
      ACCURACY_LIBM(sin),
      ACCURACY_LIBM(cos),
      ACCURACY_LIBM(tan),
      ACCURACY_LIBM(asin),
      ACCURACY_LIBM(acos),
      ACCURACY_LIBM(atan),
      ACCURACY_LIBM(sinh),
      ACCURACY_LIBM(cosh),
      ACCURACY_LIBM(tanh),
      ACCURACY_LIBM(erf),
#undef ACCURACY_LIBM
      scalar("pow", "libm", [](auto x, auto y) { return std::pow(x, y); }),
      scalar("hypot", "libm", [](auto x, auto y) { return std::hypot(x, y); }),
      scalar("atan2", "libm", [](auto x, auto y) { return std::atan2(x, y); }),
      // what one writes by hand
      scalar("stable_sigmoid", "libm", [](auto x, auto) { return 1 / (1 + std::exp(-x)); }),
      scalar("sigmoid", "libm", [](auto x, auto) { return 1 / (1 + std::exp(-x)); }),
      scalar("log_sigmoid", "libm", [](auto x, auto) { return std::log(1 / (1 + std::exp(-x))); }),
      scalar("softplus", "libm", [](auto x, auto) { return std::log(1 + std::exp(x)); }),
      scalar("logit", "libm", [](auto x, auto) { return std::log(x / (1 - x)); }),
      scalar("silu", "libm", [](auto x, auto) { return x / (1 + std::exp(-x)); }),
      scalar("gelu", "libm", [](auto x, auto) { return x * (1 + std::erf(x * decltype(x)(0.70710678118654752))) / 2; }),
      scalar("mish", "libm", [](auto x, auto) { return x * std::tanh(std::log1p(std::exp(x))); }),
  };
#if defined(ACCURACY_EIGEN)
#define ACCURACY_EIGENS(name, formula) \
  all.push_back(eigen(#name, []([[maybe_unused]] auto const& x, auto const&) { return formula; }))
  ACCURACY_EIGENS(exp, x.exp());
  ACCURACY_EIGENS(expm1, x.expm1());
  ACCURACY_EIGENS(log, x.log());
  ACCURACY_EIGENS(log1p, x.log1p());
  ACCURACY_EIGENS(log2, x.log2());
  ACCURACY_EIGENS(log10, x.log10());
  ACCURACY_EIGENS(sqrt, x.sqrt());
  ACCURACY_EIGENS(rsqrt, x.rsqrt());
  ACCURACY_EIGENS(sin, x.sin());
  ACCURACY_EIGENS(cos, x.cos());
  ACCURACY_EIGENS(tan, x.tan());
  ACCURACY_EIGENS(asin, x.asin());
  ACCURACY_EIGENS(acos, x.acos());
  ACCURACY_EIGENS(atan, x.atan());
  ACCURACY_EIGENS(sinh, x.sinh());
  ACCURACY_EIGENS(cosh, x.cosh());
  ACCURACY_EIGENS(tanh, x.tanh());
  ACCURACY_EIGENS(erf, x.erf());
  ACCURACY_EIGENS(stable_sigmoid, x.logistic());
  ACCURACY_EIGENS(sigmoid, x.logistic());
#undef ACCURACY_EIGENS
#endif
  return all;
}

}  // namespace accuracy
