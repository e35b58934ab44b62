// SPDX-License-Identifier: BSL-1.0
// Products of two large matrices by the machine's own BLAS, in a program that links one (oneloop::blas): a block of
// results into a scratch, then the rest of the formula over it while it is in cache. When it pays, and why blocks of
// this size: docs/decisions/0012.
#pragma once

#include <oneloop/eval/measure.hpp>
#include <oneloop/eval/product.hpp>

#if ONELOOP_HAS_BLAS
#include <cblas.h>

#include <algorithm>
#include <limits>

#include <oneloop/tensor/tensor.hpp>
#endif

namespace ONELOOP_NAMESPACE::eval {

/// The products of a stage by the BLAS: whether it takes them, and the loop that then runs.
template <class Loops, class Backend, int N, class... Slots>
struct blas_blocks;

inline constexpr bool has_blas = ONELOOP_HAS_BLAS;

#if ONELOOP_HAS_BLAS

/// The BLAS arranges both factors anew for each block: smaller ones, which stay in the second-level cache, cost more
/// than they save.
inline constexpr index_t blas_rows = 512, blas_columns = 1024;

/// How a matrix in memory is told to the BLAS; leading == 0: it cannot be.
struct blas_layout {
  CBLAS_TRANSPOSE order = CblasNoTrans;
  int leading = 0;
};

/// One axis contiguous, and along the other steps that do not overlap.
template <int I, int J, class Node, class Env>
blas_layout layout_for_blas(Node const& node, index_t rows, index_t columns, Env const& env) {
  index_t const down = memory<Node>::template stride<I>(node, env), right = memory<Node>::template stride<J>(node, env);
  auto const leads = [](index_t stride, index_t least) {
    return stride >= least && stride <= std::numeric_limits<int>::max();
  };
  if (right == 1 && leads(down, columns)) return {CblasNoTrans, static_cast<int>(down)};
  if (down == 1 && leads(right, rows)) return {CblasTrans, static_cast<int>(right)};
  return {};
}

template <class T>
void gemm(int rows, int columns, int length, T const* a, blas_layout la, T const* b, blas_layout lb, T* c, int lc) {
  auto const call = [&](auto blas) {
    blas(CblasRowMajor, la.order, lb.order, rows, columns, length, T(1), a, la.leading, b, lb.leading, T(0), c, lc);
  };
  if constexpr (std::is_same_v<T, float>)
    call(cblas_sgemm);
  else
    call(cblas_dgemm);
}

/// One contraction of a stage by the BLAS.
template <class Contraction>
struct blas_product {
  using role = roles<Contraction>;
  using A = typename role::A;
  using B = typename role::B;
  using T = element_t<Contraction>;
  static constexpr int a_i = rank_v<A> - 2, a_k = role::a_k, b_k = role::b_k, b_j = role::b_j;
  static constexpr int space = role::space;

  /// As many steps as three extents of `side`, none of them much smaller: a BLAS is slow where one is (decision 0012).
  static constexpr double side = std::is_same_v<T, float> ? ONELOOP_BLAS_FLOAT : ONELOOP_BLAS_DOUBLE;
  static constexpr bool large(double rows, double columns, double length) {
    return rows * columns * length >= side * side * side && std::min({rows, columns, length}) >= side / 4;
  }

  /// What the types tell: two factors in memory, and extents that are large or not known yet.
  static constexpr bool possible = [] {
    if constexpr ((std::is_same_v<T, float> || std::is_same_v<T, double>) && memory<A>::known && memory<B>::known) {
      constexpr double unknown = std::numeric_limits<double>::infinity();
      constexpr auto known = [](int extent) { return extent == shape::dynamic ? unknown : extent; };
      using results = shape_t<Contraction>;
      return large(known(shape::extent_of<shape::axis<results, space - 2>>),
                   known(shape::extent_of<shape::axis<results, space - 1>>),
                   known(planner::inner_extent_v<Contraction>));
    } else {
      return false;
    }
  }();

  /// What the strides and the extents tell.
  template <class Env>
  static bool takes(Contraction const& c, index_t rows, index_t columns, index_t length, Env const& env) {
    return large(double(rows), double(columns), double(length)) && length <= std::numeric_limits<int>::max() &&
           layout_for_blas<a_i, a_k>(role::a(c), rows, length, env).leading > 0 &&
           layout_for_blas<b_k, b_j>(role::b(c), length, columns, env).leading > 0;
  }

