// flags: -O2
// codegen: f streams=0
// codegen: all streams>=1
extern "C" void f(int* x) { *x = 1; }
