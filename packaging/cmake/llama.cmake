# Included by CMake right after llama.cpp's project() call.
include_guard(GLOBAL)
include(${CMAKE_CURRENT_LIST_DIR}/simd.cmake)

set(BWENGE_KERNELS ${CMAKE_CURRENT_LIST_DIR}/class-attention.cpp ${CMAKE_CURRENT_LIST_DIR}/class-multiply.cpp)
set(BWENGE_MEMORY ${CMAKE_CURRENT_LIST_DIR}/class-memory.cpp)

# Our kernels are asked first: ggml's dispatcher is compiled with the names of its
# own replaced, and no source of llama.cpp is changed.
function(bwenge_class_kernels)
  get_target_property(folder ggml-cpu SOURCE_DIR)
  set_source_files_properties(${folder}/ggml-cpu/ggml-cpu.c TARGET_DIRECTORY ggml-cpu
    PROPERTIES COMPILE_DEFINITIONS
    "ggml_compute_forward_flash_attn_ext=class_attention;llamafile_sgemm=class_sgemm")
  target_sources(ggml-cpu PRIVATE ${BWENGE_KERNELS})
endfunction()

# What llama.cpp clears and how it loads goes through class-memory.cpp in the same way.
function(bwenge_class_memory)
  get_target_property(folder llama SOURCE_DIR)
  set_source_files_properties(${folder}/llama-context.cpp ${folder}/llama-kv-cache.cpp TARGET_DIRECTORY llama
    PROPERTIES COMPILE_DEFINITIONS "ggml_backend_buffer_clear=class_clear")
  set_source_files_properties(${folder}/llama.cpp TARGET_DIRECTORY llama
    PROPERTIES COMPILE_DEFINITIONS "llama_load_model_from_file=class_load")
  set_source_files_properties(${BWENGE_MEMORY} TARGET_DIRECTORY llama
    PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_sources(llama PRIVATE ${BWENGE_MEMORY})
endfunction()

# The targets exist only once llama.cpp's own lists have been read.
cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL bwenge_class_kernels)
cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL bwenge_class_memory)
