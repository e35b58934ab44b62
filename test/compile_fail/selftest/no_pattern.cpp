#ifndef ONELOOP_CONTROL
int x = nonsense;
#endif
