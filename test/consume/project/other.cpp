// SPDX-License-Identifier: BSL-1.0
#include <oneloop/oneloop.hpp>

int other() { return 1; }
