# Compiles every header ROOT/PATTERN (folders below it included) alone; names all that fail.
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/script.cmake)

file(GLOB_RECURSE headers RELATIVE ${ROOT} ${ROOT}/${PATTERN})
if(PATTERN STREQUAL "oneloop/*.hpp")  # the top folder: its subfolders have tests of their own
  list(FILTER headers EXCLUDE REGEX "/.*/")
endif()
set(failures)
set(failed 0)
foreach(header IN LISTS headers)
  # Twice, so that a missing include guard shows; without a warning, for users who turn them on.
  compile(-fsyntax-only -Wall -Wextra -Wpedantic -Werror
          -include ${ROOT}/${header} -include ${ROOT}/${header} -x c++ /dev/null
  )
  if(NOT status EQUAL 0)
    string(APPEND failures "${header} does not compile alone:\n${output}\n")
    math(EXPR failed "${failed} + 1")
  endif()
endforeach()
list(LENGTH headers count)
if(failed)
  fail("${failures}${failed} of ${count} headers failed")
endif()
message("${count} headers compile alone")
