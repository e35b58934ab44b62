// Something that runs before main.
int start();
int const started = start();
