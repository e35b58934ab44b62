// SPDX-License-Identifier: BSL-1.0
// Formulas drawn from a seed while compiling. A drawn formula is a constant table: the type of the formula is built
// from it (build.hpp), and one interpreter walks it at run time (reference.cpp), so that a formula costs the compiler
// nothing but the library's own templates.
//
// Axes are symbols: every index of a formula is one of four, and no shape has one twice. What a broadcast, a product or
// a reduction means then follows from the symbols alone, and the reference needs none of the library's rules of shapes.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace formulas {

enum class kind : unsigned char {
  operand,
  number,
  constant,
  // of one argument
  negate,
  abs,
  sign,
  exp,
  exp2,
  expm1,
  log,
  log1p,
  log2,
  log10,
  sqrt,
  rsqrt,
  cbrt,
  square,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  erf,
  floor,
  ceil,
  round,
  trunc,
  sigmoid,
  stable_sigmoid,
  logistic_density,
  log_sigmoid,
  softplus,
  logit,
  relu,
  selu,
  gelu,
  silu,
  mish,
  hard_sigmoid,
  hard_swish,
  logical_not,
  isnan,
  isinf,
  isfinite,
  to_float,
  to_double,
  to_int,
  to_mask,
  // of two
  leaky_relu,
  elu,
  celu,
  plus,
  minus,
  times,
  hadamard,
  divides,
  minimum,
  maximum,
  pow,
  hypot,
  atan2,
  mse,
  bce,
  bce_with_logits,
  expand_as,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  logical_and,
  logical_or,
  // of three
  fma,
  clamp,
  where,
  // axes
  transpose,
  broadcast,
  softmax,
  log_softmax,
  // reductions
  sum,
  mean,
  prod,
  min,
  max,
  argmin,
  argmax,
  norm,
  logsumexp,
  variance,
  all,
  any,
  // products of linear algebra
  product,
  dot,
  outer,
  linear,
  kinds
};

enum class element : unsigned char { f32, f64, i32, mask };
enum class layout : unsigned char { tensor, moved, view, strided, columns, panels };
enum class mode : unsigned char { evaluated, assigned, no_alias, aliased, threaded, variables, stabilised, simplified };
enum class compound : unsigned char { none, plus, minus, times, divides };

inline constexpr int symbols = 4, most_nodes = 40, most_operands = 16, whole = -1;
inline constexpr double numbers[] = {0.5, -1.5,   2, 0.25,
                                     3,   -0.125, 1, 4};  // exact in every element type that has fractions
inline constexpr int whole_numbers[] = {1, -2, 3, 5, 2, -1, 4, 7};
inline constexpr int static_extents[] = {1, 2, 3, 5, 7, 8, 9, 13, 17};

/// How an axis is written.
struct axis {
  int symbol = 0;
  bool is_static = false, named = false;
  constexpr bool operator==(axis const&) const = default;
};
struct shape {
  int rank = 0;
  axis axes[3]{};
  constexpr bool same_symbols(shape const& other) const {
    if (rank != other.rank) return false;
    for (int i = 0; i < rank; ++i)
      if (axes[i].symbol != other.axes[i].symbol) return false;
    return true;
  }
  constexpr int find(int symbol) const {
    for (int i = 0; i < rank; ++i)
      if (axes[i].symbol == symbol) return i;
    return -1;
  }
  constexpr bool is_static() const {
    for (int i = 0; i < rank; ++i)
      if (!axes[i].is_static) return false;
    return true;
  }
};
struct node {
  kind what = kind::operand;
  element type = element::f32;
  int children[3] = {-1, -1, -1};
  int index = 0;  // of an operand, of a number; the axis of a reduction or of softmax
  shape extents{};
  bool pointwise = true;  // an element depends on one element of each operand
  constexpr int arguments() const { return (children[0] >= 0) + (children[1] >= 0) + (children[2] >= 0); }
};
struct operand {
  element type = element::f32;
  layout where = layout::tensor;
  shape extents{};
};

