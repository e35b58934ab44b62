// flags: -O2
// codegen: f calls=0 loops=0
extern "C" void f(float* x, int n) {
  for (int i = 0; i < n; ++i) x[i] *= x[i];
}
