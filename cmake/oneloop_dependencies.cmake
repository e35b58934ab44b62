# Links what oneloop needs. Runs in this tree and, installed beside oneloopConfig.cmake, in the tree
# of every user: whether xsimd is there is decided where the formulas are compiled.
# BUILD_INTERFACE keeps the decision made in this tree out of the installed target.
function(oneloop_link_dependencies target)
  target_link_libraries(${target} INTERFACE $<BUILD_INTERFACE:Boost::headers>)
  find_package(xsimd QUIET)
  if(xsimd_FOUND AND xsimd_VERSION VERSION_GREATER_EQUAL 8.1)
    # Only its headers: Debian's package also asks to link -lxtl, which does not exist.
    get_target_property(headers xsimd INTERFACE_INCLUDE_DIRECTORIES)
    target_include_directories(${target} SYSTEM INTERFACE "$<BUILD_INTERFACE:${headers}>")
  else()
    target_compile_definitions(${target} INTERFACE $<BUILD_INTERFACE:ONELOOP_NO_XSIMD>)
  endif()
endfunction()

# oneloop::parallel, where oneTBB is: the library, with par(f) on its threads.
function(oneloop_add_parallel)
  find_package(TBB QUIET)
  if(TARGET TBB::tbb AND NOT TARGET oneloop::parallel)
    add_library(oneloop::parallel INTERFACE IMPORTED GLOBAL)
    target_link_libraries(oneloop::parallel INTERFACE oneloop::oneloop TBB::tbb)
    target_compile_definitions(oneloop::parallel INTERFACE ONELOOP_TBB)
  endif()
endfunction()

# oneloop::blas, where a BLAS with the C interface is: the library, with the products of large matrices by that BLAS.
# BLA_VENDOR chooses among several. By its files and not as BLAS::BLAS, which other directories do not see.
function(oneloop_add_blas)
  find_package(BLAS QUIET)
  find_path(ONELOOP_CBLAS_HEADERS cblas.h PATH_SUFFIXES openblas)
  mark_as_advanced(ONELOOP_CBLAS_HEADERS)
  if(BLAS_FOUND AND ONELOOP_CBLAS_HEADERS AND NOT TARGET oneloop::blas)
    include(CheckCXXSymbolExists)
    set(CMAKE_REQUIRED_QUIET TRUE)
    set(CMAKE_REQUIRED_LIBRARIES ${BLAS_LIBRARIES} ${BLAS_LINKER_FLAGS})
    set(CMAKE_REQUIRED_INCLUDES ${ONELOOP_CBLAS_HEADERS})
    check_cxx_symbol_exists(cblas_sgemm cblas.h ONELOOP_CBLAS)  # some keep it in a library of its own
    if(ONELOOP_CBLAS)
      add_library(oneloop::blas INTERFACE IMPORTED GLOBAL)
      target_link_libraries(oneloop::blas INTERFACE oneloop::oneloop ${CMAKE_REQUIRED_LIBRARIES})
      target_include_directories(oneloop::blas INTERFACE ${ONELOOP_CBLAS_HEADERS})
      target_compile_definitions(oneloop::blas INTERFACE ONELOOP_BLAS)
    endif()
  endif()
endfunction()
