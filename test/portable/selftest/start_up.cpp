// SPDX-License-Identifier: BSL-1.0
// Something that runs before main.
int start();
int const started = start();
