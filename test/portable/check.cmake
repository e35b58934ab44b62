# Checks the machine code of one file. What it checks is given:
#   USES=<regex>     an instruction matches
#   FORBIDS=<regex>  no instruction matches; with EXCEPT=<regex> functions with such (mangled) names may hold them
#   OWN=<regex>      every function that the linker may merge with another unit's of the same name has a (mangled)
#                    name that matches, and nothing runs before main
# FILE is the object or the program; the self-tests give SOURCE and FLAGS instead, to compile to FILE.
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/script.cmake)

if(SOURCE)
  separate_arguments(FLAGS UNIX_COMMAND "${FLAGS}")
  compile(-O1 ${FLAGS} -c ${SOURCE} -o ${FILE})
  if(NOT status EQUAL 0)
    fail("it does not compile:\n${output}")
  endif()
endif()

# Names stay mangled: there a namespace stands once at least, whatever is abbreviated after.
execute_process(
  COMMAND ${objdump} -d --no-show-raw-insn ${FILE} OUTPUT_VARIABLE assembly COMMAND_ERROR_IS_FATAL ANY
)
split_lines(lines "${assembly}")
set(faults)
set(used FALSE)
set(instructions 0)
foreach(line IN LISTS lines)
  if(line MATCHES "^[0-9a-f]+ <(.*)>:$")
    set(function "${CMAKE_MATCH_1}")
    set(excepted FALSE)
    if(EXCEPT AND function MATCHES "${EXCEPT}")
      set(excepted TRUE)
    endif()
  elseif(line MATCHES "^ *[0-9a-f]+:\t(.*)$")
    set(instruction "${CMAKE_MATCH_1}")
    math(EXPR instructions "${instructions} + 1")
    if(USES AND instruction MATCHES "${USES}")
      set(used TRUE)
    endif()
    if(FORBIDS AND NOT excepted AND instruction MATCHES "${FORBIDS}")
      string(APPEND faults "${function} holds ${instruction}\n")
    endif()
  endif()
endforeach()
if(instructions EQUAL 0)
  fail("no instructions in ${FILE}")
endif()
if(USES AND NOT used)
  string(APPEND faults "no instruction is one of ${USES}\n")
endif()

if(OWN)
  execute_process(
    COMMAND ${objdump} -t ${FILE} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY
  )
  split_lines(lines "${symbols}")
  foreach(line IN LISTS lines)
    if(line MATCHES "^[0-9a-f]+ .w....F [^\t]*\t[0-9a-f]+ +(.*)$")
      set(function "${CMAKE_MATCH_1}")
      if(NOT function MATCHES "${OWN}")
        string(APPEND faults "shared with other units: ${function}\n")
      endif()
    endif()
  endforeach()
  execute_process(
    COMMAND ${objdump} -h ${FILE} OUTPUT_VARIABLE sections COMMAND_ERROR_IS_FATAL ANY
  )
  if(sections MATCHES "\\.(init_array|ctors)")
    string(APPEND faults "runs before main, on any machine: ${CMAKE_MATCH_0}\n")
  endif()
endif()
if(faults)
  decode(faults)
  fail("${faults}")
endif()
message("${instructions} instructions")
