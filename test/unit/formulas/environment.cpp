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
void each_offset(list const& extents, std::ptrdiff_t const* strides, F f, std::size_t axis = 0,
                 std::ptrdiff_t offset = 0) {
  if (axis == extents.size()) return f(offset);
  for (std::ptrdiff_t i = 0; i < extents[axis]; ++i)
    each_offset(extents, strides, f, axis + 1, offset + i * strides[axis]);
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

place environment::placed(int k) const {
  operand const& what = describe(k);
  place at;
  at.type = what.type;
  at.extents = source(k).extents;
  auto const rank = at.extents.size();
  at.strides.assign(rank, 1);
  dice roll{seed + static_cast<std::uint64_t>(k + 7)};
  // Axes in any order, with gaps, backwards.
  std::vector<std::size_t> order;
  for (std::size_t i = rank; i-- > 0;) {
    int const last = static_cast<int>(order.size());
    order.insert(order.begin() + (what.where == layout::strided ? roll.below(last + 1) : last), i);
  }
  at.reach = 1;
  for (std::size_t i : order) {
    if (what.where == layout::strided && roll.in(40)) at.reach += roll.below(4);
    at.strides[i] = at.reach;
    at.reach *= std::max<std::ptrdiff_t>(at.extents[i], 1);
  }
  at.first = guard;
  for (std::size_t i = 0; i < rank; ++i)
    if (what.where == layout::strided && at.extents[i] > 0 && roll.in(20)) {
      at.first += (at.extents[i] - 1) * at.strides[i];
      at.strides[i] = -at.strides[i];
    }
  return at;
}

void* environment::lay(int k) {
  bool const overlaps = k < 0 && formula.overlapped >= 0;
  place& at = places_[k + 1] = placed(k);
  auto const size = static_cast<std::ptrdiff_t>(bytes_of(at.type));
  auto& bytes = bytes_[overlaps ? formula.overlapped + 1 : k + 1];
  if (overlaps) {
    dice roll{seed};
    at.first += roll.below(static_cast<int>(laid(formula.overlapped).reach));
  } else {
    std::ptrdiff_t const room = k == formula.overlapped ? placed(-1).reach : 0;
    bytes.assign(static_cast<std::size_t>((at.reach + room + 2 * guard) * size), pattern);
  }
  auto* const first = bytes.data() + at.first * size;
  if (overlaps) {
    target.values.clear();
    each_offset(at.extents, at.strides.data(),
                [&](std::ptrdiff_t offset) { target.values.push_back(get(at.type, first + offset * size)); });
  } else {
    fill(k, first, at.strides.data());
    before_[k + 1] = bytes;
  }
  return first;
}

bool environment::others_changed() {
  for (int k = -1; k < formula.operand_count; ++k) {
    auto now = bytes_[k + 1];
    auto const& before = before_[k + 1];
    // The target may lie here.
    if (k == formula.target_operand || (k >= 0 && k == formula.overlapped)) {
      place const& at = laid(k == formula.target_operand ? k : -1);
      auto const size = static_cast<std::ptrdiff_t>(bytes_of(at.type));
      each_offset(at.extents, at.strides.data(), [&](std::ptrdiff_t offset) {
        auto const from = static_cast<std::size_t>((at.first + offset) * size);
        if (from < now.size()) std::memcpy(now.data() + from, before.data() + from, static_cast<std::size_t>(size));
      });
    }
    if (now != before) return true;
  }
  return false;
}

void environment::store(int result, element type, int rank, void const* data, std::ptrdiff_t const* extents,
                        std::ptrdiff_t const* strides) {
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
