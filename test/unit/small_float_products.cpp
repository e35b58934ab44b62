// SPDX-License-Identifier: BSL-1.0
// Products of float16 and bfloat16 against the same in float, rounded once: the same bits.
// options: -O0 -Wno-psabi
#include "small_float.hpp"

using namespace small_floats;

BOOST_AUTO_TEST_SUITE(small_float_elements)

BOOST_AUTO_TEST_CASE_TEMPLATE(products_accumulate_in_float, Tag, stored) {
  using S = typename Tag::type;
  for (auto [rows, columns] : {std::pair<index_t, index_t>{1, 1}, {3, 5}, {16, 16}, {19, 37}, {70, 33}}) {
    auto const W = matrix<S>(rows, columns, -1), X = matrix<S>(21, columns, -0.5f);
    auto const x = data<S>(columns, 2, -1), b = data<S>(rows, 1, 0);
    auto const wW = wide(W), wX = wide(X);
    auto const wx = wide(x), wb = wide(b);
    tensor<S, dyn> y = sigmoid(W * x + b);
    tensor<float, dyn> w = sigmoid(wW * wx + wb);
    check_rounded(y, w);
    y = pack(W) * x + b, w = pack(wW) * wx + wb, check_rounded(y, w);
    y = W * exp(x), w = wW * exp(wx), check_rounded(y, w);  // the factor in between stays float
    tensor<S, dyn, dyn> Y = relu(linear(X, W, b));
    tensor<float, dyn, dyn> V = relu(linear(wX, wW, wb));
    check_rounded(Y, V);
    Y = linear(X, pack(W), b), V = linear(wX, pack(wW), wb), check_rounded(Y, V);
    tensor<S, dyn, dyn> G = transpose(W) * W;
    tensor<float, dyn, dyn> H = transpose(wW) * wW;
    check_rounded(G, H);
    G = outer(x, x), H = outer(wx, wx), check_rounded(G, H);
    BOOST_TEST(bits_of(evaluate(dot(x, x))) == bits_of(S(evaluate(dot(wx, wx)))));
  }
}

BOOST_AUTO_TEST_SUITE_END()
