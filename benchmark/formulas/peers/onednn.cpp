// SPDX-License-Identifier: BSL-1.0
// oneDNN, which has floats only: a product with bias and the logistic as its post-operation is one primitive. Weights
// in its own blocked format, prepared once, as its users are told to.
#include "peers.hpp"

#include <dnnl.hpp>

namespace {

using dnnl::memory;
using in = peers::in<float>;
using out = peers::out<float>;
using tag = memory::format_tag;

dnnl::engine& engine() {
  static dnnl::engine one(dnnl::engine::kind::cpu, 0);
  return one;
}
dnnl::stream& stream() {
  static dnnl::stream one(engine());
  return one;
}

memory::desc described(memory::dims dims, tag format) { return {std::move(dims), memory::data_type::f32, format}; }
memory borrowed(memory::desc const& what, in p) { return memory(what, engine(), const_cast<float*>(p)); }

peers::made product(in X, in W, in b, out Y, int batch, int outputs, int inputs) {
  auto const source = described({batch, inputs}, tag::ab), result = described({batch, outputs}, tag::ab);
  auto const weights = described({inputs, outputs}, tag::ba), bias = described({1, outputs}, tag::ab);
  auto const any_weights = described({inputs, outputs}, tag::any);
  dnnl::post_ops after;
  after.append_eltwise(1, dnnl::algorithm::eltwise_logistic, 0, 0);
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(after);
  dnnl::matmul::primitive_desc const planned({source, any_weights, bias, result}, attributes, engine());
  memory given = borrowed(weights, W), blocked(planned.weights_desc(), engine());
  dnnl::reorder(given, blocked).execute(stream(), given, blocked);
  stream().wait();
  std::unordered_map<int, memory> const arguments{{DNNL_ARG_SRC, borrowed(source, X)},
                                                  {DNNL_ARG_WEIGHTS, blocked},
                                                  {DNNL_ARG_BIAS, borrowed(bias, b)},
                                                  {DNNL_ARG_DST, borrowed(result, Y)}};
  return {[primitive = dnnl::matmul(planned), arguments] {
    primitive.execute(stream(), arguments);
    stream().wait();
  }};
}

peers::registered const onednn(peers::peer<float>{
    .name = "oneDNN",
    .sigmoid = [](in x, out z, long count) -> peers::made {
      auto const flat = described({count}, tag::a);
      dnnl::eltwise_forward::primitive_desc const planned(
          {dnnl::prop_kind::forward_inference, dnnl::algorithm::eltwise_logistic, flat, 0, 0}, engine());
      std::unordered_map<int, memory> const arguments{{DNNL_ARG_SRC, borrowed(flat, x)},
                                                      {DNNL_ARG_DST, borrowed(flat, z)}};
      return {[primitive = dnnl::eltwise_forward(planned), arguments] {
        primitive.execute(stream(), arguments);
        stream().wait();
      }};
    },
    .softmax = [](in X, out Y, int batch, int columns) -> peers::made {
      auto const matrix = described({batch, columns}, tag::ab);
      dnnl::softmax_forward::primitive_desc const planned({dnnl::prop_kind::forward_inference, matrix, 1}, engine());
      std::unordered_map<int, memory> const arguments{{DNNL_ARG_SRC, borrowed(matrix, X)},
                                                      {DNNL_ARG_DST, borrowed(matrix, Y)}};
      return {[primitive = dnnl::softmax_forward(planned), arguments] {
        primitive.execute(stream(), arguments);
        stream().wait();
      }};
    },
    .layer = [](in W, in x, in b, out y, int rows, int columns) -> peers::made {
      return product(x, W, b, y, 1, rows, columns);
    },
    .linear = product,
    .perceptron = [](in X, peers::layers<float> l, out h1, out h2, out Y, int rows) -> peers::made {
      auto const first = product(X, l.W[0], l.b[0], h1, rows, l.sizes[1], l.sizes[0]);
      auto const second = product(h1, l.W[1], l.b[1], h2, rows, l.sizes[2], l.sizes[1]);
      auto const third = product(h2, l.W[2], l.b[2], Y, rows, l.sizes[3], l.sizes[2]);
      return {[=] {
        first.run();
        second.run();
        third.run();
      }};
    },
});

}  // namespace
