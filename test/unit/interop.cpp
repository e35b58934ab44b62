// SPDX-License-Identifier: BSL-1.0
// Arrays in files: NumPy's .npy and safetensors, and what is said of files that are not as they should be.
// options: -O0 -Wno-psabi
#include "reference.hpp"

#include <boost/json/src.hpp>
#include <filesystem>
#include <fstream>

#include <oneloop/interop/npy.hpp>
#include <oneloop/interop/safetensors.hpp>

using namespace oneloop;
using namespace reference;

BOOST_AUTO_TEST_SUITE(interop_files)

inline constexpr auto batch = dim<"batch">;

std::string const data = ONELOOP_TEST_DATA "/";

/// A file of the test's own, gone at its end.
struct file {
  std::string path;
  file(char const* name, std::string const& bytes)
      : path((std::filesystem::temp_directory_path() / (std::to_string(getpid()) + name)).string()) {
    std::ofstream(path, std::ios::binary) << bytes;
  }
  ~file() { std::filesystem::remove(path); }
};

template <class Work>
void fails(char const* words, Work work) {
  BOOST_CHECK_EXCEPTION(work(), file_error, [&](file_error const& e) {
    bool const said = std::string(e.what()).find(words) != std::string::npos;
    if (!said) BOOST_TEST_MESSAGE(e.what());
    return said;
  });
}

BOOST_AUTO_TEST_CASE(numpy_in_both_orders) {
  auto const c = load_npy<tensor<float, 64, 64>>(data + "digits_mlp_w1.npy");
  auto const fortran = load_npy<tensor<float, batch, 64>>(data + "digits_mlp_w1_fortran.npy");
  auto const turned = load_npy<tensor<float, 64, 64, column_major>>(data + "digits_mlp_w1.npy");
  BOOST_TEST(fortran.extent(0) == 64);
  BOOST_TEST(c(0, 1) != c(1, 0));
  compare("Fortran order", fortran, read(c), 0);
  compare("into columns", turned, read(c), 0);
}

template <class Tensor>
void round_trip(Tensor const& x) {
  file const f("round.npy", "");
  save_npy(f.path, x);
  BOOST_TEST(std::filesystem::file_size(f.path) % 64 == std::size_t(x.size()) * sizeof(typename Tensor::element) % 64);
  compare("round trip", load_npy<Tensor>(f.path), read(x), 0);
}
BOOST_AUTO_TEST_CASE(numpy_round_trips) {
  round_trip(random_tensor<float, 3, 5>(1, -1, 1));
  round_trip(random_tensor<double, batch>(2, -1, 1, 7));
  round_trip(random_tensor<double, batch, 4, 3>(3, -1, 1, 0));
  round_trip(random_tensor<float, 4, 3, column_major>(4, -1, 1));
  round_trip(tensor<std::int32_t, 3>{1, -2, 3});
  round_trip(tensor<bool, 2, 2>{{true, false}, {false, true}});
  round_trip(tensor<float16, 3>{float16(1.5f), float16(-2.0f), float16(0.25f)});
  round_trip(tensor<double, batch, dyn>(5, 0));
  BOOST_TEST((load_npy<tensor<float, dyn, dyn>>(data + "digits_mlp_w1.npy").extent(1) == 64));
}

