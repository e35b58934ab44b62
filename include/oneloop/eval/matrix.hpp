// SPDX-License-Identifier: BSL-1.0
// Contractions over a matrix of results: register tiles over packed panels, large ones by a BLAS where one is linked
// (blas.hpp).
#pragma once

#include <oneloop/eval/blas.hpp>
#include <oneloop/eval/rows.hpp>

namespace ONELOOP_NAMESPACE::eval {

template <class Frame, class Slots = typename Frame::slots>
struct matrix_loop;

template <class Frame, class... Slots>
struct matrix_loop<Frame, hana::basic_tuple<Slots...>> : row_loop<Frame> {
  using Backend = typename Frame::backend;
  static constexpr int N = Frame::lanes;
  using typename Frame::job_type;
  using typename Frame::states;
  using Default = typename Frame::default_type;
  using Space = typename Frame::job_type::space;
  template <class Contraction>
  using product_of = typename row_loop<Frame>::template product_of<Contraction>;
  template <class Contraction>
  using pack_of = typename row_loop<Frame>::template pack_of<Contraction>;
  using row_loop<Frame>::row;
  using Frame::rank, Frame::last, Frame::tile, Frame::start, Frame::finish, Frame::last_extent, Frame::placed,
      Frame::linear;

  // Register tile: with 32 registers 8 rows of two packs, with 16 six (8 chains of fma hide the latency of two units).
  // Where one pack holds a whole row, or the end of one, twice as many rows of one pack (X * W, floats, AVX-512, 30 to
  // 16 columns: 10.7 ns a row with half of each tile unused, 6.6 so).
  static constexpr int packs_per_tile = Frame::open_row || Frame::row_length > N ? 2 : 1;
  template <int Packs>
  static constexpr int rows_per_block = (simd::lanes<float> >= 16 ? 8 : 6) * (2 / Packs);
  static constexpr int width = packs_per_tile * N;
  static constexpr bool ends_in_one_pack =
      packs_per_tile == 2 && !Frame::open_row && Frame::row_length % width > 0 && Frame::row_length % width <= N;
  /// A panel of B stays in L1 and L2 beside the rows of A.
  template <class T>
  static constexpr index_t panel_length = 32768 / (width * static_cast<int>(sizeof(T)));
  template <class Contraction>
  static constexpr int known_length = planner::inner_extent_v<Contraction>;
  /// The terms that a panel holds: whole packs of them.
  template <class Contraction>
  static constexpr index_t panel_capacity = [] {
    constexpr index_t most = panel_length<computed<element_or<element_t<Contraction>, Default>>>;
    constexpr int known = known_length<Contraction>;
    return known != shape::dynamic && known < most ? index_t{known > 0 ? (known + N - 1) / N * N : N} : most;
  }();
  /// Panels of a packed matrix are read where they lie, if they are as wide as a tile.
  template <class Contraction>
  static constexpr bool packed_already = [] {
    using role = roles<Contraction>;
    if constexpr (role::by_panels)
      return panels<typename role::B, role::b_k, role::b_j>::width % width == 0;
    else
      return false;
  }();
  /// Where one panel holds every sum, what follows a block of rows runs right after it. A longer sum has several
  /// panels, each packed again for every tile of rows: high tiles, whose results wait for the last panel.
  static constexpr bool one_panel = (true && ... &&
                                     (packed_already<Slots> || (known_length<Slots> != shape::dynamic &&
                                                                known_length<Slots> <= panel_capacity<Slots>)));
  template <int Packs>
  static constexpr int rows_per_tile =
      one_panel ? rows_per_block<Packs> : 256 / rows_per_block<Packs> * rows_per_block<Packs>;
  template <class Contraction>
  struct buffers {
    using T = computed<element_or<element_t<Contraction>, Default>>;
    alignas(64) T panel[packed_already<Contraction> ? 1 : panel_capacity<Contraction> * width];
    alignas(64) T tile[rows_per_tile<packs_per_tile> * width];
    constexpr buffers() {}  // without it a tuple sets the elements to zero
  };

  /// Below this many rows packing a panel costs more than it saves.
  static constexpr index_t few_rows = 4;

  static ONELOOP_INLINE constexpr void run(job_type const& j) { finish(j, folded(j)); }
  static ONELOOP_INLINE constexpr states folded(job_type const& j) {
    if constexpr (small)
      return folded_here(j);
    else
      return folded_apart(j);
  }

