// SPDX-License-Identifier: BSL-1.0
#pragma once

struct sum {
  template <class Arch>
  float operator()(Arch, float const* x) const;
};
