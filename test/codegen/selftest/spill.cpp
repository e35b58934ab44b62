// flags: -O2
// codegen: f spills=0
extern "C" int f(int const* x, int n) {
  volatile int sum = 0;
  for (int i = 0; i < n; ++i) sum = sum + x[i];
  return sum;
}
