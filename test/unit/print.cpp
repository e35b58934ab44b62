// SPDX-License-Identifier: BSL-1.0
// labels: sanitize
// Arrays print as NumPy prints them: every expectation is the output of NumPy 1.24's print for the
// same values.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <oneloop/io/print.hpp>
#include <oneloop/oneloop.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace oneloop;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

template <class X>
std::string printed(X const& x, int precision = 6) {
  std::ostringstream out;
  out.precision(precision);
  out << x;
  return out.str();
}

template <class T>
std::string vector_of(std::vector<T> const& values, int precision = 6) {
  return printed(view<T const, dyn>(values, values.size()), precision);
}

template <class Array>
Array counted(Array x) {
  std::int32_t next = 0;
  for (auto& element : x) element = next++;
  return x;
}

BOOST_AUTO_TEST_SUITE(print)

BOOST_AUTO_TEST_CASE(vectors_are_aligned) {
  BOOST_TEST(printed(tensor<float, 3>{1, 2.5f, -3}) == "[ 1.   2.5 -3. ]");
  BOOST_TEST(printed(tensor<float, 3>{}) == "[0. 0. 0.]");
  BOOST_TEST(printed(tensor<float, 4>{0.73105858f, 0.88079708f, 0.95257413f, 0.98201379f}) ==
             "[0.7310586  0.8807971  0.95257413 0.98201376]");
  BOOST_TEST(printed(tensor<std::int32_t, 3>{-5, 10, 100}) == "[ -5  10 100]");
  BOOST_TEST(printed(tensor<bool, 2>{true, false}) == "[ True False]");
}

BOOST_AUTO_TEST_CASE(floats_are_as_short_as_reads_back_up_to_eight_digits) {
  BOOST_TEST(vector_of<double>({0.1, 1 / 3.0}) == "[0.1        0.33333333]");
  BOOST_TEST(vector_of<float>({0.1f, 1 / 3.0f}) == "[0.1        0.33333334]");
  BOOST_TEST(vector_of<double>({0.123456789012, 12.5}) == "[ 0.12345679 12.5       ]");
  BOOST_TEST(vector_of<double>({3.141592653589793, -271.8281828459045}) == "[   3.14159265 -271.82818285]");
  BOOST_TEST(vector_of<float>({67108872.0f, 1e6f}) == "[67108872.  1000000.]");
  BOOST_TEST(vector_of<double>({-0.0, 0.0}) == "[-0.  0.]");
}

BOOST_AUTO_TEST_CASE(large_ranges_are_scientific) {
  BOOST_TEST(vector_of<float>({1e8f, 1}) == "[1.e+08 1.e+00]");
  BOOST_TEST(vector_of<double>({99999999, 1}) == "[9.9999999e+07 1.0000000e+00]");
  BOOST_TEST(vector_of<double>({1e-4, 0.1}) == "[0.0001 0.1   ]");
  BOOST_TEST(vector_of<double>({1001, 1}) == "[1.001e+03 1.000e+00]");
  BOOST_TEST(vector_of<double>({1000, 1}) == "[1000.    1.]");
  BOOST_TEST(vector_of<double>({1e-300, 1e300}) == "[1.e-300 1.e+300]");
  // Filled with the digits that the number has, not with zeros.
  BOOST_TEST(vector_of<float>({49.034138f, -9.634534e30f}) == "[ 4.9034138e+01 -9.6345337e+30]");
}

BOOST_AUTO_TEST_CASE(not_finite) {
  BOOST_TEST(vector_of<double>({nan, 1, inf}) == "[nan  1. inf]");
  BOOST_TEST(vector_of<double>({nan, -inf}) == "[ nan -inf]");
  BOOST_TEST(vector_of<double>({nan, nan}) == "[nan nan]");
  BOOST_TEST(vector_of<double>({1e-5, 1, inf}) == "[1.e-05 1.e+00    inf]");
  BOOST_TEST(printed(tensor<double, 2, 2>{{0.5, nan}, {inf, -2}}) == "[[ 0.5  nan]\n [ inf -2. ]]");
}

