// flags: -O2
// codegen: f spills=0
extern "C" float f(float const* x, int n) {
  volatile float sum = 0;
  for (int i = 0; i < n; ++i) sum = sum + x[i];
  return sum;
}
