// SPDX-License-Identifier: BSL-1.0
#include "measured.hpp"

template void functions::add_all<float>();