BOOST_AUTO_TEST_CASE(precision_of_the_stream) {
  std::vector<double> const values{3.141592653589793, 2};
  BOOST_TEST(vector_of(values, 3) == "[3.142 2.   ]");
  BOOST_TEST(vector_of(values, 12) == "[3.14159265359 2.           ]");
  BOOST_TEST(vector_of(values, 0) == "[3. 2.]");
  BOOST_TEST(vector_of<double>({3.141592653589793e9, 2}, 2) == "[3.14e+09 2.00e+00]");
}

BOOST_AUTO_TEST_CASE(notation_of_the_stream) {
  auto const shown = [](auto notation, int precision, auto const& x) {
    std::ostringstream out;
    out << notation;
    out.precision(precision);
    out << x;
    return out.str();
  };
  tensor<double, 2> const x{0.982, -12.5};
  tensor<double> half;
  half() = 0.5;
  BOOST_TEST(shown(std::fixed, 4, x) == "[  0.9820 -12.5000]");
  BOOST_TEST(shown(std::fixed, 6, x) == "[  0.982000 -12.500000]");
  BOOST_TEST(shown(std::fixed, 0, x) == "[  1. -12.]");
  BOOST_TEST(shown(std::fixed, 1, tensor<double, 2>{1e9, nan}) == "[1000000000.0          nan]");
  BOOST_TEST(shown(std::scientific, 2, x) == "[ 9.82e-01 -1.25e+01]");
  BOOST_TEST(shown(std::fixed, 3, half) == "0.500");
  BOOST_TEST(shown(std::fixed, 100000, tensor<double, 1>{0.5}).size() == 104);
}

BOOST_AUTO_TEST_CASE(a_field_width_does_not_break_the_alignment) {
  std::ostringstream out;
  out.width(40);
  out << tensor<std::int32_t, 2, 1>{{1}, {2}} << '|';
  BOOST_TEST(out.str() == "[[1]\n [2]]|");
}

BOOST_AUTO_TEST_CASE(a_row_a_line) {
  BOOST_TEST(printed(tensor<float, 2, 3>{{1, -2, 30}, {4.25f, 5, 6}}) ==
             "[[ 1.   -2.   30.  ]\n"
             " [ 4.25  5.    6.  ]]");
  BOOST_TEST(printed(tensor<bool, 2, 1>{{true}, {false}}) ==
             "[[ True]\n"
             " [False]]");
}

BOOST_AUTO_TEST_CASE(blank_lines_between_matrices) {
  BOOST_TEST(printed(counted(tensor<std::int32_t, 2, 2, 2>{})) ==
             "[[[0 1]\n"
             "  [2 3]]\n"
             "\n"
             " [[4 5]\n"
             "  [6 7]]]");
  BOOST_TEST(printed(tensor<std::int32_t, 2, 2, 1, 1>{{{{1}}, {{2}}}, {{{3}}, {{4}}}}) ==
             "[[[[1]]\n"
             "\n"
             "  [[2]]]\n"
             "\n"
             "\n"
             " [[[3]]\n"
             "\n"
             "  [[4]]]]");
}

BOOST_AUTO_TEST_CASE(long_rows_are_broken) {
  tensor<double, 30> const x = cast<double>(counted(tensor<std::int32_t, 30>{})) / 8;
  BOOST_TEST(printed(x) ==
             "[0.    0.125 0.25  0.375 0.5   0.625 0.75  0.875 1.    1.125 1.25  1.375\n"
             " 1.5   1.625 1.75  1.875 2.    2.125 2.25  2.375 2.5   2.625 2.75  2.875\n"
             " 3.    3.125 3.25  3.375 3.5   3.625]");
}

