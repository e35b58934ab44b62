// SPDX-License-Identifier: BSL-1.0
// Several products in one loop.
#include "common.hpp"

template <class T, int Units>
struct gate {
  tensor<T, Units, Units>& W = make<tensor<T, Units, Units>>();
  tensor<T, Units, Units>& U = make<tensor<T, Units, Units>>();
  tensor<T, Units>& b = make<tensor<T, Units>>();
  tensor<T, Units>& value = make<tensor<T, Units>>();
};
namespace plain {
template <class T, int Units>
[[gnu::noinline]] void lstm(out<T> next_h, out<T> next_c, gate<T, Units> const (&gates)[4], in<T> x, in<T> h, in<T> c) {
  for (int i = 0; i < Units; ++i) {
    T sums[4];
    for (int g = 0; g < 4; ++g)
      sums[g] = dot<T>(gates[g].W.data() + i * Units, x, Units) + dot<T>(gates[g].U.data() + i * Units, h, Units) +
                gates[g].b.data()[i];
    next_c[i] = sigmoid(sums[1]) * c[i] + sigmoid(sums[0]) * std::tanh(sums[3]);
    next_h[i] = sigmoid(sums[2]) * std::tanh(next_c[i]);
  }
}
}  // namespace plain

namespace {

template <class T, int Units>
void add_lstm() {
  using vector = tensor<T, Units>;
  static gate<T, Units> const gates[4];
  static auto &i = gates[0], &f = gates[1], &o = gates[2], &g = gates[3];
  for (auto& one : gates) {
    // Sums of 2 * Units products: small weights, or every gate is saturated.
    float const most = 1.6f / std::sqrt(float(Units));
    random_numbers(one.W, -most, most);
    random_numbers(one.U, -most, most);
  }
  auto &x = make<vector>(), &h = make<vector>(), &c = make<vector>();
  auto &next_h = make<vector>(), &next_c = make<vector>();
  auto &t1 = make<vector>(), &t2 = make<vector>(), &t3 = make<vector>();
  auto const one_by_one = [&](auto const& gate, auto const& activation) {
    t1 = gate.W * x;
    t2 = gate.U * h;
    t3 = t1 + t2;
    t1 = t3 + gate.b;
    activation(gate.value, t1);
  };
#ifdef ONELOOP_BENCHMARK_EIGEN
  auto ex = eigen_vector(x), eh = eigen_vector(h), ec = eigen_vector(c);
  auto enext_h = eigen_vector(next_h), enext_c = eigen_vector(next_c);
  auto const eigen_sum = [=](gate<T, Units> const& gate) {
    auto y = eigen_vector(gate.value);
    y = eigen_vector(gate.b);
    y.noalias() += eigen_matrix(gate.W) * ex;
    y.noalias() += eigen_matrix(gate.U) * eh;
    return y.array();
  };
#endif
  table::rows().push_back({"LSTM cell",
                           std::to_string(Units) + " units" + of_type<T>,
                           span_of(next_h),
                           1e-4,
                           {table::fused([&] {
                              i.value = sigmoid(i.W * x + i.U * h + i.b);
                              f.value = sigmoid(f.W * x + f.U * h + f.b);
                              o.value = sigmoid(o.W * x + o.U * h + o.b);
                              next_c = f.value % c + i.value % tanh(g.W * x + g.U * h + g.b);
                              next_h = o.value % tanh(next_c);
                            }),
                            table::unfused([&, one_by_one] {
                              auto const to_sigmoid = [](auto& y, auto const& sum) { y = sigmoid(sum); };
                              one_by_one(i, to_sigmoid);
                              one_by_one(f, to_sigmoid);
                              one_by_one(o, to_sigmoid);
                              one_by_one(g, [](auto& y, auto const& sum) { y = tanh(sum); });
                              t1 = f.value % c;
                              t2 = i.value % g.value;
                              next_c = t1 + t2;
                              t1 = tanh(next_c);
                              next_h = o.value % t1;
                            }),
                            table::by_hand([&] {
                              plain::lstm<T>(next_h.data(), next_c.data(), gates, x.data(), h.data(), c.data());
                            }) WITH_EIGEN([=]() mutable {
                              auto yi = eigen_sum(i), yf = eigen_sum(f), yo = eigen_sum(o), yg = eigen_sum(g);
                              yi = yi.logistic();
                              yf = yf.logistic();
                              yo = yo.logistic();
                              auto next_c = enext_c.array(), next_h = enext_h.array();
                              next_c = yf * ec.array() + yi * yg.tanh();
                              next_h = yo * next_c.tanh();
                            })}});
  peers::lstm_gates<T> const all{{i.W.data(), f.W.data(), o.W.data(), g.W.data()},
                                 {i.U.data(), f.U.data(), o.U.data(), g.U.data()},
                                 {i.b.data(), f.b.data(), o.b.data(), g.b.data()}};
  peers::add<T>(table::rows().back().ways, &peers::peer<T>::lstm, all, x.data(), h.data(), c.data(), next_h.data(),
                next_c.data(), Units);
}

}  // namespace

template <class T>
void add_lstm() {
  add_lstm<T, 64>();
  add_lstm<T, 256>();
}
template void add_lstm<float>();
template void add_lstm<double>();
