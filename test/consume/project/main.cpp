// SPDX-License-Identifier: BSL-1.0
#include <oneloop/oneloop.hpp>

#include <cstdio>
#include <cstring>

#if defined(EXPECT_NO_XSIMD) != defined(ONELOOP_NO_XSIMD)
#error "oneloop::oneloop does not say whether xsimd was found"
#endif

#define TO_TEXT(x) #x
#define TEXT(x) TO_TEXT(x)

int other();

int main() {
  const char* version = TEXT(ONELOOP_VERSION_MAJOR) "." TEXT(ONELOOP_VERSION_MINOR) "." TEXT(ONELOOP_VERSION_PATCH);
  std::printf("oneloop %s\n", version);
  return std::strcmp(version, EXPECTED_VERSION) != 0 || other() != 1;
}
