// SPDX-License-Identifier: BSL-1.0
// Contractions, one row of results at a time: all vectors of results, and matrices of few rows.
#pragma once

#include <oneloop/eval/frame.hpp>

namespace ONELOOP_NAMESPACE::eval {

template <class Frame, class Slots = typename Frame::slots, class Sinks = typename Frame::sinks>
struct row_loop;

template <class Frame, class... Slots, class... Sinks>
struct row_loop<Frame, hana::basic_tuple<Slots...>, hana::basic_tuple<Sinks...>> : Frame {
  using Backend = typename Frame::backend;
  static constexpr int N = Frame::lanes;
  using typename Frame::job_type;
  using typename Frame::states;
  using Default = typename Frame::default_type;
  using Space = typename Frame::job_type::space;
  using Frame::rank, Frame::last, Frame::tile, Frame::pair_of_tiles, Frame::start, Frame::finish, Frame::last_begin,
      Frame::last_end, Frame::last_extent, Frame::placed, Frame::linear, Frame::full_packs, Frame::open_row;

  template <class Contraction>
  using product_of = product<Backend, N, computed<element_or<element_t<Contraction>, Default>>, Contraction>;
  static constexpr bool any_dots = (false || ... || roles<Slots>::by_dots);

  /// The end of a row of static length: only the dots that exist are computed.
  static constexpr int last_valid = Frame::open_row ? 0 : Frame::row_length % N;

  template <class Contraction>
  using pack_of = typename product_of<Contraction>::P;

  // W * x + U * h: two products by dots that are only ever added to each other are one longer dot, and the results
  // cross the lanes once (sigmoid(W * x + U * h + b) of 16 x 16: 29 ns apart, 20 ns joined). The second then counts as
  // zero.

  template <int I>
  using slot_type = planner::slot<I, nth<I, type_list<Slots...>>>;
  template <class Node>
  static constexpr int uses = (0 + ... + planner::count_of<Node, typename Sinks::formula_type>);
  template <int I, int J>
  static constexpr bool joins = [] {
    using first = typename slot_type<I>::contraction_type;
    using second = typename slot_type<J>::contraction_type;
    if constexpr (I != J && roles<first>::by_dots && roles<second>::by_dots)
      return uses<slot_type<I>> == 1 && uses<slot_type<J>> == 1 &&
             uses<applied<plus_t, Space, slot_type<I>, slot_type<J>>> == 1;
    else
      return false;
  }();
  /// The slot that slot I takes in (Takes), or is taken in by; -1 if none.
  template <int I, bool Takes>
  static constexpr int joined = []<int... J>(std::integer_sequence<int, J...>) {
    int found = -1;
    (((Takes ? joins<I, J> : joins<J, I>) ? void(found = J) : void()), ...);
    return found;
  }(std::make_integer_sequence<int, sizeof...(Slots)>{});

  template <int Valid, int I, class Lanes, class Env>
  static ONELOOP_INLINE constexpr auto one_result(job_type const& j, index_list<rank> const& at, Lanes lanes,
                                                  index_t columns_left, Env const& env) {
    auto const& c = hana::at_c<I>(j.stage.slots);
    using contraction_type = std::remove_cvref_t<decltype(c)>;
    using P = pack_of<contraction_type>;
    if constexpr (joined<I, false> >= 0) {
      return P(typename P::element(0));
    } else if constexpr (roles<contraction_type>::by_dots) {
      return product_of<contraction_type>::template dots<Valid>(
          c, at, static_cast<int>(columns_left), Frame::length_of(c, env.temps), env,
          [&](auto const& term) ONELOOP_LAMBDA {
            if constexpr (joined<I, true> >= 0) {
              auto const& other = hana::at_c<joined<I, true>>(j.stage.slots);
              term(product_of<std::remove_cvref_t<decltype(other)>>{}, other, Frame::length_of(other, env.temps));
            }
          });
    } else {
      P sums[1];
      product_of<contraction_type>::template columns<1>(sums, c, at, Frame::length_of(c, env.temps), lanes, env);
      return sums[0];
    }
  }

