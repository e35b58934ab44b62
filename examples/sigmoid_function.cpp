// SPDX-License-Identifier: BSL-1.0
// The sigmoid as a function of tensors of any shape. In PyTorch:
//
//   x = torch.tensor([1., 2., 3., 4.])
//   y = torch.sigmoid(x)
//
//   torch.manual_seed(1)
//   x = torch.randn(3, 3, 3)
//   y = torch.sigmoid(x)
//   y.min(), y.max()
#include <iomanip>
#include <iostream>
#include <oneloop/io/print.hpp>
#include <oneloop/oneloop.hpp>

using namespace oneloop;

int main() {
  std::cout << std::fixed << std::setprecision(4);

  tensor<float, 4> x{1, 2, 3, 4};
  tensor<float, 4> y = sigmoid(x);  // the assignment runs the loop
  std::cout << "sigmoid(" << x << ")\n      = " << y << "\n\n";

  // torch.randn(3, 3, 3) after torch.manual_seed(1).
  tensor<float, 3, 3, 3> noise{{{-1.5255959f, -0.7502318f, -0.6539808f},
                                {-1.6094848f, -0.10016718f, -0.6091889f},
                                {-0.9797723f, -1.6090963f, -0.7121446f}},
                               {{0.303722f, -0.7773143f, -0.09536188f},
                                {0.1393715f, -1.5785011f, -0.32062083f},
                                {-0.29934606f, 1.8793458f, -0.07213178f}},
                               {{0.1577706f, 1.7163026f, -0.056139667f},
                                {0.910702f, -1.3923858f, 2.689087f},
                                {-0.11101983f, 0.29273525f, -0.15784515f}}};
  std::cout << "sigmoid of a tensor " << shape_of(noise) << ":\n" << evaluate(sigmoid(noise)) << "\n\n";

  // A formula is a value, and nothing has been computed when it is made. Both results come from one
  // pass that never stores the sigmoids; PyTorch would write all of them and read them twice.
  auto f = sigmoid(noise);
  auto [lowest, highest] = evaluate(min(f), max(f));
  std::cout << "smallest " << lowest << ", largest " << highest << "\n";
}
