// SPDX-License-Identifier: BSL-1.0
#pragma once

/// A comment whose example does not compile.
/// Example: no_such_function(x)
