// flags: -O2
// codegen: all calls<=9
extern "C" void f(int* x) { *x = 1; }
