// SPDX-License-Identifier: BSL-1.0
// The listing of the public names, as the documentation shows it (part 1, over data, runs in
// test/unit/listing.cpp), and that every other public name exists, with the shape and the element
// type that it should have.
#include <oneloop/oneloop.hpp>
#include <span>
#include <tuple>
#include <type_traits>

using namespace oneloop;

namespace {

// Word for word.
// clang-format off

inline constexpr auto batch = dim<"batch">;       // run-time size, compile-time identity
inline constexpr auto in    = dim<"in", 64>;      // named and static

// 1. formulas over data (compiled here, run in test/unit/listing.cpp)
[[maybe_unused]] void over_data(float* pointer, std::span<float> span, tensor<float, 128> const& x2) {
tensor<float, 128, 64> W;  tensor<float, 64> x;  tensor<float, 128> b;     // owning; row-major; aligned
tensor<float, batch, 64> X(32);                   // run-time extents are given in order
tensor<float, 128> y = sigmoid(W * x + b);        // evaluates: one loop
auto f = sigmoid(W * x + b);                      // a lazy formula; nothing has run
y  = stable_sigmoid(W * x + b);                   // assigns: one loop, correct under aliasing
y += 0.5f * x2;  noalias(y) = f;                  // compound; promise of no alias
auto z = evaluate(f);                             // tensor<float, 128>
auto [lo, hi] = evaluate(min(f), max(f));         // several results, one pass, f never stored
auto v = view<float, 2, 3>(pointer);              // borrowed; also strided
auto v2 = view<float, 2, 3>(span);
static_assert(std::is_same_v<decltype(z), tensor<float, 128>>);
static_assert(std::is_same_v<decltype(lo), float> && std::is_same_v<decltype(hi), float>);
static_assert(shape_of(v) == extents<2, 3> && shape_of(v2) == extents<2, 3>);
static_assert(shape_of(X) == extents<batch, 64>);
static_assert(shape_of(tensor<float, in>{}) == extents<in>);
}

// 2. formulas over variables: no data, an empty type, usable in constant expressions
constexpr auto Wv = var<"W", 128, 64>;
constexpr auto xv = var<"x", 64>;
constexpr auto bv = var<"b", 128>;
constexpr auto layer = sigmoid(Wv * xv + bv);
static_assert(std::is_empty_v<decltype(layer)>);
static_assert(shape_of(layer) == extents<128>);
static_assert(text(layer) == "sigmoid(W * x + b)");
static_assert(plan(layer).loops == 1 && plan(layer).temporaries == 0);
[[maybe_unused]] void over_variables(tensor<float, 128>& y, tensor<float, 128, 64> const& W,
                                     tensor<float, 64> const& x, tensor<float, 128> const& b) {
y = layer(Wv = W, xv = x, bv = b);                // binds by name, in any order; evaluates on assignment
y = layer(bv = b, Wv = W, xv = x);
auto z = evaluate(layer(Wv = W, xv = x, bv = b));
static_assert(std::is_same_v<decltype(z), tensor<float, 128>>);
}

// The loss of part 3.
constexpr auto Xv = var<"X", batch, 64>;  constexpr auto wv = var<"w", 64>;
constexpr auto kv = var<"k">;             constexpr auto tv = var<"t", batch>;   // rank 0: binds to a plain number
constexpr auto loss = mean(bce_with_logits(Xv * wv + kv, tv));
static_assert(plan(loss).sweeps == 1);
static_assert(same_formula(stabilize(log(sigmoid(xv))), log_sigmoid(xv)));   // equality of formulas, as a constant
constexpr auto both = value_and_gradient(loss, wrt(wv, kv));        // a formula with several results; gradient(loss, wv) has one
static_assert(plan(both).sweeps == 1);            // X is read once
static_assert(shape_of(loss) == extents<>);
[[maybe_unused]] void over_batch(tensor<float, batch, 64> const& X, tensor<float, 64> const& x,
                                 tensor<float, batch> const& t) {
auto value = evaluate(loss(Xv = X, wv = x, kv = 0.1f, tv = t));
static_assert(std::is_same_v<decltype(value), float>);
}
// The layer of part 4.
[[maybe_unused]] void over_rows(tensor<float, batch, 64> const& X, tensor<float, 128, 64> const& W,
                                tensor<float, 128> const& b) {
tensor<float, batch, 128> Y(32);
Y = stable_sigmoid(linear(X, W, b));              // X Wᵀ + b over the batch
}

// clang-format on

// ---- every elementwise function: the shape and the element type of its argument

template <class F>
using value_t = decltype(evaluate(std::declval<F const&>()));
template <class T>
using vector = tensor<T, 5>;

template <class T, class... F>
constexpr bool all_vectors_of(F const&... f) {
  return (true && ... && (std::is_same_v<element_t<F>, T> && shape_of(f) == extents<5>));
}

template <class T>
constexpr bool functions_exist() {
  vector<T> a{}, b{};
  return all_vectors_of<T>(abs(a), exp(a), exp2(a), expm1(a), log(a), log1p(a), log2(a), log10(a), sqrt(a), rsqrt(a),
                           cbrt(a), pow(a, b), pow(a, 2), pow(2, a), sin(a), cos(a), tan(a), asin(a), acos(a), atan(a),
                           atan2(a, b), atan2(a, 1), sinh(a), cosh(a), tanh(a), erf(a), floor(a), ceil(a), round(a),
                           trunc(a), min(a, b), min(a, 0), max(a, b), max(0, a), clamp(a, 0, 1), clamp(a, b, b),
                           fma(a, b, a), fma(a, 2, 1), hypot(a, b), sign(a), square(a)) &&
         all_vectors_of<T>(sigmoid(a), stable_sigmoid(a), log_sigmoid(a), softplus(a), logit(a), relu(a), leaky_relu(a),
                           elu(a), selu(a), celu(a), gelu(a), silu(a), mish(a), hard_sigmoid(a), hard_swish(a)) &&
         all_vectors_of<T>(leaky_relu(a, 0.1), elu(a, 0.5), celu(a, 2)) &&
         all_vectors_of<T>(a + b, a - b, a % b, a / b, -a, 2 * a, a * 2, a / 2, 1 - a, 0.5 * a, 0.5f * a, 1_c - a,
                           a * 0.5_c, hadamard(a, b), where(a < b, a, b), where(a < b, a, 0)) &&
         all_vectors_of<T>(softmax(a), log_softmax(a), softmax<0>(a), bce(a, b), bce_with_logits(a, b), mse(a, b)) &&
         all_vectors_of<bool>(a<b, a <= b, a> b, a >= b, a == b, a != b, a < 0, 1 == a, a < b && b < a, a < b || b < a,
                              !(a < b), isnan(a), isinf(a), isfinite(a)) &&
         all_vectors_of<float>(cast<float>(a), cast<float>(a < b)) && all_vectors_of<double>(cast<double>(a)) &&
         all_vectors_of<std::int32_t>(cast<std::int32_t>(a)) && all_vectors_of<bool>(cast<bool>(a));
}
static_assert(functions_exist<float>());
static_assert(functions_exist<double>());

// int32 takes what is exact.
[[maybe_unused]] constexpr vector<std::int32_t> n;
static_assert(all_vectors_of<std::int32_t>(n + n, n - n, n % n, n / n, -n, 2 * n, abs(n), sign(n), square(n), min(n, n),
                                           max(n, 0), clamp(n, 0, 9), where(n > 0, n, 0), fma(n, n, n)));

// ---- every reduction: of everything, by index, by dimension

template <class T, class F>
constexpr bool is_number_of(F const& f) {
  return std::is_same_v<element_t<F>, T> && shape_of(f) == extents<>;
}

template <class T>
constexpr bool reductions_exist() {
  tensor<T, dim<"rows", 3>, 4> a{};
  constexpr auto rows = dim<"rows", 3>;
  auto const numbers = [](auto const&... f) { return (true && ... && is_number_of<T>(f)); };
  auto const positions = [](auto const&... f) { return (true && ... && is_number_of<std::int32_t>(f)); };
  auto const masks = [](auto const&... f) { return (true && ... && is_number_of<bool>(f)); };
  auto const columns = [](auto const&... f) { return (true && ... && (shape_of(f) == extents<4>)); };
  auto const of_rows = [=](auto const&... f) { return (true && ... && (shape_of(f) == extents<dim<"rows", 3>>)); };
  return numbers(sum(a), mean(a), prod(a), min(a), max(a), norm(a), logsumexp(a), variance(a)) &&
         positions(argmin(a), argmax(a)) && masks(all(a > 0), any(a > 0)) &&
         columns(sum<0>(a), mean<0>(a), prod<0>(a), min<0>(a), max<0>(a), norm<0>(a), logsumexp<0>(a), variance<0>(a),
                 argmin<0>(a), argmax<0>(a), all<0>(a > 0), any<0>(a > 0)) &&
         columns(sum<rows>(a), mean<rows>(a), prod<rows>(a), min<rows>(a), max<rows>(a), norm<rows>(a),
                 logsumexp<rows>(a), variance<rows>(a), argmin<rows>(a), argmax<rows>(a), all<rows>(a > 0),
                 any<rows>(a > 0)) &&
         of_rows(sum<1>(a), mean<-1>(a), max<1>(a), argmax<-1>(a), cross_entropy(a, a),
                 cross_entropy(a, tensor<std::int32_t, dim<"rows", 3>>{})) &&
         std::is_same_v<value_t<decltype(argmax<0>(a))>, tensor<std::int32_t, 4>> &&
         std::is_same_v<value_t<decltype(any<0>(a > 0))>, tensor<bool, 4>> &&
         std::is_same_v<value_t<decltype(softmax<rows>(a))>, tensor<T, dim<"rows", 3>, 4>> &&
         std::is_same_v<value_t<decltype(mean(cross_entropy(a, a)))>, T>;
}
static_assert(reductions_exist<float>());
static_assert(reductions_exist<double>());

// ---- products

static_assert(std::is_same_v<value_t<decltype(tensor<float, 2, 3>{} * tensor<float, 3, 4>{})>, tensor<float, 2, 4>>);
static_assert(std::is_same_v<value_t<decltype(dot(n, n))>, std::int32_t>);
static_assert(std::is_same_v<value_t<decltype(outer(n, n))>, tensor<std::int32_t, 5, 5>>);
static_assert(std::is_same_v<value_t<decltype(transpose(tensor<float, batch, 3>{}))>, tensor<float, 3, batch>>);
static_assert(std::is_same_v<value_t<decltype(broadcast<2, 5>(n))>, tensor<std::int32_t, 2, 5>>);

// ---- several results are a std::tuple

static_assert(std::is_same_v<decltype(evaluate(n, sum(n))), std::tuple<tensor<std::int32_t, 5>, std::int32_t>>);

}  // namespace