struct program {
  std::uint64_t seed = 0;
  node nodes[most_nodes]{};
  int count = 0;
  operand operands[most_operands]{};
  int operand_count = 0;
  int extents[symbols]{};  // 0: known at run time
  bool named[symbols]{};
  int roots[3] = {-1, -1, -1};
  int root_count = 0;
  mode how = mode::evaluated;
  compound with = compound::none;
  operand target{};
  int target_operand = -1;  // the operand that is the target too
  int overlapped = -1;      // the operand in whose memory the target lies, anywhere

  constexpr node const& root(int i = 0) const { return nodes[roots[i]]; }
};

struct dice {
  std::uint64_t state;
  constexpr std::uint64_t operator()() {
    state += 0x9e3779b97f4a7c15u;
    std::uint64_t x = state;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
  }
  constexpr int below(int n) { return static_cast<int>(((*this)() >> 20) % static_cast<std::uint64_t>(n)); }
  constexpr bool in(int percent) { return below(100) < percent; }
};

constexpr bool is_floating(element e) { return e == element::f32 || e == element::f64; }
constexpr bool is_reduction(kind k) { return k >= kind::sum && k <= kind::any; }
constexpr bool is_comparison(kind k) { return k >= kind::less && k <= kind::not_equal; }

class author {
 public:
  program p{};

  /// `gradient`: a sum of smooth operations over double, of which a derivative exists nearly everywhere.
  constexpr explicit author(std::uint64_t seed, element of, bool gradient = false)
      : roll{seed * 0x632be59bd9b4e019u + 17}, smooth(gradient), base(of) {
    p.seed = seed;
    choose_axes();
    choose_mode();
    element const type = smooth || base == element::i32 || roll.in(92) ? base
                         : roll.in(60)                                 ? element::mask
                                                                       : element::i32;
    int const rank = smooth ? 0 : pick({15, 38, 34, 13});
    p.root_count = 1;
    if (!smooth && p.how == mode::evaluated && roll.in(35)) p.root_count = 2 + roll.below(2);
    shape const want = some_shape(rank);
    for (int i = 0; i < p.root_count; ++i)
      p.roots[i] = value(type, i && roll.in(40) ? smaller(want) : want, smooth || roll.in(20) ? 3 : 2, true);
    drop_unused();
    choose_target();
  }

 private:
  dice roll;
  bool smooth;
  element base;  // of most of the formula: a unit whose formulas agree in it compiles each kernel once
  int products = 0, unaries = 0, rares = 0;

  constexpr void mark(int n, bool (&used)[most_operands]) const {
    node const& at = p.nodes[n];
    if (at.what == kind::operand) used[at.index] = true;
    for (int child : at.children)
      if (child >= 0) mark(child, used);
  }
  /// Operands of subformulas that were given up: a variable that is in no formula cannot be bound.
  constexpr void drop_unused() {
    bool used[most_operands]{};
    for (int i = 0; i < p.root_count; ++i) mark(p.roots[i], used);
    int place[most_operands]{}, kept = 0;
    for (int k = 0; k < p.operand_count; ++k)
      if (used[k]) {
        p.operands[kept] = p.operands[k];
        place[k] = kept++;
      }
    p.operand_count = kept;
    for (int n = 0; n < p.count; ++n)
      if (p.nodes[n].what == kind::operand) p.nodes[n].index = place[p.nodes[n].index];
  }

  /// The first one by the seed, so that consecutive seeds go through all of them.
  constexpr int in_turn(int& used, int all) {
    return used++ == 0 ? static_cast<int>(p.seed % static_cast<std::uint64_t>(all)) : roll.below(all);
  }

  template <int N>
  constexpr int pick(int const (&weights)[N]) {
    int total = 0;
    for (int w : weights) total += w;
    int at = roll.below(total);
    for (int i = 0; i < N; ++i) {
      if (at < weights[i]) return i;
      at -= weights[i];
    }
    return N - 1;
  }

