// expect: nonsense
#ifndef ONELOOP_CONTROL
int a = nonsense;
int b = nonsense;
#endif
