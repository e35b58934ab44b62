// SPDX-License-Identifier: BSL-1.0
// A formula that may be evaluated by several threads. Only where it is evaluated as a whole: inside another formula
// it is the formula alone.
#pragma once

#include <oneloop/formula/traverse.hpp>

namespace ONELOOP_NAMESPACE {

template <class F>
struct threaded {
  using oneloop_node = void;
  using oneloop_threaded = void;
  using shape_type = shape_t<F>;
  using element = element_t<F>;
  F formula;

  /// float s = par(sum(x))
  constexpr operator evaluated_element<F>() const
    requires(rank_v<F> == 0)
  {
    return value_of<evaluated_element<F>>(*this);
  }
};

template <class T>
inline constexpr bool is_threaded = requires { typename std::remove_cvref_t<T>::oneloop_threaded; };

struct par_t {
  template <operand F>
  constexpr auto operator()(F&& f) const {
    if constexpr (any_invalid<F>)
      return invalid{};
    else
      return threaded<formula_t<F>>{as_formula(static_cast<F&&>(f))};
  }
};

/// y = par(f); evaluate(par, f); evaluate(par, f, g): on oneTBB's threads where the program was built for it (CMake:
/// oneloop::parallel), else as without par. Formulas of less work than two grains stay on the calling thread.
/// Reductions are shared too: what is folded into a number block by block, reductions along the first axis by columns,
/// along others by the first axis. Deterministic: the same bits as without par, however many threads there are.
/// Errors: those of the formula. Cost: a few microseconds a call where threads are used.
inline constexpr par_t par{};

}  // namespace ONELOOP_NAMESPACE
