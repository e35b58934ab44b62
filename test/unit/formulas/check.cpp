// SPDX-License-Identifier: BSL-1.0
#include "check.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <sstream>

namespace formulas {

namespace {

enum class data { tame, wide, special, whole_numbers };

real drawn_number(element type, data kind, dice& roll) {
  auto const uniform = [&](real low, real high) {
    return low + (high - low) * static_cast<real>(roll() >> 11) * 0x1p-53L;
  };
  if (type == element::mask) return roll.below(2);
  if (type == element::i32) return roll.below(kind == data::wide ? 2001 : 13) - (kind == data::wide ? 1000 : 6);
  bool const is_float = type == element::f32;
  auto const as = [&](real x) { return is_float ? real(static_cast<float>(x)) : real(static_cast<double>(x)); };
  switch (kind) {
    case data::whole_numbers: return roll.below(9) - 4;
    case data::wide: return as(std::ldexp(uniform(-1, 1), roll.below(is_float ? 60 : 400) - (is_float ? 30 : 200)));
    case data::special:
      if (roll.in(30)) {
        real const largest =
            is_float ? real(std::numeric_limits<float>::max()) : real(std::numeric_limits<double>::max());
        real const smallest =
            is_float ? real(std::numeric_limits<float>::denorm_min()) : real(std::numeric_limits<double>::denorm_min());
        real const list[] = {0,
                             -0.0L,
                             infinite,
                             -infinite,
                             std::numeric_limits<real>::quiet_NaN(),
                             largest,
                             -largest,
                             smallest,
                             -3 * smallest,
                             1,
                             -1,
                             is_float ? 88.5L : 709.5L,
                             is_float ? -100.0L : -740.0L,
                             1e4L};
        return list[roll.below(14)];
      }
      [[fallthrough]];
    default: return as(uniform(-3, 3));
  }
}

numbers_of drawn_numbers(list const& extents, element type, data kind, dice& roll) {
  numbers_of n{extents, {}};
  std::size_t size = 1;
  for (auto e : extents) size *= static_cast<std::size_t>(e);
  for (std::size_t i = 0; i < size; ++i) n.values.push_back(drawn_number(type, kind, roll));
  return n;
}

constexpr int lengths[] = {1, 2, 3, 4, 5, 7, 8, 9, 11, 15, 16, 17, 19, 31, 32, 33, 37, 65};

/// Extents of all symbols; not so large that a product over all takes long.
list some_extents(program const& p, bool tiny, dice& roll) {
  list extents(symbols, 1);
  for (;;) {
    std::ptrdiff_t all = 1;
    for (int s = 0; s < symbols; ++s) {
      auto& e = extents[static_cast<std::size_t>(s)];
      e = p.extents[s] ? p.extents[s] : tiny ? roll.below(3) : lengths[roll.below(sizeof(lengths) / sizeof(int))];
      all *= std::max<std::ptrdiff_t>(e, 1);
    }
    if (all <= 40000 || (all <= 100000 && roll.in(3))) return extents;
  }
}

void fill(environment& env, data kind, dice& roll) {
  program const& p = env.formula;
  for (int k = 0; k < p.operand_count; ++k)
    env.operands.push_back(drawn_numbers(env.extents_of(p.operands[k].extents), p.operands[k].type, kind, roll));
  env.target = drawn_numbers(env.extents_of(p.target.extents), p.target.type, kind, roll);
  env.seed = roll();
}

std::string seed_of(program const& p) { return "seed " + std::to_string(p.seed) + ": " + code_of(p); }

std::string shown(interval const& x) {
  std::ostringstream out;
  out.precision(20);
  if (x.number) out << "[" << x.lo << ", " << x.hi << "]";
  if (x.nan) out << (x.number ? " or NaN" : "NaN");
  return out.str();
}

bool fits(real got, interval const& x) { return std::isnan(got) ? x.nan : x.has(got); }

list position(list const& extents, std::size_t i) {
  list at(extents.size());
  for (std::size_t axis = extents.size(); axis-- > 0;) {
    at[axis] = static_cast<std::ptrdiff_t>(i) % extents[axis];
    i /= static_cast<std::size_t>(extents[axis]);
  }
  return at;
}

std::string shown(list const& at) {
  std::string text;
  for (auto i : at) text += (text.empty() ? "" : ", ") + std::to_string(i);
  return text;
}

/// The same bits; any NaN is any other.
bool same(real a, real b) { return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b); }

/// The data of a box of another's extents, from `first` on.
numbers_of part(numbers_of const& from, shape const& s, list const& first, list const& extents) {
  numbers_of result;
  for (int i = 0; i < s.rank; ++i) result.extents.push_back(extents[static_cast<std::size_t>(s.axes[i].symbol)]);
  std::size_t size = 1;
  for (auto e : result.extents) size *= static_cast<std::size_t>(e);
  for (std::size_t i = 0; i < size; ++i) {
    list const at = position(result.extents, i);
    std::size_t offset = 0;
    for (std::size_t axis = 0; axis < at.size(); ++axis)
      offset =
          offset * static_cast<std::size_t>(from.extents[axis]) +
          static_cast<std::size_t>(at[axis] + first[static_cast<std::size_t>(s.axes[static_cast<int>(axis)].symbol)]);
    result.values.push_back(from.values[offset]);
  }
  return result;
}

/// Elementwise formulas over a part of the data.
void check_part(entry const& e, environment const& full, list const& first, list const& extents) {
  program const& p = *e.formula;
  environment env(p, extents);
  for (int k = 0; k < p.operand_count; ++k)
    env.operands.push_back(part(full.operands[static_cast<std::size_t>(k)], p.operands[k].extents, first, extents));
  env.target = part(full.target, p.target.extents, first, extents);
  env.seed = full.seed + 1;
  e.run(env);
  for (std::size_t r = 0; r < env.results(); ++r) {
    numbers_of const expected =
        part(full.result(static_cast<int>(r)), p.root(static_cast<int>(r)).extents, first, extents);
    numbers_of const& got = env.result(static_cast<int>(r));
    for (std::size_t i = 0; i < got.values.size(); ++i)
      if (!same(got.values[i], expected.values[i])) {
        std::ostringstream out;
        out.precision(17);
        out << seed_of(p) << "\n  result " << r << ": " << got.values[i] << " of a part of extents [" << shown(extents)
            << "] from [" << shown(first) << "], " << expected.values[i] << " of the whole\n"
            << declarations_of(env);
        BOOST_ERROR(out.str());
        return;
      }
  }
}

}  // namespace

