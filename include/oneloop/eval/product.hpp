// SPDX-License-Identifier: BSL-1.0
// Kernels of a contraction: a tile of the result in registers.
//
// Every contraction is C(i, j) = sum over k of A(i, k) · B(k, j), the lanes running along j, the last axis of
// the result. For matrix times vector the vector is A (one row) and the matrix, transposed, is B.
//   columns  B is contiguous along j, or packed in panels: each element of A times a pack of B
//   dots     B is contiguous along k: N columns at a time, packs along k, then one transposing reduction
// A factor may be any formula without a contraction; usually it is memory.
#pragma once

#include <oneloop/eval/factor.hpp>

namespace ONELOOP_NAMESPACE::eval {

/// A contraction with its factors in the roles above.
template <class Contraction>
struct roles;
template <class Shape, class L, class R>
struct roles<contraction<Shape, L, R>> {
  using node = contraction<Shape, L, R>;
  static constexpr int space = Shape::rank;
  static constexpr bool matrix_times_vector = rank_v<R> == 1;
  using A = std::conditional_t<matrix_times_vector, R, L>;
  using B = std::conditional_t<matrix_times_vector, L, R>;
  static constexpr int batch = space - (rank_v<L> >= 2 ? 1 : 0) - (rank_v<R> >= 2 ? 1 : 0);
  /// Whether all rows i of a matrix of results share B.
  static constexpr bool shares_columns = rank_v<L> >= 2 && rank_v<R> >= 2;
  static constexpr int a_k = rank_v<A> - 1;
  static constexpr int b_j = matrix_times_vector ? rank_v<B> - 2 : rank_v<B> - 1;
  static constexpr int b_k = matrix_times_vector ? rank_v<B> - 1 : rank_v<B> - 2;
  static constexpr bool by_panels = panels<B, b_k, b_j>::known;
  static constexpr bool by_dots = !by_panels && !is_unit<B, b_j> && is_unit<B, b_k>;

  static ONELOOP_INLINE constexpr A const& a(node const& n) {
    if constexpr (matrix_times_vector)
      return n.right;
    else
      return n.left;
  }
  static ONELOOP_INLINE constexpr B const& b(node const& n) {
    if constexpr (matrix_times_vector)
      return n.left;
    else
      return n.right;
  }

  static ONELOOP_INLINE constexpr index_list<rank_v<A>> a_index(index_list<space> const& at, index_t k) {
    index_list<rank_v<A>> result;
    for (int axis = 0; axis < rank_v<A> - 2; ++axis) result[axis] = at[axis];
    if constexpr (rank_v<A> >= 2) result[rank_v<A> - 2] = at[space - 2];
    result[a_k] = k;
    return result;
  }
  static ONELOOP_INLINE constexpr index_list<rank_v<B>> b_index(index_list<space> const& at, index_t k) {
    index_list<rank_v<B>> result;
    for (int axis = 0; axis < rank_v<B> - 2; ++axis) result[axis] = at[axis];
    result[b_j] = at[space - 1];
    result[b_k] = k;
    return result;
  }
};

/// One tile's coordinates and the length of the sum.
template <class Backend, int N, class T, class Contraction>
struct product {
  using role = roles<Contraction>;
  using P = typename Backend::template pack<T, N>;
  static constexpr int space = role::space;

  /// A at k, the same in all lanes.
  template <class Env>
  static ONELOOP_INLINE constexpr P one_a(Contraction const& c, index_list<space> const& at, index_t k,
                                          Env const& env) {
    return value<T>(role::a(c), make_point<Backend, N, no_lane>(role::a_index(at, k), full{}), env);
  }
  template <class Lanes, class Env>
  static ONELOOP_INLINE constexpr P along_k_of_a(Contraction const& c, index_list<space> const& at, index_t k,
                                                 Lanes lanes, Env const& env) {
    return zeroed<typename role::A>(
        value<T>(role::a(c), make_point<Backend, N, role::a_k>(role::a_index(at, k), lanes), env), lanes);
  }
  template <class Lanes, class Env>
  static ONELOOP_INLINE constexpr P along_j_of_b(Contraction const& c, index_list<space> const& at, index_t k,
                                                 Lanes lanes, Env const& env) {
    return value<T>(role::b(c), make_point<Backend, N, role::b_j>(role::b_index(at, k), lanes), env);
  }
  template <class Factor, class Lanes>
  static ONELOOP_INLINE constexpr P zeroed(P const& v, Lanes lanes) {
    if constexpr (Lanes::partial && !keeps_zero<Factor>)
      return select(P::mask::first_n(lanes.count), v, P(T(0)));
    else
      return v;
  }

