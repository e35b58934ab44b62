// flags: -O2
// codegen: f stores=0
extern "C" int f(int x) {
  volatile int kept = x;
  return kept;
}
