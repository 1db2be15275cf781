# Included by CMake right after whisper.cpp's project() call.
#
# whisper.cpp and llama.cpp each carry a ggml, of different versions and with
# the same symbol names. Linked side by side they either clash or, worse, share
# functions that disagree about their structures. So whisper.cpp and its ggml
# are joined into one object in which only the public whisper_* API is global.
include_guard(GLOBAL)
include(${CMAKE_CURRENT_LIST_DIR}/simd.cmake)

# GNU "unique" symbols can not be made local.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fno-gnu-unique>)
endif()

set(BWENGE_HIDE_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/hide-ggml.cmake)

function(bwenge_hide_ggml)
  add_custom_target(bwenge-hide-ggml ALL
    COMMAND ${CMAKE_COMMAND}
      -DLD=${CMAKE_LINKER} -DOBJCOPY=${CMAKE_OBJCOPY} -DAR=${CMAKE_AR} -DNM=${CMAKE_NM}
      -DWHISPER=$<TARGET_FILE:whisper>
      "-DPRIVATE=$<TARGET_FILE:ggml>$<SEMICOLON>$<TARGET_FILE:ggml-cpu>$<SEMICOLON>$<TARGET_FILE:ggml-base>"
      -P ${BWENGE_HIDE_SCRIPT}
    VERBATIM)
  add_dependencies(bwenge-hide-ggml whisper ggml ggml-cpu ggml-base)
endfunction()

# The targets exist only once whisper.cpp's own lists have been read.
cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL bwenge_hide_ggml)