  static ONELOOP_INLINE constexpr P multiply_add(P const& a, P const& b, P const& c) {
    if constexpr (std::is_floating_point_v<T>)
      return fma(a, b, c);
    else
      return a * b + c;
  }

  // One by one: out of a loop g++ makes a call of memset.
  template <int Count>
  static ONELOOP_INLINE constexpr void set_to_zero(P (&sums)[Count]) {
    [&]<int... I>(std::integer_sequence<int, I...>)
        ONELOOP_LAMBDA { ((sums[I] = P(T(0))), ...); }(std::make_integer_sequence<int, Count>{});
  }

  // So many sums are under way at once, whatever the number of packs or rows: an fma waits four cycles for the one
  // before.
  static constexpr int sums_at_once = 8;

  // More rows at a time than this are no faster where W is in L1 (64 x 64: 100 ns either way) and slower beyond:
  // 16 rows a power of two apart compete for the same cache sets (1024 x 1024: 69 us by 16 rows, 49 us by 8).
  static constexpr int rows_at_a_time = 8;

  // An array that a sweep passes by is read from memory, in time with its prefetcher, which finds the lines of a page
  // when they are read in their order. Rows shorter than a page are so where they are taken one by one, with as many
  // sums as hide the latency of one. Short rows are taken by eights, and their lines fetched while what follows the
  // products is computed, which would not read otherwise. (Zen 3, logistic regression with its gradient, decision
  // 0014: rows of 128 floats 42 ms by eights and 27 one by one, of 256 29 and 22; of 32 28 ms and, fetched, 15.)
  static constexpr index_t page = 4096;
  /// The bytes of one row of a factor that is read as it lies; of an unknown length a page, and so of all others.
  template <class Factor, int K>
  static constexpr index_t row_bytes = [] {
    if constexpr (memory<Factor>::known && is_unit<Factor, K>) {
      constexpr int length = planner::inner_extent_v<Contraction>;
      return length == shape::dynamic ? page : length * index_t{sizeof(element_or<element_t<Factor>, T>)};
    } else {
      return page;
    }
  }();
  template <class Factor, int K>
  static constexpr bool short_rows = row_bytes<Factor, K> > 0 && row_bytes<Factor, K> < 512;
  static constexpr bool rows_one_by_one = passes<typename role::B> && !short_rows<typename role::B, role::b_k> &&
                                          row_bytes<typename role::B, role::b_k> < page;
  static constexpr bool rows_ahead = passes<typename role::B> && short_rows<typename role::B, role::b_k>;
  static constexpr index_t bytes_ahead = 4096;

  /// One dot of a row in memory.
  template <class Walk, class Env>
  static ONELOOP_INLINE constexpr P long_dot(Walk walk, index_t column, Contraction const& c,
                                             index_list<space> const& at, index_t length, Env const& env) {
    P sums[sums_at_once];
    set_to_zero(sums);
    index_t k = 0;
    for (; k + sums_at_once * N <= length; k += sums_at_once * N) {
      [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
        ((sums[I] =
              multiply_add(along_k_of_a(c, at, k + I * N, full{}, env), walk.pack(column + I * N, full{}), sums[I])),
         ...);
      }(std::make_integer_sequence<int, sums_at_once>{});
      walk.template next<sums_at_once * N>();
    }
    P result[1];
    merge_phases<sums_at_once>(sums, result);
    for (; k + N <= length; k += N) {
      result[0] = multiply_add(along_k_of_a(c, at, k, full{}, env), walk.pack(column, full{}), result[0]);
      walk.template next<N>();
    }
    if (k < length) {
      zero_tail const rest{static_cast<int>(length - k)};
      result[0] = multiply_add(along_k_of_a(c, at, k, rest, env), walk.pack(column, rest), result[0]);
    }
    return result[0];
  }

