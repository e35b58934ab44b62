// SPDX-License-Identifier: BSL-1.0
// A view over a tensor of another shape.
// expect: shapes_do_not_fit<.*"view".*extents<2, 3>.*extents<4, 3>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

tensor<float, 4, 3> W;

#ifdef ONELOOP_CONTROL
auto v = view<float, 4, 3>(W);
#else
auto v = view<float, 2, 3>(W);
#endif
