# Makes PRECOMPILED, which run_case.cmake includes ahead of every case.
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/script.cmake)
file(WRITE ${PRECOMPILED} "#include <oneloop/oneloop.hpp>\n")
compile(-x c++-header ${PRECOMPILED} -o ${PRECOMPILED}.gch)
if(NOT status EQUAL 0)
  fail("${output}")
endif()
