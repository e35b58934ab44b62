// A function that units may share, in ymm registers.
template <class T>
[[gnu::noinline]] void scale(T* x) {
  typedef T vector __attribute__((vector_size(32)));
  *reinterpret_cast<vector*>(x) += *reinterpret_cast<vector*>(x);
}

void twice(float* x) { scale(x); }