tally check(entry const& e) {
  program const& p = *e.formula;
  tally all;
  dice roll{p.seed ^ 0x5bd1e995u};
  bool any_dynamic = false, pointwise = p.how != mode::threaded && p.overlapped < 0;
  for (int s = 0; s < symbols; ++s) any_dynamic = any_dynamic || p.extents[s] == 0;
  for (int i = 0; i < p.root_count; ++i) pointwise = pointwise && p.root(i).pointwise;
  // Where a formula was rewritten, its value is that of the original where that has one.
  bool const rewritten = p.how == mode::stabilised || p.how == mode::simplified;
  constexpr data kinds[] = {data::tame, data::special, data::whole_numbers, data::wide, data::tame, data::special};
  constexpr int rounds = 24;  // a round takes a hundredth of a second at most
  for (int round = 0; round < rounds; ++round) {
    data const kind = kinds[round % 6];
    environment env(p, some_extents(p, round % 6 == 4, roll));
    fill(env, kind, roll);
    e.run(env);
    auto const expected = reference(env);
    BOOST_TEST_REQUIRE(env.results() == expected.size());
    if (env.others_changed()) BOOST_ERROR(seed_of(p) << "\n  wrote what is not the target\n" << declarations_of(env));
    for (std::size_t r = 0; r < expected.size(); ++r) {
      element const type = p.root(static_cast<int>(r)).type;
      numbers_of const& got = env.result(static_cast<int>(r));
      grid const& g = expected[r];
      if (got.extents != g.extents) {
        BOOST_ERROR(seed_of(p) << "\n  extents [" << shown(got.extents) << "], expected [" << shown(g.extents) << "]\n"
                               << declarations_of(env));
        continue;
      }
      for (std::size_t i = 0; i < got.values.size(); ++i) {
        interval bound = g.values[i];
        bool const says = sharp(bound, type);
        if (rewritten) {
          if (!says || !bound.number || std::isinf(bound.size())) continue;
          real const wide = bound.hi - bound.lo;
          bound.lo -= wide, bound.hi += wide;
        }
        ++all.elements;
        all.sharp += says;
        if (fits(got.values[i], bound)) continue;
        std::ostringstream out;
        out.precision(20);
        out << seed_of(p) << "\n  result " << r << ", element [" << shown(position(got.extents, i)) << "] of ["
            << shown(got.extents) << "]: " << got.values[i] << ", expected " << shown(bound) << "\n"
            << declarations_of(env);
        BOOST_ERROR(out.str());
        break;
      }
    }
    if (!pointwise || !any_dynamic) continue;
    for (int sample = 0; sample < 6; ++sample) {
      // One element, or the first ones.
      list first(symbols, 0), extents(symbols, 1);
      for (int s = 0; s < symbols; ++s) {
        auto const at = static_cast<std::size_t>(s);
        int const length = static_cast<int>(env.extent(s));
        extents[at] = length;
        if (p.extents[s] || length == 0) continue;
        first[at] = sample % 2 ? roll.below(length) : 0;
        extents[at] = sample % 2 ? 1 : 1 + roll.below(length);
      }
      check_part(e, env, first, extents);
    }
  }
  return all;
}