  /// So few steps (16 x 16 x 16: 0.2 us) that a call would be felt.
  static constexpr index_t small_product = 4096;
  static constexpr bool small = [] {
    if constexpr (shape::is_static<Space>)
      return (true && ... &&
              (known_length<Slots> != shape::dynamic &&
               shape::static_size<Space> * index_t{known_length<Slots>} <= small_product));
    else
      return false;
  }();
  /// A function of its own, or every layer above it would have the whole of it inlined and optimised once more. Its
  /// copies are out of the reach of what is stored (64 x 64: 6.2 us, 6.6 without).
  [[gnu::noinline]] static constexpr states folded_apart(job_type const& j) {
    auto stage = j.stage;
    auto destinations = j.destinations;
    auto temps = j.temps;
    return folded_here(job_type{stage, destinations, temps, j.extents, j.range});
  }
  static ONELOOP_INLINE constexpr states folded_here(job_type const& j) {
    auto s = start();
    if constexpr (!shape::is_dynamic<shape::axis<Space, (rank >= 2 ? rank - 2 : 0)>>) {
      if constexpr (shape::extent_of<shape::axis<Space, (rank >= 2 ? rank - 2 : 0)>> < few_rows)
        row_by_row(j, s);
      else
        tiles(j, s);
    } else {
      if (j.extents[rank - 2] < few_rows)
        row_by_row(j, s);
      else
        tiles(j, s);
    }
    return s;
  }
  static ONELOOP_INLINE constexpr void row_by_row(job_type const& j, states& s) {
    Frame::template each_index<last>(j.extents, j.range,
                                     [&](index_list<rank> const& at) ONELOOP_LAMBDA { row(j, s, at); });
  }

  using blas = blas_blocks<matrix_loop, Backend, N, Slots...>;

  static ONELOOP_INLINE constexpr void tiles(job_type const& j, states& s) {
    if constexpr (has_blas)
      if (blas::takes(j)) return blas::run(j, s);
    hana::basic_tuple<buffers<Slots>...> scratch;
    auto const env = without_slots(j.temps);
    bool fits = true;  // every sum is one panel
    if constexpr (!one_panel)
      unpack_inline(j.stage.slots, [&](auto const&... c) ONELOOP_LAMBDA {
        ((fits = fits && (packed_already<Slots> || Frame::length_of(c, j.temps) <= panel_capacity<Slots>)), ...);
      });
    Frame::template each_index<rank - 2>(j.extents, j.range, [&](index_list<rank> at) ONELOOP_LAMBDA {
      index_t const rows_end = Frame::rows_end(j), columns = last_extent(j);
      index_t const rows_at_once = columns > width ? rows_in_cache(j) : rows_end;
      for (index_t row = Frame::rows_begin(j); row < rows_end; row += rows_at_once) {
        index_t const rows = rows_end - row < rows_at_once ? rows_end - row : rows_at_once;
        at[rank - 2] = row;
        for (index_t column = 0; column < columns; column += width) {
          at[last] = column;
          if constexpr (ends_in_one_pack)
            if (columns - column <= N) {
              strip<1>(scratch, j, s, at, rows, columns - column, fits, env);
              break;
            }
          strip<packs_per_tile>(scratch, j, s, at, rows, columns - column, fits, env);
        }
      }
    });
  }

  /// So many rows of A that they stay in the second-level cache for all panels of B (117187 x 256 floats times 256 x
  /// 256: 1262 ns a row all at once, 717 so; 657 where X is in a cache).
  static ONELOOP_INLINE constexpr index_t rows_in_cache(job_type const& j) {
    constexpr index_t high = rows_per_tile<packs_per_tile>, least = 256 / high * high;
    index_t bytes = 1;
    unpack_inline(j.stage.slots, [&](auto const&... c) ONELOOP_LAMBDA {
      ((bytes += Frame::length_of(c, j.temps) * index_t{sizeof(typename pack_of<Slots>::element)}), ...);
    });
    index_t const rows = 262144 / bytes / high * high;
    return rows > least ? rows : least;
  }

