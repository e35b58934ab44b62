// SPDX-License-Identifier: BSL-1.0
// Whole models in one sweep over the batch: a loss and its gradient, a perceptron, a perceptron's loss and gradient.
// Floats: what the peers have kernels for, and what such models are trained in.
#include "common.hpp"

namespace plain {

/// results: the loss, the gradient by w, the gradient by k.
template <int In>
[[gnu::noinline]] void logistic_gradient(in<float> X, in<float> w, float k, in<float> t, float* results, int rows) {
  double loss = 0, by_k = 0;
  std::vector<double> by_w(In);
  for (int r = 0; r < rows; ++r) {
    float const z = dot<float>(X + long(r) * In, w, In) + k;
    loss += std::fmax(z, 0.0f) - z * t[r] + std::log1p(std::exp(-std::fabs(z)));
    float const delta = 1 / (1 + std::exp(-z)) - t[r];
    by_k += delta;
    for (int j = 0; j < In; ++j) by_w[std::size_t(j)] += delta * X[long(r) * In + j];
  }
  results[0] = float(loss / rows);
  for (int j = 0; j < In; ++j) results[1 + j] = float(by_w[std::size_t(j)] / rows);
  results[1 + In] = float(by_k / rows);
}

template <int Out, int In>
void layer_of_row(float* y, in<float> W, in<float> x, in<float> b) {
  for (int i = 0; i < Out; ++i) y[i] = 1 / (1 + std::exp(-(dot<float>(W + i * In, x, In) + b[i])));
}
template <int A, int B, int C, int D>
[[gnu::noinline]] void perceptron(in<float> X, peers::layers<float> const& l, float* Y, int rows) {
  for (int r = 0; r < rows; ++r) {
    float h1[B], h2[C];
    layer_of_row<B, A>(h1, l.W[0], X + long(r) * A, l.b[0]);
    layer_of_row<C, B>(h2, l.W[1], h1, l.b[1]);
    layer_of_row<D, C>(Y + long(r) * D, l.W[2], h2, l.b[2]);
  }
}

/// results: the mean cross entropy, then the gradients by W1, b1, W2, b2, W3, b3.
template <int A, int B, int C, int D>
[[gnu::noinline]] void perceptron_gradient(in<float> X, std::int32_t const* t, peers::layers<float> const& l,
                                           float* results, int rows) {
  std::fill_n(results, 1 + B * A + B + C * B + C + D * C + D, 0.0f);
  float* const by_W1 = results + 1;
  float *const by_b1 = by_W1 + B * A, *const by_W2 = by_b1 + B, *const by_b2 = by_W2 + C * B, *const by_W3 = by_b2 + C,
               *const by_b3 = by_W3 + D * C;
  auto const back = [](auto const& delta, in<float> W, in<float> h, float* by_W, float* by_b, float* before, int out,
                       int in, bool go_on) {
    for (int j = 0; j < in && go_on; ++j) before[j] = 0;
    for (int i = 0; i < out; ++i) {
      by_b[i] += delta[i];
      for (int j = 0; j < in; ++j) {
        by_W[i * in + j] += delta[i] * h[j];
        if (go_on) before[j] += delta[i] * W[i * in + j];
      }
    }
    for (int j = 0; j < in && go_on; ++j) before[j] *= h[j] * (1 - h[j]);
  };
  for (int r = 0; r < rows; ++r) {
    in<float> x = X + long(r) * A;
    float h1[B], h2[C], y[D], d1[B], d2[C];
    layer_of_row<B, A>(h1, l.W[0], x, l.b[0]);
    layer_of_row<C, B>(h2, l.W[1], h1, l.b[1]);
    float most = -1e30f, sum = 0;
    for (int i = 0; i < D; ++i) most = std::fmax(most, y[i] = dot<float>(l.W[2] + i * C, h2, C) + l.b[2][i]);
    for (int i = 0; i < D; ++i) sum += std::exp(y[i] - most);
    results[0] += (most + std::log(sum) - y[t[r]]) / float(rows);
    for (int i = 0; i < D; ++i) y[i] = (std::exp(y[i] - most) / sum - float(i == t[r])) / float(rows);
    back(y, l.W[2], h2, by_W3, by_b3, d2, D, C, true);
    back(d2, l.W[1], h1, by_W2, by_b2, d1, C, B, true);
    back(d1, l.W[0], x, by_W1, by_b1, d1, B, A, false);
  }
}

}  // namespace plain

