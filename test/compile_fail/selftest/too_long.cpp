// expect: nonsense
#ifndef ONELOOP_CONTROL
int a = nonsense;
int b = nonsense;
int c = nonsense;
int d = nonsense;
int e = nonsense;
int f = nonsense;
int g = nonsense;
int h = nonsense;
int i = nonsense;
#endif
