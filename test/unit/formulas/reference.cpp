// SPDX-License-Identifier: BSL-1.0
#include "reference.hpp"

#include <climits>
#include <numbers>

#include <oneloop/oneloop.hpp>

namespace formulas {

namespace {

using many = std::vector<interval>;

// ---- functions of one argument

enum class course { rising, falling, valley, hill, wave };

struct function {
  real (*of)(real) = nullptr;
  oneloop::math::ulp_bound ulp{0, 0};
  course runs = course::rising;
  real turn = 0;                            // where a valley is lowest, a hill highest
  real first = -infinite, last = infinite;  // NaN outside
};

real logistic(real x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }
real log_one_plus_exp(real x) { return (x > 0 ? x : 0) + std::log1p(std::exp(-std::fabs(x))); }

function function_of(kind k) {
  using namespace oneloop;
  auto const pi = std::numbers::pi_v<real>;
  (void)pi;
  switch (k) {
    case kind::negate: return {[](real x) { return -x; }, negate_t::ulp, course::falling};
    case kind::abs: return {[](real x) { return std::fabs(x); }, abs_t::ulp, course::valley};
    case kind::sign: return {[](real x) { return x > 0 ? real(1) : x < 0 ? real(-1) : x; }, sign_t::ulp};
    case kind::exp: return {[](real x) { return std::exp(x); }, exp_t::ulp};
    case kind::exp2: return {[](real x) { return std::exp2(x); }, exp2_t::ulp};
    case kind::expm1: return {[](real x) { return std::expm1(x); }, expm1_t::ulp};
    case kind::log: return {[](real x) { return std::log(x); }, log_t::ulp, course::rising, 0, 0};
    case kind::log1p: return {[](real x) { return std::log1p(x); }, log1p_t::ulp, course::rising, 0, -1};
    case kind::log2: return {[](real x) { return std::log2(x); }, log2_t::ulp, course::rising, 0, 0};
    case kind::log10: return {[](real x) { return std::log10(x); }, log10_t::ulp, course::rising, 0, 0};
    case kind::sqrt: return {[](real x) { return std::sqrt(x); }, sqrt_t::ulp, course::rising, 0, 0};
    case kind::cbrt: return {[](real x) { return std::cbrt(x); }, cbrt_t::ulp};
    case kind::square: return {[](real x) { return x * x; }, square_t::ulp, course::valley};
    case kind::sin: return {[](real x) { return std::sin(x); }, sin_t::ulp, course::wave};
    case kind::cos: return {[](real x) { return std::cos(x); }, cos_t::ulp, course::wave};
    case kind::asin: return {[](real x) { return std::asin(x); }, asin_t::ulp, course::rising, 0, -1, 1};
    case kind::acos: return {[](real x) { return std::acos(x); }, acos_t::ulp, course::falling, 0, -1, 1};
    case kind::atan: return {[](real x) { return std::atan(x); }, atan_t::ulp};
    case kind::sinh: return {[](real x) { return std::sinh(x); }, sinh_t::ulp};
    case kind::cosh: return {[](real x) { return std::cosh(x); }, cosh_t::ulp, course::valley};
    case kind::tanh: return {[](real x) { return std::tanh(x); }, tanh_t::ulp};
    case kind::erf: return {[](real x) { return std::erf(x); }, erf_t::ulp};
    case kind::floor: return {[](real x) { return std::floor(x); }, floor_t::ulp};
    case kind::ceil: return {[](real x) { return std::ceil(x); }, ceil_t::ulp};
    case kind::round: return {[](real x) { return std::nearbyint(x); }, round_t::ulp};
    case kind::trunc: return {[](real x) { return std::trunc(x); }, trunc_t::ulp};
    case kind::sigmoid: return {logistic, sigmoid_t::ulp};
    case kind::stable_sigmoid: return {logistic, stable_sigmoid_t::ulp};
    case kind::logistic_density:
      return {[](real x) { return logistic(x) * logistic(-x); }, logistic_density_t::ulp, course::hill};
    case kind::log_sigmoid: return {[](real x) { return -log_one_plus_exp(-x); }, log_sigmoid_t::ulp};
    case kind::softplus: return {log_one_plus_exp, softplus_t::ulp};
    case kind::logit:
      return {[](real x) { return x > 0.25L ? std::log1p((2 * x - 1) / (1 - x)) : std::log(x / (1 - x)); },
              logit_t::ulp,
              course::rising,
              0,
              0,
              1};
    case kind::relu: return {[](real x) { return x < 0 ? 0 : x; }, relu_t::ulp};
    case kind::selu:
      return {[](real x) {
                return x > 0 ? 1.0507009873554804934193349852946L * x
                             : 1.7580993408473768599402175208123L * std::expm1(x);
              },
              selu_t::ulp};
    case kind::gelu:
      return {[](real x) { return x < -200 ? real(-0.0) : x * std::erfc(-x * std::numbers::sqrt2_v<real> / 2) / 2; },
              gelu_t::ulp, course::valley, -0.75179152470520436L};
    case kind::silu:
      return {[](real x) { return x < -12000 ? real(-0.0) : x * logistic(x); }, silu_t::ulp, course::valley,
              -1.27846454276107379511L};
    case kind::mish:
      return {[](real x) { return x < -12000 ? real(-0.0) : x * std::tanh(log_one_plus_exp(x)); }, mish_t::ulp,
              course::valley, -1.19240612063739432L};
    case kind::hard_sigmoid:
      return {[](real x) { return std::clamp(x + 3, real(0), real(6)) / 6; }, hard_sigmoid_t::ulp};
    case kind::hard_swish:
      return {[](real x) { return x < -3 ? real(-0.0) : x * (std::min(x + 3, real(6)) / 6); }, hard_swish_t::ulp,
              course::valley, -1.5L};
    default: return {};
  }
}

// ---- the walk

class walker {
 public:
  walker(environment const& e, bool is_exact)
      : env(e), p(e.formula), exact(is_exact), made(static_cast<std::size_t>(p.count)) {}

