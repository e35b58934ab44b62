// SPDX-License-Identifier: BSL-1.0
// Layers, losses and an LSTM cell, written as formulas, beside what PyTorch computes from the same
// numbers (test/data/README.md).
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <boost/json/src.hpp>
#include <fstream>
#include <iterator>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(beside_pytorch)

namespace json = boost::json;

inline constexpr auto batch = dim<"batch">;

json::object const& cases() {
  static json::object const all = [] {
    std::ifstream in(ONELOOP_TEST_DATA "/cases.json");
    BOOST_TEST_REQUIRE(in.good(), "cannot read cases.json in " ONELOOP_TEST_DATA);
    return json::parse(std::string(std::istreambuf_iterator<char>(in), {})).as_object();
  }();
  return all;
}
json::object const& one_case(char const* name) { return cases().at(name).as_object(); }

template <auto... Dims>
auto array_of(json::value const& from, auto... extents) {
  auto const& list_ = from.as_array();
  tensor<float, Dims...> result(extents...);
  BOOST_TEST_REQUIRE(list_.size() == std::size_t(result.size()));
  std::transform(list_.begin(), list_.end(), result.begin(), [](json::value const& v) { return v.to_number<float>(); });
  return result;
}

// PyTorch's float results carry the roundings of its own sums; ours carry ours: a sum of k products
// k + 1 each, relative to the sizes of what is summed, and what follows.
template <int In, int Out>
void check_linear(char const* name) {
  auto const& c = one_case(name);
  auto const w = array_of<Out, In>(c.at("weight"));
  auto const b = array_of<Out>(c.at("bias"));
  auto const x = array_of<batch, In>(c.at("x"), 10);
  auto const theirs = array_of<batch, Out>(c.at("sigmoid_out"), 10);
  grid const product = multiply(absolute(read(x)), reference::transpose(absolute(read(w))));
  // d sigmoid <= 1/4 of d z, and sigmoid itself has 2 x 2.5 ULP.
  grid const scale = map([](real s, real bias) { return 1 + (s + std::fabs(bias)) / 4; }, product,
                         spread(read(b), product.extents, {1}));
  double const roundings = 2 * (In + 2) + 10;
  compare(name, run(sigmoid(linear(x, w, b))), read(theirs), roundings, scale);
}

BOOST_AUTO_TEST_CASE(linear_layers) {
  check_linear<4, 1>("linear_4_1_seed1");
  check_linear<3, 2>("linear_3_2_seed1");
  check_linear<64, 32>("linear_64_32_seed1");
  check_linear<64, 32>("linear_64_32_seed20241215");
}

BOOST_AUTO_TEST_CASE(a_linear_layer_spelled_in_other_ways) {
  auto const& c = one_case("linear_3_2_seed20241215");
  auto const w = array_of<2, 3>(c.at("weight"));
  auto const b = array_of<2>(c.at("bias"));
  auto const x = array_of<batch, 3>(c.at("x"), 10);
  auto const theirs = array_of<batch, 2>(c.at("sigmoid_out"), 10);
  // Arguments below 4 in size, of 5 roundings; scaled by 1/4; and the function's.
  compare("x Wᵀ + b", run(stable_sigmoid(x * transpose(w) + broadcast<batch, 2>(b))), read(theirs), 2 * (5 + 5),
          grid(real(1)));
  for (int i = 0; i < 10; ++i) {
    view<float const, 3> const row(x.data() + 3 * i);
    view<float const, 2> const expected(theirs.data() + 2 * i);
    compare("W x + b", run(sigmoid(w * row + b)), read(expected), 2 * (5 + 5), grid(real(1)));
  }
}