  constexpr void choose_axes() {
    bool const all_static = roll.in(30), all_dynamic = roll.in(50);
    for (int s = 0; s < symbols; ++s) {
      bool const is_static = all_static || (!all_dynamic && roll.in(50));
      int const extent = static_extents[roll.below(sizeof(static_extents) / sizeof(int))];
      p.extents[s] = is_static || smooth ? extent : 0;
      p.named[s] = roll.in(45);
    }
  }
  constexpr void choose_mode() {
    if (smooth) {
      p.how = mode::variables;
      return;
    }
    constexpr mode modes[] = {mode::evaluated, mode::assigned,  mode::no_alias,   mode::aliased,
                              mode::threaded,  mode::variables, mode::stabilised, mode::simplified};
    p.how = modes[pick({44, 7, 12, 8, 6, 9, 8, 6})];
  }
  constexpr void choose_target() {
    node const& root = p.root();
    bool const assigns = p.how == mode::assigned || p.how == mode::no_alias || p.how == mode::aliased;
    if (!assigns) return;
    if (root.extents.rank == 0) {
      p.how = mode::evaluated;
      return;
    }
    if (p.how == mode::aliased) {
      int found = -1;
      for (int k = 0; k < p.operand_count; ++k) {
        operand const& o = p.operands[k];
        if (o.type == root.type && o.extents.same_symbols(root.extents) && o.where != layout::moved &&
            o.where != layout::panels)
          found = k;
      }
      p.target_operand = found;
      int views[most_operands]{}, count = 0;
      for (int k = 0; k < p.operand_count; ++k)
        if (p.operands[k].type == root.type &&
            (p.operands[k].where == layout::view || p.operands[k].where == layout::strided))
          views[count++] = k;
      if (count && (found < 0 || roll.in(60))) {
        p.target_operand = -1;
        p.overlapped = views[roll.below(count)];
      } else if (found < 0) {
        p.how = mode::assigned;
      }
    }
    p.target.type = root.type;
    p.target.extents = spelled(root.extents);
    p.target.where = p.target_operand >= 0 ? p.operands[p.target_operand].where : some_layout(root.extents.rank, true);
    if (p.overlapped >= 0) p.target.where = roll.in(50) ? layout::view : layout::strided;
    if (p.target_operand >= 0) p.target.extents = p.operands[p.target_operand].extents;
    if (root.type == element::mask) return;
    constexpr compound ways[] = {compound::none, compound::plus, compound::minus, compound::times, compound::divides};
    p.with = ways[pick({70, 12, 6, 8, 4})];
  }

  // ---- shapes

  constexpr axis spelled(int symbol) {
    bool const is_static = p.extents[symbol] != 0 && roll.in(88);
    return {symbol, is_static, p.named[symbol] && roll.in(80)};
  }
  constexpr shape spelled(shape s) {
    for (int i = 0; i < s.rank; ++i) s.axes[i] = spelled(s.axes[i].symbol);
    return s;
  }
  constexpr int other_symbol(shape const& taken) {
    int free[symbols]{}, count = 0;
    for (int s = 0; s < symbols; ++s)
      if (taken.find(s) < 0) free[count++] = s;
    return free[roll.below(count)];
  }
  constexpr shape some_shape(int rank) {
    shape s;
    while (s.rank < rank) {
      int const symbol = other_symbol(s);
      s.axes[s.rank++] = {symbol, false, false};
    }
    return s;
  }
  static constexpr shape of(int a) { return {1, {{a, false, false}}}; }
  static constexpr shape of(int a, int b) { return {2, {{a, false, false}, {b, false, false}}}; }
  static constexpr shape of(int a, int b, int c) {
    return {3, {{a, false, false}, {b, false, false}, {c, false, false}}};
  }
  constexpr shape without(shape const& s, int axis) {
    shape r;
    for (int i = 0; i < s.rank; ++i)
      if (i != axis) r.axes[r.rank++] = s.axes[i];
    return r;
  }
  constexpr shape smaller(shape const& s) { return s.rank == 0 ? s : without(s, roll.below(s.rank)); }
  constexpr shape joined(shape a, shape const& b) {
    if (a.rank == 0) return b;
    for (int i = 0; i < a.rank; ++i) {
      int const at = b.find(a.axes[i].symbol);
      if (at < 0) continue;
      a.axes[i].is_static |= b.axes[at].is_static;
      a.axes[i].named |= b.axes[at].named;
    }
    return a;
  }