std::string npy(std::string const& header, std::string const& elements, char version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += version;
  bytes += '\0';
  bytes += char(header.size() & 255);
  bytes += char(header.size() >> 8);
  if (version > 1) bytes += std::string(2, '\0');
  return bytes + header + elements;
}
BOOST_AUTO_TEST_CASE(numpy_files_that_are_wrong) {
  using two = tensor<float, 2>;
  auto const loaded = [](std::string const& bytes) {
    file const f("wrong.npy", bytes);
    return load_npy<two>(f.path);
  };
  std::string const elements(8, '\0');
  std::string const good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n";
  BOOST_TEST(evaluate(sum(loaded(npy(good, elements)))) == 0);
  BOOST_TEST(evaluate(sum(loaded(npy(good, elements, 2)))) == 0);
  fails("cannot be opened", [] { load_npy<two>("no/such/file.npy"); });
  fails("is not a file", [] { load_npy<two>(std::filesystem::temp_directory_path().string()); });
  fails("is not a .npy file", [&] { loaded(""); });
  fails("of type <f4, not <f2", [&] {
    file const f("wrong.npy", npy(good, elements));
    load_npy<tensor<float16, 2>>(f.path);
  });
  fails("is not a .npy file", [&] { loaded("PK\x03\x04 a zip file"); });
  fails("unknown version", [&] { loaded(npy(good, elements, 9)); });
  fails("ends within its header", [&] { loaded(npy(good, "").substr(0, 20)); });
  fails("fewer elements", [&] { loaded(npy(good, elements.substr(1))); });
  fails("there is no 'shape'", [&] { loaded(npy("{'descr': '<f4', 'fortran_order': False}", elements)); });
  fails("neither True nor False",
        [&] { loaded(npy("{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", elements)); });
  fails("'shape' does not end", [&] { loaded(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2", elements)); });
  fails("else than numbers", [&] { loaded(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (x)}", elements)); });
  fails("of type <f8, not <f4",
        [&] { loaded(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", elements)); });
  fails("has the shape [3], not [2]",
        [&] { loaded(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", elements)); });
  fails("has the shape [2, 1], not [2]",
        [&] { loaded(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,1)}", elements)); });
  file const huge("huge.npy",
                  npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}", elements));
  fails("fewer elements", [&] { load_npy<tensor<float, batch, 4>>(huge.path); });
  file const empty("empty.npy",
                   npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4, 0)}", ""));
  fails("fewer elements", [&] { load_npy<tensor<float, batch, 4, dyn>>(empty.path); });
  file const bytes("bytes.npy",
                   npy("{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}", std::string("\2\0\377", 3)));
  auto const truth = load_npy<tensor<bool, 3>>(bytes.path);
  BOOST_TEST((truth[0] == true && truth[1] == false && truth[2] == true));
  BOOST_TEST(evaluate(sum(cast<int>(truth))) == 2);
}

std::string safe(std::string const& header, std::string const& elements) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += char(header.size() >> (8 * i) & 255);
  return bytes + header + elements;
}
BOOST_AUTO_TEST_CASE(safetensors_files) {
  float const numbers[] = {1, 2, 3, 4, 5, 6};
  std::string const elements(reinterpret_cast<char const*>(numbers), sizeof numbers);
  file const f(
      "m.safetensors",
      safe(
          R"({"__metadata__":{"format":"pt"},"W":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},)"
          R"("b":{"dtype":"F32","shape":[2],"data_offsets":[16,24]}, "far":{"dtype":"F32","shape":[2],"data_offsets":[20,28]},)"
          R"("short":{"dtype":"F32","shape":[3],"data_offsets":[16,24]},"odd":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})",
          elements));
  safetensors const model(f.path);
  BOOST_TEST(model.names().size() == 5u);
  auto const W = model.load<tensor<float, 2, 2>>("W");
  BOOST_TEST((W(0, 0) == 1 && W(0, 1) == 2 && W(1, 0) == 3 && W(1, 1) == 4));
  auto const b = model.load<tensor<float, batch>>("b");
  BOOST_TEST((b.extent(0) == 2 && b(0) == 5 && b(1) == 6));
  fails("c: there is no such array", [&] { model.load<tensor<float, 2>>("c"); });
  fails("W: has the shape [2, 2], not [4]", [&] { model.load<tensor<float, 4>>("W"); });
  fails("W: has elements of type F32, not F64", [&] { model.load<tensor<double, 2, 2>>("W"); });
  fails("beyond the end", [&] { model.load<tensor<float, 2>>("far"); });
  fails("fewer elements", [&] { model.load<tensor<float, 3>>("short"); });
  fails("else than a size", [&] { model.load<tensor<float, batch>>("odd"); });
  fails("does not describe", [&] { model.load<tensor<float, 2>>("__metadata__"); });
}
BOOST_AUTO_TEST_CASE(safetensors_files_that_are_wrong) {
  auto const opened = [](std::string const& bytes) {
    file const f("wrong.safetensors", bytes);
    safetensors const model(f.path);
  };
  fails("is not a safetensors file", [&] { opened("short"); });
  fails("is not a safetensors file", [&] { opened(std::string(8, '\xff')); });
  fails("not a JSON object", [&] { opened(safe("[1, 2]", "")); });
  fails("not a JSON object", [&] { opened(safe("{\"W\":", "")); });
}

BOOST_AUTO_TEST_SUITE_END()
