// flags: -O2
// codegen: ~g calls=0
extern "C" int f(int x) { return x + 1; }