  // ---- nodes

  constexpr int add(node n) {
    p.nodes[p.count] = n;
    return p.count++;
  }
  constexpr int add(kind what, element type, shape s, int a, int b = -1, int c = -1) {
    node n{what, type, {a, b, c}, 0, s, true};
    for (int child : {a, b, c})
      if (child >= 0) n.pointwise = n.pointwise && p.nodes[child].pointwise;
    return add(n);
  }
  constexpr shape const& extents(int n) const { return p.nodes[n].extents; }

  constexpr layout some_layout(int rank, bool target) {
    if (p.how == mode::aliased && roll.in(60)) return roll.in(50) ? layout::view : layout::strided;
    if (rank == 1)
      return target || roll.in(94) ? (roll.in(50)   ? layout::tensor
                                      : roll.in(50) ? layout::view
                                                    : layout::strided)
                                   : layout::moved;
    int const l = pick({40, target ? 0 : 5, 15, 18, 14, target || rank != 2 || products > 2 ? 0 : 10});
    return static_cast<layout>(l);
  }
  constexpr int leaf(element type, shape const& want) {
    if (want.rank == 0) return literal(type);
    int same[most_operands]{}, found = 0;
    for (int k = 0; k < p.operand_count; ++k)
      if (p.operands[k].type == type && p.operands[k].extents.same_symbols(want)) same[found++] = k;
    int k = 0;
    if (found && (roll.in(60) || p.operand_count >= 6)) {
      k = same[roll.below(found)];
    } else if (p.operand_count < most_operands) {
      layout where = some_layout(want.rank, false);
      if (where == layout::panels && type == element::mask) where = layout::tensor;
      if (smooth) where = layout::tensor;
      k = p.operand_count++;
      p.operands[k] = {type, where, spelled(want)};
    } else {
      // No operand left: the number of places of one, compared, cast.
      return spread(type, want);
    }
    return add({kind::operand, type, {-1, -1, -1}, k, p.operands[k].extents, true});
  }
  /// Some operand's shape in the type of another: where all places are taken.
  constexpr int spread(element type, shape const& want) {
    for (int k = 0; k < p.operand_count; ++k) {
      operand const& o = p.operands[k];
      if (!o.extents.same_symbols(want)) continue;
      int const from = add({kind::operand, o.type, {-1, -1, -1}, k, o.extents, true});
      return add(cast_to(type), type, o.extents, from);
    }
    return -1;  // most_operands is more than formulas of this depth ask for
  }
  static constexpr kind cast_to(element type) {
    return type == element::f32   ? kind::to_float
           : type == element::f64 ? kind::to_double
           : type == element::i32 ? kind::to_int
                                  : kind::to_mask;
  }
  constexpr int literal(element type) {
    bool const in_type = roll.in(40);
    return add({in_type ? kind::constant : kind::number, type, {-1, -1, -1}, roll.below(8), {}, true});
  }

  /// What stands beside `other` in an operation over `want`: of the same shape, a number, or something that is
  /// repeated.
  constexpr int beside(element type, shape const& want, int other, int depth) {
    int const how = type == element::mask ? 0 : pick({62, 16, 22});
    if (how == 1 && want.rank > 0) return literal(type);
    if (how == 2 && want.rank > 0) {
      int const made = value(type, smaller(want), depth - 1);
      shape const& from = extents(made);
      if (from.rank == 0) return made;
      shape const to = joined(shape(extents(other)), from);
      bool by_name = true, last = true;
      for (int i = 0; i < from.rank; ++i) {
        by_name = by_name && from.axes[i].named && extents(other).axes[extents(other).find(from.axes[i].symbol)].named;
        last = last && from.axes[i].symbol == to.axes[i + to.rank - from.rank].symbol;
      }
      if (by_name && roll.in(60)) return made;
      if (by_name || last) return add(kind::broadcast, type, to, made);
      return value(type, want, 0);
    }
    return value(type, want, depth - 1);
  }

