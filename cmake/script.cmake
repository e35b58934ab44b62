# Functions of the test scripts, which all run as `cmake -D COMPILER=<file> ... -P <script>`.
# COMPILER names the file test/CMakeLists.txt generates: the compiler, and the flags a user of
# oneloop::oneloop would get.
include(${COMPILER})
set(ENV{LC_ALL} C)  # plain ASCII quotes in compiler messages

if(compiler_id STREQUAL GNU)
  set(compiler_suffix gcc)
else()
  set(compiler_suffix clang)
endif()

# An explicit -I of a directory the compiler knows anyway breaks its #include_next.
list(REMOVE_ITEM includes "" ${implicit_includes})
list(REMOVE_DUPLICATES includes)
list(TRANSFORM includes PREPEND -I)
list(REMOVE_ITEM definitions "")
list(TRANSFORM definitions PREPEND -D)

# compile(<argument>...): sets `status` (0: it compiled) and `output`.
function(compile)
  execute_process(
    COMMAND ${compiler} -std=c++20 ${includes} ${definitions} ${ARGN}
    RESULT_VARIABLE status
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output
  )
  set(status ${status} PARENT_SCOPE)
  set(output "${output}" PARENT_SCOPE)
endfunction()

# fail(<text>): prints the text as it stands (FATAL_ERROR alone would re-wrap it) and stops.
function(fail text)
  message("${text}")
  message(FATAL_ERROR "failed")
endfunction()

# split_lines(<result> <text>): the lines as a CMake list. ; [ ] \ mean something inside a list, so
# they stand encoded there; decode(<variable>) turns a line back.
string(ASCII 1 2 3 4 codes)
function(split_lines result text)
  foreach(index IN ITEMS 0 1 2 3)
    string(SUBSTRING "${codes}" ${index} 1 code)
    string(SUBSTRING ";[]\\" ${index} 1 character)
    string(REPLACE "${character}" "${code}" text "${text}")
  endforeach()
  string(REPLACE "\n" ";" text "${text}")
  set(${result} "${text}" PARENT_SCOPE)
endfunction()
function(decode variable)
  set(text "${${variable}}")
  foreach(index IN ITEMS 0 1 2 3)
    string(SUBSTRING "${codes}" ${index} 1 code)
    string(SUBSTRING ";[]\\" ${index} 1 character)
    string(REPLACE "${code}" "${character}" text "${text}")
  endforeach()
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

# read_lines(<result> <file>): split_lines of a file.
function(read_lines result file)
  file(READ "${file}" text)
  split_lines(lines "${text}")
  set(${result} "${lines}" PARENT_SCOPE)
endfunction()

# read_directives(<result> <file> <key>): what follows `// <key>:` (or `// <key>-gcc:` or
# `// <key>-clang:`, where that is the compiler) in the lines of a file, encoded.
function(read_directives result file key)
  read_lines(lines "${file}")
  set(found)
  foreach(line IN LISTS lines)
    if(line MATCHES "^// ${key}(-${compiler_suffix})?: *(.*)$")
      list(APPEND found "${CMAKE_MATCH_2}")
    endif()
  endforeach()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()