namespace {

template <class Tensor>
float* append(float* to, Tensor const& values) {
  return std::copy(values.begin(), values.end(), to);
}

template <int In>
void add_logistic(int rows) {
  auto& X = make<tensor<float, batch, In>>(rows);
  auto& w = make_weights<float, 1, In>();
  auto &t = make<tensor<float, batch>>(rows), &z = make<tensor<float, batch>>(rows),
       &delta = make<tensor<float, batch>>(rows);
  for (auto& one : t) one = one > 0;
  auto& results = make<tensor<float, n>>(In + 2);
  static float k = 0.1f;
  benchmark::DoNotOptimize(k);
  view<float const, In> const weights(w.data());
#ifdef ONELOOP_BENCHMARK_EIGEN
  auto eX = eigen_batch(X);
  auto et = eigen_array(t), ez = eigen_array(z), ed = eigen_array(delta);
  Eigen::Map<Eigen::Vector<float, In>, Eigen::Aligned64> ew(w.data());
  Eigen::Map<Eigen::Vector<float, In>> by_w(results.data() + 1);
#endif
  constexpr auto Xv = var<"X", batch, In>;
  constexpr auto wv = var<"w", In>;
  constexpr auto kv = var<"k">;
  constexpr auto tv = var<"t", batch>;
  constexpr auto loss = mean(bce_with_logits(Xv * wv + kv, tv));
  constexpr auto both = value_and_gradient(loss, wrt(wv, kv));
  static_assert(plan(both).sweeps == 1 && plan(both).temporaries == 0);
  auto const write = [&results](float value, auto const& by_weights, float by_k) {
    results(0) = value;
    *append(results.data() + 1, by_weights) = by_k;
  };
  table::rows().push_back({"value_and_gradient(mean(bce_with_logits(X * w + k, t)))",
                           extents_text(rows, In),
                           span_of(results),
                           1e-3,
                           {table::fused([&, weights, write] {
                              auto const [value, gradients] = evaluate(both(Xv = X, wv = weights, kv = k, tv = t));
                              auto const& [by_weights, by_k] = gradients;
                              write(value, by_weights, by_k);
                            }),
                            table::unfused([&, weights, write] {
                              z = X * weights + k;
                              float const value = evaluate(mean(bce_with_logits(z, t)));
                              delta = stable_sigmoid(z) - t;
                              tensor<float, In> const by_weights = transpose(X) * delta / float(X.extent(0));
                              write(value, by_weights, evaluate(mean(delta)));
                            }),
                            table::by_hand([&, rows] {
                              plain::logistic_gradient<In>(X.data(), w.data(), k, t.data(), results.data(), rows);
                            }) WITH_EIGEN([=, &results]() mutable {
                              ez.matrix().noalias() = eX * ew;
                              ez += k;
                              results(0) = (ez.max(0.0f) - ez * et + (-ez.abs()).exp().log1p()).mean();
                              ed = ez.logistic() - et;
                              by_w.noalias() = eX.transpose() * ed.matrix();
                              by_w /= float(ed.size());
                              results(In + 1) = ed.mean();
                            })}});
  peers::add<float>(table::rows().back().ways, &peers::peer<float>::logistic_gradient, X.data(), w.data(), &k, t.data(),
                    results.data(), rows, In);
}

/// What reading X once takes.
template <int In>
void add_reading(int rows) {
  auto& X = make<tensor<float, batch, In>>(rows);
  table::limits().push_back(
      {"sum(X), once through X", extents_text(rows, In), double(rows) * In * sizeof(float), "GB/s", table::limit([&] {
         float const s = evaluate(sum(X));
         benchmark::DoNotOptimize(s);
       })});
}

template <int A, int B, int C, int D>
struct network {
  tensor<float, B, A>& W1 = make_weights<float, B, A>();
  tensor<float, B>& b1 = make<tensor<float, B>>();
  tensor<float, C, B>& W2 = make_weights<float, C, B>();
  tensor<float, C>& b2 = make<tensor<float, C>>();
  tensor<float, D, C>& W3 = make_weights<float, D, C>();
  tensor<float, D>& b3 = make<tensor<float, D>>();
  peers::layers<float> layers() const {
    return {{W1.data(), W2.data(), W3.data()}, {b1.data(), b2.data(), b3.data()}, {A, B, C, D}};
  }
};

template <int A, int B, int C, int D>
std::string sizes_text(int rows) {
  return std::to_string(rows) + " of " + std::to_string(A) + "-" + std::to_string(B) + "-" + std::to_string(C) + "-" +
         std::to_string(D);
}

void add_perceptron(int rows) {
  constexpr int A = 30, B = 16, C = 8, D = 1;
  network<A, B, C, D> const net;
  auto& X = make<tensor<float, batch, A>>(rows);
  auto& Y = make<tensor<float, batch, D>>(rows);
  auto& h1 = make<tensor<float, batch, B>>(rows);
  auto& h2 = make<tensor<float, batch, C>>(rows);
#ifdef ONELOOP_BENCHMARK_EIGEN
  auto eX = eigen_batch(X);
  auto eh1 = eigen_batch(h1);
  auto eh2 = eigen_batch(h2);
  Eigen::Map<Eigen::VectorXf, Eigen::Aligned64> eY(Y.data(), rows);
  auto const layer = [](auto& to, auto const& from, auto const& W, auto const& b) {
    to.noalias() = from * W.transpose();
    to.rowwise() += b.transpose();
    to.array() = to.array().logistic();
  };
  auto eW1 = eigen_matrix(net.W1);
  auto eW2 = eigen_matrix(net.W2);
  Eigen::Map<Eigen::Vector<float, C>, Eigen::Aligned64> eW3(net.W3.data());
  auto eb1 = eigen_vector(net.b1);
  auto eb2 = eigen_vector(net.b2);
#endif
  table::rows().push_back(
      {"sigmoid(linear(sigmoid(linear(sigmoid(linear(X, W1, b1)), W2, b2)), W3, b3))",
       sizes_text<A, B, C, D>(rows),
       span_of(Y),
       1e-4,
       {table::fused([&, net] {
          auto const f =
              sigmoid(linear(sigmoid(linear(sigmoid(linear(X, net.W1, net.b1)), net.W2, net.b2)), net.W3, net.b3));
          static_assert(plan_v<decltype(f)>.sweeps == 1 && plan_v<decltype(f)>.temporaries == 0);
          Y = f;
        }),
        table::unfused([&, net] {
          h1 = sigmoid(linear(X, net.W1, net.b1));
          h2 = sigmoid(linear(h1, net.W2, net.b2));
          Y = sigmoid(linear(h2, net.W3, net.b3));
        }),
        table::by_hand([&, net, rows] { plain::perceptron<A, B, C, D>(X.data(), net.layers(), Y.data(), rows); })
            WITH_EIGEN([=]() mutable {
              layer(eh1, eX, eW1, eb1);
              layer(eh2, eh1, eW2, eb2);
              eY.noalias() = eh2 * eW3;
              eY.array() = (eY.array() + net.b3(0)).logistic();
            })}});
  peers::add<float>(table::rows().back().ways, &peers::peer<float>::perceptron, X.data(), net.layers(), h1.data(),
                    h2.data(), Y.data(), rows);
}

void add_perceptron_gradient(int rows) {
  constexpr int A = 64, B = 64, C = 32, D = 10;
  network<A, B, C, D> const net;
  auto& X = make<tensor<float, batch, A>>(rows);
  auto& t = *new tensor<std::int32_t, batch>(rows);
  for (int i = 0; i < rows; ++i) t(i) = i * 7 % D;
  auto& results = make<tensor<float, n>>(1 + B * A + B + C * B + C + D * C + D);
  constexpr auto Xv = var<"X", batch, A>;
  constexpr auto tv = var<"t", batch>;
  constexpr auto W1 = var<"W1", B, A>;
  constexpr auto W2 = var<"W2", C, B>;
  constexpr auto W3 = var<"W3", D, C>;
  constexpr auto b1 = var<"b1", B>;
  constexpr auto b2 = var<"b2", C>;
  constexpr auto b3 = var<"b3", D>;
  constexpr auto logits = linear(sigmoid(linear(sigmoid(linear(Xv, W1, b1)), W2, b2)), W3, b3);
  constexpr auto loss = mean(cross_entropy(logits, tv));
  constexpr auto both = value_and_gradient(loss, wrt(W1, b1, W2, b2, W3, b3));
  static_assert(plan(both).sweeps == 1);
  table::rows().push_back(
      {"value_and_gradient(mean(cross_entropy(logits, t)))",
       sizes_text<A, B, C, D>(rows),
       span_of(results),
       1e-3,
       {table::fused([&, net] {
          auto const [value, gradients] = evaluate(
              both(Xv = X, tv = t, W1 = net.W1, b1 = net.b1, W2 = net.W2, b2 = net.b2, W3 = net.W3, b3 = net.b3));
          results(0) = value;
          std::apply(
              [&](auto const&... g) {
                float* to = results.data() + 1;
                ((to = append(to, g)), ...);
              },
              gradients);
        }),
        table::by_hand([&, net, rows] {
          plain::perceptron_gradient<A, B, C, D>(X.data(), t.data(), net.layers(), results.data(), rows);
        })}});
  peers::add<float>(table::rows().back().ways, &peers::peer<float>::perceptron_gradient, X.data(), t.data(),
                    net.layers(), results.data(), rows);
}

}  // namespace

void add_models() {
  add_logistic<32>(4096);
  add_logistic<32>(2097152);
  add_logistic<256>(262144);
  add_reading<32>(2097152);
  add_perceptron(1000000);
  add_perceptron_gradient(128);
}