  std::vector<grid> results() {
    std::vector<grid> all;
    for (int i = 0; i < p.root_count; ++i) all.push_back(of(p.roots[i]));
    if (p.with != compound::none) {
      grid& g = all[0];
      numbers_of const& before =
          p.target_operand >= 0 ? env.operands[static_cast<std::size_t>(p.target_operand)] : env.target;
      constexpr kind kinds[] = {kind::plus, kind::plus, kind::minus, kind::hadamard, kind::divides};
      node n = p.root();
      n.what = kinds[static_cast<int>(p.with)];
      for (std::size_t i = 0; i < g.values.size(); ++i)
        g.values[i] = binary(n, interval::point(before.values[i]), g.values[i], n.type);
    }
    return all;
  }

 private:
  environment const& env;
  program const& p;
  bool exact;
  std::vector<grid> made;

  precision limits(element e) const { return precision::of(e, exact); }
  real ulps(oneloop::math::ulp_bound const& b, element e) const {
    real const bound = e == element::f32 ? b.f32 : b.f64;
#ifdef __FMA__
    return bound;
#else
    return bound > 0.5 ? bound + oneloop::math::ulp_without_fma : bound;
#endif
  }

  grid const& of(int n) {
    grid& g = made[static_cast<std::size_t>(n)];
    if (g.values.empty() && g.extents.empty()) {
      node const& what = p.nodes[n];
      g.axes = what.extents;
      grid computed = g;
      computed.extents = env.extents_of(what.extents);
      std::size_t size = 1;
      for (auto e : computed.extents) size *= static_cast<std::size_t>(e);
      computed.values.resize(size);
      fill(what, computed);
      g = std::move(computed);
    }
    return g;
  }

  using index = std::ptrdiff_t[symbols];
  static std::size_t offset(grid const& g, index const& at) {
    std::ptrdiff_t result = 0;
    for (int i = 0; i < g.axes.rank; ++i)
      result = result * g.extents[static_cast<std::size_t>(i)] + at[g.axes.axes[i].symbol];
    return static_cast<std::size_t>(result);
  }
  static interval const& read(grid const& g, index const& at) { return g.values[offset(g, at)]; }

  template <class F>
  void each(shape const& s, index& at, F f, int axis = 0) {
    if (axis == s.rank) return f();
    int const symbol = s.axes[axis].symbol;
    for (at[symbol] = 0; at[symbol] < env.extent(symbol); ++at[symbol]) each(s, at, f, axis + 1);
  }

