# oneloop_target_isa_sources(<target> ISAS <isa>... SOURCES <file>...)
#
# Compiles each source once for every instruction set named, into the target: for one program that picks the best one
# at run time (docs/portable.md). <isa> is one of
#   sse2       what every x86-64 has
#   sse4_2     -msse4.2
#   fma3_avx2  -mavx2 -mfma
#   avx512bw   AVX-512 F, CD, DQ, BW and VL, and FMA
# In these units ONELOOP_ISA is defined, and xsimd::default_arch is the instruction set that the unit is for. In the
# whole target ONELOOP_ARCH_LIST is xsimd::arch_list<...> of all of them, for xsimd::dispatch. Call it once for a target.
#
# Elsewhere than on x86-64 with g++ or clang, each source is compiled once, as any other: ONELOOP_ARCH_LIST then holds
# what the compiler's own target is, and the program is the same source.
function(oneloop_target_isa_sources target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "ISAS;SOURCES")

  # The best first, as xsimd wants them.
  set(known avx512bw fma3_avx2 sse4_2 sse2)
  set(arch_avx512bw xsimd::avx512bw)
  set(arch_fma3_avx2 xsimd::fma3<xsimd::avx2>)
  set(arch_sse4_2 xsimd::sse4_2)
  set(arch_sse2 xsimd::sse2)
  # No more than what xsimd asks the processor for, or (VL, FMA beside AVX-512) what comes with it in every processor:
  # -march=x86-64-v3 would add BMI and others, which nobody has asked for.
  set(flags_avx512bw -mavx512f -mavx512cd -mavx512dq -mavx512bw -mavx512vl -mfma)
  set(flags_fma3_avx2 -mavx2 -mfma)
  set(flags_sse4_2 -msse4.2)
  set(flags_sse2)

  set(unknown ${arg_ISAS})
  list(REMOVE_ITEM unknown "" ${known})
  if(unknown OR arg_UNPARSED_ARGUMENTS OR NOT arg_ISAS OR NOT arg_SOURCES)
    message(
      FATAL_ERROR
        "oneloop_target_isa_sources(<target> ISAS <isa>... SOURCES <file>...) knows ${known}; it was given "
        "ISAS ${arg_ISAS} SOURCES ${arg_SOURCES} ${arg_UNPARSED_ARGUMENTS}"
    )
  endif()

  if(MSVC
     OR NOT CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang"
     OR NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64"
  )
    message(STATUS "${target}: compiled for one instruction set, the compiler's own target")
    target_sources(${target} PRIVATE ${arg_SOURCES})
    set(archs xsimd::default_arch)
  else()
    set(archs)
    foreach(isa IN LISTS known)
      if(NOT isa IN_LIST arg_ISAS)
        continue()
      endif()
      list(APPEND archs ${arch_${isa}})
      # Units of the target itself, so that they get all it has. A source's options come after the target's and
      # CMAKE_CXX_FLAGS: this -march overrides theirs.
      set(units)
      foreach(source IN LISTS arg_SOURCES)
        cmake_path(ABSOLUTE_PATH source NORMALIZE OUTPUT_VARIABLE file)
        cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE name)
        string(REPLACE ".." "__" name ${name})
        set(unit ${CMAKE_CURRENT_BINARY_DIR}/${target}.isa/${name}.${isa}.cpp)
        file(CONFIGURE OUTPUT ${unit} CONTENT "#include \"${file}\"\n")
        list(APPEND units ${unit})
      endforeach()
      # What a precompiled header holds was compiled for another target.
      set_source_files_properties(
        ${units} TARGET_DIRECTORY ${target}
        PROPERTIES COMPILE_OPTIONS "-march=x86-64;${flags_${isa}}" COMPILE_DEFINITIONS ONELOOP_ISA=${isa}
                   SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON
      )
      list(PREPEND all_units ${units})
    endforeach()
    # The most modest first: where units share an inline function after all, the linker keeps the first copy it sees.
    target_sources(${target} PRIVATE ${all_units})
  endif()
  list(JOIN archs "," archs)
  target_compile_definitions(${target} PRIVATE "ONELOOP_ARCH_LIST=xsimd::arch_list<${archs}>")
endfunction()
