# Included by CMake right after llama.cpp's project() call.
include_guard(GLOBAL)
include(${CMAKE_CURRENT_LIST_DIR}/simd.cmake)

set(BWENGE_KERNELS ${CMAKE_CURRENT_LIST_DIR}/class-attention.cpp ${CMAKE_CURRENT_LIST_DIR}/class-multiply.cpp)

# Our kernels are asked first: ggml's dispatcher is compiled with the names of its
# own replaced, and no source of llama.cpp is changed.
function(bwenge_class_kernels)
  get_target_property(folder ggml-cpu SOURCE_DIR)
  set_source_files_properties(${folder}/ggml-cpu/ggml-cpu.c TARGET_DIRECTORY ggml-cpu
    PROPERTIES COMPILE_DEFINITIONS
    "ggml_compute_forward_flash_attn_ext=class_attention;llamafile_sgemm=class_sgemm")
  target_sources(ggml-cpu PRIVATE ${BWENGE_KERNELS})
endfunction()

# The target exists only once llama.cpp's own lists have been read.
cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL bwenge_class_kernels)
