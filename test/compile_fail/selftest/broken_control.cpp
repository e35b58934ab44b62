// expect: .
int x = nonsense;