  /// So many rows of Packs packs of columns, tile by tile.
  template <int Packs, class Scratch, class Env>
  static ONELOOP_INLINE constexpr void strip(Scratch& scratch, job_type const& j, states& s, index_list<rank> at,
                                             index_t rows, index_t columns_left, bool fits, Env const& env) {
    index_t const high = fits ? rows_per_block<Packs> : rows_per_tile<Packs>;
    for (bool first = true; rows > 0; rows -= high, at[rank - 2] += high, first = false) {
      index_t const rows_here = rows < high ? rows : high;
      [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
        (products<Packs>(hana::at_c<I>(scratch), hana::at_c<I>(j.stage.slots), j, at, first, rows_here, columns_left,
                         env),
         ...);
      }(std::make_integer_sequence<int, sizeof...(Slots)>{});
      for (index_t r = 0; r < rows_here; ++r) {
        if (at[last] == 0) fetch_ahead_of_a<Packs>(j, at, r, env);
        follow<Packs>(j, s, scratch, at, r, columns_left);
      }
    }
  }

  template <int Packs, class Env>
  static ONELOOP_INLINE constexpr void fetch_ahead_of_a(job_type const& j, index_list<rank> at, index_t row,
                                                        Env const& env) {
    at[rank - 2] += row;
    if constexpr ((false || ... || (product_of<Slots>::short_rows_of_a)))
      unpack_inline(j.stage.slots, [&](auto const&... c) ONELOOP_LAMBDA {
        (product_of<Slots>::template fetch_ahead_of_a<rows_per_block<Packs>>(c, at, env), ...);
      });
  }

  /// What follows the products of one row of a tile.
  template <int Packs, class Scratch>
  static ONELOOP_INLINE constexpr void follow(job_type const& j, states& s, Scratch const& scratch, index_list<rank> at,
                                              index_t r, index_t columns_left) {
    at[rank - 2] += r;
    index_t const position = linear(j.extents, at);
    // Packs or pairs of them, from column i of the tile on.
    auto const products_at = [&]<template <class> class Pack>(index_t i) ONELOOP_LAMBDA {
      return unpack_inline(scratch, [&](auto const&... buffer) ONELOOP_LAMBDA {
        return hana::basic_tuple<Pack<pack_of<Slots>>...>(
            Pack<pack_of<Slots>>::load(buffer.tile + r * Packs * N + i)...);
      });
    };
    auto const one = [&](index_t i, auto lanes, auto) ONELOOP_LAMBDA {
      tile(j, s, make_point<Backend, N, last>(placed(at, at[last] + i), lanes), position + i,
           products_at.template operator()<std::type_identity_t>(i));
    };
    if (columns_left < Packs * N) {
      Frame::template packs<1>(0, columns_left, one);
    } else if constexpr (row_loop<Frame>::follows_in_pairs && Packs == 2) {
      Frame::pair_of_tiles(j, s, make_point<Backend, N, last>(at, full{}), position,
                           products_at.template operator()<simd::pack_pair>(0));
    } else {
      // Side by side: one pack alone waits for the latency of its own chain.
      [&]<int... W>(std::integer_sequence<int, W...>)
          ONELOOP_LAMBDA { (one(index_t{W * N}, full{}, 0), ...); }(std::make_integer_sequence<int, Packs>{});
    }
  }

  /// One slot's part of a tile: over the panels of its sum.
  template <int Packs, class Buffers, class Contraction, class Env>
  static ONELOOP_INLINE constexpr void products(Buffers& scratch, Contraction const& c, job_type const& j,
                                                index_list<rank> const& at, bool first_tile, index_t rows_here,
                                                index_t columns_left, Env const& env) {
    using product_type = product_of<Contraction>;
    constexpr int rows = rows_per_block<Packs>, columns = Packs * N;
    index_t const length = Frame::length_of(c, j.temps);
    if constexpr (packed_already<Contraction>) {
      using role = roles<Contraction>;
      using where = panels<typename role::B, role::b_k, role::b_j>;
      auto const* const panel = where::address(role::b(c), role::b_index(at, 0)[role::b_j]);
      product_type::template blocks<rows, Packs, where::width>(scratch.tile, panel, c, at, rows_here, 0, length, true,
                                                               env);
      return;
    }
    constexpr index_t capacity = panel_capacity<Contraction>;
    for (index_t k = 0; k == 0 || k < length; k += capacity) {
      index_t const count = length - k < capacity ? length - k : capacity;
      // One panel holds the whole sum: it serves all tiles below each other.
      if (length > capacity || first_tile)
        product_type::template pack_panel<columns>(scratch.panel, c, at, columns_left, k, count, env);
      if (first_tile) product_type::template fetch_ahead<columns, 2 * columns>(c, at, env);
      product_type::template blocks<rows, Packs, columns>(scratch.tile, scratch.panel, c, at, rows_here, k, count,
                                                          k == 0, env);
    }
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
