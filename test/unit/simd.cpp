// SPDX-License-Identifier: BSL-1.0
// The promises of simd/: both backends agree to the bit, partial accesses stay inside, constant
// expressions give what the hardware gives.
#include <oneloop/simd/pack.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>

#include <sys/mman.h>
#include <unistd.h>

namespace {

using namespace oneloop::simd;

struct generator {
  std::uint64_t state = 88172645463325252u;
  std::uint64_t operator()() {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state * 2685821657736338717u;
  }
};

// Bit patterns of all kinds: uniform, of moderate size, special.
template <class T>
T random_value(generator& random) {
  T r;
  std::uint64_t const word = random();
  std::memcpy(&r, &word, sizeof r);
  if constexpr (std::is_floating_point_v<T>) {
    using L = std::numeric_limits<T>;
    int const kind = int(random() % 8);
    if (kind < 2) return r;
    if (kind < 6) {
      int e = 0;
      r = std::isfinite(r) ? std::frexp(r, &e) : T(0.75);
      return std::ldexp(r, int(random() % 80) - 40);
    }
    T const special[] = {
        0,        T(-0.0),         1,        -1,        L::infinity(),    -L::infinity(), L::quiet_NaN(),
        L::min(), L::denorm_min(), L::max(), -L::max(), -L::denorm_min(), T(0.5),         T(2.5),
        T(-1.5),  T(1e10)};
    return special[random() % 16];
  } else {
    if (random() % 4 == 0) return T(random() % 5) - 2;
    return r;
  }
}

template <class T>
bool same_bits(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (a != a || b != b) return a != a && b != b;  // of a NaN only that it is one
  }
  return std::memcmp(&a, &b, sizeof a) == 0;
}

template <class P, class Q>
bool same_lanes(char const* what, P p, Q q) {
  static_assert(P::size == Q::size);
  for (int i = 0; i < P::size; ++i) {
    if (!same_bits(p.lane(i), q.lane(i))) {
      BOOST_TEST_MESSAGE(what << " lane " << i << " of " << P::size << ": " << +p.lane(i) << " and " << +q.lane(i));
      return false;
    }
  }
  return true;
}