  void fill(node const& n, grid& g) {
    index at{};
    grid const* arg[3]{};
    element types[3]{};
    for (int c = 0; c < n.arguments(); ++c) arg[c] = &of(n.children[c]), types[c] = p.nodes[n.children[c]].type;
    auto const by_element = [&](auto f) { each(g.axes, at, [&] { g.values[offset(g, at)] = f(); }); };
    auto const slice = [&](grid const& from, int symbol) {
      many all;
      for (at[symbol] = 0; at[symbol] < env.extent(symbol); ++at[symbol]) all.push_back(read(from, at));
      return all;
    };
    switch (n.what) {
      case kind::operand: {
        numbers_of const& data = env.operands[static_cast<std::size_t>(n.index)];
        for (std::size_t i = 0; i < g.values.size(); ++i) g.values[i] = interval::point(data.values[i]);
        return;
      }
      case kind::number:
      case kind::constant:
        g.values[0] = interval::point(n.type == element::i32 ? whole_numbers[n.index] : real(numbers[n.index]));
        return;
      case kind::transpose:
      case kind::broadcast: by_element([&] { return read(*arg[0], at); }); return;
      case kind::softmax:
      case kind::log_softmax: {
        int const symbol = arg[0]->axes.axes[n.index].symbol;
        each(without(g.axes, n.index), at, [&] {
          many const all = normalised(n, slice(*arg[0], symbol));
          for (at[symbol] = 0; at[symbol] < env.extent(symbol); ++at[symbol])
            g.values[offset(g, at)] = all[static_cast<std::size_t>(at[symbol])];
        });
        return;
      }
      case kind::dot: {
        int const symbol = arg[0]->axes.axes[0].symbol;
        many products;
        for (at[symbol] = 0; at[symbol] < env.extent(symbol); ++at[symbol])
          products.push_back(read(*arg[0], at) * read(*arg[1], at));
        g.values[0] = sum(products, n.type, 1);
        return;
      }
      case kind::product:
      case kind::linear: {
        int const symbol = arg[0]->axes.axes[arg[0]->axes.rank - 1].symbol;
        by_element([&] {
          many products;
          for (at[symbol] = 0; at[symbol] < env.extent(symbol); ++at[symbol])
            products.push_back(read(*arg[0], at) * read(*arg[1], at));
          interval const s = sum(products, n.type, 1);
          return n.what == kind::linear ? arithmetic(n, s + read(*arg[2], at)) : s;
        });
        return;
      }
      case kind::outer: by_element([&] { return arithmetic(n, read(*arg[0], at) * read(*arg[1], at)); }); return;
      default: break;
    }
    if (is_reduction(n.what)) {
      if (n.index == whole) {
        many all;
        each(arg[0]->axes, at, [&] { all.push_back(read(*arg[0], at)); });
        g.values[0] = reduced(n, all, types[0]);
      } else {
        int const symbol = arg[0]->axes.axes[n.index].symbol;
        by_element([&] { return reduced(n, slice(*arg[0], symbol), types[0]); });
      }
      return;
    }
    by_element([&] {
      switch (n.arguments()) {
        case 1: return unary(n, read(*arg[0], at), types[0]);
        case 2: return binary(n, read(*arg[0], at), read(*arg[1], at), types[0]);
        default: return ternary(n, read(*arg[0], at), read(*arg[1], at), read(*arg[2], at));
      }
    });
  }
  static shape without(shape const& s, int axis) {
    shape r;
    for (int i = 0; i < s.rank; ++i)
      if (i != axis) r.axes[r.rank++] = s.axes[i];
    return r;
  }

  // ---- integers wrap, everything else is rounded

  static constexpr real least = INT_MIN, most = INT_MAX;
  static interval wrapped(interval const& a) {
    if (a.lo >= least && a.hi <= most) return a;
    if (!a.is_point()) return {least, most};
    real const turns = std::floor((a.lo - least) / 4294967296.0L);
    return interval::point(a.lo - turns * 4294967296.0L);
  }
  interval arithmetic(node const& n, interval const& a) const {
    return n.type == element::i32 ? wrapped(a) : limits(n.type).rounded(a);
  }

  static interval truth(bool may_be_true, bool may_be_false) { return {real(!may_be_false), real(may_be_true)}; }

