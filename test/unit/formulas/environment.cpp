// SPDX-License-Identifier: BSL-1.0
#include "environment.hpp"

#include <cstring>
#include <type_traits>

namespace formulas {

namespace {

std::size_t bytes_of(element e) { return e == element::f64 ? 8 : e == element::mask ? 1 : 4; }

void put(element e, void* to, real value) {
  switch (e) {
    case element::f32: *static_cast<float*>(to) = static_cast<float>(value); return;
    case element::f64: *static_cast<double*>(to) = static_cast<double>(value); return;
    case element::i32: *static_cast<std::int32_t*>(to) = static_cast<std::int32_t>(value); return;
    case element::mask: *static_cast<bool*>(to) = value != 0; return;
  }
}
real get(element e, void const* from) {
  switch (e) {
    case element::f32: return *static_cast<float const*>(from);
    case element::f64: return *static_cast<double const*>(from);
    case element::i32: return *static_cast<std::int32_t const*>(from);
    default: return *static_cast<unsigned char const*>(from);  // a bool of other bits than 0 and 1 shows
  }
}

template <class F>
void each_offset(list const& extents, std::ptrdiff_t const* strides, F f, std::size_t axis = 0, std::ptrdiff_t offset = 0) {
  if (axis == extents.size()) return f(offset);
  for (std::ptrdiff_t i = 0; i < extents[axis]; ++i) each_offset(extents, strides, f, axis + 1, offset + i * strides[axis]);
}

constexpr std::ptrdiff_t guard = 16;
constexpr std::byte pattern{0xff};  // NaN of both types, -1

}  // namespace

list environment::extents_of(shape const& s) const {
  list result;
  for (int i = 0; i < s.rank; ++i) result.push_back(extent(s.axes[i].symbol));
  return result;
}

void environment::fill(int k, void* data, std::ptrdiff_t const* strides) const {
  operand const& what = describe(k);
  numbers_of const& from = source(k);
  auto const size = static_cast<std::ptrdiff_t>(bytes_of(what.type));
  std::size_t next = 0;
  each_offset(from.extents, strides, [&](std::ptrdiff_t offset) {
    put(what.type, static_cast<std::byte*>(data) + offset * size, from.values[next++]);
  });
}

void* environment::element_of(memory& m) {
  return m.bytes.data() + m.first * static_cast<std::ptrdiff_t>(bytes_of(m.type));
}

memory& environment::lay(int k) {
  operand const& what = describe(k);
  memory& m = laid(k);
  m.type = what.type;
  m.extents = source(k).extents;
  auto const rank = m.extents.size();
  m.strides.assign(rank, 1);
  dice roll{seed + static_cast<std::uint64_t>(k + 7)};
  // Axes in any order, with gaps, backwards.
  std::vector<std::size_t> order;
  for (std::size_t i = rank; i-- > 0;) order.insert(order.begin() + (what.where == layout::strided ? roll.below(static_cast<int>(order.size()) + 1)
                                                                                                     : static_cast<int>(order.size())), i);
  std::ptrdiff_t reach = 1;
  for (std::size_t i : order) {
    if (what.where == layout::strided && roll.in(40)) reach += roll.below(4);
    m.strides[i] = reach;
    reach *= std::max<std::ptrdiff_t>(m.extents[i], 1);
  }
  std::ptrdiff_t first = guard;
  for (std::size_t i = 0; i < rank; ++i)
    if (what.where == layout::strided && m.extents[i] > 0 && roll.in(20)) {
      first += (m.extents[i] - 1) * m.strides[i];
      m.strides[i] = -m.strides[i];
    }
  m.first = first;
  m.bytes.assign(static_cast<std::size_t>(reach + 2 * guard) * bytes_of(m.type), pattern);
  fill(k, element_of(m), m.strides.data());
  return m;
}

bool environment::guards_changed() {
  for (int k = -1; k < formula.operand_count; ++k) {
    memory& m = laid(k);
    if (m.bytes.empty()) continue;
    auto copy = m.bytes;
    auto const size = static_cast<std::ptrdiff_t>(bytes_of(m.type));
    each_offset(m.extents, m.strides.data(), [&](std::ptrdiff_t offset) {
      std::memset(copy.data() + (m.first + offset) * size, static_cast<int>(pattern), static_cast<std::size_t>(size));
    });
    for (std::byte b : copy)
      if (b != pattern) return true;
  }
  return false;
}

void environment::store(int result, element type, int rank, void const* data, std::ptrdiff_t const* extents, std::ptrdiff_t const* strides) {
  if (results_.size() <= static_cast<std::size_t>(result)) results_.resize(static_cast<std::size_t>(result) + 1);
  numbers_of& to = results_[static_cast<std::size_t>(result)];
  to.extents.assign(extents, extents + rank);
  to.values.clear();
  auto const size = static_cast<std::ptrdiff_t>(bytes_of(type));
  each_offset(to.extents, strides, [&](std::ptrdiff_t offset) {
    to.values.push_back(get(type, static_cast<std::byte const*>(data) + offset * size));
  });
}

}  // namespace formulas
