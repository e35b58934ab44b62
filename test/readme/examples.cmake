# The examples in the headers' comments, `/// Example: sigmoid(W * x + b)`, compile: each as a formula over the data
# below, all in one file. FOLDER: where the headers lie; OUTPUT: where that file goes.
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/script.cmake)

set(text "#include <oneloop/oneloop.hpp>
using namespace oneloop;
void examples(tensor<float, 4> const& x, tensor<float, 4> const& y, tensor<float, 4> const& p, tensor<float, 4> const& t,
              tensor<float, 3, 4> const& W, tensor<float, 3> const& b, tensor<float, 8, 4> const& X,
              tensor<std::int32_t, 8> const& classes) {
")
set(count 0)
file(GLOB_RECURSE headers ${FOLDER}/*.hpp)
foreach(header IN LISTS headers)
  read_lines(lines ${header})
  set(number 0)
  foreach(line IN LISTS lines)
    math(EXPR number "${number} + 1")
    if(line MATCHES "^ */// Example: (.*)$")
      math(EXPR count "${count} + 1")
      string(APPEND text "#line ${number} \"${header}\"\n[[maybe_unused]] auto const example_${count} = evaluate(${CMAKE_MATCH_1});\n")
    endif()
  endforeach()
endforeach()
if(count EQUAL 0)
  fail("${FOLDER}: no header has an example")
endif()
decode(text)
file(WRITE ${OUTPUT}/examples.cpp "${text}}\n")
compile(-fsyntax-only ${OUTPUT}/examples.cpp)
if(NOT status EQUAL 0)
  fail("${output}")
endif()
message("${FOLDER}: ${count} examples")