  /// Fetches rows Behind.. of those that a walk passes.
  template <int Rows, index_t Behind, class Walk>
  static ONELOOP_INLINE constexpr void fetch_rows(Walk const& walk) {
    constexpr index_t length = planner::inner_extent_v<Contraction>;
    if (walk.column(1) == length)
      walk.template prefetch<Rows * length>(walk.column(Behind));
    else
      for (index_t row = 0; row < Rows; ++row) walk.template prefetch<length>(walk.column(Behind + row));
  }
  /// Fetches rows of B for `Rows` columns, `bytes_ahead` or at least Least rows behind those at `at`.
  template <int Rows, index_t Least, class Env>
  static ONELOOP_INLINE constexpr void fetch_ahead(Contraction const& c, index_list<space> const& at, Env const& env) {
    if constexpr (rows_ahead) {
      constexpr index_t most = bytes_ahead / row_bytes<typename role::B, role::b_k>;
      fetch_rows<Rows, (most < Least ? Least : most)>(
          make_walker<Backend, N, T, role::b_k, role::b_j>(role::b(c), role::b_index(at, 0), env));
    }
  }

  /// The dots of columns First..Rows-1 of a pack, added to `sums` or the first of them. `valid`: columns from there on
  /// repeat the one before.
  template <int First, int Rows, bool Added, class Env>
  static ONELOOP_INLINE constexpr void dot_each(P (&sums)[N], Contraction const& c, index_list<space> const& at,
                                                int valid, index_t length, Env const& env) {
    constexpr int count = Rows - First < rows_at_a_time ? Rows - First : rows_at_a_time;
    auto walk = make_walker<Backend, N, T, role::b_k, role::b_j>(role::b(c), role::b_index(shifted(at, First), 0), env);
    index_t columns[count];
    // Few rows have several sums each, of every so many packs, or their sums would wait for themselves.
    constexpr int known = planner::inner_extent_v<Contraction>;
    constexpr int phases =
        count >= sums_at_once || (known != shape::dynamic && known < 2 * N) ? 1 : sums_at_once / count;
    P others[(phases - 1) * count + 1];
    [&]<int... R>(std::integer_sequence<int, R...>) ONELOOP_LAMBDA {
      ((columns[R] = walk.column(First + R < valid ? R : valid - 1 - First)), ...);
      if constexpr (!Added) ((sums[First + R] = P(T(0))), ...);
    }(std::make_integer_sequence<int, count>{});
    if constexpr (rows_one_by_one) {
      [&]<int... R>(std::integer_sequence<int, R...>) ONELOOP_LAMBDA {
        ((sums[First + R] = sums[First + R] + long_dot(walk, columns[R], c, at, length, env)), ...);
      }(std::make_integer_sequence<int, count>{});
    } else {
      if constexpr (phases > 1) set_to_zero(others);
      auto const accumulate = [&](P* to, index_t k, auto lanes) ONELOOP_LAMBDA {
        P const a = along_k_of_a(c, at, k, lanes, env);
        [&]<int... R>(std::integer_sequence<int, R...>) ONELOOP_LAMBDA {
          ((to[R] = multiply_add(a, zeroed<typename role::B>(walk.pack(columns[R], lanes), lanes), to[R])), ...);
        }(std::make_integer_sequence<int, count>{});
      };
      index_t k = 0;
      if constexpr (phases > 1) {
        for (; k + phases * N <= length; k += phases * N) {
          accumulate(sums + First, k, full{});
          walk.template next<N>();
          [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
            ((accumulate(others + I * count, k + (I + 1) * N, full{}), walk.template next<N>()), ...);
          }(std::make_integer_sequence<int, phases - 1>{});
        }
      }
      for (; k + N <= length; k += N) {
        accumulate(sums + First, k, full{});
        walk.template next<N>();
      }
      if (k < length) accumulate(sums + First, k, zero_tail{static_cast<int>(length - k)});
      if constexpr (phases > 1) {
        [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
          ((sums[First + I % count] = sums[First + I % count] + others[I]), ...);
        }(std::make_integer_sequence<int, (phases - 1) * count>{});
      }
    }
    if constexpr (First + count < Rows) dot_each<First + count, Rows, Added>(sums, c, at, valid, length, env);
  }

