// SPDX-License-Identifier: BSL-1.0
// A static extent that no int holds would be another one.
// expect: a static extent is below 2\^31; write dyn for a larger one
#include <oneloop/oneloop.hpp>

using namespace oneloop;

#ifdef ONELOOP_CONTROL
using large = view<float, dyn>;
#else
using large = view<float, 4294967299>;
#endif

index_t size_of(large const& x) { return x.size(); }