  constexpr kind unary(element type) {
    constexpr kind whole_kinds[] = {kind::negate, kind::abs, kind::sign, kind::square, kind::relu};
    if (type == element::i32) return whole_kinds[roll.below(5)];
    constexpr kind smooth_kinds[] = {
        kind::negate, kind::exp,  kind::tanh, kind::sigmoid, kind::stable_sigmoid, kind::log_sigmoid, kind::softplus,
        kind::sin,    kind::cos,  kind::atan, kind::erf,     kind::square,         kind::gelu,        kind::silu,
        kind::mish,   kind::sinh, kind::cosh, kind::expm1,   kind::selu,           kind::log1p,       kind::sqrt,
        kind::cbrt,   kind::abs,  kind::relu, kind::log};
    if (smooth) return smooth_kinds[roll.below(25)];
    constexpr int all = static_cast<int>(kind::logical_not) - static_cast<int>(kind::negate);
    return static_cast<kind>(static_cast<int>(kind::negate) + in_turn(unaries, all));
  }
  constexpr kind binary(element type) {
    constexpr kind plain[] = {kind::plus,     kind::plus,    kind::minus,   kind::minus,  kind::hadamard,
                              kind::hadamard, kind::divides, kind::minimum, kind::maximum};
    constexpr kind rare[] = {kind::pow,  kind::hypot,           kind::atan2,      kind::mse,
                             kind::bce,  kind::bce_with_logits, kind::leaky_relu, kind::elu,
                             kind::celu, kind::expand_as};
    if (is_floating(type) && !smooth && roll.in(30)) return rare[in_turn(rares, 10)];
    return plain[roll.below(9)];
  }

  constexpr int value(element type, shape const& want, int depth, bool root = false) {
    if (type == element::mask) return mask(want, depth);
    bool const room = p.count < most_nodes - 14;
    if (want.rank == 0) {
      if (!room || depth <= 0) return root || roll.in(30) ? reduced(type, want, 0) : literal(type);
      switch (root ? pick({60, 0, 15, 25}) : pick({50, 8, 22, 20})) {
        case 0: return reduced(type, want, depth);
        case 1: return literal(type);
        case 2: {
          int const a = typed(type, want, depth - 1);
          return add(unary(type), type, {}, a);
        }
        default: {
          int const a = typed(type, want, depth - 1), b = value(type, want, depth - 1);
          return add(binary(type), type, {}, a, b);
        }
      }
    }
    if (depth <= 0 || !room || (!root && roll.in(12))) return leaf(type, want);
    bool const floating = is_floating(type), shared = p.count > 2, small = want.rank < 3;
    int const way = pick({26,                                                     // 0 one argument
                          30,                                                     // 1 two
                          floating && !smooth ? 5 : 2,                            // 2 where
                          4,                                                      // 3 three
                          smooth ? 0 : 4,                                         // 4 cast
                          small ? 9 : 0,                                          // 5 reduced
                          products < 2 ? 15 : 0,                                  // 6 product
                          floating ? 5 : 0,                                       // 7 softmax
                          want.rank >= 2 ? 5 : 0,                                 // 8 transpose
                          shared ? 5 : 0,                                         // 9 what is there
                          floating ? (p.how == mode::stabilised ? 40 : 4) : 0});  // 10 unstable
    switch (way) {
      case 0: {
        int const a = value(type, want, depth - 1);
        return add(unary(type), type, extents(a), a);
      }
      case 1: return two(type, want, depth);
      case 2: {
        int const c = mask(want, depth - 1), a = value(type, want, depth - 1),
                  b = roll.in(25) ? literal(type) : value(type, want, depth - 1);
        return add(kind::where, type, joined(joined(shape(extents(c)), extents(a)), extents(b)), c, a, b);
      }
      case 3: {
        int const a = value(type, want, depth - 1), b = roll.in(40) ? literal(type) : value(type, want, depth - 2),
                  c = roll.in(40) ? literal(type) : value(type, want, depth - 2);
        return add(roll.in(50) ? kind::fma : kind::clamp, type,
                   joined(joined(shape(extents(a)), extents(b)), extents(c)), a, b, c);
      }
      case 4: {
        constexpr element types[] = {element::f32, element::f64,  element::i32,
                                     element::i32, element::mask, element::mask};
        int const a = value(types[roll.below(6)], want, depth - 1);
        return add(cast_to(type), type, extents(a), a);
      }
      case 5: return reduced(type, want, depth);
      case 6: return product(type, want, depth);
      case 7: {
        int const a = value(type, want, depth - 1);
        int const n = add(roll.in(50) ? kind::softmax : kind::log_softmax, type, extents(a), a);
        p.nodes[n].index = roll.below(want.rank);
        p.nodes[n].pointwise = false;
        return n;
      }
      case 8: return transposed(type, want, depth);
      case 9: {
        for (int tries = 0; tries < 4; ++tries) {
          int const n = roll.below(p.count);
          if (p.nodes[n].type == type && p.nodes[n].extents.same_symbols(want) && p.nodes[n].what != kind::broadcast &&
              p.nodes[n].what != kind::number && p.nodes[n].what != kind::constant)
            return n;
        }
        return two(type, want, depth);
      }
      default: return unstable(type, want, depth);
    }
  }

