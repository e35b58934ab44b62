// SPDX-License-Identifier: BSL-1.0
// Who runs a loop: the calling thread, or oneTBB's in parts. A part is a range of the first axis (of the elements,
// where the loop is flat) that starts where a whole loop would start a group of packs too, so the bits are the same.
// What is folded into a number is folded block by block, by one thread as well as by several (loops.hpp).
#pragma once

#include <oneloop/core/config.hpp>

#if ONELOOP_HAS_TBB
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_invoke.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>
#endif

namespace ONELOOP_NAMESPACE::eval {

/// All of the first axis.
struct whole {
  static constexpr index_t begin() { return 0; }
  static constexpr index_t end(index_t all) { return all; }
};
/// Some of it.
struct part {
  index_t first, past;
  constexpr index_t begin() const { return first; }
  constexpr index_t end(index_t) const { return past; }
};

struct one_thread {
  static constexpr bool threads = false;
  template <class First, class Second>
  static constexpr void both(First const& first, Second const& second) {
    first();
    second();
  }
};

#if ONELOOP_HAS_TBB
struct several_threads {
  static constexpr bool threads = true;
  template <class First, class Second>
  static void both(First const& first, Second const& second) {
    oneapi::tbb::parallel_invoke(first, second);
  }
  /// body(part) for parts of 0..count, multiples of `granule`, at least `grain` long where there is more than one.
  template <class Body>
  static void run(index_t count, index_t granule, index_t grain, Body const& body) {
    if (count < 2 * grain) {
      body(part{0, count});
      return;
    }
    using range = oneapi::tbb::blocked_range<index_t>;
    oneapi::tbb::parallel_for(range(0, (count + granule - 1) / granule, (grain + granule - 1) / granule),
                              [&](range const& r) {
                                index_t const past = r.end() * granule;
                                body(part{r.begin() * granule, past < count ? past : count});
                              });
  }
  /// merge(make(i)) for i = 0, 1, … below count: made by whoever is free, merged one after the other in this order. Not
  /// more are under way than threads can be busy with, so not more wait.
  template <class Make, class Merge>
  static void run_in_order(index_t count, Make const& make, Merge const& merge) {
    namespace tbb = oneapi::tbb;
    index_t next = 0;
    auto const number = [&](tbb::flow_control& control) {
      if (next == count) control.stop();
      return next++;
    };
    tbb::parallel_pipeline(static_cast<std::size_t>(2 * tbb::this_task_arena::max_concurrency()),
                           tbb::make_filter<void, index_t>(tbb::filter_mode::serial_in_order, number) &
                               tbb::make_filter<index_t, decltype(make(next))>(tbb::filter_mode::parallel, make) &
                               tbb::make_filter<decltype(make(next)), void>(tbb::filter_mode::serial_in_order, merge));
  }
};
#else
using several_threads = one_thread;
#endif

}  // namespace ONELOOP_NAMESPACE::eval
