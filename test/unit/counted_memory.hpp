// SPDX-License-Identifier: BSL-1.0
// operator new and delete of this program, which count. Safe beside other suites: each file here is a program of its
// own.
#pragma once

#include <malloc.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace counted_memory {

// Not atomic: such a program has one thread.
inline long allocations = 0;
inline std::size_t bytes = 0;                // asked for, ever
inline std::size_t live = 0, most_live = 0;  // taken, now and at once

inline void* allocate(std::size_t size, std::size_t alignment) {
  // aligned_alloc wants a multiple of the alignment.
  void* const p = alignment > alignof(std::max_align_t)
                      ? std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment)
                      : std::malloc(size ? size : 1);
  if (!p) throw std::bad_alloc();
  ++allocations;
  bytes += size;
  live += malloc_usable_size(p);
  if (live > most_live) most_live = live;
  return p;
}
inline void release(void* p) {
  if (p) live -= malloc_usable_size(p);
  std::free(p);
}

}  // namespace counted_memory

// The nothrow forms call these. Not inlined: g++ would see malloc and free of different kinds.
#define COUNTED __attribute__((noinline))
COUNTED void* operator new(std::size_t size) { return counted_memory::allocate(size, 1); }
COUNTED void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted_memory::allocate(size, std::size_t(alignment));
}
COUNTED void* operator new[](std::size_t size) { return counted_memory::allocate(size, 1); }
COUNTED void* operator new[](std::size_t size, std::align_val_t alignment) {
  return counted_memory::allocate(size, std::size_t(alignment));
}
COUNTED void operator delete(void* p) noexcept { counted_memory::release(p); }
COUNTED void operator delete(void* p, std::size_t) noexcept { counted_memory::release(p); }
COUNTED void operator delete(void* p, std::align_val_t) noexcept { counted_memory::release(p); }
COUNTED void operator delete(void* p, std::size_t, std::align_val_t) noexcept { counted_memory::release(p); }
COUNTED void operator delete[](void* p) noexcept { counted_memory::release(p); }
COUNTED void operator delete[](void* p, std::size_t) noexcept { counted_memory::release(p); }
COUNTED void operator delete[](void* p, std::align_val_t) noexcept { counted_memory::release(p); }
COUNTED void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { counted_memory::release(p); }
#undef COUNTED
