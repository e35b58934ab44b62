// SPDX-License-Identifier: BSL-1.0
// What a user might pick instead. Each peer is a source of its own beside this one, compiled where CMake finds its
// library; it says what it can compute, over the rows' own arrays, and the rows take it as one more column.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "../../table.hpp"

namespace peers {

template <class T>
using in = T const*;
template <class T>
using out = T*;

/// `collect` copies the result to where the rows look for it, for libraries that cannot write there; it is not timed.
struct made {
  std::function<void()> run;
  std::function<void()> collect = {};
};

/// Of the gates i, f, o and g.
template <class T>
struct lstm_gates {
  in<T> W[4], U[4], b[4];
};

/// Of a perceptron of three layers: W[i] is sizes[i + 1] x sizes[i].
template <class T>
struct layers {
  in<T> W[3], b[3];
  int sizes[4];
};

/// `scratch` is an array of as many numbers as `t`, for libraries that cannot do without one.
template <class T>
struct peer {
  char const* name;
  made (*axpy)(in<T> a, in<T> x, in<T> y, out<T> z, long count) = nullptr;                          // a·x + y
  made (*chain_of_4)(in<T> a, in<T> x, in<T> b, in<T> y, in<T> c, out<T> z, long count) = nullptr;  // a·x + b·y - c
  // (a·x + y) (x - b·u) + |v - x| y
  made (*chain_of_8)(in<T> a, in<T> x, in<T> b, in<T> y, in<T> u, in<T> v, out<T> z, long count) = nullptr;
  made (*sigmoid)(in<T> x, out<T> z, long count) = nullptr;
  made (*softmax)(in<T> X, out<T> Y, int batch, int columns) = nullptr;                 // of each row
  made (*layer)(in<T> W, in<T> x, in<T> b, out<T> y, int rows, int columns) = nullptr;  // sigmoid(W x + b)
  made (*linear)(in<T> X, in<T> W, in<T> b, out<T> Y, int batch, int outputs,
                 int inputs) = nullptr;  // sigmoid(X Wᵀ + b)
  made (*lstm)(lstm_gates<T> gates, in<T> x, in<T> h, in<T> c, out<T> next_h, out<T> next_c, int units) = nullptr;
  // the mean of bce_with_logits(X w + k, t)
  made (*mean_loss)(in<T> X, in<T> w, in<T> k, in<T> t, out<T> scratch, out<T> result, int rows, int columns) = nullptr;
  // the mean of bce_with_logits(X w + k, t), and its gradients by w and k
  made (*logistic_gradient)(in<T> X, in<T> w, in<T> k, in<T> t, out<T> results, int rows, int columns) = nullptr;
  // sigmoid of each of three layers; h1 and h2: arrays for what is between them
  made (*perceptron)(in<T> X, layers<T> l, out<T> h1, out<T> h2, out<T> Y, int rows) = nullptr;
  // the mean cross entropy of the third layer's values, and its gradients by W1, b1, W2, b2, W3, b3
  made (*perceptron_gradient)(in<T> X, std::int32_t const* t, layers<T> l, out<T> results, int rows) = nullptr;
  // the mean of bce_with_logits(x, t), and the sums of x and t
  made (*loss_and_sums)(in<T> x, in<T> t, out<T> scratch, out<T> results, long count) = nullptr;
};

template <class T>
std::vector<peer<T>>& all() {
  static std::vector<peer<T>> peers;
  return peers;
}

struct registered {
  template <class... T>
  explicit registered(peer<T> const&... p) {
    (all<T>().push_back(p), ...);
  }
};

/// One more column per peer that computes this.
template <class T, class... Parameters, class... Args>
void add(std::vector<table::way>& ways, made (*peer<T>::*formula)(Parameters...), Args const&... args) {
  for (peer<T> const& p : all<T>())
    if (p.*formula) {
      made const one = (p.*formula)(args...);
      ways.push_back(table::make_way(p.name, one.run));
      ways.back().collect = one.collect;
    }
}

}  // namespace peers
