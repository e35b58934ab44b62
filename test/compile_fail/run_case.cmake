# Checks one CASE: see CMakeLists.txt for the form of the file.
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/script.cmake)
set(most_lines 25)

read_directives(patterns ${CASE} expect)
if(NOT patterns)
  fail("${CASE}: no `// expect:` line")
endif()

set(arguments -fsyntax-only)
if(PRECOMPILED)  # made anew in every run; g++ finds the .gch beside the header it is told to include
  if(compiler_suffix STREQUAL gcc)
    list(APPEND arguments -include ${PRECOMPILED})
  else()
    # Unvalidated: a header edited while the tests run would fail all cases that are left.
    list(APPEND arguments -include-pch ${PRECOMPILED}.gch -Xclang -fno-validate-pch)
  endif()
endif()

compile(${arguments} -D ONELOOP_CONTROL ${CASE})
if(NOT status EQUAL 0)
  fail("the control does not compile:\n${output}")
endif()

compile(${arguments} ${CASE})
if(status EQUAL 0)
  fail("the wrong variant compiles")
endif()

set(faults)
string(REGEX MATCH "[^\n]*error:[^\n]*" first_error "${output}")
set(text "${first_error}")
set(where "the first error line does not match")
foreach(pattern IN LISTS patterns)
  decode(pattern)
  if(NOT text MATCHES "${pattern}")
    string(APPEND faults "${where}: ${pattern}\n")
  endif()
  set(text "${output}")
  set(where "nothing matches")
endforeach()

string(REGEX MATCHALL "error:" errors "${output}")
list(LENGTH errors count)
if(NOT count EQUAL 1)
  string(APPEND faults "there are ${count} errors, not one\n")
endif()

string(REGEX REPLACE "[^\n]+" "" newlines "${output}")
string(LENGTH "${newlines}" count)
if(count GREATER most_lines)
  string(APPEND faults "the output is ${count} lines long, more than ${most_lines}\n")
endif()

if(faults)
  fail("${faults}--- what the compiler said ---\n${output}")
endif()
message("${first_error}\n(${count} lines)")