BOOST_AUTO_TEST_CASE(large_arrays_are_summarised) {
  std::vector<std::int32_t> numbers(1001);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<std::int32_t>(i);
  BOOST_TEST(vector_of(numbers) == "[   0    1    2 ...  998  999 1000]");
  numbers.pop_back();
  BOOST_TEST(vector_of(numbers).ends_with("\n 990 991 992 993 994 995 996 997 998 999]"));

  BOOST_TEST(printed(counted(tensor<std::int32_t, dyn, 11>(100))) ==
             "[[   0    1    2 ...    8    9   10]\n"
             " [  11   12   13 ...   19   20   21]\n"
             " [  22   23   24 ...   30   31   32]\n"
             " ...\n"
             " [1067 1068 1069 ... 1075 1076 1077]\n"
             " [1078 1079 1080 ... 1086 1087 1088]\n"
             " [1089 1090 1091 ... 1097 1098 1099]]");
  BOOST_TEST(printed(counted(tensor<std::int32_t, 2, 3, 200>{})) ==
             "[[[   0    1    2 ...  197  198  199]\n"
             "  [ 200  201  202 ...  397  398  399]\n"
             "  [ 400  401  402 ...  597  598  599]]\n"
             "\n"
             " [[ 600  601  602 ...  797  798  799]\n"
             "  [ 800  801  802 ...  997  998  999]\n"
             "  [1000 1001 1002 ... 1197 1198 1199]]]");
  // What is left out has no say in the format.
  std::vector<float> halves(2000, 0.5f);
  halves[1000] = -1e20f;
  BOOST_TEST(vector_of(halves) == "[0.5 0.5 0.5 ... 0.5 0.5 0.5]");
}

BOOST_AUTO_TEST_CASE(empty_arrays) {
  BOOST_TEST(printed(tensor<float, 0>{}) == "[]");
  BOOST_TEST(printed(tensor<float, 2, 0, 3>{}) == "[]");
  BOOST_TEST(printed(tensor<double, dyn, 3>(0)) == "[]");
}

BOOST_AUTO_TEST_CASE(scalars) {
  auto const scalar = [](auto value) {
    tensor<decltype(value)> x;
    x() = value;
    return printed(x);
  };
  BOOST_TEST(scalar(0.1f) == "0.1");
  BOOST_TEST(scalar(3.0) == "3.0");
  BOOST_TEST(scalar(1e-5) == "1e-05");
  BOOST_TEST(scalar(1e16) == "1e+16");
  BOOST_TEST(scalar(-inf) == "-inf");
  BOOST_TEST(scalar(std::int32_t{-7}) == "-7");
  BOOST_TEST(scalar(true) == "True");
}

BOOST_AUTO_TEST_CASE(layouts_and_views) {
  float const numbers[] = {1, 2, 3, 4, 5, 6};
  BOOST_TEST(printed(view<float const, 2, 3>(numbers)) == "[[1. 2. 3.]\n [4. 5. 6.]]");
  BOOST_TEST(printed(view<float const, 3, 2, strided>(numbers, {{1, 3}})) == "[[1. 4.]\n [2. 5.]\n [3. 6.]]");
  BOOST_TEST(printed(tensor<float, 2, 3, column_major>{{1, 2, 3}, {4, 5, 6}}) == "[[1. 2. 3.]\n [4. 5. 6.]]");
  tensor<float, dim<"batch">, 3> rows(2);
  rows = view<float const, 2, 3>(numbers);
  BOOST_TEST(printed(rows[1]) == "[4. 5. 6.]");
}

BOOST_AUTO_TEST_CASE(formulas_print_their_text) {
  constexpr auto W = var<"W", 128, 64>;
  constexpr auto x = var<"x", 64>;
  constexpr auto b = var<"b", 128>;
  constexpr auto layer = sigmoid(W * x + b);
  BOOST_TEST(printed(layer) == "sigmoid(W * x + b)");
  BOOST_TEST(printed(W) == "W");

  tensor<float, 3> const data{1, 2, 3};
  BOOST_TEST(printed(exp(data) + 1) == "exp([3]) + number");
  BOOST_TEST(printed(evaluate(data + 1)) == "[2. 3. 4.]");
}

BOOST_AUTO_TEST_CASE(shapes) {
  constexpr auto batch = dim<"batch">;
  BOOST_TEST(printed(extents<batch, 64>) == "[batch, 64]");
  BOOST_TEST(printed(extents<>) == "[]");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
