// expect: invalid conversion|cannot initialize
// expect-gcc: \[-fpermissive\]|char\*
// expect-clang: char ?\*
#ifdef ONELOOP_CONTROL
int x[] = {1};
#else
int x = static_cast<char*>(nullptr);
#endif
