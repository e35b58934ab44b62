// SPDX-License-Identifier: BSL-1.0
// The functions of <cmath> for `exact`, each MPFR's own: Boost has some of them by series of its own, many times
// slower.
#pragma once

#include "reference.hpp"

namespace accuracy {

template <int (*Function)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t)>
exact by_mpfr(exact const& x) {
  exact y;
  Function(y.backend().data(), x.backend().data(), MPFR_RNDN);
  return y;
}
template <int (*Function)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t)>
exact by_mpfr(exact const& x, exact const& y) {
  exact z;
  Function(z.backend().data(), x.backend().data(), y.backend().data(), MPFR_RNDN);
  return z;
}

inline exact exp(exact const& x) { return by_mpfr<mpfr_exp>(x); }
inline exact exp2(exact const& x) { return by_mpfr<mpfr_exp2>(x); }
inline exact expm1(exact const& x) { return by_mpfr<mpfr_expm1>(x); }
inline exact log(exact const& x) { return by_mpfr<mpfr_log>(x); }
inline exact log1p(exact const& x) { return by_mpfr<mpfr_log1p>(x); }
inline exact log2(exact const& x) { return by_mpfr<mpfr_log2>(x); }
inline exact log10(exact const& x) { return by_mpfr<mpfr_log10>(x); }
inline exact sqrt(exact const& x) { return by_mpfr<mpfr_sqrt>(x); }
inline exact cbrt(exact const& x) { return by_mpfr<mpfr_cbrt>(x); }
inline exact sin(exact const& x) { return by_mpfr<mpfr_sin>(x); }
inline exact cos(exact const& x) { return by_mpfr<mpfr_cos>(x); }
inline exact tan(exact const& x) { return by_mpfr<mpfr_tan>(x); }
inline exact asin(exact const& x) { return by_mpfr<mpfr_asin>(x); }
inline exact acos(exact const& x) { return by_mpfr<mpfr_acos>(x); }
inline exact atan(exact const& x) { return by_mpfr<mpfr_atan>(x); }
inline exact sinh(exact const& x) { return by_mpfr<mpfr_sinh>(x); }
inline exact cosh(exact const& x) { return by_mpfr<mpfr_cosh>(x); }
inline exact tanh(exact const& x) { return by_mpfr<mpfr_tanh>(x); }
inline exact erf(exact const& x) { return by_mpfr<mpfr_erf>(x); }
inline exact erfc(exact const& x) { return by_mpfr<mpfr_erfc>(x); }
inline exact floor(exact const& x) { return by_mpfr<mpfr_rint_floor>(x); }
inline exact ceil(exact const& x) { return by_mpfr<mpfr_rint_ceil>(x); }
inline exact trunc(exact const& x) { return by_mpfr<mpfr_rint_trunc>(x); }
inline exact nearbyint(exact const& x) { return by_mpfr<mpfr_rint_roundeven>(x); }
inline exact pow(exact const& x, exact const& y) { return by_mpfr<mpfr_pow>(x, y); }
inline exact hypot(exact const& x, exact const& y) { return by_mpfr<mpfr_hypot>(x, y); }
inline exact atan2(exact const& x, exact const& y) { return by_mpfr<mpfr_atan2>(x, y); }
inline exact fabs(exact const& x) {
  exact y;
  mpfr_abs(y.backend().data(), x.backend().data(), MPFR_RNDN);
  return y;
}

}  // namespace accuracy