  interval apply(kind k, interval a, element type) const {
    function const f = function_of(k);
    if (!a.number) return a;
    // Outside of the domain
    if (a.hi < f.first || a.lo > f.last) return interval::never();
    if (a.lo < f.first) a.lo = f.first, a.nan = true;
    if (a.hi > f.last) a.hi = f.last, a.nan = true;
    interval r{f.of(a.lo), f.of(a.hi), true, a.nan};
    if (f.runs == course::falling) std::swap(r.lo, r.hi);
    if (f.runs == course::valley || f.runs == course::hill) {
      if (r.lo > r.hi) std::swap(r.lo, r.hi);
      if (a.has(f.turn)) (f.runs == course::hill ? r.hi : r.lo) = f.of(f.turn);
    }
    if (f.runs == course::wave) {
      if (a.lo == infinite || a.hi == -infinite) return interval::never();
      if (std::isinf(a.lo) || std::isinf(a.hi)) return {-1, 1, true, true};
      real const wide = a.hi - a.lo, y = f.of(a.lo);
      r = {std::max(y - wide, real(-1)), std::min(y + wide, real(1)), true, a.nan};
    }
    if (type == element::i32) return wrapped(r);
    r = limits(type).rounded(r, exact ? 0 : ulps(f.ulp, type));
    // The textbook's formula: exp(-x) overflows.
    if (k == kind::sigmoid && !exact && a.lo < (type == element::f32 ? -87 : -708)) r.lo = 0;
    return r;
  }

  static bool infinite_somewhere(interval const& a) { return a.infinite_up() || a.infinite_down(); }
  static bool finite_somewhere(interval const& a) { return a.number && a.lo < infinite && a.hi > -infinite; }

  interval unary(node const& n, interval const& a, element from) const {
    switch (n.what) {
      case kind::logical_not: return {1 - a.hi, 1 - a.lo};
      case kind::isnan: return truth(a.nan || !a.number, a.number);
      case kind::isinf: return truth(infinite_somewhere(a), a.nan || !a.number || finite_somewhere(a));
      case kind::isfinite: return truth(finite_somewhere(a), a.nan || !a.number || infinite_somewhere(a));
      case kind::to_mask:
        return from == element::mask ? a : truth(a.nan || (a.number && !(a.lo == 0 && a.hi == 0)), a.has(0));
      case kind::to_float:
      case kind::to_double:
        return n.type == from || from == element::mask || (n.type == element::f64) ? a : limits(n.type).rounded(a);
      case kind::to_int: {
        if (!is_floating(from)) return a;
        interval r{least, least};
        if (!a.number) return r;
        auto const fits = [](real x) { return x > least - 1 && x < most + 1; };
        if (a.lo == a.hi && !fits(a.lo)) return r;
        r = {fits(a.lo) ? std::trunc(a.lo) : least, fits(a.hi) ? std::trunc(a.hi) : a.hi < 0 ? least : most};
        if (a.nan || !fits(a.hi)) r.lo = least;
        return r;
      }
      case kind::rsqrt: {
        if (!a.number || a.hi < 0) return interval::never();
        bool const nan = a.nan || a.lo < 0;
        if (a.lo <= 0)
          return {a.lo == 0 && a.hi == infinite ? real(0) : -infinite, infinite, true, nan};  // of -0 it is -inf
        return limits(n.type).rounded({1 / std::sqrt(a.hi), 1 / std::sqrt(a.lo), true, nan},
                                      exact ? 0 : ulps(oneloop::rsqrt_t::ulp, n.type));
      }
      case kind::tan: {
        if (!a.number || a.lo == infinite || a.hi == -infinite) return interval::never();
        real const pi = std::numbers::pi_v<real>;
        if (std::isinf(a.lo) || std::isinf(a.hi)) return interval::anything();
        real const low = std::tan(a.lo), high = std::tan(a.hi);
        if (a.hi - a.lo > 1 || low > high || std::floor(a.lo / pi + 0.5L) != std::floor(a.hi / pi + 0.5L))
          return {-infinite, infinite, true, a.nan};
        return limits(n.type).rounded({low, high, true, a.nan}, exact ? 0 : ulps(oneloop::tan_t::ulp, n.type));
      }
      default: return apply(n.what, a, n.type);
    }
  }

