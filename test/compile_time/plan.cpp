// SPDX-License-Identifier: BSL-1.0
// The plan of a formula, a constant: loops, temporaries, work and traffic. Figures of an operation
// come from its own facts; a variable counts as float (4 bytes), a run-time extent as one.
#include <oneloop/oneloop.hpp>

using namespace oneloop;

namespace {

constexpr auto batch = dim<"batch">;

constexpr auto W = var<"W", 128, 64>;
constexpr auto U = var<"U", 128, 32>;
constexpr auto x = var<"x", 64>;
constexpr auto h = var<"h", 32>;
constexpr auto b = var<"b", 128>;
constexpr auto W2 = var<"W2", 10, 128>;
constexpr auto b2 = var<"b2", 10>;
constexpr auto X = var<"X", batch, 64>;
constexpr auto w = var<"w", 64>;
constexpr auto k = var<"k">;
constexpr auto t = var<"t", batch>;
constexpr auto v = var<"v", 1024>;

constexpr bool one_loop(plan_info p) {
  return p.loops == 1 && p.sweeps == 1 && p.temporaries == 0 && p.temporary_bytes == 0;
}
constexpr bool costs(plan_info p, long long flops, long long read, long long written) {
  return p.flops == flops && p.bytes_read == read && p.bytes_written == written;
}

// ---- elementwise chains

static_assert(one_loop(plan(v + v)));
static_assert(costs(plan(v + v), 1024, 4096, 4096));  // v is read once
static_assert(one_loop(plan(2_c * v + 1_c)) && costs(plan(2_c * v + 1_c), 2 * 1024, 4096, 4096));
static_assert(one_loop(plan(sigmoid(tanh(exp(v) + v) % v) - v)));
static_assert(costs(plan(sigmoid(exp(v))), 1024LL * (sigmoid_t::flops + exp_t::flops), 4096, 4096));
static_assert(one_loop(plan(where(v > 0_c, v, 0_c))) && costs(plan(where(v > 0_c, v, 0_c)), 2 * 1024, 4096, 4096));
static_assert(one_loop(plan(x)) && costs(plan(x), 0, 256, 256));  // a copy
static_assert(one_loop(plan(X + broadcast<batch, 64>(w))));
static_assert(costs(plan(X + broadcast<batch, 64>(w)), 64, 512, 256));  // per row
static_assert(one_loop(plan(outer(b, x))) && costs(plan(outer(b, x)), 8192, 768, 32768));

// Numbers: no loop.
static_assert(plan(k * 2_c).loops == 0 && plan(k * 2_c).temporaries == 0 && plan(k * 2_c).bytes_written == 4);

// ---- products

constexpr auto layer = sigmoid(W * x + b);
static_assert(one_loop(plan(layer)));
static_assert(costs(plan(layer), 2 * 128 * 64 + 128 * (1 + sigmoid_t::flops), 4 * (128 * 64 + 64 + 128), 4 * 128));
static_assert(plan_v<decltype(layer)> == plan(layer));

// Two products in one loop.
constexpr auto recurrent = sigmoid(W * x + U * h + b);
static_assert(one_loop(plan(recurrent)));
static_assert(costs(plan(recurrent), 2 * 128 * (64 + 32) + 128 * (2 + sigmoid_t::flops),
                    4 * (128 * 64 + 64 + 128 * 32 + 32 + 128), 4 * 128));

// The same product twice is one product.
static_assert(one_loop(plan(W * x + W * x)));
static_assert(costs(plan(W * x + W * x), 2 * 128 * 64 + 128, 4 * (128 * 64 + 64), 4 * 128));
static_assert(one_loop(plan((W * x) % sigmoid(W * x))));

static_assert(one_loop(plan(b * W)) && one_loop(plan(transpose(W) * b)));
static_assert(one_loop(plan(X * transpose(W))));
static_assert(costs(plan(linear(X, W, b)), 2 * 128 * 64 + 128, 4 * (64 + 128 * 64 + 128), 4 * 128));
static_assert(one_loop(plan(stable_sigmoid(linear(X, W, b)))));
static_assert(one_loop(plan(dot(x, w))) && costs(plan(dot(x, w)), 2 * 64, 2 * 256, 4));

// Two layers of one vector: the hidden values are a temporary, and nothing else is.
constexpr auto network = W2 * sigmoid(W * x + b) + b2;
static_assert(plan(network).loops == 2);
static_assert(plan(network).temporaries == 1 && plan(network).temporary_bytes == 4 * 128);
static_assert(plan(network).flops == plan(layer).flops + 2 * 10 * 128 + 10);
// Of a batch: one sweep, and a tile of them at a time (decision 0014).
constexpr auto batched_network = linear(sigmoid(linear(X, W, b)), W2, b2);
static_assert(plan(batched_network).loops == 2 && plan(batched_network).sweeps == 1);
static_assert(plan(batched_network).temporaries == 0 && plan(batched_network).temporary_bytes == 0);
static_assert(plan(batched_network).buffers == 1 &&
              plan(batched_network).buffer_bytes == planner::smallest_matrix_tile * 4 * 128);
static_assert(plan(batched_network).bytes_read == 4 * (64 + 128 * 64 + 128 + 10 * 128 + 10));
static_assert(plan(batched_network).bytes_written == 4 * 10);
// Batches as columns, and several results: each still one sweep.
constexpr auto Xc = var<"X", 64, batch>;
static_assert(plan(W2 * sigmoid(W * Xc)).sweeps == 1 && plan(W2 * sigmoid(W * Xc)).buffers == 1);
constexpr auto hidden = sigmoid(linear(X, W, b));
static_assert(plan(transpose(hidden) * X, sum<batch>(hidden), mean(hidden)).sweeps == 1);
static_assert(plan(transpose(hidden) * X, sum<batch>(hidden), mean(hidden)).temporaries == 0);
// What needs the end of a sweep runs after it.
static_assert(plan(hidden - mean(hidden)).sweeps == 2);
static_assert(plan(X - broadcast<batch, 64>(mean<batch>(X))).sweeps == 2);

// A range that is sized at run time and has no name: one where temporaries, names and operands tie its axes
// (plan/ranges.hpp).
constexpr auto Xd = var<"X", dyn, 64>;
constexpr auto td = var<"t", dyn>;
constexpr auto same_but_for_the_name = [](plan_info const& a, plan_info const& b) {
  return a == b && a.sweeps == 1 && a.temporaries == 0;
};
static_assert(same_but_for_the_name(plan(linear(sigmoid(linear(Xd, W, b)), W2, b2)), plan(batched_network)));
static_assert(same_but_for_the_name(plan(value_and_gradient(mean(bce_with_logits(Xd * w + k, td)), wrt(w, k))),
                                    plan(value_and_gradient(mean(bce_with_logits(X* w + k, t)), wrt(w, k)))));
constexpr auto Xdc = var<"X", 64, dyn>;
static_assert(plan(W2 * sigmoid(W * Xdc)).sweeps == 1 && plan(W2 * sigmoid(W * Xdc)).buffers == 1);
constexpr auto hidden_d = sigmoid(linear(Xd, W, b));
static_assert(plan(transpose(hidden_d) * Xd, sum<0>(hidden_d), mean(hidden_d)).sweeps == 1);
static_assert(plan(hidden_d - mean(hidden_d)).sweeps == 2);
// Tied to a range that has a name, it is that one.
static_assert(plan(sum(square(X * w - td)), sum(exp(td)), transpose(X) * exp(td)).sweeps == 1);
constexpr auto sd = var<"s", dyn>;
static_assert(plan(sum(square(X)), sum(exp(sd)), sum(exp(t))).sweeps == 2);
// Not tied: other data of the same type, and the other axis of a matrix.
constexpr auto Zd = var<"Z", dyn, 64>;
static_assert(plan(softmax(Xd), softmax(Zd)).sweeps == 4);
static_assert(plan(softmax(Xd), softmax(2_c * Xd)).sweeps == 1);
static_assert(plan(softmax(Xd), softmax(Xd + Zd), softmax(Zd)).sweeps == 1);
constexpr auto M = var<"M", dyn, dyn>;
static_assert(plan(softmax<1>(M) - broadcast<dyn, dyn>(sum<0>(M))).sweeps == 2);
// Of ranges that serve equally well, the one that what is stored would grow with: rows, not the 512 values of each.
constexpr auto wide = var<"U", 512, 64>;
constexpr auto narrow = var<"V", 10, 512>;
static_assert(plan(linear(sigmoid(linear(Xd, wide)), narrow)).buffer_bytes == planner::smallest_matrix_tile * 4 * 512);
constexpr auto units = dim<"units", 512>;
static_assert(plan(var<"V", 10, units> * sigmoid(var<"U", units, 64> * Xc)).buffer_bytes ==
              planner::smallest_matrix_tile * 4 * 512);

// What stands before a product of a vector is computed once, not once per row.
static_assert(plan(W * tanh(x)).flops == 2 * 128 * 64 + 64 * tanh_t::flops);

// ---- reductions

static_assert(one_loop(plan(sum(v))) && costs(plan(sum(v)), 1024, 4096, 4));
static_assert(one_loop(plan(sum<0>(W))) && costs(plan(sum<0>(W)), 8192, 32768, 256));
static_assert(one_loop(plan(max<-1>(W))) && plan(max<-1>(W)).bytes_written == 512);
static_assert(one_loop(plan(norm(x - w))));
static_assert(one_loop(plan(logsumexp(2_c * v))));
static_assert(one_loop(plan(argmax(W * x + b))));
static_assert(one_loop(plan(all(v > 0_c))));

// A loss over a batched product: X is read once, and the logits are never stored.
constexpr auto loss = mean(bce_with_logits(X * w + k, t));
static_assert(one_loop(plan(loss)));
static_assert(costs(plan(loss), 2 * 64 + 1 + bce_with_logits_t::flops + 1, 4 * (64 + 64 + 1 + 1), 4));

// A reduction that the rest waits for: a second loop, and no array in between.
static_assert(plan(v - mean(v)).loops == 2 && plan(v - mean(v)).temporaries == 0);
static_assert(costs(plan(v - mean(v)), 2 * 1024, 4096 + 4096 + 4, 4096 + 4));
static_assert(plan((v - mean(v)) / norm(v)).loops == 2);  // both in one
static_assert(plan((v - mean(v)) / norm(v)).temporaries == 0);
static_assert(plan(v - max(v) - min(v) - sum(v)).loops == 2);

// The maximum, the sum of the exponentials, the result; in a sweep the exponentials are stored, and their sums lie where
// the maxima were.
static_assert(plan(softmax(b)).loops == 3 && plan(softmax(b)).temporaries == 0);
static_assert(plan(log_softmax(b)).loops == 3 && plan(log_softmax(b)).temporaries == 0);
static_assert(plan(softmax(X)).loops == 4 && plan(softmax(X)).sweeps == 1);
static_assert(plan(softmax(X)).temporaries == 0 && plan(softmax(X)).buffers == 2);
static_assert(plan(log_softmax(X)).temporaries == 0 && plan(log_softmax(X)).sweeps == 1);
// A loss and its gradient share the exponentials.
constexpr auto confusion = mean(cross_entropy(X, var<"T", batch, 64>));
static_assert(plan(value_and_gradient(confusion, wrt(X))).flops < plan(confusion).flops + 64 * 8);
// In the other order of axes too.
static_assert(plan(transpose(softmax(X))).flops == plan(softmax(X)).flops);
static_assert(plan(transpose(log_softmax(X))).flops == plan(log_softmax(X)).flops);
// Short rows: x - m is stored, and exp runs over all of it.
static_assert(plan(softmax(var<"C", dyn, 10>)).loops == 5 && plan(softmax(var<"C", dyn, 8>)).loops == 4);
// The product is computed once, though softmax needs it three times.
static_assert(plan(softmax(W * x + b)).loops == 4 && plan(softmax(W * x + b)).temporary_bytes == 4 * 128);
static_assert(plan(softmax(W * x)).flops < 3 * 128 * 64 + 128 * 200);

// ---- several results: one pass where the spaces agree

static_assert(one_loop(plan(min(layer), max(layer))));
static_assert(plan(min(layer), max(layer)).flops < 2 * plan(layer).flops);  // one product
static_assert(plan(min(layer), max(layer)).bytes_read == plan(layer).bytes_read);
static_assert(plan(min(layer), max(layer)).bytes_written == 8);
static_assert(one_loop(plan(v + v, v - v)) && plan(v + v, v - v).bytes_read == 4096);
static_assert(one_loop(plan(v + v, sum(v), max(v))));
static_assert(one_loop(plan(W * x, sigmoid(W* x + b))));
static_assert(plan(x + x, v + v).loops == 2);
static_assert(plan_v<decltype(layer), decltype(layer)> == plan(layer, layer));

// ---- shared values

// What is bound and used twice is computed once, where it costs more than reading it again.
constexpr auto a = var<"a", 1024>;
constexpr auto shared = (a % a + a)(a = sigmoid(v));
static_assert(plan(shared).flops == 1024LL * (sigmoid_t::flops + 2));
static_assert(plan(shared).temporaries <= 1);
constexpr auto cheap = (a % a + a)(a = 2_c * v);
static_assert(one_loop(plan(cheap)));
constexpr auto once = (a + 1_c)(a = sigmoid(v));
static_assert(one_loop(plan(once)));

// ---- temporaries that are never there together share memory

constexpr auto R = var<"R", 64, 64>;
constexpr auto Q = var<"Q", 64, 64>;
constexpr auto one_layer = tanh(R * x);
constexpr auto two_layers = tanh(Q * one_layer);
constexpr auto three_layers = tanh(R * two_layers);
static_assert(plan(tanh(Q * three_layers)).temporaries == 2);
static_assert(plan(tanh(Q * three_layers)).temporary_bytes == 2 * 64 * 4);
static_assert(plan(tanh(Q * three_layers)).bytes_written == 4 * 64 * 4);   // as before
static_assert(plan(tanh(Q * three_layers) + one_layer).temporaries == 3);  // the first is read again
// As large as the largest, but in the memory that has to grow least.
static_assert(plan(tanh(W2 * tanh(W * tanh(R * tanh(R * x))))).temporary_bytes == 4 * (64 + 128));
// Not elements of another type.
static_assert(plan(R * cast<double>(Q * cast<double>(R * one_layer))).temporaries == 3);

// ---- why stages are no sweep, and why one runs outside of it

constexpr bool contains(char const* all, char const* part) {
  for (; *all; ++all) {
    int i = 0;
    while (part[i] && all[i] == part[i]) ++i;
    if (!part[i]) return true;
  }
  return false;
}
static_assert(contains(explain(W2 * sigmoid(W * x)).c_str(), "no sweep: no dimension has a name, a run-time size"));
static_assert(contains(explain(v + v, sum(X)).c_str(), "no sweep: no two stages share a dimension"));
static_assert(contains(explain(v - mean(v)).c_str(),
                       "no sweep: along every dimension that stages share, one needs all"));
static_assert(!contains(explain(sigmoid(W * x + b)).c_str(), "no sweep"));
constexpr auto two_sweeps = softmax(X) - broadcast<batch, 64>(max<batch>(softmax(X)));
static_assert(contains(explain(sum<batch>(X), x + x).c_str(), "no sweep"));
static_assert(contains(explain(softmax(X), v + v).c_str(), "runs apart: it has not the dimension"));
static_assert(contains(explain(two_sweeps).c_str(), "runs later: it needs all of t"));
static_assert(plan(v - mean(v)).stages == 2 && plan(sum(v) / norm(x)).stages == 3 && plan(sum(v) / norm(x)).loops == 2);

// ---- data: the same plans

constexpr tensor<float, 128, 64> Wd;
constexpr tensor<float, 64> xd;
constexpr tensor<float, 128> bd;
constexpr auto over_data = [] { return plan_v<decltype(sigmoid(Wd * xd + bd))>; }();
static_assert(over_data == plan(layer));
static_assert(plan_v<decltype(layer(W = Wd, x = xd, b = bd))> == plan(layer));
constexpr tensor<double, 64> dd;
static_assert(plan_v<decltype(2 * dd)>.bytes_read == 512 && plan_v<decltype(2 * dd)>.bytes_written == 512);
static_assert(plan_v<decltype(dd > 0)>.bytes_written == 64);
static_assert(plan_v<decltype(cast<float>(dd))>.bytes_written == 256);
static_assert(plan_v<decltype(2 * tensor<float, batch, 64>())>.bytes_read == 256);

// ---- the plan as a graph

static_assert(to_dot(sigmoid(W * x + b)) == R"dot(digraph plan {
  s1 [shape=box, label="result = sigmoid(W * x + b)"];
  "W" [shape=box, style=rounded, label="W [128, 64]"];
  "W" -> s1;
  "x" [shape=box, style=rounded, label="x [64]"];
  "x" -> s1;
  "b" [shape=box, style=rounded, label="b [128]"];
  "b" -> s1;
  r0 [shape=ellipse, label="result [128]"];
  s1 -> r0;
}
)dot");
static_assert(to_dot(transpose(hidden) * X, sum(t)) == R"dot(digraph plan {
  subgraph cluster_0 {
    label="one sweep, 128 indices at a time";
    s1 [shape=box, label="t0 = sigmoid(X * transpose(W) + b)"];
    s2 [shape=box, label="result 0 = transpose(t0) * X"];
    s3 [shape=box, label="result 1 = sum(t)"];
  }
  "X" [shape=box, style=rounded, label="X [batch, 64]"];
  "X" -> s1;
  "W" [shape=box, style=rounded, label="W [128, 64]"];
  "W" -> s1;
  "b" [shape=box, style=rounded, label="b [128]"];
  "b" -> s1;
  "X" [shape=box, style=rounded, label="X [batch, 64]"];
  "X" -> s2;
  s1 -> s2 [label="t0 [batch, 128], a tile"];
  r0 [shape=ellipse, label="result 0 [128, 64]"];
  s2 -> r0;
  "t" [shape=box, style=rounded, label="t [batch]"];
  "t" -> s3;
  r1 [shape=ellipse, label="result 1 []"];
  s3 -> r1;
}
)dot");

}  // namespace
