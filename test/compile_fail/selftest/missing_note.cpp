// expect: nonsense
// expect: shapes do not fit
#ifndef ONELOOP_CONTROL
int x = nonsense;
#endif
