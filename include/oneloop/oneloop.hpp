// SPDX-License-Identifier: BSL-1.0
// Everything but I/O and interop, which are included one by one. Layer by layer: a compiler prints the way to a header
// above each error in it, and by way of the last layer that is ten lines.
#pragma once

#include <oneloop/core/config.hpp>

#include <oneloop/shape/errors.hpp>

#include <oneloop/op/all.hpp>

#include <oneloop/formula/operators.hpp>

#include <oneloop/formula/bind.hpp>
#include <oneloop/formula/formula_results.hpp>
#include <oneloop/formula/latex.hpp>
#include <oneloop/formula/linear_algebra.hpp>
#include <oneloop/formula/print.hpp>
#include <oneloop/formula/size.hpp>
#include <oneloop/formula/softmax.hpp>

#include <oneloop/tensor/access.hpp>

#include <oneloop/tensor/packed.hpp>
#include <oneloop/tensor/slice.hpp>
#include <oneloop/tensor/tensor.hpp>
#include <oneloop/tensor/view.hpp>

#include <oneloop/rewrite/diagnose.hpp>
#include <oneloop/rewrite/gradient.hpp>
#include <oneloop/rewrite/jvp.hpp>
#include <oneloop/rewrite/same_formula.hpp>
#include <oneloop/rewrite/simplify.hpp>
#include <oneloop/rewrite/stabilize.hpp>

#include <oneloop/plan/dot.hpp>
#include <oneloop/plan/explain.hpp>
#include <oneloop/plan/plan.hpp>

#include <oneloop/eval/check_gradient.hpp>
#include <oneloop/eval/evaluate.hpp>