  /// With an element type of its own: no number.
  constexpr int typed(element type, shape const& want, int depth) {
    int const n = value(type, want, depth);
    kind const k = p.nodes[n].what;
    return k == kind::number || k == kind::constant || !carries_type(n) ? reduced(type, want, 0) : n;
  }
  constexpr bool carries_type(int n) const {
    node const& at = p.nodes[n];
    if (at.what == kind::operand || (at.what >= kind::to_float && at.what <= kind::to_mask)) return true;
    if (at.what == kind::number || at.what == kind::constant) return false;
    for (int c : at.children)
      if (c >= 0 && carries_type(c)) return true;
    return false;
  }

  constexpr int two(element type, shape const& want, int depth) {
    int a = value(type, want, depth - 1);
    kind what = binary(type);
    int b = beside(type, want, a, depth);
    shape const s = joined(shape(extents(a)), extents(b));
    bool const number = extents(b).rank == 0;
    if (what == kind::hadamard && number && roll.in(60)) what = kind::times;
    if (what == kind::leaky_relu || what == kind::elu || what == kind::celu) {
      if (!number) b = literal(type);
    } else if (what != kind::expand_as && roll.in(40)) {
      int const c = a;
      a = b, b = c;
    }
    if (what == kind::expand_as) {
      int const c = a;
      if (extents(b).rank == 0) a = b, b = c;  // a number takes the shape of the other
      if (extents(a).rank && !(extents(a).same_symbols(extents(b)))) what = kind::plus;
    }
    return add(what, type, s, a, b);
  }

  constexpr int transposed(element type, shape want, int depth) {
    axis const last = want.axes[want.rank - 1];
    want.axes[want.rank - 1] = want.axes[want.rank - 2];
    want.axes[want.rank - 2] = last;
    int const a = value(type, want, depth - 1);
    shape s = extents(a);
    axis const back = s.axes[s.rank - 1];
    s.axes[s.rank - 1] = s.axes[s.rank - 2];
    s.axes[s.rank - 2] = back;
    return add(kind::transpose, type, s, a);
  }