tally check_gradient(entry const& e) {
  program const& p = *e.formula;
  tally all;
  dice roll{p.seed ^ 0x9747b28cu};
  environment env(p, some_extents(p, false, roll));
  fill(env, data::tame, roll);
  e.run(env);
  auto const value = [&] { return reference(env, true)[0].values[0]; };
  interval const plain = reference(env)[0].values[0];
  if (!fits(env.result(0).values[0], plain))
    BOOST_ERROR(seed_of(p) << "\n  value " << env.result(0).values[0] << ", expected " << shown(plain) << "\n"
                           << declarations_of(env));
  if (!value().is_point() || !std::isfinite(value().lo)) return all;
  for (int k = 0; k < p.operand_count; ++k) {
    auto& values = env.operands[static_cast<std::size_t>(k)].values;
    numbers_of const& got = env.result(k + 1);
    BOOST_TEST(got.extents == env.extents_of(p.operands[k].extents), seed_of(p));
    for (int sample = 0; sample < 6 && !values.empty(); ++sample) {
      std::size_t const i = static_cast<std::size_t>(roll.below(static_cast<int>(values.size())));
      real const middle = values[i];
      auto const slope = [&](real h) {
        real f[4];
        int const steps[] = {1, -1, 2, -2};
        for (int s = 0; s < 4; ++s) values[i] = middle + steps[s] * h, f[s] = value().lo;
        values[i] = middle;
        return (8 * (f[0] - f[1]) - (f[2] - f[3])) / (12 * h);
      };
      // Near a kink two steps disagree, and nothing is compared.
      real const coarse = slope(1e-4L), fine = slope(5e-5L);
      real const scale = std::max({real(1), std::fabs(fine), std::fabs(value().lo)});
      ++all.elements;
      if (!(std::fabs(coarse - fine) <= 1e-8L * scale)) continue;
      ++all.sharp;
      if (std::fabs(got.values[i] - fine) <= 1e-6L * scale) continue;
      std::ostringstream out;
      out.precision(17);
      out << seed_of(p) << "\n  by " << static_cast<char>('A' + k) << "[" << i << "]: " << got.values[i]
          << ", by differences " << fine << "\n"
          << declarations_of(env);
      BOOST_ERROR(out.str());
      break;
    }
  }
  return all;
}

}  // namespace formulas