#define ONELOOP_TEST_SAME(expression)                                             \
  do {                                                                            \
    auto const f = [&](auto a, auto b, auto c, auto m) {                          \
      (void)a, (void)b, (void)c, (void)m;                                         \
      return expression;                                                          \
    };                                                                            \
    BOOST_REQUIRE(same_lanes(#expression, f(na, nb, nc, nm), f(aa, ab, ac, am))); \
  } while (false)

// one pack width: every operation on both backends
template <class T, int N, class Backend = native_backend>
void compare_backends(int rounds) {
  using P = typename Backend::template pack<T, N>;
  constexpr bool is_pair = requires { typename P::half; };  // always whole
  using A = array_pack<T, N>;
  generator random;
  T x[3 * N];
  bool k[N];
  for (int round = 0; round < rounds; ++round) {
    for (T& v : x) v = random_value<T>(random);
    for (bool& v : k) v = random() & 1;
    P const na = P::load(x), nb = P::load(x + N), nc = P::load(x + 2 * N);
    A const aa = A::load(x), ab = A::load(x + N), ac = A::load(x + 2 * N);
    auto const nm = P::mask::load(k);
    auto const am = A::mask::load(k);
    int const n = int(random() % (N + 1));
    BOOST_REQUIRE(same_lanes("mask", nm, am));
    ONELOOP_TEST_SAME(a + b);
    ONELOOP_TEST_SAME(a - b);
    ONELOOP_TEST_SAME(a * b);
    ONELOOP_TEST_SAME(-a);
    ONELOOP_TEST_SAME(a * b + c);  // two roundings: nothing may be contracted
    ONELOOP_TEST_SAME(c - a * b);
    ONELOOP_TEST_SAME(fma(a, b, c));
    ONELOOP_TEST_SAME(fnma(a, b, c));
    ONELOOP_TEST_SAME(min(a, b));
    ONELOOP_TEST_SAME(max(a, b));
    ONELOOP_TEST_SAME(abs(a));
    ONELOOP_TEST_SAME(a < b);
    ONELOOP_TEST_SAME(a <= b);
    ONELOOP_TEST_SAME(a > b);
    ONELOOP_TEST_SAME(a >= b);
    ONELOOP_TEST_SAME(a == b);
    ONELOOP_TEST_SAME(a != b);
    ONELOOP_TEST_SAME(select(m, a, b));
    ONELOOP_TEST_SAME((m & (a < b)));
    ONELOOP_TEST_SAME((m | (a < b)));
    ONELOOP_TEST_SAME((m ^ (a < b)));
    ONELOOP_TEST_SAME(!m);
    BOOST_REQUIRE(any(nm) == any(am) && all(nm) == all(am));
    BOOST_REQUIRE(any(!nm) == any(!am) && all(nm | !nm) && !any(nm & !nm));
    if constexpr (!is_pair) BOOST_REQUIRE(same_lanes("first_n", P::mask::first_n(n), A::mask::first_n(n)));
    BOOST_REQUIRE(same_lanes("splat", P(x[0]), A(x[0])));
    BOOST_REQUIRE(same_lanes("iota", P::iota(x[0]), A::iota(x[0])));
    BOOST_REQUIRE(same_lanes("mask splat", typename P::mask(k[0]), typename A::mask(k[0])));
    if constexpr (!is_pair) {
      BOOST_REQUIRE(same_bits(reduce_add(na), reduce_add(aa)));
      BOOST_REQUIRE(same_bits(reduce_mul(na), reduce_mul(aa)));
      BOOST_REQUIRE(same_bits(reduce_min(na), reduce_min(aa)));
      BOOST_REQUIRE(same_bits(reduce_max(na), reduce_max(aa)));
    }
    ONELOOP_TEST_SAME(mask_cast<float>(m));
    ONELOOP_TEST_SAME(mask_cast<double>(m));
    ONELOOP_TEST_SAME(mask_cast<std::int32_t>(m));
    ONELOOP_TEST_SAME(mask_cast<std::int64_t>(m));
    ONELOOP_TEST_SAME(cast<float>(a));
    ONELOOP_TEST_SAME(cast<double>(a));
    if constexpr (std::is_floating_point_v<T>) {
      ONELOOP_TEST_SAME(a / b);
      ONELOOP_TEST_SAME(sqrt(a));
      ONELOOP_TEST_SAME(floor(a));
      ONELOOP_TEST_SAME(ceil(a));
      ONELOOP_TEST_SAME(trunc(a));
      ONELOOP_TEST_SAME(round_even(a));
      ONELOOP_TEST_SAME(copysign(a, b));
      ONELOOP_TEST_SAME(is_nan(a));
      ONELOOP_TEST_SAME(bits(a));
      ONELOOP_TEST_SAME(from_bits<decltype(a)>(bits(a) ^ bits(b)));
      // conversions and scaling in their domains
      ONELOOP_TEST_SAME(cast<std::int32_t>(select(abs(a) < decltype(a)(1e9f), a, -(a - a))));
      ONELOOP_TEST_SAME(cast<std::int64_t>(select(abs(a) < decltype(a)(1e9f), a, -(a - a))));
      T y[2 * N];
      int const limit = 2 * float_format<T>::bias - 4;
      for (int i = 0; i < N; ++i) {
        y[i] = std::ldexp(T(random()) + 1, -63);
        y[i + N] = T(int(random() % (2 * unsigned(limit))) - limit);
      }
      BOOST_REQUIRE(same_lanes("scale2", scale2(P::load(y), P::load(y + N)), scale2(A::load(y), A::load(y + N))));
      for (int i = 0; i < N; ++i) {
        T const expected = std::ldexp(y[i], int(y[i + N]));
        BOOST_REQUIRE(same_bits(scale2(P::load(y), P::load(y + N)).lane(i), expected));
      }
      auto const ns = split_exponent(na);
      auto const as = split_exponent(aa);
      BOOST_REQUIRE(same_lanes("mantissa", ns.m, as.m));
      BOOST_REQUIRE(same_lanes("exponent", ns.e, as.e));
      for (int i = 0; i < N; ++i) {
        if (!(x[i] > 0) || std::isinf(x[i])) continue;
        BOOST_REQUIRE(ns.m.lane(i) >= T(0.70710678) && ns.m.lane(i) <= T(1.41421357));
        BOOST_REQUIRE(same_bits(std::ldexp(ns.m.lane(i), int(ns.e.lane(i))), x[i]));
      }
    } else {
      ONELOOP_TEST_SAME((a & b));
      ONELOOP_TEST_SAME((a | b));
      ONELOOP_TEST_SAME((a ^ b));
      ONELOOP_TEST_SAME((a << 3));
      ONELOOP_TEST_SAME((a >> 5));
      ONELOOP_TEST_SAME(shift_right_logical(a, 7));
      ONELOOP_TEST_SAME(cast<std::int32_t>(a));
      ONELOOP_TEST_SAME(cast<std::int64_t>(a));
    }
    bool kn[N], ka[N];
    nm.store(kn), am.store(ka);
    BOOST_REQUIRE(std::memcmp(kn, ka, N) == 0);
    T stored[3 * N]{}, strided[3 * N]{};
    na.store(stored), na.store_strided(strided, 3);
    for (int i = 0; i < N; ++i) BOOST_REQUIRE(same_bits(stored[i], x[i]) && same_bits(strided[3 * i], x[i]));
    BOOST_REQUIRE(same_lanes("strided", P::load_strided(x, 2), A::load_strided(x, 2)));
    BOOST_REQUIRE(same_lanes("from_lanes", P::from_lanes(x + N), ab));
  }
}

// The sums of fewer rows than lanes; the others would show in every sum.
template <int Rows, class P, class A, int N>
void compare_first_rows(P const (&rows)[N], A const (&reference)[N]) {
  P some[N];
  A some_reference[N];
  for (int r = 0; r < N; ++r) {
    some[r] = r < Rows ? rows[r] : P(std::numeric_limits<typename P::element>::max());
    some_reference[r] = r < Rows ? reference[r] : A(std::numeric_limits<typename P::element>::max());
  }
  P const sums = transpose_reduce_add<Rows>(some);
  A const reference_sums = transpose_reduce_add<Rows>(some_reference);
  for (int r = 0; r < Rows; ++r) {
    BOOST_REQUIRE(same_bits(sums.lane(r), reduce_add(rows[r])));
    BOOST_REQUIRE(same_bits(sums.lane(r), reference_sums.lane(r)));
  }
  if constexpr (Rows < N) compare_first_rows<Rows + 1>(rows, reference);
}

template <class T, int N>
void compare_transposed() {
  using P = native_backend::pack<T, N>;
  using A = array_pack<T, N>;
  generator random;
  for (int round = 0; round < 50; ++round) {
    P rows[N];
    A reference[N];
    for (int r = 0; r < N; ++r) {
      T x[N];
      for (T& v : x) v = T(std::int32_t(random())) * T(0.37f);
      rows[r] = P::load(x), reference[r] = A::load(x);
    }
    P const sums = transpose_reduce_add(rows);
    BOOST_REQUIRE(same_lanes("transpose", sums, transpose_reduce_add(reference)));
    for (int r = 0; r < N; ++r) BOOST_REQUIRE(same_bits(sums.lane(r), reduce_add(rows[r])));
    compare_first_rows<1>(rows, reference);

    P turned[N];
    for (int r = 0; r < N; ++r) turned[r] = rows[r];
    transpose(turned), transpose(reference);
    for (int r = 0; r < N; ++r) {
      BOOST_REQUIRE(same_lanes("transpose", turned[r], reference[r]));
      for (int i = 0; i < N; ++i) BOOST_REQUIRE(same_bits(turned[r].lane(i), rows[i].lane(r)));
    }
  }
}

// Two pages, the second without access: whatever reads or writes past the first ends the test.
struct guarded_page {
  std::size_t size = std::size_t(sysconf(_SC_PAGESIZE));
  char* base = static_cast<char*>(mmap(nullptr, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  guarded_page() { mprotect(base + size, size, PROT_NONE); }
  ~guarded_page() { munmap(base, 2 * size); }
  template <class T>
  T* last(int n) {
    return reinterpret_cast<T*>(base + size) - n;
  }
};

template <class T, int N>
void check_partial() {
  using P = native_backend::pack<T, N>;
  guarded_page page;
  for (int n = 0; n <= N; ++n) {
    T* const p = page.last<T>(n);
    for (int i = 0; i < n; ++i) p[i] = T(i + 1);
    P const x = P::load_partial(p, n, T(77));
    for (int i = 0; i < N; ++i) BOOST_REQUIRE(x.lane(i) == (i < n ? T(i + 1) : T(77)));
    p[-1] = T(5);
    (x + x).store_partial(p, n);
    for (int i = 0; i < n; ++i) BOOST_REQUIRE(p[i] == T(2 * (i + 1)));
    BOOST_REQUIRE(p[-1] == T(5));

    T* const q = page.last<T>(n ? 3 * n - 2 : 0);
    x.store_strided_partial(q, 3, n);
    P const y = P::load_strided_partial(q, 3, n, T(7));
    for (int i = 0; i < N; ++i) BOOST_REQUIRE(y.lane(i) == (i < n ? T(i + 1) : T(7)));

    bool* const b = page.last<bool>(n);
    P::mask::first_n(n > 1 ? n - 1 : n).store_partial(b, n);
    auto const m = P::mask::load_partial(b, n, true);
    for (int i = 0; i < N; ++i) BOOST_REQUIRE(m.lane(i) == (n < 2 || i != n - 1));
  }
  T z[3 * N];
  P::iota(T(1)).store_strided(z, 3);
  BOOST_REQUIRE(same_lanes("strided", P::load_strided(z, 3), P::iota(T(1))));
  BOOST_REQUIRE(same_lanes("backwards", P::load_strided(z + 3 * (N - 1), -3), P(T(N + 1)) - P::iota(T(1))));
  BOOST_REQUIRE(same_lanes("repeated", P::load_strided(z, 0), P(T(1))));
}

template <class T, int N>
void check_width() {
  if constexpr (N == 1 || native_backend::pack<T, N>::is_native) {
    compare_backends<T, N>(3000);
    check_partial<T, N>();
    compare_transposed<T, N>();
  }
}
template <class T>
void check_widths() {
  check_width<T, 1>();
  check_width<T, 16 / sizeof(T)>();
  check_width<T, 32 / sizeof(T)>();
  check_width<T, 64 / sizeof(T)>();
  compare_backends<T, 2 * lanes<T>, paired<native_backend>>(3000);
  compare_backends<T, 2, paired<native_backend>>(300);
}

// The software path against the hardware, on operands made to cancel, tie, overflow, underflow.
template <class T>
void compare_software(int rounds) {
  generator random;
  for (int round = 0; round < rounds; ++round) {
    T const volatile va = random_value<T>(random), vb = random_value<T>(random);
    T const a = va, b = vb;
    T c = random_value<T>(random);
    if (random() % 4 == 0) c = std::nextafter(-a * b, T(random() % 3) - 1);
    bool good = same_bits(software::add(a, b), scalar::add(a, b));
    good = good && same_bits(software::mul(a, b), scalar::mul(a, b));
    good = good && same_bits(software::div(a, b), scalar::div(a, b));
    good = good && same_bits(software::fma(a, b, c), std::fma(a, b, c));
    good = good && same_bits(software::sqrt(a), std::sqrt(a));
    good = good && same_bits(software::floor(a), std::floor(a));
    good = good && same_bits(software::ceil(a), std::ceil(a));
    good = good && same_bits(software::trunc(a), std::trunc(a));
    good = good && same_bits(software::round_even(a), std::nearbyint(a));
    good = good && same_bits(software::convert<float>(a), static_cast<float>(a));
    BOOST_REQUIRE_MESSAGE(good, "operands " << a << ' ' << b << ' ' << c);
  }
}

template <class T>
constexpr T inf = std::numeric_limits<T>::infinity();
template <class T>
constexpr T largest = std::numeric_limits<T>::max();
template <class T>
constexpr T nan_of = std::numeric_limits<T>::quiet_NaN();

// Constant expressions take any input.
template <class T>
constexpr bool constants() {
  using P = constant_backend::pack<T, 4>;
  constexpr T values[] = {inf<T>, largest<T>, T(-0.0), nan_of<T>};
  P const x = P::load(values);
  P const one(T(1)), zero(T(0)), big(largest<T>), small(std::numeric_limits<T>::min());
  bool good = (x + x).lane(0) == inf<T> && (x + x).lane(1) == inf<T>;
  good = good && all(is_nan(P(inf<T>) - P(inf<T>))) && all(is_nan(zero / zero));
  good = good && all(is_nan(zero * P(inf<T>))) && (one / -zero).lane(0) == -inf<T>;
  good = good && (x * x).lane(1) == inf<T> && (big / small).lane(0) == inf<T>;
  good = good && (small * small).lane(0) == 0 && is_nan(x + one).lane(3);
  good = good && fma(big, P(T(2)), -big).lane(0) == (has_fma ? largest<T> : inf<T>);
  good = good && all(is_nan(sqrt(-one))) && sqrt(P(T(2.25))).lane(0) == T(1.5);
  good = good && cast<std::int32_t>(x).lane(0) == std::numeric_limits<std::int32_t>::min();
  good = good && cast<float>(x * P(T(0.999))).lane(1) == (sizeof(T) == 4 ? 0.999f * largest<T> : inf<float>);
  good = good && round_even(P(T(2.5))).lane(0) == 2 && floor(P(T(-0.5))).lane(0) == -1;
  good = good && 1 / ceil(P(T(-0.5))).lane(0) < 0 == false;
  good = good && reduce_add(P::iota(T(1))) == 10 && reduce_max(P::iota(T(1))) == 4;
  good = good && any(x < one) && !(x < one).lane(3) && (x != x).lane(3);
  good = good && min(x, one).lane(3) == 1 && is_nan(min(one, x)).lane(3);
  good = good && scale2(one, P(T(-float_format<T>::bias - 3))).lane(0) * 16 == small.lane(0) * 1;
  return good;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(simd_packs)

BOOST_AUTO_TEST_CASE(backends_agree_float) { check_widths<float>(); }
BOOST_AUTO_TEST_CASE(backends_agree_double) { check_widths<double>(); }
BOOST_AUTO_TEST_CASE(backends_agree_int32) { check_widths<std::int32_t>(); }
BOOST_AUTO_TEST_CASE(backends_agree_int64) { check_widths<std::int64_t>(); }

BOOST_AUTO_TEST_CASE(software_is_hardware) {
  compare_software<float>(2000000);
  compare_software<double>(2000000);
}

BOOST_AUTO_TEST_CASE(lanes_and_types) {
  BOOST_TEST(lanes<float> >= 1);
  BOOST_TEST(lanes<float> == (lanes<double> == 1 ? lanes<float> : 2 * lanes<double>));
  using P = native_backend::pack<float, lanes<float>>;
  static_assert(std::is_same_v<P::rebind<float>, P>);
  static_assert(P::size == lanes<float> && std::is_same_v<P::element, float>);
  static_assert(std::is_same_v<constant_backend::pack<float, 16>, array_pack<float, 16>>);
}

BOOST_AUTO_TEST_CASE(generic_reduce) {
  using P = native_backend::pack<float, 16>;
  float const sum = reduce(P::iota(1.0f), [](auto a, auto b) { return a + b; });
  BOOST_TEST(sum == 136.0f);
}

BOOST_AUTO_TEST_SUITE_END()
