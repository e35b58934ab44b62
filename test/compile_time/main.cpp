// SPDX-License-Identifier: BSL-1.0
// The main program of every compile-time test: there is nothing left to do at run time.
int main() {}
