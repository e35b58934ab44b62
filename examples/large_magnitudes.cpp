// SPDX-License-Identifier: BSL-1.0
// What the textbook formulas do to large numbers, and what the stable ones do. In PyTorch:
//
//   torch.sigmoid(x), torch.log(torch.sigmoid(x)), F.logsigmoid(x), torch.log(1 + torch.exp(x)),
//   F.softplus(x)
//
// There is no stable sigmoid in PyTorch: below -88.7 it is 0 in float, though the true value is a
// number down to -103.97.
#include <cfenv>
#include <iomanip>
#include <iostream>
#include <oneloop/oneloop.hpp>
#include <sstream>
#include <string>

using namespace oneloop;

constexpr auto x = var<"x", 8>;

// sigmoid(x) is taken at its word, also in log(sigmoid(x)): oneloop never replaces a formula by a
// better one unasked.
constexpr auto textbook = sigmoid(x);
constexpr auto stable = stable_sigmoid(x);
constexpr auto log_of = log(sigmoid(x));
constexpr auto stable_log = log_sigmoid(x);
constexpr auto log_of_sum = log(1_c + exp(x));
constexpr auto stable_sum = softplus(x);

/// The floating-point exceptions since the last feclearexcept. Almost every result is rounded, so
/// FE_INEXACT says nothing.
std::string raised() {
  int const flags = std::fetestexcept(FE_ALL_EXCEPT);
  std::string names;
  if (flags & FE_INVALID) names += " invalid";
  if (flags & FE_DIVBYZERO) names += " divide-by-zero";
  if (flags & FE_OVERFLOW) names += " overflow";
  if (flags & FE_UNDERFLOW) names += " underflow";
  return names.empty() ? " none" : names;
}

void cell(auto const& content) { std::cout << std::setw(19) << content; }

/// Prints both formulas at the same points, and gives the exceptions that each raised.
template <class F, class G>
std::string compare(F formula, G better, tensor<float, 8> const& points) {
  std::feclearexcept(FE_ALL_EXCEPT);
  tensor<float, 8> const left = formula(x = points);
  auto const raised_left = raised();
  std::feclearexcept(FE_ALL_EXCEPT);
  tensor<float, 8> const right = better(x = points);
  auto const raised_right = raised();

  cell("x");
  cell(text(formula).c_str());
  cell(text(better).c_str());
  std::cout << "\n";
  for (int i = 0; i < 8; ++i) {
    cell(points(i));
    cell(left(i));
    cell(right(i));
    std::cout << "\n";
  }
  std::cout << "\n";

  std::ostringstream lines;
  lines << std::left << std::setw(19) << text(formula).c_str() << raised_left << "\n"
        << std::setw(19) << text(better).c_str() << raised_right << "\n";
  return lines.str();
}

int main() {
  tensor<float, 8> const points{-1000, -104, -100, -89, -10, 10, 100, 1000};
  auto const sigmoids = compare(textbook, stable, points);
  auto const logarithms = compare(log_of, stable_log, points);
  auto const sums = compare(log_of_sum, stable_sum, points);
  // Underflow is what a result too small for a normal number must raise.
  std::cout << "floating-point exceptions raised:\n" << sigmoids << logarithms << sums;
}
