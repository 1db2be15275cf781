# Included by CMake right after llama.cpp's project() call.
include_guard(GLOBAL)
include(${CMAKE_CURRENT_LIST_DIR}/simd.cmake)

set(BWENGE_ATTENTION ${CMAKE_CURRENT_LIST_DIR}/class-attention.cpp)

# Attention goes through our kernel first: ggml's dispatcher is compiled with the
# kernel's name replaced, and no source of llama.cpp is changed.
function(bwenge_class_attention)
  get_target_property(folder ggml-cpu SOURCE_DIR)
  set_source_files_properties(${folder}/ggml-cpu/ggml-cpu.c TARGET_DIRECTORY ggml-cpu
    PROPERTIES COMPILE_DEFINITIONS ggml_compute_forward_flash_attn_ext=class_attention)
  target_sources(ggml-cpu PRIVATE ${BWENGE_ATTENTION})
endfunction()

# The target exists only once llama.cpp's own lists have been read.
cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL bwenge_class_attention)
