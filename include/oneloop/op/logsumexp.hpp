// SPDX-License-Identifier: BSL-1.0
// logsumexp in one pass: the running maximum m, and the sum of exp(x - m).
#pragma once

#include <oneloop/math/exponential.hpp>
#include <oneloop/math/logarithm.hpp>
#include <oneloop/op/extremum.hpp>
#include <oneloop/op/reduction_state.hpp>
#include <oneloop/op/softmax.hpp>

namespace ONELOOP_NAMESPACE {

struct shifted_logsumexp_t;

namespace op {

/// softmax over the elements that are reduced.
template <class X, class Along>
constexpr auto softmax_along(X const& x, Along const& along) {
  return elementwise<softmax_t>(x, along.template fold<max_t>(x), along.template fold<shifted_logsumexp_t>(x));
}

struct online_logsumexp {
  static constexpr auto accepts = elements::floating;
  template <class T>
  using result = T;
  static constexpr int flops = 32;
  static constexpr int parts = 2;
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 2> start() {
    return {{P(minus_infinity<typename P::element>), P(0)}};
  }
  template <class P, class I>
  static ONELOOP_INLINE constexpr state<P, 2> step(state<P, 2> s, P x, I) {
    return merge(s, state<P, 2>{{x, P(1)}});
  }
  // One exp: of the two sums, that under the smaller maximum is scaled by exp(smaller - larger),
  // the other by 1. Equal maxima are compared, not subtracted: inf - inf would be NaN. A NaN ends
  // up in the sum and stays. Below exp(-87) nothing is added to a sum of 1 at least, and subnormal results cost AMD's
  // cores 16 cycles.
  template <class P>
  static ONELOOP_INLINE constexpr state<P, 2> merge(state<P, 2> a, state<P, 2> b) {
    auto const larger = b.part[0] > a.part[0];
    P const distance = max(P(-87), select(a.part[0] == b.part[0], P(0), -abs(a.part[0] - b.part[0])));
    P const scaled = select(larger, a.part[1], b.part[1]);
    P const kept = select(larger, b.part[1], a.part[1]);
    return {{select(larger, b.part[0], a.part[0]), fma(scaled, math::exp(distance), kept)}};
  }
};
}  // namespace op

struct logsumexp_t : op::online_logsumexp {
  static constexpr fixed_string name = "logsumexp";
  // softmax, from the maximum and the sum under it: exp(x - y) would have lost the digits that y has rounded away.
  static constexpr auto derivative = [](auto const&, auto const& x, auto const& along) {
    return op::softmax_along(x, along);
  };
  template <class P>
  static ONELOOP_INLINE constexpr P finish(state<P, 2> s, index_t) {
    return s.part[0] + math::log(s.part[1]);
  }
};

/// logsumexp(x), logsumexp<axes...>(x): log(sum of exp(x)) that does not overflow: m + log(sum of
/// exp(x - m)), m the maximum. Shape: a number; without the axis. Elements: float, double. Special
/// values: of nothing, and of nothing but -inf: -inf; any +inf: +inf; NaN propagates. Worst error:
/// of the sum of exponentials that of sum, plus half an ULP of the result. Errors: an axis that x
/// does not have. Cost: one exp and about 6 flops per element, one pass; one log per result.
/// PyTorch: logsumexp; SciPy: special.logsumexp.
/// Example: x - logsumexp(x)
template <operands X>
constexpr auto logsumexp(X&& x) {
  return reduction<logsumexp_t>(static_cast<X&&>(x));
}
template <auto Axis, auto... More, operands X>
constexpr auto logsumexp(X&& x) {
  return reduction<logsumexp_t, Axis, More...>(static_cast<X&&>(x));
}

/// logsumexp(x) - max(x): what softmax needs besides the maximum. Kept apart because the sum of the
/// two would round away its digits where the maximum is large.
struct shifted_logsumexp_t : op::online_logsumexp {
  static constexpr fixed_string name = "shifted_logsumexp";
  static constexpr auto derivative = [](auto const&, auto const& x, auto const& along) {
    auto const largest = along.template fold<max_t>(x);
    return op::softmax_along(x, along) - max_t::derivative(largest, x, along);
  };
  template <class P>
  static ONELOOP_INLINE constexpr P finish(state<P, 2> s, index_t) {
    return math::log(s.part[1]);
  }
};

/// shifted_logsumexp(x), shifted_logsumexp<axis>(x) = logsumexp(x) - max(x), without the
/// cancellation. Special values: log of the number of maxima if they are infinite; of nothing -inf.
/// Otherwise as logsumexp.
/// Example: shifted_logsumexp(x)
template <operands X>
constexpr auto shifted_logsumexp(X&& x) {
  return reduction<shifted_logsumexp_t>(static_cast<X&&>(x));
}
template <auto Axis, operands X>
constexpr auto shifted_logsumexp(X&& x) {
  return reduction<shifted_logsumexp_t, Axis>(static_cast<X&&>(x));
}

}  // namespace ONELOOP_NAMESPACE
