// SPDX-License-Identifier: BSL-1.0
// A formula over variables and constants holds nothing; over data, only where the data is.
#include <boost/hana.hpp>
#include <oneloop/oneloop.hpp>
#include <oneloop/op/registry.hpp>
#include <tuple>
#include <type_traits>

using namespace oneloop;

namespace {

constexpr auto batch = dim<"batch">;

template <class... F>
constexpr bool empty(F...) {
  return (true && ... && std::is_empty_v<F>);
}

constexpr auto W = var<"W", 128, 64>;
constexpr auto U = var<"U", 128, 64>;
constexpr auto x = var<"x", 64>;
constexpr auto b = var<"b", 128>;
constexpr auto X = var<"X", batch, 64>;
constexpr auto k = var<"k">;
constexpr auto t = var<"t", batch>;

static_assert(empty(W, x, k, 1_c, 0.5_c));
static_assert(empty(extents<128, 64>, batch, dim<"in", 64>, dyn));
static_assert(empty(x + x, x - x, x % x, x / x, -x, 2_c * x, k* x));
static_assert(empty(x < x, x == x, x != x && x > 0_c, !(x < x)));
static_assert(empty(W * x, b* W, X* transpose(W), W* x + U * x));
static_assert(empty(sigmoid(W * x + b), stable_sigmoid(linear(X, W, b))));
static_assert(empty(dot(x, x), outer(b, x), transpose(W), broadcast<128, 64>(x)));
static_assert(empty(where(x > 0_c, x, x), clamp(x, 0_c, 1_c), fma(x, x, x), cast<double>(x)));
static_assert(empty(sum(x), mean<0>(W), max<batch>(X), argmin(x), norm(x), logsumexp(x), variance(x)));
static_assert(empty(softmax(x), softmax<batch>(X), log_softmax(W), cross_entropy(X, var<"classes", batch, 64>)));
static_assert(empty(mean(bce_with_logits(X * x + k, t)), mse(x, x), bce(t, t)));
static_assert(empty(x - mean(x), softmax(W* tanh(x) + b) * W));

// The same node twice, and a hundred of them.
static_assert(empty((x + x) + (x + x), sigmoid(sigmoid(x)) % sigmoid(x)));
template <int Depth, class F>
constexpr auto deep(F f) {
  if constexpr (Depth == 0)
    return f;
  else
    return deep<Depth - 1>(tanh(f) + 1_c);
}
static_assert(empty(deep<50>(x)));

// Every elementwise operation.
template <class Op>
constexpr bool is_empty_formula() {
  constexpr auto f = [] {
    constexpr auto a = var<"a", 4>;
    constexpr auto mask = a < a;
    constexpr auto argument = [=]<int I>() {
      if constexpr (I < op::masks<Op>)
        return mask;
      else
        return a;
    };
    if constexpr (op::arity<Op> == 1)
      return elementwise<Op>(argument.template operator()<0>());
    else if constexpr (op::arity<Op> == 2)
      return elementwise<Op>(argument.template operator()<0>(), argument.template operator()<1>());
    else
      return elementwise<Op>(argument.template operator()<0>(), argument.template operator()<1>(),
                             argument.template operator()<2>());
  }();
  return empty(f) && shape_of(f) == extents<4>;
}
template <class... Op>
constexpr bool all_empty(boost::hana::tuple<Op...> const&) {
  return (true && ... && is_empty_formula<Op>());
}
static_assert(all_empty(elementwise_operations));

// Copied for nothing.
constexpr auto layer = sigmoid(W * x + b);
static_assert(std::is_trivially_copyable_v<decltype(layer)>);
constexpr auto twice = [](auto f) { return f + f; }(layer);
static_assert(empty(twice));

// ---- over data: a pointer per tensor, a value per number, nothing else

constexpr tensor<float, 128, 64> Wd;
constexpr tensor<float, 64> xd;
constexpr tensor<float, 128> bd;
static_assert(sizeof(Wd * xd) == 2 * sizeof(void*));
static_assert(sizeof(sigmoid(Wd * xd + bd)) == 3 * sizeof(void*));
static_assert(sizeof(2.0f * xd) == 2 * sizeof(void*));
static_assert(sizeof(exp(xd) * 1_c) == sizeof(void*));
static_assert(sizeof(layer(W = Wd, x = xd, b = bd)) == 3 * sizeof(void*));
static_assert(sizeof(exp(k)(k = 0.5f)) == sizeof(float));

// An rvalue moves in.
static_assert(sizeof(exp(tensor<float, 16>{})) == sizeof(tensor<float, 16>));

// ---- tensors: no more than their elements, where the extents are static

static_assert(sizeof(tensor<float, 16>) == 64);
static_assert(sizeof(tensor<float, 128, 64>) == 128 * 64 * 4);
static_assert(sizeof(tensor<double, 8>) == 64);
static_assert(sizeof(tensor<float, 3>) == 16);
static_assert(sizeof(tensor<float>) == 4);
static_assert(sizeof(view<float, 2, 3>) == sizeof(void*));
static_assert(alignof(tensor<float, 128, 64>) == 64);

}  // namespace
