// SPDX-License-Identifier: BSL-1.0
// softmax, log_softmax: elementwise over x, its maximum m and l = logsumexp(x) - m. The functions,
// which find both along an axis, are in formula/softmax.hpp.
#pragma once

#include <oneloop/math/exponential.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct log_softmax_t {
  static constexpr fixed_string name = "log_softmax";
  static constexpr auto accepts = elements::floating;
  static constexpr int shown_arguments = 1;
  static constexpr int flops = 2;
  static constexpr math::ulp_bound ulp{1, 1};
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x, P m, P l) {
    return (x - m) - l;
  }
  static constexpr auto derivative = [](auto const& y, auto const&, auto const&, auto const&) {
    return op::partials(op::c<1>(y), op::c<-1>(y), op::c<-1>(y));
  };
};

struct softmax_t {
  static constexpr fixed_string name = "softmax";
  static constexpr auto accepts = elements::floating;
  static constexpr int shown_arguments = 1;
  static constexpr int flops = 31;
  // Of the exponential; the rounding of its argument adds up to half an ULP per unit of
  // log_softmax(x).
  static constexpr auto ulp = math::exp_ulp;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x, P m, P l) {
    return math::exp(log_softmax_t::kernel(x, m, l));
  }
  static constexpr auto derivative = [](auto const& y, auto const&, auto const&, auto const&) {
    return op::partials(y, -y, -y);
  };
};

}  // namespace ONELOOP_NAMESPACE
