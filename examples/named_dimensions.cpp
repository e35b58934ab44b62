// SPDX-License-Identifier: BSL-1.0
// Dimensions with names: the size is known at run time, the identity while compiling. In PyTorch a
// shape is known at run time only, so a transposed square matrix, or a vector that broadcasts along
// the wrong axis, is found in the results, if at all.
#include <iostream>
#include <oneloop/io/print.hpp>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

constexpr auto day = dim<"day">;           // sized at run time
constexpr auto city = dim<"city", 3>;      // named and static
constexpr auto season = dim<"season", 3>;  // as many, and yet another dimension

int main() {
  tensor<float, day, city> const temperature{{12, 20, 31}, {14, 19, 33}, {10, 21, 35}, {16, 24, 29}};
  std::cout << "temperature " << shape_of(temperature) << ", " << temperature.extent(0) << " days:\n"
            << temperature << "\n\n";

  // A reduction names what it sums over.                      PyTorch: temperature.mean(dim=0)
  tensor<float, city> const usual = mean<day>(temperature);
  tensor<float, day> const warmest = max<city>(temperature);
  std::cout << "mean over the days:     " << usual << "\n"
            << "warmest city of a day:  " << warmest << "\n\n";

  // Dimensions of one name meet wherever they stand in the shape. `usual` has no days and repeats
  // along them, `warmest` along the cities.
  // PyTorch: temperature - usual, temperature - warmest[:, None]; without [:, None] an error here,
  // and with as many days as cities a silent wrong result.
  std::cout << "above the usual:\n"
            << evaluate(temperature - usual) << "\n"
            << "below the warmest:\n"
            << evaluate(warmest - temperature) << "\n\n";

  // Different names never fit, even where the sizes agree: this does not compile.
  //
  //   tensor<float, season> price;
  //   evaluate(temperature + price);
  static_assert(!(extents<city> == extents<season>));

  // What only the run can tell is checked once per evaluation, before anything is written.
  tensor<float, day, city> const shorter(2);
  try {
    evaluate(temperature - shorter);
  } catch (shape_error const& error) {
    std::cout << "temperature - shorter: " << error.what() << "\n";
  }
}