// The gradient of mean(sigmoid(x Wᵀ + b)): as a formula, and written out: d = y·(1 - y) / (rows · outputs), dW = dᵀ x,
// db = the sum of d over the rows.
template <int In, int Out>
void check_gradient_of_layer(char const* name) {
  auto const& c = one_case(name);
  auto const w = array_of<Out, In>(c.at("weight"));
  auto const b = array_of<Out>(c.at("bias"));
  auto const x = array_of<batch, In>(c.at("x"), 10);
  tensor<float, batch, Out> const y = sigmoid(linear(x, w, b));
  tensor<float, batch, Out> const d = y % (1 - y) / (10 * Out);
  grid const sizes = multiply(reference::transpose(absolute(read(d))), absolute(read(x)));
  auto const dw = array_of<Out, In>(c.at("d_mean_d_weight"));
  auto const db = array_of<Out>(c.at("d_mean_d_bias"));
  // The argument, below 4 in size, has In + 2 roundings on both sides; relative to y·(1 - y) that is not more.
  double const roundings = 2 * ((In + 2) * 4 + 5 + 11);
  compare("dW", run(transpose(d) * x), read(dw), roundings, sizes);
  compare("db", run(sum<0>(d)), read(db), roundings);

  constexpr auto Xv = var<"X", batch, In>;
  constexpr auto Wv = var<"W", Out, In>;
  constexpr auto bv = var<"b", Out>;
  constexpr auto both = gradient(mean(sigmoid(linear(Xv, Wv, bv))), wrt(Wv, bv));
  static_assert(plan(both).sweeps == 1);
  auto const [by_w, by_b] = run(both(Xv = x, Wv = w, bv = b));
  compare(std::string(name) + ", gradient by W", by_w, read(dw), roundings, sizes);
  compare(std::string(name) + ", gradient by b", by_b, read(db), roundings);
}

BOOST_AUTO_TEST_CASE(gradients_of_layers) {
  for (char const* seed : {"1", "20241215"}) {
    check_gradient_of_layer<4, 1>((std::string("linear_4_1_seed") + seed).c_str());
    check_gradient_of_layer<3, 2>((std::string("linear_3_2_seed") + seed).c_str());
    check_gradient_of_layer<64, 32>((std::string("linear_64_32_seed") + seed).c_str());
  }
}

BOOST_AUTO_TEST_CASE(bce_with_logits_loss) {
  auto const& c = one_case("bce_with_logits");
  auto const z = array_of<64>(c.at("z")), t = array_of<64>(c.at("t"));
  auto const theirs = c.at("loss").to_number<float>();
  // A mean of 64 numbers of one sign: 64 + 3 roundings each.
  compare("loss", run(mean(bce_with_logits(z, t))), grid(real(theirs)), 2 * 67);
  auto const gradient_ = array_of<64>(c.at("grad"));
  compare("gradient", run((stable_sigmoid(z) - t) / 64), read(gradient_), 10, grid(1 / 64.L));
  constexpr auto zv = var<"z", 64>;
  constexpr auto tv = var<"t", 64>;
  constexpr auto by_z = gradient(mean(bce_with_logits(zv, tv)), zv);
  static_assert(text(by_z) == "0.015625 * (stable_sigmoid(z) - t)");
  compare("gradient of the formula", run(by_z(zv = z, tv = t)), read(gradient_), 10, grid(1 / 64.L));
}

BOOST_AUTO_TEST_CASE(cross_entropy_loss) {
  auto const& c = one_case("cross_entropy");
  auto const z = array_of<batch, 10>(c.at("z"), 16);
  tensor<std::int32_t, batch> classes(16);
  auto const& indices = c.at("c").as_array();
  std::transform(indices.begin(), indices.end(), classes.begin(),
                 [](json::value const& v) { return v.to_number<std::int32_t>(); });
  auto const p = array_of<batch, 10>(c.at("softmax"), 16), l = array_of<batch, 10>(c.at("log_softmax"), 16);
  // The sum of 10 exponentials and two differences: see softmax.cpp; theirs the same.
  grid const scale = map([](real v) { return 1 + 2 * std::fabs(v); }, read(l));
  compare("log_softmax", run(log_softmax(z)), read(l), 2 * 24, scale);
  compare("softmax", run(softmax(z)), read(p), 2 * 28,
          map([](real v) { return (1 + 2 * std::fabs(v)) * std::exp(v); }, read(l)));
  compare("loss", run(mean(cross_entropy(z, classes))), grid(real(c.at("loss").to_number<float>())), 2 * (24 + 16) * 2);
  auto const gradient_ = array_of<batch, 10>(c.at("grad"), 16);
  tensor<float, batch, 10> one_hot(16);
  for (int i = 0; i < 16; ++i) one_hot(i, classes(i)) = 1;
  compare("gradient", run((softmax(z) - one_hot) / 16), read(gradient_), 2 * 28 * 3, grid(1 / 16.L));
  constexpr auto Zv = var<"z", batch, 10>;
  constexpr auto cv = var<"c", batch>;
  constexpr auto Tv = var<"t", batch, 10>;
  auto const [loss_, by_z] = run(value_and_gradient(mean(cross_entropy(Zv, cv)), Zv)(Zv = z, cv = classes));
  compare("loss with its gradient", loss_, grid(real(c.at("loss").to_number<float>())), 2 * (24 + 16) * 2);
  compare("gradient of the formula", by_z, read(gradient_), 2 * 28 * 3, grid(1 / 16.L));
  compare("gradient against one-hot rows", run(gradient(mean(cross_entropy(Zv, Tv)), Zv)(Zv = z, Tv = one_hot)),
          read(gradient_), 2 * 28 * 3, grid(1 / 16.L));
  compare("against one-hot rows", run(mean(cross_entropy(z, one_hot))), grid(real(c.at("loss").to_number<float>())),
          2 * (24 + 16) * 2);
}

