// SPDX-License-Identifier: BSL-1.0
// The same without -march. (One call is left: 128 elements are copied as a block in the case of
// aliasing. Of 16 registers, g++ is one short for the two reductions of four packs each, and three for two packs of
// stable_sigmoid side by side, which take 0.89 of the time all the same.)
// flags: -O2
// codegen: layer_static calls=0 loops>=1 loops<=7 spills=0
// codegen: layer_noalias calls=0 loops>=1 loops<=5 spills=0
// codegen: chain calls=0 loops>=1 loops<=3 spills=0
// codegen: sigmoid_1024 calls=0 loops>=1 loops<=3 spills=0
// codegen: stable_sigmoid_1024 calls=0 loops>=1 loops<=3 spills<=3
// codegen: mean_1024 calls=0 loops>=1 loops<=3 spills=0
// codegen: over_variables calls=0 loops>=1 loops<=5 spills=0
// codegen: initialised calls=0 loops>=1 loops<=7 spills=0
// codegen: evaluated calls<=1 loops>=1 loops<=7 spills=0
// codegen: several calls=0 loops>=1 loops<=2
// codegen-gcc: several spills<=1
// codegen-clang: several spills=0
#include "layer.cpp"