  static interval smaller(interval const& a, interval const& b) {
    return {std::min(a.lo, b.lo), std::min(a.hi, b.hi), a.number && b.number, a.nan || b.nan};
  }
  static interval larger(interval const& a, interval const& b) {
    return {std::max(a.lo, b.lo), std::max(a.hi, b.hi), a.number && b.number, a.nan || b.nan};
  }
  /// Of those elements for which it is true, and of the others.
  static interval below(interval a) {
    if (!a.number || a.lo > 0) return {0, 0, false, a.nan};
    a.hi = std::min(a.hi, real(0));
    return a;
  }
  static interval above(interval a) {
    if (!a.number || a.hi < 0) return {0, 0, false, a.nan};
    a.lo = std::max(a.lo, real(0));
    return a;
  }

  interval binary(node const& n, interval const& a, interval const& b, element from) const {
    precision const in = limits(n.type);
    switch (n.what) {
      case kind::plus: return arithmetic(n, a + b);
      case kind::minus: return arithmetic(n, a - b);
      case kind::times:
      case kind::hadamard: return arithmetic(n, a * b);
      case kind::divides: return n.type == element::i32 ? whole_quotient(a, b) : in.rounded(a / b);
      case kind::minimum: return smaller(a, b);
      case kind::maximum: return larger(a, b);
      case kind::expand_as: return a;
      case kind::mse: {
        interval const d = in.rounded(a - b);
        interval r = d * d;
        if (d.has(0)) r.lo = 0;
        return in.rounded({std::max(r.lo, real(0)), r.hi, r.number, d.nan});
      }
      case kind::leaky_relu: {
        interval const low = in.rounded(below(a) * b);
        return hull(above(a), {low.lo, low.hi, low.number, low.nan && (a.nan || low.number)});
      }
      case kind::elu: return hull(above(a), in.rounded(b * apply(kind::expm1, below(a), n.type)));
      case kind::celu: return hull(above(a), in.rounded(b * apply(kind::expm1, in.rounded(below(a) / b), n.type)));
      case kind::bce: {
        interval const bound = interval::point(-100), one = interval::point(1);
        interval const hit = larger(bound, apply(kind::log, a, n.type)),
                       miss = larger(bound, apply(kind::log1p, -a, n.type));
        return in.rounded(in.rounded(in.rounded(b - one) * miss) - in.rounded(b * hit));
      }
      case kind::bce_with_logits: {
        auto const part = [&](interval const& x, interval const& wrong) {
          if (!x.number) return x;
          interval const size{std::min(std::fabs(x.lo), std::fabs(x.hi)), x.size(), true, x.nan};
          interval const unsure = apply(kind::softplus, -size, n.type);
          interval r = in.rounded(in.rounded(size * wrong) + unsure);
          if (wrong.has(0)) {
            // infinity times 0 does not arise
            if (wrong.lo == wrong.hi) return unsure;
            r = hull(r, unsure);
          }
          return r;
        };
        interval r = hull(part(below(a), b), part(above(a), in.rounded(interval::point(1) - b)));
        if (!b.number || !a.number) return interval::never();
        return r;
      }
      case kind::hypot: {
        auto const size = [](interval const& x) {
          return interval{x.has(0) ? 0 : std::min(std::fabs(x.lo), std::fabs(x.hi)), x.size(), x.number, x.nan};
        };
        interval const x = size(a), y = size(b);
        if ((x.number && !x.nan && x.lo == infinite) || (y.number && !y.nan && y.lo == infinite))
          return interval::point(infinite);
        bool const may_be = x.infinite_up() || y.infinite_up();
        if (!x.number || !y.number) return may_be ? interval{infinite, infinite, true, true} : interval::never();
        return in.rounded({std::hypot(x.lo, y.lo), std::hypot(x.hi, y.hi), true, a.nan || b.nan},
                          exact ? 0 : ulps(oneloop::hypot_t::ulp, n.type));
      }
      case kind::atan2: {
        if (!a.number || !b.number) return interval::never();
        real const pi = std::numbers::pi_v<real>;
        interval r{infinite, -infinite, true, a.nan || b.nan};
        if (a.has(0) && b.lo <= 0) return in.rounded({-pi, pi, true, r.nan}, 1);  // the cut, and the signs of zeros
        for (real y : {a.lo, a.hi})
          for (real x : {b.lo, b.hi}) r.lo = std::min(r.lo, std::atan2(y, x)), r.hi = std::max(r.hi, std::atan2(y, x));
        return in.rounded(r, exact ? 0 : ulps(oneloop::atan2_t::ulp, n.type));
      }
      case kind::pow: {
        real const bound = exact ? 0 : ulps(oneloop::pow_t::ulp, n.type);
        auto const known = [](interval const& x) { return !x.number || x.is_point(); };
        if (known(a) && known(b)) {
          real const none = std::numeric_limits<real>::quiet_NaN();
          if (a.number && a.lo == 0)
            return b.number && b.lo == 0  ? interval::point(1)
                   : b.number && b.lo > 0 ? interval::point(0)
                   : b.number             ? interval{-infinite, infinite, true, false}
                                          : interval::never();
          return in.rounded(interval::point(std::pow(a.number ? a.lo : none, b.number ? b.lo : none)), bound);
        }
        if (!a.number || !b.number || a.lo <= 0 || a.nan || b.nan) return interval::anything();
        interval r{infinite, -infinite};
        for (real x : {a.lo, a.hi})
          for (real y : {b.lo, b.hi}) r.lo = std::min(r.lo, std::pow(x, y)), r.hi = std::max(r.hi, std::pow(x, y));
        if (a.has(1) && (b.infinite_up() || b.infinite_down())) return interval::anything();
        return in.rounded(r, bound);
      }
      default: return compared(n.what, a, b, from);
    }
  }
  static interval whole_quotient(interval const& a, interval const& b) {
    if (a.is_point() && b.is_point())
      return b.lo == 0 ? interval::point(0) : wrapped(interval::point(std::trunc(a.lo / b.lo)));
    if (b.has(0) || b.has(-1)) return {least, most};
    interval const r = a / b;
    return {std::trunc(r.lo), std::trunc(r.hi)};
  }
  static interval compared(kind k, interval const& a, interval const& b, element) {
    bool const numbers = a.number && b.number, nan = a.nan || b.nan || !numbers;
    switch (k) {
      case kind::less: return truth(numbers && a.lo < b.hi, nan || a.hi >= b.lo);
      case kind::less_equal: return truth(numbers && a.lo <= b.hi, nan || a.hi > b.lo);
      case kind::greater: return truth(numbers && a.hi > b.lo, nan || a.lo <= b.hi);
      case kind::greater_equal: return truth(numbers && a.hi >= b.lo, nan || a.lo < b.hi);
      case kind::equal:
      case kind::not_equal: {
        bool const may = numbers && a.lo <= b.hi && b.lo <= a.hi,
                   may_not = nan || !(a.lo == a.hi && b.lo == b.hi && a.lo == b.lo);
        return k == kind::equal ? truth(may, may_not) : truth(may_not, may);
      }
      case kind::logical_and: return smaller(a, b);
      case kind::logical_or: return larger(a, b);
      default: return interval::anything();
    }
  }