  /// The next pack of each contraction.
  template <int Valid, class Lanes>
  static ONELOOP_INLINE constexpr hana::basic_tuple<pack_of<Slots>...> one_pack(job_type const& j,
                                                                                index_list<rank> const& at, Lanes lanes,
                                                                                index_t columns_left) {
    auto const env = without_slots(j.temps);
    return [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      return hana::basic_tuple<pack_of<Slots>...>(one_result<Valid, I>(j, at, lanes, columns_left, env)...);
    }(std::make_integer_sequence<int, sizeof...(Slots)>{});
  }

  template <class P, int Packs>
  struct many {
    P pack[Packs];
    constexpr many() {}  // without it a tuple sets the packs to zero
  };
  template <class Sums>
  static ONELOOP_INLINE constexpr auto nth_packs(Sums const& sums, index_t nth) {
    return unpack_inline(sums, [&](auto const&... sum)
                                   ONELOOP_LAMBDA { return hana::basic_tuple<pack_of<Slots>...>(sum.pack[nth]...); });
  }
  template <class Sums>
  static ONELOOP_INLINE constexpr auto nth_pairs(Sums const& sums, index_t nth) {
    return unpack_inline(sums, [&](auto const&... sum) ONELOOP_LAMBDA {
      return hana::basic_tuple<simd::pack_pair<pack_of<Slots>>...>(
          simd::pack_pair<pack_of<Slots>>(sum.pack[nth], sum.pack[nth + 1])...);
    });
  }
  template <class Sums>
  static ONELOOP_INLINE constexpr void set_packs(Sums& sums, index_t nth,
                                                 hana::basic_tuple<pack_of<Slots>...> const& to) {
    [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      ((hana::at_c<I>(sums).pack[nth] = hana::at_c<I>(to)), ...);
    }(std::make_integer_sequence<int, sizeof...(Slots)>{});
  }

  /// What follows the products runs after those of several packs: its long chains then wait side by side, where one
  /// between two products fills the window of instructions. Not after all, so that matrices beyond the first-level
  /// cache are read meanwhile (AVX2, by turns, after 4, after 8 of float: 64 x 64 172, 160 ns; 128 x 128 850, 871 ns). Of
  /// doubles the chains are longer and the packs shorter: after 8, where memory is not asked for in between (mean of a
  /// loss, 256 and 4096 rows of 32: 0.95 of the time, and after 16 as well; its gradient, which asks: 1.2).
  static constexpr int group_of_packs = [] {
    if constexpr (shape::is_static<Space>) {
      constexpr index_t bytes =
          (index_t{0} + ... +
           (shape::static_size<shape_t<typename roles<Slots>::B>> * index_t{sizeof(typename pack_of<Slots>::element)}));
      return bytes > 0 && bytes <= 32768 ? 8 : 4;
    } else {
      constexpr bool slow =
          (true && ... && (sizeof(typename pack_of<Slots>::element) == 8 && !product_of<Slots>::rows_ahead));
      return Frame::waits && slow ? 8 : 4;
    }
  }();

  static constexpr bool follows_in_pairs = Frame::in_pairs && full_packs >= 2;

