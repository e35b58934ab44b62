// SPDX-License-Identifier: BSL-1.0
// The elements would be gone.
// expect: deleted function.*view<|view<.*deleted function
// expect: a temporary, or other elements
#include <oneloop/oneloop.hpp>

#include <vector>

using namespace oneloop;

std::vector<float> make();

#ifdef ONELOOP_CONTROL
auto f = [](std::vector<float> v) { return evaluate(sum(view<float, dyn>(v))); };
#else
auto f = sum(view<float, dyn>(make()));
#endif
