// flags: -O2
// codegen: f calls=0 loops>=1
extern "C" int f(int x) { return x + 1; }
