// SPDX-License-Identifier: BSL-1.0
// What only run time knows, whether two extents agree: checked once per evaluation, before anything is written, and
// told in the words of the compile-time message. A formula whose shapes are all static costs nothing here.
#pragma once

#include <oneloop/eval/measure.hpp>

namespace ONELOOP_NAMESPACE::eval {

constexpr bool agree(index_t a, index_t b) { return a == open_extent || b == open_extent || a == b; }

// ---- the message

/// The names of a shape's dimensions; "" for those that have none.
template <class Shape>
struct dimension_names;
template <auto... Dims>
struct dimension_names<shape::extents<Dims...>> {
  static constexpr char const* value[sizeof...(Dims) + 1] = {shape::name_of<Dims>.c_str()..., nullptr};
};

/// Extents with the names of their dimensions.
struct named_extents {
  int rank;
  index_t const* extents;
  char const* const* names;

  template <class Shape>
  static named_extents of(index_list<Shape::rank> const& extents) {
    return {Shape::rank, extents.value, dimension_names<Shape>::value};
  }

  void write(writer& out, int axis) const {
    char const* const name = names[axis];
    out << name;
    if (extents[axis] == open_extent)
      out << (*name ? "" : "dyn");
    else
      out << (*name ? "=" : "") << extents[axis];
  }
  void write(writer& out) const {
    out << "[";
    for (int axis = 0; axis < rank; ++axis) {
      if (axis) out << ", ";
      write(out, axis);
    }
    out << "]";
  }
  friend writer& operator<<(writer& out, named_extents const& shown) {
    shown.write(out);
    return out;
  }
};

/// The rule that does not hold: a sentence, or `left` (its extent) == `right` (its extent).
struct requirement {
  char const* left;
  char const* right = nullptr;
  int left_axis = 0;
  int right_axis = 0;
};

[[noreturn, gnu::cold, gnu::noinline]] inline void throw_shapes_do_not_fit(char const* operation, named_extents left,
                                                                           named_extents right, requirement needed) {
  throw_shape_error([&](writer& out) {
    out << "oneloop: shapes do not fit: " << operation << ": left " << left << ", right " << right
        << ", needed: " << needed.left;
    if (needed.right) {
      out << " (";
      left.write(out, needed.left_axis);
      out << ") == " << needed.right << " (";
      right.write(out, needed.right_axis);
      out << ")";
    }
  });
}

[[noreturn, gnu::cold, gnu::noinline]] inline void throw_pair(char const* what, char const* subject,
                                                              char const* first_name, named_extents first,
                                                              char const* second_name, named_extents second,
                                                              char const* rule) {
  throw_shape_error([&](writer& out) {
    out << "oneloop: " << what << subject << first_name << first << second_name << second << rule;
  });
}

// By value: extents whose address is taken stay in memory, and an evaluation that throws nothing would pay for it.

template <class Left, class Right>
[[noreturn, gnu::cold, gnu::noinline]] void throw_misfit(char const* operation, index_list<Left::rank> left,
                                                         index_list<Right::rank> right, requirement needed) {
  throw_shapes_do_not_fit(operation, named_extents::of<Left>(left), named_extents::of<Right>(right), needed);
}

template <class Variable, class Given>
[[noreturn, gnu::cold, gnu::noinline]] void throw_binding(char const* name, index_list<Variable::rank> variable,
                                                          index_list<Given::rank> given) {
  throw_pair("binding does not fit: ", name, ": variable ", named_extents::of<Variable>(variable), ", given ",
             named_extents::of<Given>(given), "");
}

template <class Target, class Formula>
[[noreturn, gnu::cold, gnu::noinline]] void throw_cannot_assign(index_list<Target::rank> target,
                                                                index_list<Formula::rank> formula) {
  throw_pair("cannot assign: ", "=", ": target ", named_extents::of<Target>(target), ", formula ",
             named_extents::of<Formula>(formula), ", needed: equal shapes");
}

template <class Shape>
[[noreturn, gnu::cold, gnu::noinline]] void throw_open(index_list<Shape::rank> extents) {
  throw_shape_error([&](writer& out) {
    out << "oneloop: nothing tells the run-time extents of a broadcast: " << named_extents::of<Shape>(extents);
  });
}

// ---- the check

template <class Node>
struct has_dynamic_shape : std::bool_constant<!shape::is_static<shape_t<Node>>> {};
template <class Node>
inline constexpr bool needs_check = any_node<has_dynamic_shape, Node>;

/// Throws shape_error where two extents, at least one known at run time only, do not agree.
template <class Node>
constexpr void check(Node const& node);

template <class Node>
constexpr auto extents_here(Node const& node) {
  return extents_of(node, hana::basic_tuple<>{});
}

/// An argument as the user wrote it, without the broadcast around it, and where its axes lie in the whole.
template <class Arg>
struct written_argument {
  using node_type = Arg;
  static constexpr Arg const& node(Arg const& arg) { return arg; }
  static constexpr int place(int axis) { return axis; }
};
template <class Shape, int... Map, class A>
struct written_argument<broadcasted<Shape, shape::axis_map<Map...>, false, A>> {
  using node_type = A;
  static constexpr A const& node(broadcasted<Shape, shape::axis_map<Map...>, false, A> const& arg) { return arg.arg; }
  static constexpr int place(int axis) {
    constexpr int map[] = {Map..., 0};
    return map[axis];
  }
};

template <class A, class B>
constexpr void check_pair(char const* operation, A const& a, B const& b, char const* needed = "equal shapes") {
  using left = written_argument<A>;
  using right = written_argument<B>;
  using left_shape = shape_t<typename left::node_type>;
  using right_shape = shape_t<typename right::node_type>;
  if constexpr (!shape::is_static<left_shape> || !shape::is_static<right_shape>) {
    auto const here = extents_here(left::node(a));
    auto const there = extents_here(right::node(b));
    for (int i = 0; i < left_shape::rank; ++i)
      for (int j = 0; j < right_shape::rank; ++j)
        if (left::place(i) == right::place(j) && !agree(here[i], there[j]))
          throw_misfit<left_shape, right_shape>(operation, here, there, {needed});
  }
}

constexpr void check_pairs(char const*) {}
template <class First, class... Rest>
constexpr void check_pairs(char const* operation, First const& first, Rest const&... rest) {
  (check_pair(operation, first, rest), ...);
  check_pairs(operation, rest...);
}

template <class Op>
inline constexpr auto operation_name = oneloop::detail::shown_name<Op>();

template <class Node>
struct checked {
  static constexpr void run(Node const& node) {
    node.each_child([](auto const& child) { check(child); });
  }
};

template <class Op, class Shape, class... Args>
struct checked<applied<Op, Shape, Args...>> {
  static constexpr void run(applied<Op, Shape, Args...> const& node,
                            char const* operation = operation_name<Op>.c_str()) {
    hana::unpack(node.args, [&](auto const&... arg) {
      (check(arg), ...);
      check_pairs(operation, arg...);
    });
  }
};

// dot(a, b): not the product that it sums.
template <int Axis, class A>
struct checked<reduced<dot_t, Axis, A>> {
  static constexpr void run(reduced<dot_t, Axis, A> const& node) { checked<A>::run(node.arg, dot_t::name.c_str()); }
};

template <class Shape, class A, class B>
struct checked<contraction<Shape, A, B>> {
  static constexpr void run(contraction<Shape, A, B> const& node) {
    check(node.left);
    check(node.right);
    auto const left = extents_here(node.left);
    auto const right = extents_here(node.right);
    constexpr int a = rank_v<A>, b = rank_v<B>, columns = a - 1, rows = b >= 2 ? b - 2 : 0;
    if (!agree(left[columns], right[rows]))
      throw_misfit<shape_t<A>, shape_t<B>>(
          "*", left, right, {a == 1 ? "size of the left" : "columns of the left", "rows of the right", columns, rows});
    if constexpr (a > 2 && b > 2)
      for (int axis = 0; axis < a - 2; ++axis)
        if (!agree(left[axis], right[axis]))
          throw_misfit<shape_t<A>, shape_t<B>>("*", left, right, {"equal batch dimensions"});
  }
};

// linear(X, W, b): of the weights as they were given, [out, in], not of their transpose.
template <class Shape, class Product, class X, class W, class Bias>
struct checked<applied<linear_t, Shape, contraction<Product, X, W>, Bias>> {
  static constexpr void run(applied<linear_t, Shape, contraction<Product, X, W>, Bias> const& node) {
    using bias = written_argument<Bias>;
    using weights = decltype(shape::transpose(shape_t<W>{}));
    auto const& product = hana::at_c<0>(node.args);
    auto const& given_bias = bias::node(hana::at_c<1>(node.args));
    check(product.left);
    check(product.right);
    check(given_bias);
    constexpr int last = rank_v<X> - 1;
    auto const input = extents_here(product.left);
    auto const turned = extents_here(product.right);
    index_list<2> const given{{turned[1], turned[0]}};
    char const* const operation = linear_t::function.c_str();
    if (!agree(input[last], given[1]))
      throw_misfit<shape_t<X>, weights>(operation, input, given,
                                        {"last axis of the input", "columns of the weights", last, 1});
    if constexpr (rank_v<typename bias::node_type> == 1) {
      auto const added = extents_here(given_bias);
      if (!agree(given[0], added[0]))
        throw_misfit<weights, shape_t<typename bias::node_type>>(operation, given, added,
                                                                 {"weights [out, in], bias [out]"});
    }
  }
};

// cross_entropy(x, t), with probabilities and with classes: the logits on the left, as they were given.
template <class Logits, class T>
constexpr void check_cross_entropy(Logits const& logits, T const& target, char const* needed) {
  check(logits);
  check(target);
  check_pair(cross_entropy_sum_t::function.c_str(), logits, target, needed);
}
template <int Axis, class Shape, class T, class Logits>
struct checked<reduced<cross_entropy_sum_t, Axis, applied<hadamard_t, Shape, T, Logits>>> {
  static constexpr void run(auto const& node) {
    check_cross_entropy(hana::at_c<1>(node.arg.args), hana::at_c<0>(node.arg.args), "equal shapes");
  }
};
template <int Axis, class Shape, class Chosen, class Logits, class Zero>
struct checked<reduced<cross_entropy_sum_t, Axis, applied<where_t, Shape, Chosen, Logits, Zero>>> {
  static constexpr void run(auto const& node) {
    check_cross_entropy(hana::at_c<1>(node.arg.args), hana::at_c<1>(hana::at_c<0>(node.arg.args).args),
                        "one target per row");
  }
};

template <fixed_string Name, class Shape, class Value>
struct checked<named<Name, Shape, Value>> {
  static constexpr void run(named<Name, Shape, Value> const& node) {
    check(node.value);
    auto const declared = extents_here(node);
    auto const given = extents_here(node.value);
    for (int axis = 0; axis < Shape::rank; ++axis)
      if (!agree(declared[axis], given[axis])) throw_binding<Shape, shape_t<Value>>(Name.c_str(), declared, given);
  }
};

template <class Shape, int... Map, bool Explicit, class A>
struct checked<broadcasted<Shape, shape::axis_map<Map...>, Explicit, A>> {
  static constexpr void run(broadcasted<Shape, shape::axis_map<Map...>, Explicit, A> const& node) {
    check(node.arg);
    if constexpr (Explicit) {
      auto const whole = extents_here(node);
      auto const here = extents_here(node.arg);
      int axis = 0;
      [[maybe_unused]] auto const compare = [&](int to) {
        if (to >= 0 && !agree(whole[to], here[axis]))
          throw_misfit<shape_t<A>, Shape>("broadcast", here, whole, {"same names, or equal last axes"});
        ++axis;
      };
      (compare(Map), ...);
    }
  }
};

template <class Node>
constexpr void check(Node const& node) {
  if constexpr (needs_check<Node>) checked<Node>::run(node);
}

}  // namespace ONELOOP_NAMESPACE::eval
