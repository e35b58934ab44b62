// SPDX-License-Identifier: BSL-1.0
// Formulas over run-time extents and over strided views of one array. The bytes choose extents, strides, offsets and
// the formula; the result is that of plain loops over copies, or a shape_error where, and only where, the extents do
// not fit. Data are small whole numbers, so that sums in any order are exact.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <oneloop/oneloop.hpp>

using namespace oneloop;

namespace {

struct bytes {
  std::uint8_t const* at;
  std::uint8_t const* end;
  int next(int below) { return at == end ? 0 : *at++ % below; }
};

void require(bool condition, char const* what) {
  if (condition) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::abort();
}

tensor<float, dyn> vector(bytes& in, index_t n) {
  tensor<float, dyn> x(n);
  for (auto& each : x) each = static_cast<float>(in.next(17) - 8);
  return x;
}
tensor<float, dyn, dyn> matrix(bytes& in, index_t rows, index_t columns) {
  tensor<float, dyn, dyn> x(rows, columns);
  for (auto& each : x) each = static_cast<float>(in.next(17) - 8);
  return x;
}

/// Whether f throws shape_error.
template <class F>
bool throws(F const& f) {
  try {
    f();
  } catch (shape_error const&) {
    return true;
  }
  return false;
}

void elementwise(bytes& in) {
  index_t const n = in.next(70), m = in.next(4) ? n : in.next(70), target = in.next(4) ? n : in.next(70);
  auto const x = vector(in, n), y = vector(in, m);
  auto z = vector(in, target);
  auto const before = z;
  // An empty target takes the extents of the formula.
  bool const fits = n == m && (target == n || target == 0);
  require(throws([&] { z = x % y + 2 * x; }) == !fits, "shape_error where extents differ, and only there");
  require(z.extent(0) == (fits ? n : target), "the extents afterwards");
  for (index_t i = 0; i < z.size(); ++i)
    require(z(i) == (fits ? x(i) * y(i) + 2 * x(i) : before(i)), "the element; unchanged after an error");
  require(throws([&] { (void)evaluate(dot(x, y)); }) == (n != m), "shape_error of dot");
  if (n != m) return;
  float sum = 0;
  for (index_t i = 0; i < n; ++i) sum += x(i) * y(i);
  require(evaluate(dot(x, y)) == sum, "dot");
}

void product(bytes& in) {
  index_t const rows = in.next(40), inner = in.next(40), columns = in.next(40);
  index_t const other = in.next(4) ? inner : in.next(40);
  auto const a = matrix(in, rows, inner), b = matrix(in, other, columns);
  auto const x = vector(in, other);
  tensor<float, dyn, dyn> c;
  tensor<float, dyn> y;
  require(throws([&] { c = a * b + 1; }) == (inner != other), "shape_error of a product");
  require(throws([&] { y = relu(a * x); }) == (inner != other), "shape_error of a matrix by a vector");
  if (inner != other) {
    require(c.size() == 0 && y.size() == 0, "nothing was written");
    return;
  }
  auto const packed_y = evaluate(pack(a) * x);
  for (index_t i = 0; i < rows; ++i) {
    float row = 0;
    for (index_t k = 0; k < inner; ++k) row += a(i, k) * x(k);
    require(y(i) == std::max(row, 0.0f) && packed_y(i) == row, "an element of the matrix by the vector");
    for (index_t j = 0; j < columns; ++j) {
      float sum = 1;
      for (index_t k = 0; k < inner; ++k) sum += a(i, k) * b(k, j);
      require(c(i, j) == sum, "an element of the product");
    }
  }
}

/// A view with any strides, both signs, that stays inside of so many elements; where targets go no element twice.
struct place {
  index_t start, first, second, rows, columns;
  place(bytes& in, index_t size, index_t r, index_t c, bool distinct) : rows(r), columns(c) {
    first = in.next(41) - 20, second = in.next(7) - 3;
    if (distinct) {
      if (second == 0) second = 1;
      index_t const row = columns * std::abs(second);
      if (std::abs(first) < row) first = first < 0 ? -row : row;
    }
    index_t const low = std::min<index_t>(0, (rows - 1) * first) + std::min<index_t>(0, (columns - 1) * second);
    index_t const high = std::max<index_t>(0, (rows - 1) * first) + std::max<index_t>(0, (columns - 1) * second);
    start = -low + in.next(static_cast<int>(std::min<index_t>(size - (high - low), 256)));
  }
  view<float, dyn, dyn, strided> over(float* data) const { return {data + start, rows, columns, {first, second}}; }
  float read(std::vector<float> const& from, index_t i, index_t j) const {
    return from[static_cast<std::size_t>(start + i * first + j * second)];
  }
};

/// The target and what is read overlap in any way.
void overlapping(bytes& in) {
  constexpr index_t size = 1024;
  index_t const rows = 1 + in.next(9), columns = 1 + in.next(20);
  std::vector<float> data(size);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<float>(static_cast<int>(i * 7 % 23) - 11);
  auto const before = data;
  place const to(in, size, rows, columns, true), a(in, size, rows, columns, false), b(in, size, columns, rows, false);
  auto target = to.over(data.data());
  auto expected = before;
  int const what = in.next(3);
  for (index_t i = 0; i < rows; ++i)
    for (index_t j = 0; j < columns; ++j) {
      float& result = expected[static_cast<std::size_t>(to.start + i * to.first + j * to.second)];
      if (what == 0) result = a.read(before, i, j) * 2 - b.read(before, j, i);
      if (what == 1) result = to.read(before, i, j) + a.read(before, i, j);
      if (what == 2) result = a.read(before, i, columns - 1 - j) + 3;
    }
  if (what == 0) target = 2 * a.over(data.data()) - transpose(b.over(data.data()));
  if (what == 1) target += a.over(data.data());
  if (what == 2) {
    auto turned = a;
    turned.start += (columns - 1) * turned.second;
    turned.second = -turned.second;
    target = turned.over(data.data()) + 3;
  }
  require(data == expected, "assignment between overlapping views");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  bytes in{data, data + size};
  switch (in.next(3)) {
    case 0: elementwise(in); break;
    case 1: product(in); break;
    default: overlapping(in);
  }
  return 0;
}
