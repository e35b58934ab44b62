// SPDX-License-Identifier: BSL-1.0
// The algebra of shapes: which shapes fit, and what comes of it.
#include <boost/hana.hpp>
#include <oneloop/oneloop.hpp>
#include <type_traits>

using namespace oneloop;
using oneloop::shape::no_fit;

namespace {

constexpr auto batch = dim<"batch">;
constexpr auto time_step = dim<"time">;
constexpr auto in = dim<"in", 64>;
constexpr auto out = dim<"out", 64>;

template <class Shape>
constexpr bool fits(Shape) {
  return shape::fitted<Shape>;
}

// ---- canonical forms: one spelling per shape

static_assert(extents<64u> == extents<64>);
static_assert(extents<std::size_t{64}, 3L> == extents<64, 3>);
static_assert(std::is_same_v<decltype(extents<64u>), decltype(extents<64>)>);
static_assert(extents<dim<"", 64>> == extents<64>);
static_assert(extents<dim<"batch">> == extents<batch>);
static_assert(extents<dim<"", shape::dynamic>> == extents<dyn>);
static_assert(std::is_same_v<tensor<float, 3u, 4L>::shape_type, tensor<float, 3, 4>::shape_type>);
static_assert(std::is_same_v<decltype(var<"x", 64u>), decltype(var<"x", 64>)>);

// ---- equality is of everything: rank, extents, names

static_assert(extents<> == extents<>);
static_assert(extents<1> != extents<>);
static_assert(extents<128, 64> != extents<64, 128>);
static_assert(extents<128, 64> != extents<128>);
static_assert(extents<in> != extents<out>);
static_assert(extents<in> != extents<64>);
static_assert(extents<batch> != extents<dyn>);
static_assert(extents<dim<"in">> != extents<in>);

// ---- properties

static_assert(decltype(extents<>)::rank == 0);
static_assert(decltype(extents<batch, 64>)::rank == 2);
template <auto... Dims>
using shape_of_dims = std::remove_const_t<decltype(extents<Dims...>)>;
static_assert(shape::is_static<shape_of_dims<>>);
static_assert(shape::is_static<shape_of_dims<in, 3>>);
static_assert(!shape::is_static<shape_of_dims<batch, 3>>);
static_assert(!shape::is_static<shape_of_dims<3, dyn>>);
static_assert(shape::dynamic_count<shape_of_dims<batch, 3, dyn>> == 2);
static_assert(shape::static_size<shape_of_dims<>> == 1);
static_assert(shape::static_size<shape_of_dims<3, in>> == 192);
static_assert(shape::static_size<shape_of_dims<3, 0, 5>> == 0);
static_assert(shape::static_size<shape_of_dims<batch, 64>> == 64);  // per unit of the batch

// ---- two dimensions

static_assert(shape::fits<64, 64>() && !shape::fits<64, 65>());
static_assert(shape::fits<in, in>() && !shape::fits<in, out>());  // equal sizes, other names
static_assert(shape::fits<in, 64>() && shape::fits<64, in>() && !shape::fits<in, 63>());
static_assert(shape::fits<batch, batch>() && !shape::fits<batch, time_step>());
static_assert(shape::fits<batch, dyn>() && shape::fits<dyn, dyn>());
static_assert(shape::fits<batch, 64>() && shape::fits<dyn, 64>());  // checked at run time
static_assert(shape::fits<dim<"in">, in>() && !shape::fits<dim<"in", 63>, in>());

// ---- unify: elementwise operations

static_assert(shape::unify(extents<128, 64>, extents<128, 64>) == extents<128, 64>);
static_assert(shape::unify(extents<>, extents<128, 64>) == extents<128, 64>);
static_assert(shape::unify(extents<128, 64>, extents<>) == extents<128, 64>);
static_assert(shape::unify(extents<>, extents<>) == extents<>);
static_assert(shape::unify(extents<0>, extents<0>) == extents<0>);
static_assert(!fits(shape::unify(extents<128, 64>, extents<64, 128>)));
static_assert(!fits(shape::unify(extents<128, 64>, extents<64>)));  // no silent broadcasting
static_assert(!fits(shape::unify(extents<128, 64>, extents<1, 64>)));
static_assert(!fits(shape::unify(extents<64>, extents<1>)));
static_assert(!fits(shape::unify(extents<in>, extents<out>)));
static_assert(!fits(shape::unify(extents<batch, 3>, extents<time_step, 3>)));

// Both sides add what they know.
static_assert(shape::unify(extents<in>, extents<64>) == extents<in>);
static_assert(shape::unify(extents<64>, extents<in>) == extents<in>);
static_assert(shape::unify(extents<dyn>, extents<64>) == extents<64>);
static_assert(shape::unify(extents<batch>, extents<dyn>) == extents<batch>);
static_assert(shape::unify(extents<batch, 64>, extents<dyn, in>) == extents<batch, in>);
static_assert(shape::unify(extents<batch>, extents<32>) == extents<dim<"batch", 32>>);
static_assert(shape::unify(extents<dim<"in">>, extents<in>) == extents<in>);

// By name: an operand that has some of the other's dimensions, in the same order.
static_assert(shape::unify(extents<batch, in>, extents<in>) == extents<batch, in>);
static_assert(shape::unify(extents<in>, extents<batch, in>) == extents<batch, in>);
static_assert(shape::unify(extents<batch, in>, extents<batch>) == extents<batch, in>);
static_assert(shape::unify(extents<batch, 64>, extents<batch>) == extents<batch, 64>);
static_assert(shape::unify(extents<batch, time_step, in>, extents<batch, in>) == extents<batch, time_step, in>);
static_assert(shape::unify(extents<batch, dim<"in">>, extents<in>) == extents<batch, in>);
static_assert(!fits(shape::unify(extents<batch, 64>, extents<in>)));  // 64 has no name
static_assert(!fits(shape::unify(extents<batch, in>, extents<64>)));  // nor here
static_assert(!fits(shape::unify(extents<batch, in>, extents<dyn>)));
static_assert(!fits(shape::unify(extents<batch, time_step, in>, extents<in, batch>)));  // another order
static_assert(!fits(shape::unify(extents<batch, in>, extents<out>)));
static_assert(!fits(shape::unify(extents<batch, in>, extents<dim<"in", 63>>)));

// Commutative, and with itself the same.
constexpr auto all_shapes =
    boost::hana::make_tuple(extents<>, extents<64>, extents<in>, extents<batch>, extents<dyn>, extents<batch, in>,
                            extents<batch, 64>, extents<128, 64>, extents<batch, time_step, in>);
static_assert(boost::hana::all_of(all_shapes, [](auto a) { return shape::unify(a, a) == a; }));
static_assert(boost::hana::all_of(all_shapes, [](auto a) {
  return boost::hana::all_of(
      all_shapes, [=](auto b) { return std::is_same_v<decltype(shape::unify(a, b)), decltype(shape::unify(b, a))>; });
}));

// ---- contract: the product of linear algebra

static_assert(shape::contract(extents<128, 64>, extents<64>) == extents<128>);
static_assert(shape::contract(extents<128>, extents<128, 64>) == extents<64>);
static_assert(shape::contract(extents<2, 3>, extents<3, 4>) == extents<2, 4>);
static_assert(shape::contract(extents<batch, 64>, extents<64, 128>) == extents<batch, 128>);
static_assert(shape::contract(extents<out, in>, extents<in>) == extents<out>);
static_assert(shape::contract(extents<out, in>, extents<64>) == extents<out>);
static_assert(shape::contract(extents<dyn, dyn>, extents<dyn>) == extents<dyn>);
static_assert(shape::contract(extents<dyn, 64>, extents<dyn>) == extents<dyn>);
static_assert(shape::contract(extents<3, 0>, extents<0, 4>) == extents<3, 4>);
static_assert(!fits(shape::contract(extents<128, 64>, extents<32>)));
static_assert(!fits(shape::contract(extents<128, 64>, extents<128>)));
static_assert(!fits(shape::contract(extents<out, in>, extents<out>)));
static_assert(!fits(shape::contract(extents<64>, extents<64>)));
static_assert(!fits(shape::contract(extents<>, extents<64>)));
static_assert(!fits(shape::contract(extents<128, 64>, extents<>)));

// Batches of matrices.
static_assert(shape::contract(extents<8, 2, 3>, extents<8, 3, 4>) == extents<8, 2, 4>);
static_assert(shape::contract(extents<8, 2, 3>, extents<3, 4>) == extents<8, 2, 4>);
static_assert(shape::contract(extents<2, 3>, extents<8, 3, 4>) == extents<8, 2, 4>);
static_assert(shape::contract(extents<8, 2, 3>, extents<3>) == extents<8, 2>);
static_assert(shape::contract(extents<batch, 2, 3>, extents<batch, 3, 4>) == extents<batch, 2, 4>);
static_assert(!fits(shape::contract(extents<8, 2, 3>, extents<7, 3, 4>)));
static_assert(!fits(shape::contract(extents<batch, 2, 3>, extents<time_step, 3, 4>)));

// ---- reduce: one axis goes

static_assert(shape::reduce<0>(extents<128, 64>) == extents<64>);
static_assert(shape::reduce<1>(extents<128, 64>) == extents<128>);
static_assert(shape::reduce<-1>(extents<128, 64>) == extents<128>);
static_assert(shape::reduce<-2>(extents<128, 64>) == extents<64>);
static_assert(shape::reduce<0>(extents<64>) == extents<>);
static_assert(shape::reduce<batch>(extents<batch, 64>) == extents<64>);
static_assert(shape::reduce<in>(extents<batch, in>) == extents<batch>);
static_assert(shape::reduce<dim<"in">>(extents<batch, in>) == extents<batch>);  // the name decides
static_assert(!fits(shape::reduce<2>(extents<128, 64>)));
static_assert(!fits(shape::reduce<-3>(extents<128, 64>)));
static_assert(!fits(shape::reduce<0>(extents<>)));
static_assert(!fits(shape::reduce<time_step>(extents<batch, 64>)));

// ---- transpose, outer

static_assert(shape::transpose(extents<128, 64>) == extents<64, 128>);
static_assert(shape::transpose(extents<out, in>) == extents<in, out>);
static_assert(shape::transpose(extents<8, 2, 3>) == extents<8, 3, 2>);
static_assert(shape::transpose(extents<64>) == extents<64>);
static_assert(shape::reversed(extents<2, 3, 4>) == extents<4, 3, 2>);
static_assert(shape::outer(extents<3>, extents<4>) == extents<3, 4>);
static_assert(shape::outer(extents<2, 3>, extents<4>) == extents<2, 3, 4>);
static_assert(shape::outer(extents<>, extents<4>) == extents<4>);

// ---- broadcast: where the axes of the operand lie

template <class From, class To>
constexpr auto map_of(From, To) {
  return shape::broadcast_map<From, To>();
}
static_assert(std::is_same_v<decltype(map_of(extents<64>, extents<128, 64>)), shape::axis_map<1>>);
static_assert(std::is_same_v<decltype(map_of(extents<>, extents<128, 64>)), shape::axis_map<>>);
static_assert(std::is_same_v<decltype(map_of(extents<128, 1>, extents<128, 64>)), shape::axis_map<0, -1>>);
static_assert(std::is_same_v<decltype(map_of(extents<1, 64>, extents<128, 64>)), shape::axis_map<-1, 1>>);
static_assert(std::is_same_v<decltype(map_of(extents<batch>, extents<batch, 64>)), shape::axis_map<0>>);
static_assert(std::is_same_v<decltype(map_of(extents<64>, extents<batch, 64>)), shape::axis_map<1>>);
static_assert(std::is_same_v<decltype(map_of(extents<128, 64>, extents<128, 64>)), shape::axis_map<0, 1>>);
static_assert(std::is_same_v<decltype(map_of(extents<64>, extents<64, 128>)), no_fit>);
static_assert(std::is_same_v<decltype(map_of(extents<128, 64>, extents<64>)), no_fit>);

// ---- a shape is a Hana Sequence

namespace hana = boost::hana;
static_assert(hana::Sequence<decltype(extents<128, 64>)>::value);
static_assert(hana::length(extents<128, 64>) == hana::size_c<2>);
static_assert(hana::length(extents<>) == hana::size_c<0>);
static_assert(hana::is_empty(extents<>) && !hana::is_empty(extents<1>));
static_assert(std::is_same_v<std::remove_cvref_t<decltype(hana::at_c<0>(extents<batch, 64>))>,
                             std::remove_const_t<decltype(batch)>>);
static_assert(decltype(hana::at_c<1>(extents<batch, 64>))::extent == 64);
static_assert(decltype(hana::front(extents<in, 3>))::name == "in");
static_assert(decltype(hana::back(extents<in, 3>))::extent == 3);
static_assert(shape_of_dims<1, 2, 3>{} == hana::reverse(extents<3, 2, 1>));
static_assert(hana::drop_front(extents<1, 2, 3>) == extents<2, 3>);
static_assert(hana::drop_front(extents<1, 2, 3>, hana::size_c<5>) == extents<>);
static_assert(hana::drop_back(extents<1, 2, 3>) == extents<1, 2>);
static_assert(hana::take_front(extents<1, 2, 3>, hana::size_c<2>) == extents<1, 2>);
static_assert(hana::concat(extents<1, 2>, extents<batch>) == extents<1, 2, batch>);
static_assert(hana::append(extents<1>, dim<"", 2>) == extents<1, 2>);
static_assert(hana::prepend(extents<1>, batch) == extents<batch, 1>);
static_assert(hana::remove_at_c<1>(extents<1, 2, 3>) == extents<1, 3>);
static_assert(hana::unpack(extents<2, 3, 4>, [](auto... d) { return (d.extent * ...); }) == 24);
static_assert(hana::fold_left(extents<2, 3, 4>, 0, [](int sum, auto d) { return sum + d.extent; }) == 9);
static_assert(hana::transform(extents<2, 3>, [](auto d) { return dim<"", 2 * decltype(d)::extent>; }) == extents<4, 6>);
static_assert(hana::filter(extents<batch, 3, dyn>, [](auto d) {
                return hana::bool_c < decltype(d)::extent == shape::dynamic > ;
              }) == extents<batch, dyn>);

// ---- and so for formulas: shape_of

constexpr auto W = var<"W", 128, 64>;
constexpr auto x = var<"x", 64>;
constexpr auto b = var<"b", 128>;
constexpr auto X = var<"X", batch, 64>;
constexpr auto k = var<"k">;
static_assert(shape_of(W) == extents<128, 64>);
static_assert(shape_of(k) == extents<>);
static_assert(shape_of(1_c) == extents<>);
static_assert(shape_of(tensor<float, 3, 4>{}) == extents<3, 4>);
static_assert(shape_of(W * x) == extents<128>);
static_assert(shape_of(W * x + b) == extents<128>);
static_assert(shape_of(b * W) == extents<64>);
static_assert(shape_of(X * transpose(W)) == extents<batch, 128>);
static_assert(shape_of(linear(X, W, b)) == extents<batch, 128>);
static_assert(shape_of(linear(X, W, 0)) == extents<batch, 128>);
static_assert(shape_of(linear(x, W, b)) == extents<128>);
static_assert(shape_of(k * W) == extents<128, 64>);
static_assert(shape_of(2 * x / 3) == extents<64>);
static_assert(shape_of(x % x) == extents<64>);
static_assert(shape_of(hadamard(x, x)) == extents<64>);
static_assert(shape_of(dot(x, x)) == extents<>);
static_assert(shape_of(outer(b, x)) == extents<128, 64>);
static_assert(shape_of(outer(W, x)) == extents<128, 64, 64>);
static_assert(shape_of(transpose(W)) == extents<64, 128>);
static_assert(shape_of(transpose(transpose(W))) == extents<128, 64>);
static_assert(shape_of(broadcast<128, 64>(x)) == extents<128, 64>);
static_assert(shape_of(broadcast<batch, 64>(x)) == extents<batch, 64>);
static_assert(shape_of(broadcast<3>(k)) == extents<3>);
static_assert(shape_of(sum(W)) == extents<>);
static_assert(shape_of(sum<0>(W)) == extents<64>);
static_assert(shape_of(mean<batch>(X)) == extents<64>);
static_assert(shape_of(argmax<-1>(X)) == extents<batch>);
static_assert(shape_of(softmax(X)) == extents<batch, 64>);
static_assert(shape_of(softmax<0>(W)) == extents<128, 64>);
static_assert(shape_of(log_softmax(X)) == extents<batch, 64>);
static_assert(shape_of(cross_entropy(X, var<"t", batch>)) == extents<batch>);
static_assert(shape_of(where(x > 0, x, 0)) == extents<64>);
static_assert(shape_of(clamp(x, 0, 1)) == extents<64>);
static_assert(shape_of(fma(x, k, x)) == extents<64>);
static_assert(shape_of(X - var<"m", batch>) == extents<batch, 64>);  // by name
static_assert(shape_of(x == x) == extents<64>);
static_assert(shape_of(!(x < x) && x != 1) == extents<64>);

}  // namespace
