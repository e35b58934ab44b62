# What our own tests, examples and benchmarks share. Nothing here reaches a user of the library.

set(ONELOOP_MARCH native CACHE STRING "-march of our own programs; empty: the compiler's default")

# For the compiler's default target: programs that hold several instruction sets.
add_library(oneloop_development_portable INTERFACE)
target_link_libraries(oneloop_development_portable INTERFACE oneloop::oneloop)
target_compile_options(oneloop_development_portable INTERFACE -Wall -Wextra)

# For this machine: all others.
add_library(oneloop_development INTERFACE)
target_link_libraries(oneloop_development INTERFACE oneloop_development_portable)
target_compile_options(
  oneloop_development INTERFACE $<$<BOOL:${ONELOOP_MARCH}>:-march=${ONELOOP_MARCH}>
)

# g++ 12 warns of its own AVX-512 intrinsics, by the thousand (GCC bug 105593).
target_compile_options(
  oneloop_development_portable
  INTERFACE "$<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized;-Wno-maybe-uninitialized>"
)

# g++ collects its garbage less often: 0.88 to 0.92 of the time of a unit with some ten formulas, for at most 0.3 GB more.
target_compile_options(
  oneloop_development_portable INTERFACE "$<$<CXX_COMPILER_ID:GNU>:SHELL:--param ggc-min-heapsize=524288>"
)

# -std=c++20: what compiles without extensions compiles with them; test/consume builds with them.
set(CMAKE_CXX_EXTENSIONS OFF)

find_program(ONELOOP_CCACHE ccache)
mark_as_advanced(ONELOOP_CCACHE)
if(ONELOOP_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without this sloppiness ccache gives up on precompiled headers and on every file that uses one.
  # Clang's precompiled headers carry timestamps unless told otherwise, and then never hit the cache.
  set(sloppiness pch_defines,time_macros,include_file_mtime,include_file_ctime)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=${sloppiness} ${ONELOOP_CCACHE}
  )
  target_compile_options(
    oneloop_development_portable INTERFACE "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>"
  )
endif()
