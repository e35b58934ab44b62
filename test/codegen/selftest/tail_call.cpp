// flags: -O2
// codegen: f calls=0
int g(int);
extern "C" int f(int x) { return g(x + 1); }
