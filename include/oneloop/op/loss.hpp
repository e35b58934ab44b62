// SPDX-License-Identifier: BSL-1.0
// Losses, elementwise: mean(bce(p, t)) is PyTorch's number. For cross_entropy see
// formula/softmax.hpp.
#pragma once

#include <oneloop/math/logarithm.hpp>
#include <oneloop/math/sigmoid.hpp>
#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct mse_t {
  static constexpr fixed_string name = "mse";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 2;
  static constexpr math::ulp_bound ulp{2, 2};
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P a, P b) {
    P const distance = a - b;
    return distance * distance;
  }
  static constexpr auto derivative = [](auto const&, auto const& a, auto const& b) {
    return op::partials(op::c<2>(a) * (a - b), op::c<2>(a) * (b - a));
  };
};

/// mse(a, b) = (a - b)², elementwise. Shapes: equal, or scalars. Elements: float, double. Special
/// values: NaN propagates, also from inf - inf. Worst error: mse_t::ulp. Cost: 2 flops. PyTorch:
/// nn.functional.mse_loss is mean(mse(a, b)).
/// Example: mean(mse(W * x, b))
template <class A, class B>
  requires operands<A, B>
constexpr auto mse(A&& a, B&& b) {
  return elementwise<mse_t>(static_cast<A&&>(a), static_cast<B&&>(b));
}

struct bce_t {
  static constexpr fixed_string name = "bce";
  static constexpr auto accepts = elements::floating;
  static constexpr op::interval domain[] = {op::probability};
  static constexpr int flops = 75;
  static constexpr math::ulp_bound ulp{3, 3};
  // PyTorch's bound on both logarithms: a wrong certainty costs 100, not inf.
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P p, P t) {
    P const bound(-100);
    P const hit = max(bound, math::log(p)), miss = max(bound, math::log1p(-p));
    return fma(t - P(1), miss, -(t * hit));
  }
  // PyTorch's, with its bound on the denominator.
  static constexpr auto derivative = [](auto const&, auto const& p, auto const& t) {
    auto const bound = op::c<-100>(p);
    return op::partials((p - t) / max(p % (op::c<1>(p) - p), op::c<1, 1000000000000>(p)),
                        max(log1p(-p), bound) - max(log(p), bound));
  };
};

/// bce(p, t) = -(t·log p + (1 - t)·log(1 - p)), elementwise, either logarithm not below -100; p a
/// probability. Shapes: equal, or scalars. Elements: float, double. Special values: NaN for p
/// outside of [0, 1]; NaN propagates. Worst error: bce_t::ulp for t in [0, 1]. Cost: bce_t::flops;
/// bce_with_logits is cheaper and keeps its digits. PyTorch: nn.functional.binary_cross_entropy is
/// mean(bce(p, t)).
/// Example: mean(bce(p, t))
template <class A, class B>
  requires operands<A, B>
constexpr auto bce(A&& p, B&& t) {
  return elementwise<bce_t>(static_cast<A&&>(p), static_cast<B&&>(t));
}

struct bce_with_logits_t {
  static constexpr fixed_string name = "bce_with_logits";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 59;
  static constexpr math::ulp_bound ulp{2, 2};
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P x, P t) {
    return math::logistic_loss(x, t);
  }
  static constexpr auto derivative = [](auto const&, auto const& x, auto const& t) {
    return op::partials(stable_sigmoid(x) - t, -x);
  };
};

/// bce_with_logits(x, t) = max(x, 0) - x·t + log1p(exp(-|x|)), which is bce(sigmoid(x), t) without
/// its overflow, elementwise. Shapes: equal, or scalars. Elements: float, double. Special values:
/// for x = ±inf the limit, 0 if t is right and +inf otherwise; NaN propagates. Worst error:
/// bce_with_logits_t::ulp for t in [0, 1]. Cost: bce_with_logits_t::flops. PyTorch:
/// nn.functional.binary_cross_entropy_with_logits is mean(bce_with_logits(x, t)).
/// Example: mean(bce_with_logits(x, t))
template <class A, class B>
  requires operands<A, B>
constexpr auto bce_with_logits(A&& x, B&& t) {
  return elementwise<bce_with_logits_t>(static_cast<A&&>(x), static_cast<B&&>(t));
}

}  // namespace ONELOOP_NAMESPACE
