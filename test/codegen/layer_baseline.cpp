// SPDX-License-Identifier: BSL-1.0
// The same without -march. (One call is left: clang copies 128 elements by memcpy in the case of
// aliasing.)
// flags: -O2
// codegen: layer_static calls=0 loops>=1 loops<=7
// codegen: layer_noalias calls=0 loops>=1 loops<=5
// codegen: chain calls=0 loops>=1 loops<=3
// codegen: sigmoid_1024 calls=0 loops>=1 loops<=3
// codegen: stable_sigmoid_1024 calls=0 loops>=1 loops<=3
// codegen: mean_1024 calls=0 loops>=1 loops<=3
// codegen: over_variables calls=0 loops>=1 loops<=5
// codegen: initialised calls=0 loops>=1 loops<=7
// codegen-gcc: evaluated calls=0 loops>=1 loops<=7
// codegen-clang: evaluated calls<=1 loops>=1 loops<=7
// codegen: several calls=0 loops>=1 loops<=2
#include "layer.cpp"
