// SPDX-License-Identifier: BSL-1.0
// Everything but I/O and interop, which are included one by one.
#pragma once

// First, so that the way to it, which stands above every error message, is short.
#include <oneloop/shape/errors.hpp>

#include <oneloop/core/config.hpp>
#include <oneloop/eval/check_gradient.hpp>
#include <oneloop/eval/evaluate.hpp>
#include <oneloop/formula/bind.hpp>
#include <oneloop/formula/latex.hpp>
#include <oneloop/formula/linear_algebra.hpp>
#include <oneloop/formula/operators.hpp>
#include <oneloop/formula/print.hpp>
#include <oneloop/formula/formula_results.hpp>
#include <oneloop/formula/size.hpp>
#include <oneloop/formula/softmax.hpp>
#include <oneloop/op/all.hpp>
#include <oneloop/plan/dot.hpp>
#include <oneloop/plan/explain.hpp>
#include <oneloop/plan/plan.hpp>
#include <oneloop/rewrite/diagnose.hpp>
#include <oneloop/rewrite/gradient.hpp>
#include <oneloop/rewrite/jvp.hpp>
#include <oneloop/rewrite/same_formula.hpp>
#include <oneloop/rewrite/simplify.hpp>
#include <oneloop/rewrite/stabilize.hpp>
#include <oneloop/tensor/packed.hpp>
#include <oneloop/tensor/slice.hpp>
#include <oneloop/tensor/tensor.hpp>
#include <oneloop/tensor/view.hpp>
