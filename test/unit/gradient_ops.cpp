// SPDX-License-Identifier: BSL-1.0
// The gradient, and the gradient of the gradient, of every operation of the registry, beside differences of the
// certificate's references, in 60 digits; of what has none there, beside differences of its values.
// options: -O0 -Wno-psabi
// link: accuracy_reference
#include "scalars.hpp"

#ifdef ACCURACY_REFERENCE
#include "../accuracy/reference.hpp"
#endif

#include <boost/hana/for_each.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <oneloop/rewrite/gradient.hpp>
#include <oneloop/rewrite/same_formula.hpp>
#include <string>

namespace {

using namespace numbers_only;

constexpr double inf = std::numeric_limits<double>::infinity();

constexpr auto av = var<"a">;
constexpr auto bv = var<"b">;
constexpr auto cv = var<"c">;

constexpr scalars points[] = {{0.3, 0.8, 0.6},  {0.7, 0.2, 0.9},  {0.04, 0.55, 0.3}, {-0.4, 0.35, -0.2},
                              {-2.7, 1.4, 0.8}, {3.2, -0.6, 1.1}, {-7.3, 2.2, -1.9}, {11.7, 3.3, 2.4}};

#ifdef ACCURACY_REFERENCE
using accuracy::exact;
using exact_point = std::array<exact, 3>;
using exact_function = std::function<exact(exact_point const&)>;

/// Four points: the error is 1e-32 of the fifth derivative; twice, 44 of 60 digits are left.
exact_function differentiated(exact_function f, std::size_t argument) {
  return [f, argument](exact_point const& at) {
    exact const h = std::ldexp(1, -27);
    auto const by = [&](int steps) {
      exact_point moved = at;
      moved[argument] += steps * h;
      return f(moved);
    };
    return exact((8 * (by(1) - by(-1)) - (by(2) - by(-2))) / (12 * h));
  };
}
exact_function reference_of(char const* name) {
  if (auto const* found = accuracy::find_reference(name))
    return [found](exact_point const& at) { return found->in_full(at[0], at[1]); };
  return {};
}
#else
using exact_function = std::function<void()>;
exact_function differentiated(exact_function f, std::size_t) { return f; }
exact_function reference_of(char const*) { return {}; }
#endif

using domains = std::array<oneloop::op::interval, 3>;
bool contains(domains const& all, scalars const& at) {
  return all[0].contains(at[0]) && all[1].contains(at[1]) && all[2].contains(at[2]);
}

struct counts {
  int compared = 0, skipped = 0;
};

/// Four points: the error of the formula is of the fourth order. Not near a kink, where two steps disagree, and not
/// outside of the domain.
[[gnu::noinline]] void compare(std::string const& what, function const& y, function const& slope, std::size_t argument,
                               counts& all) {
  for (scalars at : points) {
    auto const difference = [&](double h) {
      auto const by = [&](double step) {
        scalars moved = at;
        moved[argument] += step;
        return y(moved);
      };
      return (8 * (by(h) - by(-h)) - (by(2 * h) - by(-2 * h))) / (12 * h);
    };
    double const h = 5e-4 * std::max(std::abs(at[argument]), 0.05);
    double const one_step = difference(h), half_step = difference(h / 2);
    double const scale = std::max({1.0, std::abs(one_step), std::abs(y(at))});
    if (!(std::abs(one_step - half_step) <= 1e-7 * scale)) {
      ++all.skipped;
      continue;
    }
    ++all.compared;
    double const got = slope(at);
    BOOST_TEST(std::abs(got - half_step) <= 1e-7 * scale, what << " at (" << at[0] << ", " << at[1] << ", " << at[2]
                                                               << "): " << got << ", by differences " << half_step);
  }
}

/// `what` is right to 13 digits wherever the arguments lie in the domain.
[[gnu::noinline]] void compare([[maybe_unused]] std::string const& what, [[maybe_unused]] exact_function const& wanted,
                               [[maybe_unused]] function const& slope, domains const& domain, counts& all) {
  for (scalars at : points) {
    if (!contains(domain, at)) continue;
    ++all.compared;
#ifdef ACCURACY_REFERENCE
    double const want = static_cast<double>(wanted({at[0], at[1], at[2]})), got = slope(at);
    BOOST_TEST(std::abs(got - want) <= 1e-13 * std::max(1.0, std::abs(want)),
               what << " at (" << at[0] << ", " << at[1] << ", " << at[2] << "): " << got << " and not " << want);
#endif
  }
}

template <class F>
function as_function(F f) {
  return [f](scalars const& at) { return value_at(f, at); };
}

/// By one argument, and what comes of it by each again.
template <class F, class Var>
constexpr bool has(F const&, Var const&) {
  return oneloop::detail::has_name<Var::name>(oneloop::detail::variables_of<F>{});
}

constexpr char const* by_argument[] = {" by a", " by b", " by c"};

template <int Order, class F>
void check(std::string const& name, F const& f, exact_function const& reference, domains const& domain, counts& all) {
  auto const by = [&](auto const& variable, std::size_t argument) {
    if constexpr (has(F{}, decltype(variable){})) {
      auto const slope = gradient(f, variable);
      static_assert(std::is_empty_v<decltype(slope)>);
      static_assert(rank_v<decltype(slope)> == 0);
      auto const what = name + by_argument[argument];
      exact_function const wanted = reference ? differentiated(reference, argument) : reference;
      if (reference)
        compare(what, wanted, as_function(slope), domain, all);
      else
        compare(what, as_function(f), as_function(slope), argument, all);
      if constexpr (Order > 1) check<Order - 1>(what, slope, wanted, domain, all);
    }
  };
  by(std::remove_const_t<decltype(av)>{}, 0);
  by(std::remove_const_t<decltype(bv)>{}, 1);
  by(std::remove_const_t<decltype(cv)>{}, 2);
}

template <class Op>
concept of_masks_or_softmax =
    Op::accepts == elements::boolean || requires { Op::yields_mask; } || requires { Op::shown_arguments; };

}  // namespace

