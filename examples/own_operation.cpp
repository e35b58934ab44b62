// SPDX-License-Identifier: BSL-1.0
// An operation of one's own: the smooth step of computer graphics, 0 below 0, 1 above 1, and 3x² - 2x³ between. Its
// kernel is written once, over packs, its derivative as a formula; then it stands wherever a built-in one does.
//
// In PyTorch this would be a torch.autograd.Function with forward and backward, and a loop over memory for each.
#include <iostream>
#include <oneloop/io/print.hpp>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

struct smooth_step_t {
  static constexpr fixed_string name = "smooth_step";
  static constexpr auto accepts = elements::floating;
  static constexpr int flops = 6;  // per element, for the plan
  template <class P>
  static constexpr P kernel(P x) {
    P const t = math::clamp(x, P(0), P(1));
    return t * t * (P(3) - P(2) * t);
  }
  static constexpr auto derivative = [](auto const& /* y */, auto const& x) {
    auto const t = clamp(x, 0_c, 1_c);
    return 6_c * (t % (1_c - t));
  };
};

template <operands X>
constexpr auto smooth_step(X&& x) {
  return elementwise<smooth_step_t>(static_cast<X&&>(x));
}

constexpr auto W = var<"W", 3, 4>;
constexpr auto x = var<"x", 4>;
constexpr auto t = var<"t", 3>;
constexpr auto loss = mean(mse(smooth_step(W * x), t));

static_assert(plan(smooth_step(W * x)).loops == 1);
static_assert(text(gradient(sum(smooth_step(x)), x)) == "6 * (clamp(x, 0, 1) % (1 - clamp(x, 0, 1)))");

int main() {
  tensor<double, 5> const at{-1, 0.25, 0.5, 0.75, 2};
  std::cout << "smooth_step(" << at << ") = " << evaluate(smooth_step(at)) << "\n\n";

  tensor<double, 3, 4> const weights{{0.5, -0.25, 0.1, 0.3}, {0.2, 0.4, -0.1, 0.6}, {-0.3, 0.2, 0.9, 0.1}};
  tensor<double, 4> const input{0.4, -0.3, 0.5, 0.7};
  tensor<double, 3> const wanted{1, 0, 1};

  constexpr auto both = value_and_gradient(loss, x);
  std::cout << "loss      " << text(loss) << "\n"
            << "gradient  " << text(gradient(loss, x)) << "\n\n";
  auto const [value, by_x] = evaluate(both(W = weights, x = input, t = wanted));
  std::cout << "loss " << value << ", gradient " << by_x << "\n";

  // Is the derivative right? The gradient beside differences of the loss.
  auto const check = check_gradient(loss, wrt(W, x), W = weights, x = input, t = wanted);
  std::cout << "differences agree " << (check.worst < 1e-9 ? "to 9 digits" : "not") << "\n";
  if (!(check.worst < 1e-9))
    std::cout << check.variable << "[" << check.element << "]: " << check.gradient << " and " << check.difference
              << "\n";
}
