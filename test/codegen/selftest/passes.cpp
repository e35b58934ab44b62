// flags: -O2 -fno-tree-vectorize
// codegen: square_all calls=0 loops>=1 loops<=2
// codegen: checked calls>=0 loops=0
// codegen-gcc: checked calls=0
// codegen: nested spills=0
// codegen-gcc: ~ested loops=2
// codegen: steps loops>=1 spills=0
// codegen: all streams=1
#include <emmintrin.h>

#include <stdexcept>

extern "C" void square_all(float* x, int n) {
  for (int i = 0; i < n; ++i) x[i] *= x[i];
}

// g++ moves the throw to the cold part.
extern "C" int checked(int x) {
  if (x < 0) throw std::invalid_argument("negative");
  return x + 1;
}

// The stack of an outer loop is not one of the inner.
extern "C" int nested(int const* x, int n) {
  volatile int sum = 0;
  for (int k = 0; k < n; ++k) {
    int part = 0;
    for (int i = 0; i < n; ++i) part += x[i];
    sum = sum + part;
  }
  return sum;
}

// Nor is that of a loop that only counts.
extern "C" int steps(int n) {
  volatile int done = 0;
  for (int k = 0; k < n; ++k) done = done + 1;
  return done;
}

extern "C" void past_the_caches(__m128i* to, __m128i v) { _mm_stream_si128(to, v); }
