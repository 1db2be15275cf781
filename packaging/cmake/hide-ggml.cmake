# Joins WHISPER and the PRIVATE archives into one object whose only global
# symbols are whisper_*, puts it into WHISPER and empties the PRIVATE ones.
# Called by whisper.cmake with LD, OBJCOPY, AR and NM; running it twice is safe.
cmake_policy(VERSION 3.19)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code ERROR_VARIABLE err)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "hiding ggml failed: ${ARGN}\n${err}")
  endif()
endfunction()

set(joined ${WHISPER}.o)
execute_process(COMMAND ${AR} t ${WHISPER} OUTPUT_VARIABLE members)
if(members MATCHES "libwhisper\\.a\\.o")
  message(STATUS "ggml is already hidden in ${WHISPER}")
  return()
endif()

# COMDAT groups keep their C++ names even when their symbols become local, and
# the final link would then drop llama.cpp's twin of each; so dissolve them.
run(${LD} -r --force-group-allocation --whole-archive ${WHISPER} ${PRIVATE} -o ${joined})
run(${OBJCOPY} --wildcard --keep-global-symbol=whisper_* ${joined})
file(REMOVE ${WHISPER} ${PRIVATE})
run(${AR} crs ${WHISPER} ${joined})
foreach(archive IN LISTS PRIVATE)
  run(${AR} crs ${archive})
endforeach()
file(REMOVE ${joined})