  interval ternary(node const& n, interval const& a, interval const& b, interval const& c) const {
    switch (n.what) {
      case kind::where: return a.lo == 1 ? b : a.hi == 0 ? c : hull(b, c);
      case kind::fma:
        return n.type == element::i32 ? wrapped(wrapped(a * b) + c)
                                      : limits(n.type).rounded(limits(n.type).rounded(a * b) + c);
      default: {
        // A NaN stays, a bound that is NaN bounds nothing.
        interval r = a;
        if (!r.number) return r;
        auto const bounded = [&](interval const& by, bool low) {
          if (!by.number) return;
          interval const other = low ? larger(r, by) : smaller(r, by);
          r = by.nan ? hull(r, {other.lo, other.hi, true, r.nan}) : interval{other.lo, other.hi, true, r.nan};
        };
        bounded(b, true);
        bounded(c, false);
        return r;
      }
    }
  }

  // ---- reductions

  /// In any order, in partial sums. `roundings` more than those of the sum: of the products.
  interval sum(many const& all, element type, int roundings) const {
    interval r{0, 0};
    if (type == element::i32) {
      for (interval const& x : all) r = wrapped(r + wrapped(x));
      return r;
    }
    precision const in = limits(type);
    real total = 0;
    bool up = false, down = false;
    for (interval const& x : all) {
      r = r + x;
      if (!x.number) continue;
      up = up || x.hi > 0, down = down || x.lo < 0;
      if (std::isfinite(x.size())) total += x.size();
    }
    if (!r.number) return interval::never();
    real const n = static_cast<real>(all.size()) + roundings;
    real const error = (total * in.epsilon / 2 * n + n * in.smallest * roundings) * 1.01L;
    if (total + error > in.largest && up && down) return interval::anything();  // of partial sums of both signs
    return in.widened(r, error);
  }