  /// The results at..at+N-1 of one row: of this contraction, or of the sum of this one and others of its kind, which
  /// then share the one reduction across lanes. Valid > 0: only so many exist; else they are `valid`, and lanes from
  /// there on repeat the last of them. `each(term)` calls term(product, contraction, length) for the others.
  template <int Valid, class Env, class Others>
  static ONELOOP_INLINE constexpr P dots(Contraction const& c, index_list<space> const& at, int valid, index_t length,
                                         Env const& env, Others const& each) {
    constexpr int rows = Valid > 0 ? Valid : N;
    int const some = Valid > 0 ? Valid : valid;
    P sums[N];
    dot_each<0, rows, false>(sums, c, at, some, length, env);
    each([&]<class Product>(Product, auto const& other, index_t its_length)
             ONELOOP_LAMBDA { Product::template dot_each<0, rows, true>(sums, other, at, some, its_length, env); });
    return simd::transpose_reduce_add<rows>(sums);
  }

  /// `Packs` packs of one row from column at[..] on. Few packs have several sums each, of every so many terms.
  template <int Packs, class Lanes, class Env>
  static ONELOOP_INLINE constexpr void columns(P (&results)[Packs], Contraction const& c, index_list<space> const& at,
                                               index_t length, Lanes lanes, Env const& env) {
    constexpr int known = planner::inner_extent_v<Contraction>;
    constexpr int wanted = sums_at_once / Packs > 0 ? sums_at_once / Packs : 1;
    constexpr int phases = known != shape::dynamic && known < wanted ? (known > 0 ? known : 1) : wanted;
    P sums[phases * Packs];
    set_to_zero(sums);
    auto b = make_row_walker<Backend, N, T, role::b_k, role::b_j>(role::b(c), role::b_index(at, 0), env);
    index_t k = 0;
    for (; k + phases <= length; k += phases) {
      [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
        ((sums[I] =
              multiply_add(one_a(c, at, k + I / Packs, env), b.template pack<I % Packs>(I / Packs, lanes), sums[I])),
         ...);
      }(std::make_integer_sequence<int, phases * Packs>{});
      b.next(phases);
    }
    if constexpr (phases > 1 && (known == shape::dynamic || known % phases != 0)) {
      for (; k < length; ++k) {
        P const a = one_a(c, at, k, env);
        [&]<int... W>(std::integer_sequence<int, W...>) ONELOOP_LAMBDA {
          ((sums[W] = multiply_add(a, b.template pack<W>(0, lanes), sums[W])), ...);
        }(std::make_integer_sequence<int, Packs>{});
        b.next(1);
      }
    }
    merge_phases<phases>(sums, results);
  }

  // Long rows of B are read as they lie, eight at a time, and each pack of sums is there again for the next eight.
  // Some packs of columns at a time they would be read in pieces, a row or more apart (decision 0025; y = x * X, floats,
  // AVX-512, 512 x 512: 8.3 us by four packs, 6.1 so; 1024 x 1024 69 and 39; 4096 x 4096 4.0 ms and 1.24).
  static constexpr bool may_add_rows = memory<typename role::B>::known && is_unit<typename role::B, role::b_j> &&
                                       !role::by_panels && !passes<typename role::B>;

  /// Rows k..k+Rows-1 of B, times A, added to `packs` packs of sums.
  template <int Rows, class Env>
  static ONELOOP_INLINE constexpr void add_rows(T* sums, index_t packs, Contraction const& c,
                                                index_list<space> const& at, index_t k, Env const& env) {
    P a[Rows];
    [&]<int... R>(std::integer_sequence<int, R...>)
        ONELOOP_LAMBDA { ((a[R] = one_a(c, at, k + R, env)), ...); }(std::make_integer_sequence<int, Rows>{});
    for (index_t i = 0; i < packs * N; i += N) {
      auto const b =
          make_row_walker<Backend, N, T, role::b_k, role::b_j>(role::b(c), role::b_index(shifted(at, i), k), env);
      P sum = P::load(sums + i);
      [&]<int... R>(std::integer_sequence<int, R...>) ONELOOP_LAMBDA {
        ((sum = multiply_add(a[R], b.template pack<0>(R, full{}), sum)), ...);
      }(std::make_integer_sequence<int, Rows>{});
      sum.store(sums + i);
    }
  }
  template <class Env>
  static ONELOOP_INLINE constexpr void sum_rows(T* sums, index_t packs, Contraction const& c,
                                                index_list<space> const& at, index_t length, Env const& env) {
    for (index_t i = 0; i < packs * N; i += N) P(T(0)).store(sums + i);
    index_t k = 0;
    for (; k + 8 <= length; k += 8) add_rows<8>(sums, packs, c, at, k, env);
    for (; k < length; ++k) add_rows<1>(sums, packs, c, at, k, env);
  }