  /// The block of results that begins at `at`.
  template <class Env>
  static void multiply(T* block, Contraction const& c, index_list<space> const& at, index_t rows, index_t columns,
                       index_t length, Env const& env) {
    gemm(static_cast<int>(rows), static_cast<int>(columns), static_cast<int>(length),
         memory<A>::address(role::a(c), role::a_index(at, 0), env),
         layout_for_blas<a_i, a_k>(role::a(c), rows, length, env),
         memory<B>::address(role::b(c), role::b_index(at, 0), env),
         layout_for_blas<b_k, b_j>(role::b(c), length, columns, env), block, static_cast<int>(blas_columns));
  }
};

template <class Loops, class Backend, int N, class... Slots>
struct blas_blocks {
  using job_type = typename Loops::job_type;
  static constexpr int rank = Loops::rank;
  static constexpr int last = rank - 1;
  static constexpr bool possible =
      !std::is_same_v<Backend, simd::constant_backend> && (true && ... && blas_product<Slots>::possible);
  /// Parts of a stage begin where its blocks do: the BLAS gets the same blocks from one thread as from several.
  static constexpr index_t granule = rank == 2 ? blas_rows : 1;

  static constexpr bool takes(job_type const& j) {
    if constexpr (possible) {
      auto const env = without_slots(j.temps);
      return unpack_inline(j.stage.slots, [&](auto const&... c) {
        return (true && ... &&
                blas_product<Slots>::takes(c, j.extents[rank - 2], j.extents[last], Loops::length_of(c, j.temps), env));
      });
    } else {
      return false;
    }
  }

  /// Apart, so that the usual way's code stays as it is.
  template <class States>
  [[gnu::noinline]] static void run(job_type const& j, States& s) {
    if constexpr (possible) {
      hana::basic_tuple<block<Slots>...> blocks;
      index_t rows_begin = 0, rows_end = j.extents[rank - 2];
      if constexpr (rank == 2) rows_begin = j.range.begin(), rows_end = j.range.end(rows_end);
      Loops::template each_index<rank - 2>(j.extents, j.range, [&](index_list<rank> at) {
        for (at[rank - 2] = rows_begin; at[rank - 2] < rows_end; at[rank - 2] += blas_rows)
          for (at[last] = 0; at[last] < j.extents[last]; at[last] += blas_columns)
            one_block(j, s, blocks, at, std::min(blas_rows, rows_end - at[rank - 2]),
                      std::min(blas_columns, j.extents[last] - at[last]), std::index_sequence_for<Slots...>{});
      });
    }
  }

 private:
  template <class Contraction>
  struct block {
    using T = element_t<Contraction>;
    tensor<T, dyn> results{uninitialized, blas_rows* blas_columns};

    template <class Lanes>
    ONELOOP_INLINE auto pack(index_t row, index_t column, Lanes lanes) const {
      using P = typename Backend::template pack<T, N>;
      T const* const from = results.data() + row * blas_columns + column;
      if constexpr (Lanes::partial)
        return P::load_partial(from, lanes.count, *from);
      else
        return P::load(from);
    }
  };

  template <class States, class Blocks, std::size_t... I>
  static void one_block(job_type const& j, States& s, Blocks& blocks, index_list<rank> const& at, index_t rows,
                        index_t columns, std::index_sequence<I...>) {
    auto const env = without_slots(j.temps);
    (blas_product<Slots>::multiply(hana::at_c<I>(blocks).results.data(), hana::at_c<I>(j.stage.slots), at, rows,
                                   columns, Loops::length_of(hana::at_c<I>(j.stage.slots), j.temps), env),
     ...);
    for (index_t r = 0; r < rows; ++r) {
      auto row = at;
      row[rank - 2] += r;
      index_t const position = Loops::linear(j.extents, row);
      Loops::template packs<2>(0, columns, [&](index_t i, auto lanes, auto) ONELOOP_LAMBDA {
        Loops::tile(
            j, s, make_point<Backend, N, last>(Loops::placed(row, row[last] + i), lanes), position + i,
            hana::basic_tuple<typename Loops::template pack_of<Slots>...>(hana::at_c<I>(blocks).pack(r, i, lanes)...));
      });
    }
  }
};

#endif

}  // namespace ONELOOP_NAMESPACE::eval
