# Compiles SOURCE with CLANG and compares the number of template instantiations with the recorded one.
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/script.cmake)

# -march is fixed: the count must not depend on the machine. xsimd counts for the user, so it stays in.
set(compiler ${CLANG})
compile(-O0 -march=x86-64-v4 -ftime-trace -ftime-trace-granularity=0 -c ${SOURCE} -o ${OBJECT})
if(NOT status EQUAL 0)
  fail("it does not compile:\n${output}")
endif()

string(REGEX REPLACE "\\.o$" ".json" trace ${OBJECT})
file(READ ${trace} events)
string(REGEX MATCHALL "\"name\":\"Instantiate(Class|Function)\"" instantiations "${events}")
list(LENGTH instantiations count)
file(STRINGS ${RECORDED} recorded REGEX "^[0-9]+$")

math(EXPR most "${recorded} * 103 / 100")
math(EXPR least "${recorded} * 97 / 100")
message("${count} instantiations, recorded ${recorded}")
if(count GREATER most)
  fail("${count} instantiations, more than 3 % over the recorded ${recorded}")
elseif(count LESS least)
  message("fewer by more than 3 %: record ${count} in ${RECORDED}")
endif()
