// SPDX-License-Identifier: BSL-1.0
// What a user might pick instead. Each peer is a source of its own beside this one, compiled where CMake finds its
// library; it says what it can compute, over the rows' own arrays, and the rows take it as one more column.
#pragma once

#include <functional>
#include <vector>

#include "../../table.hpp"

namespace peers {

using in = float const*;
using out = float*;

/// `collect` copies the result to where the rows look for it, for libraries that cannot write there; it is not timed.
struct made {
  std::function<void()> run;
  std::function<void()> collect = {};
};

struct peer {
  char const* name;
  made (*axpy)(float const* a, in x, in y, out z, long count) = nullptr;  // a·x + y
  made (*sigmoid)(in x, out z, long count) = nullptr;
  made (*layer)(in W, in x, in b, out y, int rows, int columns) = nullptr;                // sigmoid(W x + b)
  made (*linear)(in X, in W, in b, out Y, int batch, int outputs, int inputs) = nullptr;  // sigmoid(X Wᵀ + b)
};

inline std::vector<peer>& all() {
  static std::vector<peer> peers;
  return peers;
}

struct registered {
  explicit registered(peer const& p) { all().push_back(p); }
};

/// One more column per peer that computes this.
template <class... Parameters, class... Args>
void add(std::vector<table::way>& ways, made (*peer::*formula)(Parameters...), Args... args) {
  for (peer const& p : all())
    if (p.*formula) {
      made const one = (p.*formula)(args...);
      ways.push_back(table::make_way(p.name, one.run));
      ways.back().collect = one.collect;
    }
}

}  // namespace peers