  template <int Phases, int Packs, int Count>
  static ONELOOP_INLINE constexpr void merge_phases(P (&sums)[Count], P (&results)[Packs]) {
    if constexpr (Phases == 1) {
      [&]<int... W>(std::integer_sequence<int, W...>)
          ONELOOP_LAMBDA { ((results[W] = sums[W]), ...); }(std::make_integer_sequence<int, Packs>{});
    } else {
      // The upper half joins the lower; of an odd number the middle stays.
      constexpr int rest = (Phases + 1) / 2;
      [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
        ((sums[I] = sums[I] + sums[rest * Packs + I]), ...);
      }(std::make_integer_sequence<int, (Phases - rest) * Packs>{});
      merge_phases<rest>(sums, results);
    }
  }
  static ONELOOP_INLINE constexpr index_list<space> shifted(index_list<space> at, index_t by) {
    at[space - 1] += by;
    return at;
  }

  // ---- matrices of results

  /// N packs along k, of N columns from where the walk stands; columns from `columns_left` on repeat the one before.
  template <class Walk, class Lanes>
  static ONELOOP_INLINE constexpr void load_columns(P (&block)[N], Walk const& walk, index_t columns_left,
                                                    Lanes lanes) {
    [&]<int... J>(std::integer_sequence<int, J...>) ONELOOP_LAMBDA {
      if (columns_left >= N)
        ((block[J] = zeroed<typename role::B>(walk.pack(walk.column(J), lanes), lanes)), ...);
      else
        ((block[J] =
              zeroed<typename role::B>(walk.pack(walk.column(J < columns_left ? J : columns_left - 1), lanes), lanes)),
         ...);
    }(std::make_integer_sequence<int, N>{});
  }

  /// B(k0.., j..) as a panel of Width columns, contiguous in the order the kernel reads it. Beyond the last column it
  /// holds what no result is made of, and beyond the end of the sum zeros, up to a whole pack.
  template <int Width, class Env>
  static ONELOOP_INLINE constexpr void pack_panel(T* panel, Contraction const& c, index_list<space> const& at,
                                                  index_t columns_left, index_t k0, index_t count, Env const& env) {
    if constexpr (role::by_dots) {
      for (index_t j = 0; j < Width; j += N) {
        auto walk =
            make_walker<Backend, N, T, role::b_k, role::b_j>(role::b(c), role::b_index(shifted(at, j), k0), env);
        // g++ 12 keeps constants of what follows the product, and part of the block in memory (32 rows times 512 x 512,
        // with a sigmoid: 102 us, 95 so).
        Backend::free_32_registers();
        for (index_t k = 0; k < count; k += N) {
          P block[N];
          if (count - k >= N)
            load_columns(block, walk, columns_left - j, full{});
          else
            load_columns(block, walk, columns_left - j, zero_tail{static_cast<int>(count - k)});
          walk.template next<N>();
          simd::transpose(block);
          [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
            (block[I].store(panel + (k + I) * Width + j), ...);
          }(std::make_integer_sequence<int, N>{});
        }
      }
    } else {
      for (index_t k = 0; k < count; ++k) {
        for (index_t j = 0; j < Width; j += N) {
          index_t const left = columns_left - j;
          if (left >= N)
            along_j_of_b(c, shifted(at, j), k0 + k, full{}, env).store(panel + k * Width + j);
          else if (left > 0)
            along_j_of_b(c, shifted(at, j), k0 + k, zero_tail{static_cast<int>(left)}, env)
                .store(panel + k * Width + j);
          else
            P(T(0)).store(panel + k * Width + j);
        }
      }
    }
  }

