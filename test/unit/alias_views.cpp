// SPDX-License-Identifier: BSL-1.0
// Views that overlap: shifted, strided, reversed, transposed. What is assigned is what was there
// before.
// labels: sanitize
#include "reference.hpp"

#include <array>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(aliasing_of_views)

// Reads and writes the same store of 64 numbers through two views made by `to(p)` and `from(p)`.
template <class To, class From>
void overlapping(char const* what, To to, From from) {
  std::array<float, 64> store;
  for (int i = 0; i < 64; ++i) store[std::size_t(i)] = float(i * i % 37);
  auto expected = store;
  auto const read_from = read(from(expected.data()));
  auto const target = to(store.data());
  auto const plan_of = to(expected.data());
  // The reference writes element by element what it has read before.
  each_index(read_from.extents, [&](list const& at) {
    std::ptrdiff_t offset = 0;
    for (std::size_t axis = 0; axis < at.size(); ++axis) offset += at[axis] * plan_of.strides()[int(axis)];
    plan_of.data()[offset] = float(2 * read_from(at) + 1);
  });
  auto const source_view = from(store.data());
  put(target, 2 * source_view + 1);
  BOOST_TEST(store == expected, what);
}

BOOST_AUTO_TEST_CASE(shifted_views) {
  for (int n : {1, 5, 8, 9, 16, 31, 40})
    for (int shift : {1, 2, 3, 7, 8, 9, 20}) {
      auto const at = [n](int offset) { return [n, offset](float* p) { return view<float, dyn>(p + offset, n); }; };
      overlapping("to the right", at(shift), at(0));
      overlapping("to the left", at(0), at(shift));
      overlapping("in place", at(shift), at(shift));
    }
}

BOOST_AUTO_TEST_CASE(strided_and_reversed_views) {
  for (int n : {1, 4, 9, 16, 21}) {
    auto const strided_at = [n](int offset, int step) {
      return [=](float* p) { return view<float, dyn, strided>(p + offset, n, {step}); };
    };
    overlapping("reversed", strided_at(0, 1), strided_at(n - 1, -1));
    overlapping("reversed target", strided_at(n - 1, -1), strided_at(0, 1));
    overlapping("both reversed", strided_at(n - 1, -1), strided_at(n, -1));
    overlapping("every other, shifted", strided_at(1, 2), strided_at(0, 2));
    overlapping("every third from dense", strided_at(0, 3), strided_at(2, 1));
    overlapping("dense from every third", strided_at(2, 1), strided_at(0, 3));
  }
}

BOOST_AUTO_TEST_CASE(views_of_rows_and_columns) {
  auto const rows = [](int offset, int step) {
    return [=](float* p) { return view<float, 4, 6, strided>(p + offset, {step, 1}); };
  };
  overlapping("rows upside down", rows(0, 6), rows(18, -6));
  overlapping("a row down", rows(6, 6), rows(0, 6));
  overlapping("a row up", rows(0, 6), rows(6, 6));
  overlapping("a column right", rows(1, 8), rows(0, 8));
  overlapping(
      "transposed", [](float* p) { return view<float, 5, 5, strided>(p, {1, 5}); },
      [](float* p) { return view<float, 5, 5, strided>(p, {5, 1}); });
}

BOOST_AUTO_TEST_SUITE_END()
