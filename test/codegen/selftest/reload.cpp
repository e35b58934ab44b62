// Written before the loop, read within it: no spill, but a reload.
// flags: -O2
// codegen: f spills=0 reloads=0
extern "C" int f(int const* x, int n) {
  int volatile factor = n;
  int sum = 0;
  for (int i = 0; i < n; ++i) sum += factor * x[i];
  return sum;
}