  interval reduced(node const& n, many const& all, element from) const {
    precision const in = limits(n.type);
    real const count = static_cast<real>(all.size());
    switch (n.what) {
      case kind::sum: return sum(all, n.type, 0);
      case kind::mean: return in.rounded(sum(all, n.type, 0) / interval::point(count));
      case kind::prod: {
        interval r{1, 1};
        if (n.type == element::i32) {
          for (interval const& x : all) r = wrapped(r * x);
          return r;
        }
        real larger_ones = 1;
        for (interval const& x : all) {
          r = r * x;
          if (x.number && std::isfinite(x.size())) larger_ones *= std::max(real(1), x.size());
        }
        if (!r.number) return r;
        if (larger_ones > in.largest) return interval::anything();
        real const unit = count * in.epsilon / 2 * 1.01L, tiny = count * in.smallest * larger_ones;
        return in.widened(r, (std::isfinite(r.size()) ? unit * r.size() : 0) + tiny);
      }
      case kind::min:
      case kind::max: {
        real const edge = n.type == element::i32 ? (n.what == kind::min ? most : least)
                                                 : (n.what == kind::min ? infinite : -infinite);
        interval r = interval::point(edge);
        for (interval const& x : all) r = n.what == kind::min ? smaller(r, x) : larger(r, x);
        return r;
      }
      case kind::argmin:
      case kind::argmax: return position(n.what, all, from);
      case kind::all:
      case kind::any: {
        interval r = interval::point(n.what == kind::all);
        for (interval const& x : all) r = n.what == kind::all ? smaller(r, x) : larger(r, x);
        return r;
      }
      case kind::norm: {
        many squares;
        for (interval const& x : all) {
          interval s = x * x;
          s.lo = x.has(0) ? 0 : std::max(s.lo, real(0));
          squares.push_back({s.lo, s.hi, x.number, x.nan});
        }
        interval s = sum(squares, n.type, 1);
        if (!s.number) return s;
        return in.rounded({std::sqrt(std::max(s.lo, real(0))), std::sqrt(s.hi), true, s.nan}, 1);
      }
      case kind::logsumexp: return log_of_sum(all, n.type);
      default: return variance(all, n.type);
    }
  }