  template <int Packs>
  static ONELOOP_INLINE constexpr void wide_tile(job_type const& j, states& s, index_list<rank> const& at,
                                                 index_t position) {
    auto const env = without_slots(j.temps);
    hana::basic_tuple<many<pack_of<Slots>, Packs>...> sums;
    [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      (product_of<Slots>::template columns<Packs>(hana::at_c<I>(sums).pack, hana::at_c<I>(j.stage.slots), at,
                                                  Frame::length_of(hana::at_c<I>(j.stage.slots), j.temps), full{}, env),
       ...);
    }(std::make_integer_sequence<int, sizeof...(Slots)>{});
    auto const point = [&](int w) ONELOOP_LAMBDA {
      return make_point<Backend, N, last>(placed(at, at[last] + w * N), full{});
    };
    if constexpr (follows_in_pairs) {
      [&]<int... W>(std::integer_sequence<int, W...>) ONELOOP_LAMBDA {
        (pair_of_tiles(j, s, point(2 * W), position + 2 * W * N, nth_pairs(sums, 2 * W)), ...);
      }(std::make_integer_sequence<int, Packs / 2>{});
    } else {
      [&]<int... W>(std::integer_sequence<int, W...>) ONELOOP_LAMBDA {
        (tile(j, s, point(W), position + W * N, nth_packs(sums, W)), ...);
      }(std::make_integer_sequence<int, Packs>{});
    }
  }

  // ---- long rows of B, read as they lie

  static constexpr index_t long_row = 8 * N, many_terms = 16;
  static constexpr bool may_add_rows =
      N > 1 && !any_dots && (open_row || Frame::row_length >= long_row) &&
      (true && ... &&
       (product_of<Slots>::may_add_rows &&
        (planner::inner_extent_v<Slots> == shape::dynamic || planner::inner_extent_v<Slots> >= many_terms)));
  /// A page of sums of the widest element.
  static constexpr index_t packs_of_sums = [] {
    index_t bytes = 4;
    ((bytes < index_t{sizeof(typename pack_of<Slots>::element)} ? void(bytes = sizeof(typename pack_of<Slots>::element))
                                                                : void()),
     ...);
    return 4096 / (N * bytes);
  }();
  template <class P>
  struct row_of_sums {
    alignas(64) typename P::element sums[packs_of_sums * N];
    constexpr row_of_sums() {}  // without it a tuple sets the sums to zero
  };

  /// Whether there are many terms, of which the first-level cache does not hold all (64 x 128 floats there: 100 ns, and
  /// 120 by rows). Of the whole row, whatever the part: the order of the sums must not depend on that.
  static ONELOOP_INLINE constexpr bool adds_rows(job_type const& j) {
    index_t const columns = last_extent(j);
    return unpack_inline(j.stage.slots, [&](auto const&... slot) ONELOOP_LAMBDA {
      return columns >= long_row && (true && ... && (Frame::length_of(slot, j.temps) >= many_terms)) &&
             (index_t{0} + ... +
              (Frame::length_of(slot, j.temps) * columns * index_t{sizeof(typename pack_of<Slots>::element)})) > 32768;
    });
  }

  /// The results from i on that full packs hold; gives the first that is left.
  static ONELOOP_INLINE constexpr index_t add_rows(job_type const& j, states& s, index_list<rank> const& at,
                                                   index_t base, index_t i, index_t count) {
    constexpr index_t step = follows_in_pairs ? 2 : 1;
    auto const env = without_slots(j.temps);
    hana::basic_tuple<row_of_sums<pack_of<Slots>>...> rows;
    while (i + step * N <= count) {
      index_t const left = (count - i) / N / step * step, packs = left < packs_of_sums ? left : packs_of_sums;
      index_list<rank> const here = placed(at, i);
      [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
        (product_of<Slots>::sum_rows(hana::at_c<I>(rows).sums, packs, hana::at_c<I>(j.stage.slots), here,
                                     Frame::length_of(hana::at_c<I>(j.stage.slots), j.temps), env),
         ...);
      }(std::make_integer_sequence<int, sizeof...(Slots)>{});
      auto const sums_at = [&]<template <class> class Pack>(index_t p) ONELOOP_LAMBDA {
        return unpack_inline(rows, [&](auto const&... from) ONELOOP_LAMBDA {
          return hana::basic_tuple<Pack<pack_of<Slots>>...>(Pack<pack_of<Slots>>::load(from.sums + p * N)...);
        });
      };
      for (index_t p = 0; p < packs; p += step, i += step * N) {
        auto const point = make_point<Backend, N, last>(placed(at, i), full{});
        if constexpr (follows_in_pairs)
          pair_of_tiles(j, s, point, base + i, sums_at.template operator()<simd::pack_pair>(p));
        else
          tile(j, s, point, base + i, sums_at.template operator()<std::type_identity_t>(p));
      }
    }
    return i;
  }

