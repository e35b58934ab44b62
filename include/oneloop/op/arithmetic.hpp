// SPDX-License-Identifier: BSL-1.0
// + - * / unary -, the elementwise and the outer product, fma. The operators themselves are in
// formula/operators.hpp, because what `*` means depends on shapes.
#pragma once

#include <type_traits>

#include <oneloop/op/facts.hpp>

namespace ONELOOP_NAMESPACE {

struct plus_t : op::infix_operation<"+", 6> {
  static constexpr fixed_string name = "plus";
  static constexpr auto accepts = elements::arithmetic;
  static constexpr int flops = 1;
  static constexpr auto ulp = op::correctly_rounded;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P a, P b) {
    return a + b;
  }
  static constexpr auto derivative = [](auto const& y, auto const&, auto const&) {
    return op::partials(op::c<1>(y), op::c<1>(y));
  };
};

struct minus_t : op::infix_operation<"-", 6> {
  static constexpr fixed_string name = "minus";
  static constexpr auto accepts = elements::arithmetic;
  static constexpr int flops = 1;
  static constexpr auto ulp = op::correctly_rounded;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P a, P b) {
    return a - b;
  }
  static constexpr auto derivative = [](auto const& y, auto const&, auto const&) {
    return op::partials(op::c<1>(y), op::c<-1>(y));
  };
};

namespace op {
// One kernel for the products that differ in their shapes only.
struct product {
  static constexpr auto accepts = elements::arithmetic;
  static constexpr int flops = 1;
  static constexpr auto ulp = correctly_rounded;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P a, P b) {
    return a * b;
  }
  static constexpr auto derivative = [](auto const&, auto const& a, auto const& b) { return partials(b, a); };
};
}  // namespace op

/// Scaling: one side is a scalar.
struct times_t : op::product, op::infix_operation<"*", 5> {
  static constexpr fixed_string name = "times";
};

/// a % b, hadamard(a, b).
struct hadamard_t : op::product, op::infix_operation<"%", 5> {
  static constexpr fixed_string name = "hadamard";
};

struct outer_t : op::product {
  static constexpr fixed_string name = "outer";
};

/// a / b. int32 truncates towards zero as in C++, and never traps: x / 0 is 0, and the smallest
/// integer divided by -1 is itself (its negation, wrapped).
struct divides_t : op::infix_operation<"/", 5> {
  static constexpr fixed_string name = "divides";
  static constexpr auto accepts = elements::arithmetic;
  static constexpr int flops = 1;
  static constexpr auto ulp = op::correctly_rounded;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P a, P b) {
    if constexpr (std::is_floating_point_v<typename P::element>) {
      return a / b;
    } else {
      auto const zero = b == P(0);
      auto const minus = b == P(-1);
      P const quotient = a / select(zero | minus, P(1), b);
      return select(zero, P(0), select(minus, -a, quotient));
    }
  }
  static constexpr auto derivative = [](auto const& y, auto const&, auto const& b) {
    return op::partials(op::c<1>(b) / b, -y / b);
  };
};

struct negate_t : op::prefix_operation<"-"> {
  static constexpr fixed_string name = "negate";
  static constexpr auto accepts = elements::arithmetic;
  static constexpr int flops = 1;
  static constexpr auto ulp = op::exact;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P a) {
    return -a;
  }
  static constexpr auto derivative = [](auto const& y, auto const&) { return op::c<-1>(y); };
};

struct fma_t {
  static constexpr fixed_string name = "fma";
  static constexpr auto accepts = elements::arithmetic;
  static constexpr int flops = 2;
  // Of the product plus the sum, where the target has no such instruction: unbounded if they
  // cancel.
  static constexpr auto ulp = op::correctly_rounded;
  template <class P>
  static ONELOOP_INLINE constexpr P kernel(P a, P b, P c) {
    return fma(a, b, c);
  }
  static constexpr auto derivative = [](auto const&, auto const& a, auto const& b, auto const&) {
    return op::partials(b, a, op::c<1>(a));
  };
};

/// fma(a, b, c) = a·b + c, elementwise. Shapes: all equal, or scalars. Elements: float, double,
/// int32 (wraps). Special values: as a·b + c. Worst error: fma_t::ulp, one rounding, where the
/// target has the instruction; otherwise two. Errors: shapes that do not fit. Cost: 2 flops. Like
/// std::fma; PyTorch: addcmul(c, a, b).
/// Example: fma(x, y, t)
template <class A, class B, class C>
  requires operands<A, B, C>
constexpr auto fma(A&& a, B&& b, C&& c) {
  return elementwise<fma_t>(static_cast<A&&>(a), static_cast<B&&>(b), static_cast<C&&>(c));
}

}  // namespace ONELOOP_NAMESPACE