  static interval position(kind k, many const& all, element) {
    // As argmax of intervals; NaN before everything.
    if (all.empty()) return interval::point(0);
    std::vector<interval> x = all;
    if (k == kind::argmin)
      for (interval& one : x) one = -one;
    real best = -infinite;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!x[i].number || x[i].nan) {
        // The first that is surely NaN; before it any that may be.
        std::size_t first = i, sure = i;
        while (sure < x.size() && x[sure].number) ++sure;
        if (sure == first) return interval::point(static_cast<real>(first));
        return {0, static_cast<real>(x.size() - 1)};
      }
      best = std::max(best, x[i].lo);
    }
    real low = infinite, high = -1;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (x[i].hi < best) continue;
      // Equal to an earlier one for sure: it cannot be the first.
      if (high >= 0 && x[i].lo == x[i].hi && low == high &&
          x[static_cast<std::size_t>(low)].lo == x[static_cast<std::size_t>(low)].hi &&
          x[static_cast<std::size_t>(low)].lo == x[i].lo)
        continue;
      low = std::min(low, static_cast<real>(i)), high = std::max(high, static_cast<real>(i));
    }
    return {low, high};
  }

  static real largest_of(std::vector<real> const& x) {
    real top = -infinite;
    for (real one : x) top = std::max(top, one);
    return top;
  }
  /// log(sum(exp(x - top))), which top itself would swallow where it is large.
  static real log_of_sum_under(real top, std::vector<real> const& x) {
    real s = 0;
    for (real one : x) s += std::exp(one - top);
    return std::log(s);
  }
  static real exact_log_of_sum(std::vector<real> const& x) {
    real const top = largest_of(x);
    return std::isinf(top) ? top : top + log_of_sum_under(top, x);
  }
  /// x[i] - log(sum(exp(x))), for a finite maximum.
  static real exact_log_of_share(std::vector<real> const& x, std::size_t i) {
    real const top = largest_of(x);
    return (x[i] - top) - log_of_sum_under(top, x);
  }
  /// Of log(sum(exp(x - max))): one exp and one addition per element and merge, and the rounding of each distance,
  /// which lies below 120 where it matters.
  real log_sum_error(many const& all, element type) const {
    real top = -infinite, bottom = infinite;
    for (interval const& x : all)
      if (std::isfinite(x.lo) && std::isfinite(x.hi)) top = std::max(top, x.hi), bottom = std::min(bottom, x.lo);
    real const range = top > bottom ? std::min(top - bottom, real(type == element::f32 ? 120 : 800)) : 0;
    return limits(type).epsilon * (2 + 2 * static_cast<real>(all.size()) + range);
  }
  interval log_of_sum(many const& all, element type) const {
    std::vector<real> low, high;
    bool nan = false, number = true;
    for (interval const& x : all)
      low.push_back(x.lo), high.push_back(x.hi), nan = nan || x.nan, number = number && x.number;
    if (!number) return interval::never();
    interval const r{exact_log_of_sum(low), exact_log_of_sum(high), true, nan};
    return limits(type).rounded(limits(type).widened(r, log_sum_error(all, type)), 1);
  }

  interval variance(many const& all, element type) const {
    precision const in = limits(type);
    real const count = static_cast<real>(all.size());
    if (count < 2) return interval::never();
    real mean = 0, wide = 0, largest = 0;
    bool nan = false, unsure = false;
    for (interval const& x : all) {
      if (!x.number) return interval::never();
      if (x.lo == infinite || x.hi == -infinite) return interval::never();
      nan = nan || x.nan, unsure = unsure || !std::isfinite(x.size());
      if (!std::isfinite(x.size())) continue;
      mean += (x.lo + x.hi) / 2;
      wide += (x.hi - x.lo) * (x.hi - x.lo) / 4;
      largest = std::max(largest, x.size());
    }
    if (unsure || !(largest * largest * count * 4 < in.largest)) return interval::anything();
    mean /= count;
    real squares = 0;
    for (interval const& x : all) {
      real const d = (x.lo + x.hi) / 2 - mean;
      squares += d * d;
    }
    real const deviation = std::sqrt(squares / (count - 1)), moved = std::sqrt(wide / (count - 1));
    // Chan, Golub and LeVeque: n u sqrt(1 + mean² / variance), relative, for updates; and the rounding of the mean
    // squared.
    real const unit = 4 * count * in.epsilon;
    real const error = unit * deviation * (deviation + std::fabs(mean) + largest) + unit * unit * largest * largest +
                       count * in.smallest;
    real const low = std::max(deviation - moved, real(0));
    return in.rounded(
        {std::max(low * low - error, real(0)), (deviation + moved) * (deviation + moved) + error, true, nan}, 1);
  }

  many normalised(node const& n, many const& all) const {
    precision const in = limits(n.type);
    many result;
    bool clean = true, nan = false;
    for (interval const& x : all)
      clean = clean && x.number && !x.nan && x.hi < infinite && (x.lo > -infinite || x.hi == -infinite),
      nan = nan || !x.number;
    real top = -infinite;
    for (interval const& x : all) top = std::max(top, x.hi);
    bool const logarithm = n.what == kind::log_softmax;
    real const error = log_sum_error(all, n.type);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!clean || top == -infinite) {
        result.push_back(nan || (clean && top == -infinite) ? interval::never()
                         : logarithm                        ? interval::anything()
                                                            : interval{0, 1 + in.epsilon * 8, true, true});
        continue;
      }
      std::vector<real> low, high;
      for (std::size_t j = 0; j < all.size(); ++j)
        low.push_back(j == i ? all[j].lo : all[j].hi), high.push_back(j == i ? all[j].hi : all[j].lo);
      interval r{exact_log_of_share(low, i), exact_log_of_share(high, i)};
      real const distance = std::isfinite(all[i].lo) ? std::fabs(all[i].lo - top) : 0;
      real const wrong = error + in.epsilon * (distance + 8);
      if (logarithm) {
        r = in.rounded(in.widened(r, wrong), 1);
      } else {
        r = {std::exp(r.lo - wrong), std::exp(r.hi + wrong)};
        r = in.rounded(r, exact ? 0 : ulps(oneloop::softmax_t::ulp, n.type));
      }
      result.push_back(r);
    }
    return result;
  }
};

}  // namespace

std::vector<grid> reference(environment const& env, bool exact) { return walker(env, exact).results(); }

}  // namespace formulas
