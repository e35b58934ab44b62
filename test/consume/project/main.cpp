// SPDX-License-Identifier: BSL-1.0
#include <oneloop/oneloop.hpp>

#include <cmath>
#include <cstdio>
#include <cstring>

#if defined(EXPECT_NO_XSIMD) != defined(ONELOOP_NO_XSIMD)
#error "oneloop::oneloop does not say whether xsimd was found"
#endif

#define TO_TEXT(x) #x
#define TEXT(x) TO_TEXT(x)

int other();

// A layer and its softmax, beside plain loops.
bool computes() {
  using namespace oneloop;
  tensor<float, 13, 9> W;
  tensor<float, dyn> x(9);
  tensor<float, 13> b;
  for (int i = 0; i < 13; ++i)
    for (int j = 0; j < 9; ++j) W(i, j) = 0.25f * float((3 * i + j) % 7 - 3);
  for (int j = 0; j < 9; ++j) x(j) = 0.5f * float(j % 5 - 2);
  for (int i = 0; i < 13; ++i) b(i) = 0.125f * float(i - 6);
  tensor<float, 13> const y = sigmoid(W * x + b);
  auto const [p, total] = evaluate(softmax(W * x), sum(softmax(W * x)));
  double exps[13], sum = 0;
  bool right = std::fabs(total - 1.f) < 1e-6f;
  for (int i = 0; i < 13; ++i) {
    double product = 0;
    for (int j = 0; j < 9; ++j) product += double(W(i, j)) * x(j);
    right = right && std::fabs(y(i) - 1 / (1 + std::exp(-product - b(i)))) < 1e-6;
    sum += exps[i] = std::exp(product);
  }
  for (int i = 0; i < 13; ++i) right = right && std::fabs(p(i) - exps[i] / sum) < 1e-6;
  return right;
}

int main() {
  const char* version = TEXT(ONELOOP_VERSION_MAJOR) "." TEXT(ONELOOP_VERSION_MINOR) "." TEXT(ONELOOP_VERSION_PATCH);
  std::printf("oneloop %s\n", version);
  return std::strcmp(version, EXPECTED_VERSION) != 0 || other() != 1 || !computes();
}