BOOST_AUTO_TEST_SUITE(gradient_of_operations)

BOOST_AUTO_TEST_CASE(first_and_second) {
  hana::for_each(elementwise_operations, [](auto op) {
    using Op = decltype(op);
    if constexpr (!of_masks_or_softmax<Op>) {
      auto const f = [] {
        if constexpr (std::is_same_v<Op, where_t>)
          return where(av < bv, av % bv, square(bv));
        else if constexpr (requires { typename Op::to; })
          return cast<double>(square(cast<double>(av)));
        else
          return formula_of<Op>();
      }();
      counts all;
      namespace op = oneloop::op;
      check<2>(std::string(Op::name), f, reference_of(Op::name.c_str()),
               {op::domain_of<Op, 0>, op::domain_of<Op, 1>, op::domain_of<Op, 2>}, all);
      // three of the points lie in the smallest domain, and count for each order; differences skip those beside a kink
      BOOST_TEST((all.compared >= 4 && all.compared >= all.skipped),
                 Op::name.c_str() << ": " << all.compared << " compared, " << all.skipped << " skipped");
    }
  });
}

// What has steps has no slope, and what a mask chooses is not asked about the mask.
BOOST_AUTO_TEST_CASE(masks) {
  constexpr auto f = where(av > bv, av % av, 3_c * bv) + where(av <= 0_c || bv == 1_c, av, bv);
  for (scalars at : points) {
    BOOST_TEST(value_at(gradient(f, av), at) == (at[0] > at[1] ? 2 * at[0] : 0) + (at[0] <= 0 ? 1 : 0));
    BOOST_TEST(value_at(gradient(f, bv), at) == (at[0] > at[1] ? 0 : 3) + (at[0] <= 0 ? 0 : 1));
  }
  static_assert(same_formula(gradient(sum(floor(av)), av), 0_c));
}

// Finite everywhere, and the limits at the ends; the second derivatives too.
BOOST_AUTO_TEST_CASE(stable_ones) {
  auto const check_ends = [](std::string const& name, auto f, double left, double right) {
    auto const slope = gradient(f, av);
    auto const curvature = gradient(slope, av);
    for (double far : {89.0, 800.0, 1e6, 1e30, 1e300, inf})
      for (auto const& [x, limit] : {std::pair(-far, left), std::pair(far, right)}) {
        scalars const at{x, 1, 0};
        BOOST_TEST(std::abs(value_at(slope, at) - limit) < 1e-30, name << " at " << x << ": " << value_at(slope, at));
        BOOST_TEST(std::abs(value_at(curvature, at)) < 1e-30, name << ", twice, at " << x);
      }
  };
  check_ends("stable_sigmoid", stable_sigmoid(av), 0, 0);
  check_ends("log_sigmoid", log_sigmoid(av), 1, 0);
  check_ends("softplus", softplus(av), 0, 1);
  check_ends("bce_with_logits, target 1", bce_with_logits(av, bv), -1, 0);
  check_ends("bce_with_logits, target 0", bce_with_logits(av, cv), 0, 1);
  check_ends("softplus(stable_sigmoid)", softplus(stable_sigmoid(av)), 0, 0);
}

BOOST_AUTO_TEST_SUITE_END()
