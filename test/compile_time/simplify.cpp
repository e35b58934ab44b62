// SPDX-License-Identifier: BSL-1.0
// What simplify does to a formula, rule by rule, and what it leaves alone.
#include <oneloop/oneloop.hpp>

using namespace oneloop;

namespace {

constexpr auto x = var<"x", 4>;
constexpr auto y = var<"y", 4>;
constexpr auto k = var<"k">;
constexpr auto A = var<"A", 3, 4>;
constexpr auto B = var<"B", 4, 5>;

constexpr constant<-2, 1> minus_two{};  // -2_c is the negation of a constant

template <class F, class G>
constexpr bool gives(F const& f, G const& expected) {
  return same_formula(simplify(f), expected);
}

// nothing is added, multiplied, divided
static_assert(gives(x + 0_c, x) && gives(0_c + x, x) && gives(x - 0_c, x) && gives(0_c - x, -x));
static_assert(gives(1_c * x, x) && gives(x * 1_c, x) && gives(x % 1_c, x) && gives(x / 1_c, x));
// signs
static_assert(gives(-(-x), x) && gives(-1_c * x, -x) && gives(x / -1_c, -x));
static_assert(gives(x + (-y), x - y) && gives(x - (-y), x + y) && gives((-x) + y, y - x) && gives(-(x - y), y - x));
static_assert(gives((-x) % y, -(x % y)) && gives(x % (-y), -(x % y)) && gives((-x) % (-y), x % y));
static_assert(gives((-x) / y, -(x / y)) && gives(-(2_c / k), minus_two / k));
static_assert(gives(-2_c * x + y, minus_two* x + y) && gives(y + -2_c * x, y - 2_c * x) &&
              gives(y - -2_c * x, y + 2_c * x));
// constants are folded exactly
static_assert(gives(2_c + 3_c, 5_c) && gives(2_c * 3_c, 6_c) && gives(1_c / 4_c, 0.25_c) &&
              gives(0.5_c - 0.75_c, constant<-1, 4>{}));
static_assert(gives((1_c / 3_c) * 3_c * x, x) && gives(1_c / 3_c + 1_c / 6_c, 0.5_c));
static_assert(gives(2_c * (3_c * x), 6_c * x) && gives((2_c * x) % (0.25_c * y), 0.5_c * (x % y)));
static_assert(gives(x * 2_c, 2_c * x) && gives((x * 2_c) * 3_c, 6_c * x));
static_assert(gives(x + x, 2_c * x) && gives(3_c * x + x, 4_c * x) && gives(3_c * x + -1_c * x, 3_c * x - x));
// ... unless a double would not hold them, or there is none
static_assert(gives(1000000000000000_c * (1000000000000000_c * k), 1000000000000000_c * (1000000000000000_c * k)));
static_assert(gives(0.000000000000001_c * 0.000000000000001_c, 0.000000000000001_c * 0.000000000000001_c));
static_assert(gives(1_c / 0_c, 1_c / 0_c));
// numbers leave products and sums
static_assert(gives(A * (k * x), k*(A* x)) && gives((2_c * A) * x, 2_c * (A * x)) && gives((-A) * B, -(A* B)));
static_assert(gives(sum(3_c * x), 3_c * sum(x)) && gives(mean(k * x), k* mean(x)) && gives(sum<0>(-A), -sum<0>(A)));
static_assert(gives(dot(2_c * x, y), 2_c * dot(x, y)) && gives(sum(x % (k * y)), k* sum(x % y)));
static_assert(gives(max(2_c * x), max(2_c * x)) && gives(norm(-x), norm(-x)));
// transposes
static_assert(gives(transpose(-A), -transpose(A)) && gives(transpose(2_c * A), 2_c * transpose(A)));
static_assert(gives(transpose(A * B), transpose(B) * transpose(A)));
static_assert(gives(transpose(transpose(A) + 0_c), A));
// anywhere below
static_assert(gives(sigmoid(A * (1_c * x) + 0_c), sigmoid(A* x)) &&
              gives(where(-(-x) > 0_c, x, y), where(x > 0_c, x, y)));
static_assert(gives(softmax(1_c * x), softmax(x)));
// NaN and infinity stay
static_assert(gives(0_c * x, 0_c * x) && gives(x - x, x - x) && gives(x / x, x / x));
// int32 divides towards zero: no factor moves through a division
static_assert(gives((2_c * x) / 3_c, (2_c * x) / 3_c) && gives(x * (1_c / k), x * (1_c / k)));
// twice is once
static_assert(gives(simplify(2_c * (k * (3_c * x)) - -y), simplify(2_c * (k * (3_c * x)) - -y)));

// Several results, each.
static_assert(text(simplify(formula_results{x + 0_c, 1_c * y})) == "(x, y)");
static_assert(std::is_empty_v<decltype(simplify(2_c * (3_c * x)))>);

}  // namespace
