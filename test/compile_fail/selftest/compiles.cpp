// expect: anything
int x = 1;
