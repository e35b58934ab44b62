// SPDX-License-Identifier: BSL-1.0
// evaluate(f, g) = (evaluate(f), evaluate(g)), in as few loops as their spaces permit.
// labels: sanitize
#include "reference.hpp"

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(evaluated_together)

inline constexpr auto batch = dim<"batch">;
constexpr int sizes[] = {0, 1, 3, 4, 5, 7, 8, 9, 16, 31, 64, 257};

template <class... F>
void check_together(char const* what, F const&... f) {
  auto const together = run(f...);
  auto const one_by_one = std::tuple(run(f)...);
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    auto const agree = [&](auto const& a, auto const& b, std::size_t i) {
      BOOST_TEST(same_values(a, b), what << ", result " << i);
    };
    (agree(std::get<I>(together), std::get<I>(one_by_one), I), ...);
  }(std::index_sequence_for<F...>{});
}

BOOST_AUTO_TEST_CASE(several_results) {
  for (int n : sizes) {
    auto const x = whole_tensor<float, dyn>(1, n), y = whole_tensor<float, dyn>(2, n);
    check_together("arrays", exp(x), x - y, x < y);
    // Sums of whole numbers, because one loop for several may sum in another order.
    check_together("numbers", min(x - y), max(x - y), sum(x), argmax(y));
    check_together("arrays and numbers", 2 * x, sum(y), all(x > y));
  }
}

BOOST_AUTO_TEST_CASE(several_results_of_several_spaces) {
  for (int m : {1, 4, 9})
    for (int n : {1, 8, 13}) {
      auto const a = whole_tensor<float, batch, dyn>(1, m, n);
      auto const x = whole_tensor<float, dyn>(2, n);
      auto const t = whole_tensor<float, batch>(3, m);
      check_together("reductions of both axes", sum<0>(a), sum<1>(a), max(a));
      check_together("a product twice", a * x, sum(square(a * x - t)));
      check_together("a temporary for both", sigmoid(a * x) - t, mean(a));
    }
}

BOOST_AUTO_TEST_CASE(results_have_the_types_of_single_evaluations) {
  tensor<float, 4> const x{1, 2, 3, 4};
  auto const results = evaluate(x < 2, sum(x), argmax(x), 2 * x, any(x > 5));
  static_assert(std::is_same_v<decltype(results),
                               std::tuple<tensor<bool, 4>, float, std::int32_t, tensor<float, 4>, bool> const>);
  BOOST_TEST((std::get<0>(results)(0) && !std::get<0>(results)(1) && std::get<1>(results) == 10 &&
              std::get<2>(results) == 3 && std::get<3>(results)(3) == 8 && !std::get<4>(results)));
  auto const [low, high] = evaluate(min(x), max(x));
  BOOST_TEST((low == 1 && high == 4));
}

BOOST_AUTO_TEST_SUITE_END()