  constexpr int reduced(element type, shape const& want, int depth) {
    constexpr kind floats[] = {kind::sum, kind::sum,  kind::mean,      kind::prod,    kind::min,
                               kind::max, kind::norm, kind::logsumexp, kind::variance};
    constexpr kind ints[] = {kind::sum, kind::prod, kind::min, kind::max, kind::argmin, kind::argmax};
    constexpr kind smooths[] = {kind::sum,  kind::sum,       kind::mean,     kind::max,
                                kind::norm, kind::logsumexp, kind::variance, kind::prod};
    kind const what = type == element::mask ? (roll.in(50) ? kind::all : kind::any)
                      : smooth              ? smooths[roll.below(8)]
                      : is_floating(type)   ? floats[roll.below(9)]
                                            : ints[roll.below(6)];
    element from = type;
    if (what == kind::argmin || what == kind::argmax) {
      from = roll.in(70) ? base : element::i32;
    }
    if (want.rank == 0 && (roll.in(70) || smooth)) {
      if (is_floating(type) && roll.in(15)) {
        int const a = value(type, some_shape(1), depth - 1);
        if (extents(a).rank == 1) {
          int const b = value(type, extents(a), depth - 1);
          int const n = add(kind::dot, type, {}, a, b);
          p.nodes[n].pointwise = false;
          return n;
        }
      }
      int const a = value(from, some_shape(1 + pick({5, 4, 2})), depth - 1);
      int const n = add(what, type, {}, a);
      p.nodes[n].index = whole;
      p.nodes[n].pointwise = false;
      return n;
    }
    // One axis more.
    shape s;
    int const at = roll.below(want.rank + 1), symbol = other_symbol(want);
    for (int i = 0; i <= want.rank; ++i)
      s.axes[s.rank++] = i < at ? want.axes[i] : i == at ? axis{symbol, false, false} : want.axes[i - 1];
    int const a = value(from, s, depth - 1);
    int const n = add(what, type, without(extents(a), at), a);
    p.nodes[n].index = at;
    p.nodes[n].pointwise = false;
    return n;
  }

  constexpr int product(element type, shape const& want, int depth) {
    ++products;
    int const k = other_symbol(want);
    int const i = want.axes[0].symbol, j = want.rank > 1 ? want.axes[1].symbol : 0,
              l = want.rank > 2 ? want.axes[2].symbol : 0;
    int n = -1;
    auto const multiplied = [&](shape const& left, shape const& right) {
      // Factors are leaves for the most part.
      int const a = value(type, left, roll.in(65) ? 0 : depth - 1), b = value(type, right, roll.in(65) ? 0 : depth - 1);
      shape s;
      for (int x = 0; x < want.rank; ++x) {
        int const symbol = want.axes[x].symbol;
        axis one{symbol, false, false};
        for (int f : {a, b}) {
          int const at = extents(f).find(symbol);
          if (at >= 0) one.is_static |= extents(f).axes[at].is_static, one.named |= extents(f).axes[at].named;
        }
        s.axes[s.rank++] = one;
      }
      return add(kind::product, type, s, a, b);
    };
    auto const affine = [&](shape const& x, shape const& w, int out) {
      int const a = value(type, x, roll.in(60) ? 0 : depth - 1), b = value(type, w, 0),
                c = roll.in(20) ? literal(type) : value(type, of(out), depth - 2);
      shape s;
      for (int at = 0; at + 1 < extents(a).rank; ++at) s.axes[s.rank++] = extents(a).axes[at];
      // the bias is repeated to the shape of the product, or joins it where that is a vector
      axis one = extents(b).axes[0];
      if (s.rank == 0 && extents(c).rank)
        one.is_static |= extents(c).axes[0].is_static, one.named |= extents(c).axes[0].named;
      s.axes[s.rank++] = one;
      return add(kind::linear, type, s, a, b, c);
    };
    if (want.rank == 1) {
      int const way = pick({50, 30, 20});
      n = way == 0 ? multiplied(of(i, k), of(k)) : way == 1 ? multiplied(of(k), of(k, i)) : affine(of(k), of(i, k), i);
    } else if (want.rank == 2) {
      int const way = pick({45, 25, 15, 15});
      if (way == 0) {
        n = multiplied(of(i, k), of(k, j));
      } else if (way == 1) {
        n = affine(of(i, k), of(j, k), j);
      } else if (way == 2) {
        int const a = value(type, of(i), depth - 1), b = value(type, of(j), depth - 1);
        n = add(kind::outer, type, {2, {extents(a).axes[0], extents(b).axes[0]}}, a, b);
      } else {
        n = multiplied(of(i, j, k), of(k));
      }
    } else {
      int const way = pick({40, 30, 30});
      n = way == 0   ? multiplied(of(i, j, k), of(k, l))
          : way == 1 ? multiplied(of(i, j, k), of(i, k, l))
                     : affine(of(i, j, k), of(l, k), l);
    }
    p.nodes[n].pointwise = false;
    return n;
  }

