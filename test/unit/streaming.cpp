// SPDX-License-Identifier: BSL-1.0
// Results that are written past the caches, from 512 bytes on here: the values and nothing beside them, wherever the
// target begins and whatever of it the formula reads.
// labels: sanitize
// link: oneloop::parallel
#define ONELOOP_STREAM_BYTES 512
#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <oneloop/oneloop.hpp>

#include <vector>

using namespace oneloop;

namespace {

using element_types = boost::mpl::list<float, double, std::int32_t>;
constexpr auto batch = dim<"batch">;

// Whole numbers: sums and products of them are exact.
template <class T>
T first(index_t i) {
  return static_cast<T>(i % 89 - 40);
}
template <class T>
T second(index_t i) {
  return static_cast<T>(i % 31 + 3);
}

template <class T>
auto vectors(index_t size) {
  tensor<T, dyn> x(size), y(size);
  for (index_t i = 0; i < size; ++i) x(i) = first<T>(i), y(i) = second<T>(i);
  return std::pair(x, y);
}

/// That v[i] is expected(i), and no more is said than the first index where it is not.
template <class Values, class Expected>
void check_each(Values const& v, index_t size, Expected const& expected) {
  for (index_t i = 0; i < size; ++i)
    if (!(v[i] == expected(i))) {
      BOOST_ERROR("element " << i << " of " << size << ": " << v[i] << ", not " << expected(i));
      return;
    }
}

constexpr index_t sizes[] = {1, 63, 64, 127, 128, 129, 143, 255, 256, 257, 511, 1024, 5000};

}  // namespace

BOOST_AUTO_TEST_SUITE(streaming)

BOOST_AUTO_TEST_CASE_TEMPLATE(assigned, T, element_types) {
  for (auto const size : sizes) {
    auto const [x, y] = vectors<T>(size);
    auto const expected = [](index_t i) { return T(3) * first<T>(i) + second<T>(i); };
    tensor<T, dyn> z(size);
    z = 3 * x + y;
    check_each(z.data(), size, expected);
    tensor<T, dyn> const made = 3 * x + y;
    check_each(made.data(), size, expected);
    z = 0;
    check_each(z.data(), size, [](index_t) { return T(0); });
    z = par(3 * x + y);
    check_each(z.data(), size, expected);
  }
}

// Every position that an element can have in a pack, and the elements before and after it.
BOOST_AUTO_TEST_CASE_TEMPLATE(views_anywhere, T, element_types) {
  constexpr index_t guard = 20;
  for (auto const size : sizes)
    for (index_t offset = 0; offset < 17; ++offset) {
      auto const [x, y] = vectors<T>(size);
      std::vector<T> memory(static_cast<std::size_t>(size + 2 * guard), T(77));
      T* const begin = memory.data() + offset;
      auto target = view<T, dyn>(begin, size);
      target = x % y;
      check_each(begin, size, [](index_t i) { return first<T>(i) * second<T>(i); });
      for (index_t i = -offset; i < 0; ++i) BOOST_TEST(begin[i] == T(77));
      for (index_t i = size; i < size + guard; ++i) BOOST_TEST(begin[i] == T(77));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(in_place, T, element_types) {
  for (auto const size : sizes) {
    auto [x, y] = vectors<T>(size);
    y = 2 * x + y;
    check_each(y.data(), size, [](index_t i) { return T(2) * first<T>(i) + second<T>(i); });
    y += x;
    check_each(y.data(), size, [](index_t i) { return T(3) * first<T>(i) + second<T>(i); });
    noalias(y) = y - x;
    check_each(y.data(), size, [](index_t i) { return T(2) * first<T>(i) + second<T>(i); });
    y = sum(x) + y;  // read as a whole before it is written
    T all = 0;
    for (index_t i = 0; i < size; ++i) all += first<T>(i);
    check_each(y.data(), size, [&](index_t i) { return all + T(2) * first<T>(i) + second<T>(i); });
  }
}

// One element further on: what is read has been written, unless there is a copy.
BOOST_AUTO_TEST_CASE_TEMPLATE(shifted, T, element_types) {
  for (auto const size : sizes) {
    auto [x, y] = vectors<T>(size + 1);
    auto behind = view<T, dyn>(x.data() + 1, size);
    behind = 5 * view<T, dyn>(x.data(), size);
    check_each(x.data() + 1, size, [](index_t i) { return T(5) * first<T>(i); });
    BOOST_TEST(x(0) == first<T>(0));
  }
}

// Rows that begin anywhere in a pack, row-major and column-major.
BOOST_AUTO_TEST_CASE_TEMPLATE(row_by_row, T, element_types) {
  for (auto const width : {1, 7, 64, 65, 203}) {
    tensor<T, batch, dyn> X(40, width), Y(40, width);
    tensor<T, dyn> b(width);
    for (index_t i = 0; i < X.size(); ++i) X.data()[i] = first<T>(i);
    for (index_t i = 0; i < width; ++i) b(i) = second<T>(i);
    auto const expected = [&](index_t i) { return first<T>(i) + second<T>(i % width); };
    Y = X + broadcast<batch, dyn>(b);
    check_each(Y.data(), Y.size(), expected);
    Y = par(X + broadcast<batch, dyn>(b));
    check_each(Y.data(), Y.size(), expected);

    tensor<T, dyn, dyn, column_major> C(width, 40);
    C = transpose(X);  // the elements in the same order
    check_each(C.data(), C.size(), [](index_t i) { return first<T>(i); });
  }
}

BOOST_AUTO_TEST_CASE(static_extents) {
  tensor<float, 40, 203> X, Y;
  for (index_t i = 0; i < X.size(); ++i) X.data()[i] = first<float>(i);
  Y = 2 * X - 1;
  check_each(Y.data(), Y.size(), [](index_t i) { return 2 * first<float>(i) - 1; });
}

// A sweep over an array in memory, taken by smaller tiles: from four rows on here.
template <class T, int Width>
void sweep_over_memory() {
  constexpr auto Xv = var<"X", batch, Width>;
  constexpr auto wv = var<"w", Width>;
  constexpr auto tv = var<"t", batch>;
  constexpr auto residual = Xv * wv - tv;
  constexpr auto f = formula_results(transpose(Xv) * residual, dot(residual, residual));
  static_assert(plan(f).sweeps == 1);
  tensor<T, Width> w;
  for (int j = 0; j < Width; ++j) w[j] = T(j % 3 - 1);
  for (int const rows : {0, 1, 3, 4, 31, 32, 33, 127, 128, 129, 200}) {
    tensor<T, batch, Width> X(rows);
    tensor<T, batch> t(rows);
    tensor<T, Width> slope;
    T squares = 0;
    for (index_t i = 0; i < X.size(); ++i) X.data()[i] = T(i % 7 - 3);
    for (int i = 0; i < rows; ++i) {
      T r = t[i] = T(i % 5);
      r = -r;
      for (int j = 0; j < Width; ++j) r += X(i, j) * w[j];
      squares += r * r;
      for (int j = 0; j < Width; ++j) slope[j] += X(i, j) * r;
    }
    auto const [found, sum] = evaluate(f(Xv = X, wv = w, tv = t));
    BOOST_TEST(sum == squares);
    check_each(found.data(), Width, [&](index_t j) { return slope[j]; });
  }
}
BOOST_AUTO_TEST_CASE(swept) {
  sweep_over_memory<float, 32>();
  sweep_over_memory<double, 5>();
  sweep_over_memory<float, 0>();
}

BOOST_AUTO_TEST_SUITE_END()
