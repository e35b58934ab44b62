// SPDX-License-Identifier: BSL-1.0
// hana::unpack of a basic_tuple that is always inlined. In an evaluation's body g++ 12 at -O2 leaves
// hana::unpack as a call (its own inlining limits), which the codegen tests forbid.
#pragma once

#include <boost/hana/at.hpp>
#include <boost/hana/basic_tuple.hpp>
#include <utility>

#include <oneloop/core/config.hpp>

namespace ONELOOP_NAMESPACE {

template <class F, class... T>
ONELOOP_INLINE constexpr decltype(auto) unpack_inline(boost::hana::basic_tuple<T...> const& tuple, F&& f) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) ONELOOP_LAMBDA -> decltype(auto) {
    return static_cast<F&&>(f)(boost::hana::at_c<I>(tuple)...);
  }(std::index_sequence_for<T...>{});
}

}  // namespace ONELOOP_NAMESPACE