  /// A batch, most likely from memory: nothing else asks for its rows while what follows the products is computed (X * W
  /// and a sigmoid, 468750 x 64 floats to 64 and to 10 columns: 61 ns a row without, 53 so; 22 and 16).
  static constexpr bool short_rows_of_a =
      role::a_k > 0 && short_rows<typename role::A, role::a_k> && !shape::is_static<shape_t<typename role::A>>;
  /// Fetches the row of A that is 2 Rows behind the one at `at`.
  template <int Rows, class Env>
  static ONELOOP_INLINE constexpr void fetch_ahead_of_a(Contraction const& c, index_list<space> const& at,
                                                        Env const& env) {
    if constexpr (short_rows_of_a)
      fetch_rows<1, 2 * Rows>(
          make_walker<Backend, N, T, role::a_k, role::a_k - 1>(role::a(c), role::a_index(at, 0), env));
  }

  template <int Row, int Packs, int Count>
  static ONELOOP_INLINE constexpr void add_row(P (&sums)[Count], P const& a, P const (&b)[Packs]) {
    [&]<int... W>(std::integer_sequence<int, W...>) ONELOOP_LAMBDA {
      ((sums[Row * Packs + W] = multiply_add(a, b[W], sums[Row * Packs + W])), ...);
    }(std::make_integer_sequence<int, Packs>{});
  }

  /// Rows results of Packs packs, from a panel whose terms are Step elements apart, added to what `tile` holds unless
  /// it is the first part of the sum.
  template <int Rows, int Packs, int Step, class Stored, class Env>
  static ONELOOP_INLINE constexpr void block(T* tile, Stored const* panel, Contraction const& c,
                                             index_list<space> const& at, index_t k0, index_t count, bool first,
                                             Env const& env) {
    Backend::free_registers();
    P sums[Rows * Packs];
    auto walk = make_walker<Backend, N, T, role::a_k, (role::a_k > 0 ? role::a_k - 1 : 0)>(role::a(c),
                                                                                           role::a_index(at, k0), env);
    index_t rows[Rows];
    [&]<int... R>(std::integer_sequence<int, R...>)
        ONELOOP_LAMBDA { ((rows[R] = walk.column(R)), ...); }(std::make_integer_sequence<int, Rows>{});
    [&]<int... I>(std::integer_sequence<int, I...>) ONELOOP_LAMBDA {
      ((sums[I] = first ? P(T(0)) : P::load(tile + I * N)), ...);
    }(std::make_integer_sequence<int, Rows * Packs>{});
    for (index_t k = 0; k < count; ++k) {
      P b[Packs];
      [&]<int... W>(std::integer_sequence<int, W...>)
          ONELOOP_LAMBDA { ((b[W] = simd::load<P>(panel + W * N)), ...); }(std::make_integer_sequence<int, Packs>{});
      // One element of A at a time: all six at once are five registers too many of sixteen (g++ then keeps half of the
      // sums in memory).
      [&]<int... R>(std::integer_sequence<int, R...>)
          ONELOOP_LAMBDA { (add_row<R>(sums, walk.one(rows[R]), b), ...); }(std::make_integer_sequence<int, Rows>{});
      walk.template next<1>();
      panel += Step;
    }
    [&]<int... I>(std::integer_sequence<int, I...>)
        ONELOOP_LAMBDA { (sums[I].store(tile + I * N), ...); }(std::make_integer_sequence<int, Rows * Packs>{});
  }

  /// All `rows` rows of a tile, in blocks that fit the registers.
  template <int Rows, int Packs, int Step, class Stored, class Env>
  static ONELOOP_INLINE constexpr void blocks(T* tile, Stored const* panel, Contraction const& c, index_list<space> at,
                                              index_t rows, index_t k0, index_t count, bool first, Env const& env) {
    for (; rows >= Rows; rows -= Rows, at[space - 2] += Rows, tile += Rows * Packs * N)
      block<Rows, Packs, Step>(tile, panel, c, at, k0, count, first, env);
    // After six come four: blocks of three and fewer have too few sums to keep two units busy.
    constexpr int fewer = Rows > 4 && Rows < 8 ? 4 : Rows / 2;
    if constexpr (Rows > 1)
      if (rows > 0) blocks<fewer, Packs, Step>(tile, panel, c, at, rows, k0, count, first, env);
  }
};

}  // namespace ONELOOP_NAMESPACE::eval
