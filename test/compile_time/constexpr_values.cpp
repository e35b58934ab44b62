// SPDX-License-Identifier: BSL-1.0
// Evaluation in constant expressions. The values were computed elsewhere (Python's math, 17
// digits).
#include <limits>
#include <oneloop/oneloop.hpp>
#include <tuple>
#include <type_traits>

using namespace oneloop;

namespace {

template <class T>
constexpr bool near(T actual, double expected) {
  double const distance = double(actual) > expected ? double(actual) - expected : expected - double(actual);
  double const size = expected < 0 ? -expected : expected;
  return distance <= 4 * double(std::numeric_limits<T>::epsilon()) * size;
}
template <class Tensor, class... T>
constexpr bool near_all(Tensor const& actual, T... expected) {
  auto at = actual.begin();
  return actual.size() == sizeof...(T) && (true && ... && near(*at++, expected));
}
template <class Tensor, class... T>
constexpr bool equal_all(Tensor const& actual, T... expected) {
  auto at = actual.begin();
  return actual.size() == sizeof...(T) && (true && ... && (*at++ == expected));
}

// ---- tensors and numbers

constexpr tensor<float, 2, 3> A{{1, 2, 3}, {4, 5, 6}};
constexpr tensor<float, 3> v{1, -2, 3};
constexpr tensor<float, 2> u{10, 20};
static_assert(A(1, 2) == 6 && A[0][1] == 2 && v[1] == -2 && A.size() == 6);
static_assert(equal_all(tensor<float, 4>(), 0, 0, 0, 0));

static_assert(equal_all(evaluate(v + v), 2, -4, 6));
static_assert(equal_all(evaluate(2 * v - 1), 1, -5, 5));
static_assert(equal_all(evaluate(v % v / 2), 0.5f, 2, 4.5f));
static_assert(equal_all(evaluate(-v), -1, 2, -3));
static_assert(equal_all(evaluate(abs(v)), 1, 2, 3));
static_assert(equal_all(evaluate(max(v, 0)), 1, 0, 3));
static_assert(equal_all(evaluate(clamp(v, -1, 2)), 1, -1, 2));
static_assert(equal_all(evaluate(where(v > 0, v, 10 * v)), 1, -20, 3));
static_assert(equal_all(evaluate(v > 0), true, false, true));
static_assert(equal_all(evaluate(!(v > 0) || v == 1), true, true, false));
static_assert(equal_all(evaluate(square(v)), 1, 4, 9));
static_assert(equal_all(evaluate(sqrt(square(v))), 1, 2, 3));
static_assert(equal_all(evaluate(cast<std::int32_t>(1.75f * v)), 1, -3, 5));
static_assert(equal_all(evaluate(1_c / (v + 3_c)), 0.25f, 1, 1 / 6.0f));

// A result of rank 0 is a plain number of the element type.
static_assert(std::is_same_v<decltype(evaluate(sum(v))), float>);
static_assert(std::is_same_v<decltype(evaluate(all(v > 0))), bool>);
static_assert(std::is_same_v<decltype(evaluate(argmax(v))), std::int32_t>);
static_assert(std::is_same_v<decltype(evaluate(v)), tensor<float, 3>>);
static_assert(std::is_same_v<decltype(evaluate(cast<double>(A * v))), tensor<double, 2>>);
static_assert(evaluate(sum(v)) == 2);
static_assert(evaluate(sum(v) * 2 + max(v)) == 7);

// ---- products

static_assert(equal_all(evaluate(A * v), 6, 12));
static_assert(equal_all(evaluate(u * A), 90, 120, 150));
static_assert(equal_all(evaluate(transpose(A) * u), 90, 120, 150));
static_assert(equal_all(evaluate(A * transpose(A)), 14, 32, 32, 77));
static_assert(equal_all(evaluate(transpose(A) * A), 17, 22, 27, 22, 29, 36, 27, 36, 45));
static_assert(evaluate(dot(v, v)) == 14);
static_assert(equal_all(evaluate(outer(u, v)), 10, -20, 30, 20, -40, 60));
static_assert(equal_all(evaluate(A + broadcast<2, 3>(v)), 2, 0, 6, 5, 3, 9));
static_assert(equal_all(evaluate(linear(A, tensor<float, 1, 3>{{1, 0, -1}}, tensor<float, 1>{0.5f})), -1.5f, -1.5f));
static_assert(equal_all(evaluate(A * v + u), 16, 32));
static_assert(equal_all(evaluate(2 * (A * v) - u % u), -88, -376));
constexpr tensor<double, 2, 2, 2> stack{{{1, 2}, {3, 4}}, {{0, 1}, {1, 0}}};
static_assert(equal_all(evaluate(stack * stack), 7, 10, 15, 22, 1, 0, 0, 1));
static_assert(equal_all(evaluate(transpose(stack)), 1, 3, 2, 4, 0, 1, 1, 0));

// ---- reductions

static_assert(equal_all(evaluate(sum<0>(A)), 5, 7, 9));
static_assert(equal_all(evaluate(sum<1>(A)), 6, 15));
static_assert(equal_all(evaluate(mean<-1>(A)), 2, 5));
static_assert(equal_all(evaluate(max<0>(A)), 4, 5, 6));
static_assert(equal_all(evaluate(argmin<1>(-A)), 2, 2));
static_assert(evaluate(mean(A)) == 3.5f && evaluate(prod(A)) == 720 && evaluate(min(v)) == -2);
static_assert(evaluate(argmax(A)) == 5 && evaluate(argmin(v)) == 1);
static_assert(evaluate(any(v < 0)) && !evaluate(all(v < 0)));
static_assert(equal_all(evaluate(v - mean(v)), 1 - 2 / 3.0f, -2 - 2 / 3.0f, 3 - 2 / 3.0f));
constexpr tensor<double, 4> counted{1, 2, 3, 4};
static_assert(near(evaluate(norm(counted)), 5.477225575051661));
static_assert(near(evaluate(variance(counted)), 1.6666666666666667));

// ---- functions, at 0.7

template <class T>
constexpr tensor<T, 1> s{static_cast<T>(0.7)};
template <class F>
constexpr bool gives(F const& f, double expected) {
  return near_all(evaluate(f), expected);
}
constexpr auto d = s<double>;
static_assert(gives(exp(d), 2.0137527074704766) && gives(expm1(d), 1.0137527074704764));
static_assert(gives(log(d), -0.35667494393873245) && gives(log1p(d), 0.5306282510621704));
static_assert(gives(log2(d), -0.5145731728297583) && gives(log10(d), -0.1549019599857432));
static_assert(gives(exp2(d), 1.624504792712471) && gives(trunc(d), 0));
static_assert(gives(sqrt(d), 0.8366600265340756) && gives(rsqrt(d), 1.1952286093343936));
static_assert(gives(cbrt(d), 0.8879040017426008) && gives(pow(d, 1.3), 0.6289664092534478));
static_assert(gives(sin(d), 0.644217687237691) && gives(cos(d), 0.7648421872844885));
static_assert(gives(tan(d), 0.8422883804630794) && gives(atan(d), 0.6107259643892086));
static_assert(gives(asin(d), 0.775397496610753) && gives(acos(d), 0.7953988301841436));
static_assert(gives(atan2(d, 2), 0.33667481938672716) && gives(hypot(d, 2), 2.118962010041709));
static_assert(gives(sinh(d), 0.7585837018395334) && gives(cosh(d), 1.255169005630943));
static_assert(gives(tanh(d), 0.6043677771171636) && gives(erf(d), 0.6778011938374184));
static_assert(gives(floor(d), 0) && gives(ceil(d), 1) && gives(round(d), 1) && gives(sign(-d), -1));
static_assert(gives(sigmoid(d), 0.6681877721681662) && gives(stable_sigmoid(d), 0.6681877721681662));
static_assert(gives(log_sigmoid(d), -0.4031860488854579) && gives(softplus(d), 1.103186048885458));
static_assert(gives(logit(d), 0.8472978603872034) && gives(silu(d), 0.46773144051771626));
static_assert(gives(gelu(d), 0.5306254434438489) && gives(mish(d), 0.5611483776438518));
static_assert(gives(elu(-d), -0.5034146962085905) && gives(celu(-d), -0.5034146962085905));
static_assert(gives(selu(d), 0.7354906911488363) && gives(relu(-d), 0) && gives(leaky_relu(-d), -0.007));
static_assert(gives(hard_sigmoid(d), 0.6166666666666667) && gives(hard_swish(d), 0.43166666666666664));
static_assert(gives(fma(d, 2, 1), 2.4) && gives(min(d, 0.5), 0.5));
static_assert(gives(where(isnan(log(-d)) && isinf(d / 0) && isfinite(d), d, 0), 0.7));

// In float as well (0.7f is not 0.7, and exp carries that on).
constexpr auto f = s<float>;
static_assert(gives(tanh(f), 0.6043677771171636) && gives(sigmoid(f), 0.6681877721681662));
static_assert(gives(exp(f), 2.0137527074704766) && gives(softplus(f), 1.103186048885458));

// Where the textbook form overflows or loses everything.
constexpr tensor<double, 3> far{-100, 0, 1000};
static_assert(near_all(evaluate(stable_sigmoid(far)), 3.720075976020836e-44, 0.5, 1));
static_assert(near_all(evaluate(softplus(far)), 3.720075976020836e-44, 0.6931471805599453, 1000));
constexpr tensor<double, 3> huge{1000, 1001, 1002};
static_assert(near_all(evaluate(softmax(huge)), 0.09003057317038046, 0.24472847105479767, 0.6652409557748219));
static_assert(near_all(evaluate(log_softmax(huge)), -2.40760596444438, -1.4076059644443801, -0.4076059644443803));
static_assert(near(evaluate(logsumexp(huge)), 1002.4076059644444));

// ---- a layer, over data and over variables

constexpr tensor<float, 2, 3> W{{0.5f, -0.25f, 1}, {2, 0.125f, -1.5f}};
constexpr tensor<float, 3> x{1, 2, -0.5f};
constexpr tensor<float, 2> b{0.25f, -1};
static_assert(equal_all(evaluate(W * x + b), -0.25f, 2));
static_assert(near_all(evaluate(sigmoid(W * x + b)), 0.43782349911420193, 0.8807970779778823));
static_assert(near_all(evaluate(stable_sigmoid(W * x + b)), 0.43782349911420193, 0.8807970779778823));
static_assert(near_all(evaluate(tanh(W * x + b)), -0.24491866240370913, 0.9640275800758169));

constexpr auto Wv = var<"W", 2, 3>;
constexpr auto xv = var<"x", 3>;
constexpr auto bv = var<"b", 2>;
constexpr auto layer = sigmoid(Wv * xv + bv);
static_assert(near_all(evaluate(layer(Wv = W, xv = x, bv = b)), 0.43782349911420193, 0.8807970779778823));
static_assert(near_all(evaluate(layer(bv = b, Wv = W, xv = x)), 0.43782349911420193, 0.8807970779778823));
constexpr tensor<float, 2> result = layer(Wv = W, xv = x, bv = b);
static_assert(near_all(result, 0.43782349911420193, 0.8807970779778823));

// ---- a loss, several results, assignment

constexpr auto Xv = var<"X", 3, 2>;
constexpr auto wv = var<"w", 2>;
constexpr auto kv = var<"k">;
constexpr auto tv = var<"t", 3>;
constexpr auto loss = mean(bce_with_logits(Xv * wv + kv, tv));
constexpr tensor<double, 3, 2> X{{1, 2}, {3, -1}, {0.5, 0.25}};
constexpr tensor<double, 2> w{0.5, -1};
constexpr tensor<double, 3> t{1, 0, 1};
static_assert(near(evaluate(loss(Xv = X, wv = w, kv = 0.1, tv = t)), 1.645486253986564));

constexpr auto low_high = evaluate(min(W * x + b), max(W* x + b));
static_assert(std::is_same_v<decltype(low_high), std::tuple<float, float> const>);
static_assert(std::get<0>(low_high) == -0.25f && std::get<1>(low_high) == 2);
constexpr bool destructured = [] {
  auto [low, y] = evaluate(min(x), x + x);
  return low == -0.5f && equal_all(y, 2, 4, -1);
}();
static_assert(destructured);

constexpr bool assigned = [] {
  tensor<float, 3> y = 2 * x;
  bool right = equal_all(y, 2, 4, -1);
  y += x;
  right = right && equal_all(y, 3, 6, -1.5f);
  y -= 1;
  y *= 2;
  right = right && equal_all(y, 4, 10, -5);
  y /= y;
  right = right && equal_all(y, 1, 1, 1);
  noalias(y) = x;
  y = 7;
  right = right && equal_all(y, 7, 7, 7);
  tensor<float, 2, 2> swap{{1, 2}, {3, 4}};
  swap = transpose(swap);  // aliasing
  right = right && equal_all(swap, 1, 3, 2, 4);
  swap = swap * swap;
  right = right && equal_all(swap, 7, 15, 10, 22);
  tensor<float> total;
  total = sum(swap);
  total += 1;
  return right && total() == 55;
}();
static_assert(assigned);

constexpr bool viewed = [] {
  float memory[6] = {1, 2, 3, 4, 5, 6};
  auto m = view<float, 2, 3>(memory);
  m = 2 * m;
  m[1] = m[0];
  return equal_all(m, 2, 4, 6, 2, 4, 6) && memory[5] == 6;
}();
static_assert(viewed);

// ---- extents of one and of none

constexpr tensor<float, 1, 1> single{{3}};
static_assert(equal_all(evaluate(single * single + single), 12));
constexpr tensor<float, 0> none;
static_assert(none.empty() && evaluate(none + none).empty());
static_assert(evaluate(sum(none)) == 0 && evaluate(prod(none)) == 1 && evaluate(all(none > 0)));
static_assert(equal_all(evaluate(tensor<float, 2, 0>() * none), 0, 0));

}  // namespace
