// SPDX-License-Identifier: BSL-1.0
// Masks (comparisons, logic, where), int32 and casts, against plain loops.
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <boost/mpl/list.hpp>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(masks_integers_casts)

using floating = boost::mpl::list<float, double>;

BOOST_AUTO_TEST_CASE_TEMPLATE(comparisons, T, floating) {
  T const inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  std::vector<T> const some{T(0), T(-0.0), 1, -1, inf, -inf, nan, std::numeric_limits<T>::denorm_min()};
  int const n = int(some.size() * some.size());
  tensor<T, dyn> a(n), b(n);
  for (int i = 0; i < n; ++i) a(i) = some[std::size_t(i) / some.size()], b(i) = some[std::size_t(i) % some.size()];
  grid const x = read(a), y = read(b);
  auto const less = run(a < b);
  static_assert(std::is_same_v<decltype(less), tensor<bool, dyn> const>);
  compare("<", less, map([](real p, real q) { return p < q; }, x, y), 0);
  compare("<=", run(a <= b), map([](real p, real q) { return p <= q; }, x, y), 0);
  compare(">", run(a > b), map([](real p, real q) { return p > q; }, x, y), 0);
  compare(">=", run(a >= b), map([](real p, real q) { return p >= q; }, x, y), 0);
  compare("==", run(a == b), map([](real p, real q) { return p == q; }, x, y), 0);
  compare("!=", run(a != b), map([](real p, real q) { return p != q; }, x, y), 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(masks, T, floating) {
  for (int n : {0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 100}) {
    source random(unsigned(n) + 5);
    tensor<bool, dyn> p(n), q(n);
    fill_mask(p, random);
    fill_mask(q, random);
    auto const a = random_tensor<T, dyn>(11, -2, 2, n), b = random_tensor<T, dyn>(12, -2, 2, n);
    grid const rp = read(p), rq = read(q), ra = read(a), rb = read(b);
    compare("logic", run((p && !q) || (a < b)),
            map([](real s, real t, real x, real y) { return (s && !t) || x < y; }, rp, rq, ra, rb), 0);
    compare("equality of masks", run((p == q) != (a >= 0)),
            map([](real s, real t, real x) { return (s == t) != (x >= 0); }, rp, rq, ra), 0);
    compare("where", run(where(p, a, where(q && a > 0.5, -b, 3))),
            map([](real s, real t, real x, real y) { return s               ? x
                                                            : t && x > 0.5L ? -y
                                                                            : 3; }, rp, rq, ra, rb), 0);
    compare("where of masks", run(where(p, q, a > b)),
            map([](real s, real t, real x, real y) { return s ? t : real(x > y); }, rp, rq, ra, rb), 0);
    compare("a mask counted", run(cast<T>(p) + cast<T>(a > b)),
            map([](real s, real x, real y) { return s + (x > y); }, rp, ra, rb), 0);
  }
}

// Masks of comparisons of one width choose between elements of another.
BOOST_AUTO_TEST_CASE(masks_across_element_types) {
  for (int n : {1, 3, 4, 7, 8, 9, 21}) {
    auto const d = random_tensor<double, dyn>(1, -1, 1, n);
    auto const f = random_tensor<float, dyn>(2, -1, 1, n), g = random_tensor<float, dyn>(3, -1, 1, n);
    grid const rd = read(d), rf = read(f), rg = read(g);
    compare("double mask, float values", run(where(d > 0, f, g)),
            map([](real x, real y, real z) { return x > 0 ? y : z; }, rd, rf, rg), 0);
    compare("float mask, double values", run(where(f > g, d, -d)),
            map([](real x, real y, real z) { return y > z ? x : -x; }, rd, rf, rg), 0);
    compare("both", run(d > 0 && f > 0), map([](real x, real y) { return x > 0 && y > 0; }, rd, rf), 0);
  }
}

// ---- int32

using int32 = std::int32_t;

BOOST_AUTO_TEST_CASE(integers) {
  for (int n : {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 40, 101}) {
    auto const a = whole_tensor<int32, dyn>(1, n), b = whole_tensor<int32, dyn>(2, n);
    grid const x = read(a), y = read(b);
    auto const r = run(2 * a + a % b - max(a, b) + square(b) - abs(a) * 3);
    static_assert(std::is_same_v<decltype(r), tensor<int32, dyn> const>);
    compare("int32", r,
            map([](real p, real q) { return 2 * p + p * q - std::max(p, q) + q * q - 3 * std::fabs(p); }, x, y), 0);
    compare(
        "min, clamp, sign", run(min(a, 2) + clamp(b, -1, 3) % sign(a) - -b),
        map([](real p,
               real q) { return std::min(p, real(2)) + std::clamp(q, real(-1), real(3)) * ((p > 0) - (p < 0)) + q; },
            x, y),
        0);
    compare("where", run(where(a <= b, a, 7)), map([](real p, real q) { return p <= q ? p : 7; }, x, y), 0);
  }
}

// Among integers a number of more than 32 bits is none; nothing wraps without a word.
BOOST_AUTO_TEST_CASE(numbers_beyond_32_bits) {
  tensor<int, 3> i{1, -2, 3};
  BOOST_CHECK_THROW(void(i < 3'000'000'000LL), std::out_of_range);
  BOOST_CHECK_THROW(void(i == 4'294'967'297LL), std::out_of_range);
  BOOST_CHECK_THROW(i + 3'000'000'000U, std::out_of_range);
  BOOST_CHECK_THROW(i * -2'147'483'649LL, std::out_of_range);
  BOOST_CHECK_THROW(i = 3'000'000'000LL, std::out_of_range);
  constexpr auto n = var<"n", 3>;
  constexpr auto s = var<"s">;
  BOOST_CHECK_THROW((n * s)(n = i, s = 5'000'000'000LL), std::out_of_range);
  BOOST_CHECK_THROW([[maybe_unused]] tensor<int> k = 5'000'000'000LL, std::out_of_range);
  BOOST_CHECK_THROW(i = where(i > 1, 5'000'000'000LL, 0), std::out_of_range);
  BOOST_CHECK_THROW(i + where(i > 1, 5'000'000'000LL, 0), std::out_of_range);
  BOOST_TEST(evaluate(all(i > -2'147'483'648LL && i < 2'147'483'647ULL && i + i.size() == i + 3)));
  // Half of an integer is one, half of a number of the formula is not.
  BOOST_TEST(evaluate(all(i / 2_c == tensor<int, 3>{0, -1, 1})));
  BOOST_TEST(evaluate(all(where(i > 1, i, 4_c) * (3_c - 1_c) == tensor<int, 3>{8, 8, 6})));
  BOOST_TEST(evaluate(all(i * (6_c / 2_c) == tensor<int, 3>{3, -6, 9})));
}

// Beside a bool of the program the formula is C++'s own second operand.
BOOST_AUTO_TEST_CASE(bools_of_the_program) {
  tensor<float, dyn> const* nothing = nullptr;
  BOOST_TEST(!(nothing != nullptr && any(*nothing > 0)));
  BOOST_TEST((nothing == nullptr || any(*nothing > 0)));
  tensor<float, dyn> const x{1, 2, 3};
  int asked = 0;
  auto const ask = [&asked] { return ++asked > 0; };
  BOOST_TEST(!(any(x > 3) && ask()));
  BOOST_TEST((any(x > 2) || ask()));
  BOOST_TEST(asked == 0);
  BOOST_TEST((any(x > 2) && ask()));
  static_assert(std::is_same_v<decltype(any(x > 2) && true), bool>);
  static_assert(node<decltype(any(x > 2) && any(x < 2))>);  // two formulas: one loop
  constexpr auto xv = var<"x", 3>;
  bool const some = (true && any(xv > 2))(xv = x);  // over variables nothing can be evaluated yet
  BOOST_TEST(some);
  bool const flag = true;
  BOOST_TEST(evaluate(all(((x > 1) && flag) == tensor<bool, 3>{false, true, true})));
}

BOOST_AUTO_TEST_CASE(integer_division_and_overflow) {
  constexpr auto low = std::numeric_limits<int32>::min(), high = std::numeric_limits<int32>::max();
  tensor<int32, 12> const a{7, -7, 7, -7, 0, 1, low, low, high, high, 100000, low};
  tensor<int32, 12> const b{2, 2, -2, -2, 5, 0, -1, 1, -1, 2, 3, 0};
  // As in C++ where that is defined; x / 0 = 0, and the smallest divided by -1 wraps to itself.
  tensor<int32, 12> const expected{3, -3, -3, 3, 0, 0, low, low, -high, high / 2, 33333, 0};
  compare("division", run(a / b), read(expected), 0);
  tensor<int32, 4> const p{high, low, 65536, -65537}, q{1, -1, 65536, 65536};
  tensor<int32, 4> const sums{low, high, 131072, -1}, products{high, low, 0, -65536};
  compare("sums wrap", run(p + q), read(sums), 0);
  compare("products wrap", run(p % q), read(products), 0);
}

// ---- casts

template <class To, class From>
void check_cast() {
  std::vector<double> const some{0, 1, -1, 2.5, -2.5, 0.4, -0.6, 3, 1e6, -1e6, 16777216, 0.1, 17};
  int const n = int(some.size());
  tensor<From, dyn> x(n);
  for (int i = 0; i < n; ++i) x(i) = static_cast<From>(some[std::size_t(i)]);
  tensor<To, dyn> expected(n);
  for (int i = 0; i < n; ++i) expected(i) = static_cast<To>(x(i));
  auto const y = run(cast<To>(x));
  static_assert(std::is_same_v<decltype(y), tensor<To, dyn> const>);
  BOOST_TEST(same_values(y, expected));
}

BOOST_AUTO_TEST_CASE(casts_are_those_of_the_language) {
  check_cast<float, double>();
  check_cast<double, float>();
  check_cast<int32, float>();
  check_cast<int32, double>();
  check_cast<float, int32>();
  check_cast<double, int32>();
  check_cast<bool, float>();
  check_cast<bool, double>();
  check_cast<bool, int32>();
  check_cast<float, bool>();
  check_cast<double, bool>();
  check_cast<int32, bool>();
  check_cast<float, float>();
}

BOOST_AUTO_TEST_CASE(casts_of_what_does_not_fit) {
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  constexpr auto low = std::numeric_limits<int32>::min();
  tensor<double, 6> const x{inf, -inf, nan, 1e300, -1e300, 3e9};
  tensor<int32, 6> const whole{low, low, low, low, low, low};
  BOOST_TEST(same_values(run(cast<int32>(x)), whole));
  constexpr float big = std::numeric_limits<float>::infinity();
  tensor<float, 6> const single{big, -big, std::numeric_limits<float>::quiet_NaN(), big, -big, 3e9f};
  BOOST_TEST(same_values(run(cast<float>(x)), single));
  tensor<bool, 6> const truth{true, true, true, true, true, true};
  BOOST_TEST(same_values(run(cast<bool>(x)), truth));
}

// Three element types in one loop, whose lanes are those of the widest.
BOOST_AUTO_TEST_CASE(mixed_through_casts) {
  for (int n : {1, 3, 4, 5, 8, 9, 31}) {
    auto const f = random_tensor<float, dyn>(1, -3, 3, n);
    auto const d = random_tensor<double, dyn>(2, -3, 3, n);
    auto const k = whole_tensor<int32, dyn>(3, n);
    grid const x = read(f), y = read(d), z = read(k);
    compare("to double", run(cast<double>(f) % d + cast<double>(k)),
            map([](real p, real q, real r) { return p * q + r; }, x, y, z), 3,
            map([](real p, real q, real r) { return std::fabs(p * q) + std::fabs(r); }, x, y, z));
    compare("to int32", run(cast<int32>(f) + k + cast<int32>(d > 0)),
            map([](real p, real q, real r) { return std::trunc(p) + r + (q > 0); }, x, y, z), 0);
  }
}

// Numbers are compared with zero where a mask is meant, as in C++.
BOOST_AUTO_TEST_CASE(numbers_as_masks) {
  auto const x = whole_tensor<float, 19>(1);
  tensor<bool, 19> const a = x > 0;
  bool const yes = true, no = false;
  BOOST_TEST(same_values(run(a || no), a));
  BOOST_TEST(run(all(a || yes)));
  BOOST_TEST(same_values(run(a && 2), a));
  BOOST_TEST(same_values(run(a == true), a));
  BOOST_TEST(same_values(run(where(a, true, no)), a));
  BOOST_TEST(same_values(run(where(yes, x, -x)), x));
  BOOST_TEST(same_values(run(where(no, x, -x)), run(-x)));
  constexpr auto m = var<"m">;
  constexpr auto av = var<"a", 19>;
  BOOST_TEST(same_values(run((m && av)(m = yes, av = a)), a));
  tensor<bool> const k = true;
  BOOST_TEST(same_values(run((m && av)(m = k, av = a)), a));
}

BOOST_AUTO_TEST_SUITE_END()
