// flags-gcc: -O2 -mmemcpy-strategy=rep_8byte:-1:align
// flags-clang: -O2
// codegen: f calls=0
struct block {
  long numbers[64];
};
extern "C" void f(block& to, block const& from) { to = from; }
