# Warnings and sanitizers that every target of ours is built with.
add_library(tripos_settings INTERFACE)
target_compile_options(tripos_settings INTERFACE -Wall -Wextra -Wshadow -Wno-missing-field-initializers
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>)
# g++ 12 warns of overlaps and bounds inside its own std::string (GCC bugs 105651, 105329).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(tripos_settings INTERFACE -Wno-restrict -Wno-array-bounds)
endif()
target_include_directories(tripos_settings INTERFACE ${PROJECT_SOURCE_DIR})
if(TRIPOS_SANITIZE)
  target_compile_options(tripos_settings INTERFACE -fsanitize=${TRIPOS_SANITIZE} -fno-omit-frame-pointer
                                                   -fno-sanitize-recover=all)
  target_link_options(tripos_settings INTERFACE -fsanitize=${TRIPOS_SANITIZE})
endif()
# Where code is long and runs little, the optimiser takes more time under a sanitizer than it saves.
if(TRIPOS_SANITIZE)
  set(TRIPOS_UNOPTIMISED -O0)
endif()
if(TRIPOS_FUZZ)
  target_compile_options(tripos_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${CCACHE})
endif()

# tripos_library(NAME SOURCES... ) makes a static library of ours.
function(tripos_library name)
  add_library(${name} STATIC ${ARGN})
  target_link_libraries(${name} PUBLIC tripos_settings)
endfunction()
