# cmake -D MESSAGE=<regex> -P expect_failure.cmake -- <command>...
# Self-tests of the test scripts: the command must fail *and* say why. (CTest's own WILL_FAIL and
# PASS_REGULAR_EXPRESSION check one of the two.)
set(command)
set(after FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(index RANGE ${last})
  if(after)
    list(APPEND command "${CMAKE_ARGV${index}}")
  elseif(CMAKE_ARGV${index} STREQUAL "--")
    set(after TRUE)
  endif()
endforeach()
execute_process(
  COMMAND ${command} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output
)
if(status EQUAL 0 OR NOT output MATCHES "${MESSAGE}")
  message("${output}--- ended with ${status}; should have failed with: ${MESSAGE}")
  message(FATAL_ERROR "failed")
endif()
