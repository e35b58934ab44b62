// flags: -O2 -fno-tree-vectorize
// codegen: square_all calls=0 loops>=1 loops<=2
// codegen: checked calls>=0 loops=0
// codegen-gcc: checked calls=0
#include <stdexcept>

extern "C" void square_all(float* x, int n) {
  for (int i = 0; i < n; ++i) x[i] *= x[i];
}

// g++ moves the throw to the cold part.
extern "C" int checked(int x) {
  if (x < 0) throw std::invalid_argument("negative");
  return x + 1;
}
