# Included by CMake right after llama.cpp's project() call.
include_guard(GLOBAL)
include(${CMAKE_CURRENT_LIST_DIR}/simd.cmake)