  /// Formulas that stabilize(f) has a rule for.
  constexpr int unstable(element type, shape const& want, int depth) {
    int const x = value(type, want, depth - 1);
    shape const s = extents(x);
    auto const one = [&] { return add({kind::constant, type, {-1, -1, -1}, 6, {}, true}); };
    auto const of_x = [&](kind k) { return add(k, type, s, x); };
    auto const then = [&](kind k, int a) { return add(k, type, s, a); };
    switch (roll.below(10)) {
      case 0: return then(kind::log, of_x(kind::sigmoid));
      case 1: {
        int const a = of_x(kind::sigmoid), c = one();
        return add(kind::minus, type, s, c, a);
      }
      case 2: {
        int const a = of_x(kind::exp), c = one();
        return then(kind::log, add(kind::plus, type, s, c, a));
      }
      case 3: {
        int const a = of_x(kind::exp), c = one();
        return add(kind::minus, type, s, a, c);
      }
      case 4: return then(kind::log, of_x(kind::exp));
      case 5: {
        int const a = then(kind::exp, of_x(kind::negate)), c = one(), d = one();
        return add(kind::divides, type, s, d, add(kind::plus, type, s, c, a));
      }
      case 6: {
        int const a = of_x(kind::softmax);
        p.nodes[a].index = roll.below(s.rank);
        p.nodes[a].pointwise = false;
        return then(kind::log, a);
      }
      case 7: {
        int const y = value(type, want, depth - 2);
        int const a = of_x(kind::square), b = add(kind::square, type, extents(y), y);
        shape const both = joined(shape(s), extents(y));
        return add(kind::sqrt, type, both, add(kind::plus, type, both, a, b));
      }
      case 8: {
        int const a = of_x(kind::sigmoid), c = one();
        return then(kind::log, add(kind::minus, type, s, c, a));
      }
      default: {
        int const a = of_x(kind::square), c = one();
        return then(kind::sqrt, add(kind::plus, type, s, c, a));
      }
    }
  }

  constexpr int mask(shape const& want, int depth) {
    if (depth <= 0) {
      if (want.rank > 0 && !smooth) return leaf(element::mask, want);
      depth = 0;
    }
    element const type = base == element::mask ? element::f32 : smooth || roll.in(85) ? base : element::i32;
    int const way = want.rank == 0 ? (smooth ? 0 : 3) : smooth ? 0 : pick({60, 14, 8, want.rank < 3 ? 10 : 0, 8});
    switch (way) {
      case 0: {
        int const a = want.rank ? value(type, want, depth - 1) : typed(type, want, depth - 1),
                  b = beside(type, want, a, depth);
        kind const what = static_cast<kind>(static_cast<int>(kind::less) + roll.below(6));
        bool const turned = roll.in(30);
        return add(what, element::mask, joined(shape(extents(a)), extents(b)), turned ? b : a, turned ? a : b);
      }
      case 1: {
        int const a = mask(want, depth - 1), b = mask(want, depth - 1);
        return add(roll.in(50) ? kind::logical_and : kind::logical_or, element::mask,
                   joined(shape(extents(a)), extents(b)), a, b);
      }
      case 2: {
        int const a = mask(want, depth - 1);
        return add(kind::logical_not, element::mask, extents(a), a);
      }
      case 3: return reduced(element::mask, want, depth);
      default: {
        int const a = value(type, want, depth - 1);
        constexpr kind tests[] = {kind::to_mask, kind::isnan, kind::isinf, kind::isfinite};
        return add(tests[roll.below(4)], element::mask, extents(a), a);
      }
    }
  }
};

constexpr program draw(std::uint64_t seed, element base) { return author(seed, base).p; }
/// A number that has derivatives by all its operands, over double.
constexpr program draw_smooth(std::uint64_t seed) { return author(seed, element::f64, true).p; }

}  // namespace formulas