  static ONELOOP_INLINE constexpr void fetch_ahead(job_type const& j, index_list<rank> const& at) {
    if constexpr ((false || ... || product_of<Slots>::rows_ahead)) {
      auto const env = without_slots(j.temps);
      unpack_inline(j.stage.slots, [&](auto const&... slot) ONELOOP_LAMBDA {
        (product_of<Slots>::template fetch_ahead<N, group_of_packs * N>(slot, at, env), ...);
      });
    }
  }

  /// One row of results (for a vector of results: all of them).
  static ONELOOP_INLINE constexpr void row(job_type const& j, states& s, index_list<rank> at) {
    index_t const count = last_end(j);
    index_t const base = linear(j.extents, placed(at, 0));
    index_t i = last_begin(j);
    if constexpr (may_add_rows)
      if (adds_rows(j)) i = add_rows(j, s, at, base, i, count);
    if constexpr (!any_dots) {
      // Four packs per step: each element of A serves four, and four sums are enough to hide the latency.
      if constexpr (full_packs >= 4)
        for (; i + 4 * N <= count; i += 4 * N) wide_tile<4>(j, s, placed(at, i), base + i);
      if constexpr (full_packs % 4 >= 2)
        for (; i + 2 * N <= count; i += 2 * N) wide_tile<2>(j, s, placed(at, i), base + i);
    }
    // Of a row of run-time length one pack that pairs leave goes as the rest does, or it were compiled three times.
    constexpr int step = follows_in_pairs && open_row && Frame::is_long ? 2 : 1;
    constexpr bool in_groups = any_dots ? full_packs > 0 : full_packs % 2 == 1 && step == 1;
    if constexpr (in_groups) {
      hana::basic_tuple<many<pack_of<Slots>, group_of_packs>...> ready;
      while (i + step * N <= count) {
        index_t const left = (count - i) / N / step * step, packs = left < group_of_packs ? left : group_of_packs;
        auto const point = [&](index_t p)
                               ONELOOP_LAMBDA { return make_point<Backend, N, last>(placed(at, i + p * N), full{}); };
        for (index_t p = 0; p < packs; ++p) set_packs(ready, p, one_pack<N>(j, placed(at, i + p * N), full{}, N));
        index_t p = 0;
        if constexpr (follows_in_pairs)
          for (; p + 2 <= packs; p += 2) {
            fetch_ahead(j, placed(at, i + p * N));
            pair_of_tiles(j, s, point(p), base + i + p * N, nth_pairs(ready, p));
            fetch_ahead(j, placed(at, i + p * N + N));
            Frame::keep_in_registers(s);
          }
        if constexpr (!follows_in_pairs || (full_packs % 2 == 1 && step == 1))
          for (; p < packs; ++p) {
            fetch_ahead(j, placed(at, i + p * N));
            tile(j, s, point(p), base + i + p * N, nth_packs(ready, p));
          }
        i += packs * N;
      }
    }
    if constexpr (N > 1 && (last_valid > 0 || open_row)) {
      for (; i < count; i += N) {
        tail const rest{static_cast<int>(count - i < N ? count - i : N)};
        tile(j, s, make_point<Backend, N, last>(placed(at, i), rest), base + i,
             one_pack<last_valid>(j, placed(at, i), rest, rest.count));
      }
    }
  }

  static ONELOOP_INLINE constexpr void run(job_type const& j) { finish(j, folded(j)); }
  static ONELOOP_INLINE constexpr states folded(job_type const& j) {
    auto s = start();
    Frame::template each_index<last>(j.extents, j.range,
                                     [&](index_list<rank> const& at) ONELOOP_LAMBDA { row(j, s, at); });
    return s;
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
