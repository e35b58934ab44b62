// SPDX-License-Identifier: BSL-1.0
// The version, stated once: CMake and the package files parse it from here.
#pragma once

#define ONELOOP_VERSION_MAJOR 0
#define ONELOOP_VERSION_MINOR 1
#define ONELOOP_VERSION_PATCH 0