// One step of an LSTM: the four gates lie below each other in one matrix, as PyTorch has them.
BOOST_AUTO_TEST_CASE(lstm_cell) {
  auto const& c = one_case("lstm_cell");
  constexpr int in = 12, hidden = 8, rows = 5;
  BOOST_TEST_REQUIRE((c.at("I").as_int64() == in && c.at("H").as_int64() == hidden && c.at("B").as_int64() == rows));
  auto const w = array_of<4, hidden, in>(c.at("weight_ih"));
  auto const u = array_of<4, hidden, hidden>(c.at("weight_hh"));
  auto const b = array_of<4, hidden>(c.at("bias_ih")), d = array_of<4, hidden>(c.at("bias_hh"));
  auto const x = array_of<batch, in>(c.at("x"), rows);
  auto const h = array_of<batch, hidden>(c.at("h"), rows), state_ = array_of<batch, hidden>(c.at("c"), rows);

  constexpr auto Wv = var<"W", hidden, in>;
  constexpr auto Uv = var<"U", hidden, hidden>;
  constexpr auto bv = var<"b", hidden>;
  constexpr auto dv = var<"d", hidden>;
  constexpr auto xv = var<"x", batch, in>;
  constexpr auto hv = var<"h", batch, hidden>;
  constexpr auto gate = linear(xv, Wv, bv) + linear(hv, Uv, dv);
  static_assert(plan(gate).loops == 1 && plan(gate).temporaries == 0);
  auto const bound_gate = [&](int k) { return gate(Wv = w[k], Uv = u[k], bv = b[k], dv = d[k], xv = x, hv = h); };

  tensor<float, batch, hidden> next_state, next_h;
  put(next_state, sigmoid(bound_gate(1)) % state_ + sigmoid(bound_gate(0)) % tanh(bound_gate(2)));
  put(next_h, sigmoid(bound_gate(3)) % tanh(next_state));
  auto const their_state = array_of<batch, hidden>(c.at("c_next"), rows),
             their_h = array_of<batch, hidden>(c.at("h_next"), rows);
  // Gates are below 1; 22 products in each of size below 2 shift them by (24·2)/4 roundings at most, and the
  // functions by 3; states are below 4.
  compare("c", next_state, read(their_state), 2 * 4 * 15, grid(real(1)));
  compare("h", next_h, read(their_h), 2 * 4 * 15, grid(real(1)));
}

// ---- results that PyTorch's users know

BOOST_AUTO_TEST_CASE(known_results) {
  auto const four_digits = [](float x) { return std::round(x * 1e4f) / 1e4f; };
  tensor<float, 4> const x{1, 2, 3, 4};
  auto const y = run(sigmoid(x));
  BOOST_TEST((four_digits(y(0)) == 0.7311f && four_digits(y(1)) == 0.8808f && four_digits(y(2)) == 0.9526f &&
              four_digits(y(3)) == 0.9820f));
  auto const r = array_of<3, 3, 3>(cases().at("randn_3x3x3_seed1"));
  auto const [low, high] = run(min(sigmoid(r)), max(sigmoid(r)));
  BOOST_TEST((four_digits(low) == 0.1667f && four_digits(high) == 0.9364f));
  auto const& c = one_case("linear_4_1_seed1");
  auto const w = array_of<1, 4>(c.at("weight"));
  auto const b = array_of<1>(c.at("bias"));
  auto const in = array_of<10, 4>(c.at("x"));
  auto const model = sigmoid(linear(in, w, b));
  auto const [lowest, highest] = run(min(model), max(model));
  BOOST_TEST((four_digits(lowest) == 0.2182f && four_digits(highest) == 0.5587f));
}

BOOST_AUTO_TEST_SUITE_END()
