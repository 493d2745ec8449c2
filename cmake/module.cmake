# How a module of src/ is built: one folder, one library, the modules of src/modules.txt and no others.
#
#   sociometer_module(metrics SOURCES formula.cpp plan.cpp PARTS Boost::headers TESTS formula_test.cpp)
#
# SOURCES the module's own files; PARTS outside libraries; TESTS the unit tests beside the sources, built into one
# program `metrics_test` that links only what the module may use; TEST_PARTS outside libraries of the tests alone.

function(sociometer_options target)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Werror -Wshadow -Wno-missing-field-initializers)
  target_compile_definitions(${target} PRIVATE
    SPDLOG_FMT_EXTERNAL SPDLOG_COMPILED_LIB SOCIOMETER_VERSION="${PROJECT_VERSION}")
  if((CMAKE_BUILD_TYPE STREQUAL "Release" OR SOCIOMETER_TSAN) AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Optimising, g++ 12 sees overruns in std::string and std::vector that are none.
    target_compile_options(${target} PRIVATE
      -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread -Wno-maybe-uninitialized)
  endif()
  if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Every source is then an included file, of which g++ thinks that several others include it too.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
  if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    if(SOCIOMETER_TSAN)
      target_compile_options(${target} PRIVATE -fsanitize=thread -O1)
      target_link_options(${target} PRIVATE -fsanitize=thread)
    else()
      target_compile_options(${target} PRIVATE -fsanitize=address,undefined -fno-sanitize-recover=all)
      if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # A quarter of the time of compiling; AddressSanitizer stops at what is null, and the fuzzers check all three.
        target_compile_options(${target} PRIVATE -fno-sanitize=null,alignment,object-size)
      endif()
      # At a fixed address: a million of the sanitizers' relocations took half a second of every start.
      target_link_options(${target} PRIVATE -fsanitize=address,undefined -no-pie)
    endif()
  endif()
  if(SOCIOMETER_FUZZ)
    # clang 14 cannot assemble coroutines with its check of function types.
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link -fno-sanitize=function -Wno-error)
  endif()
  if(CCACHE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  endif()
endfunction()

# Headers that most sources include, compiled once for modules and once for tests: at ten seconds each, one for every
# module and test program took two minutes of a build. PARTS as those who use them have them: their definitions count.
function(sociometer_header_set name)
  cmake_parse_arguments(arg "" "" "PARTS;HEADERS" ${ARGN})
  add_library(${name} OBJECT ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/headers.cpp)
  sociometer_options(${name})
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
  target_link_libraries(${name} PRIVATE ${arg_PARTS})
endfunction()

# The names of the modules that src/modules.txt lets `module` use.
function(sociometer_uses module result)
  file(STRINGS ${CMAKE_SOURCE_DIR}/src/modules.txt lines REGEX "^${module}:")
  string(REGEX REPLACE "^${module}:[ ]*" "" names "${lines}")
  string(REGEX MATCHALL "[a-z]+" names "${names}")
  set(libraries)
  foreach(name ${names})
    if(TARGET sociometer_${name})
      list(APPEND libraries sociometer_${name})
    endif()
  endforeach()
  set(${result} ${libraries} PARENT_SCOPE)
endfunction()

find_package(Python3 REQUIRED COMPONENTS Interpreter)

# What takes longest begins first, so that no core is idle at the end: about how long, where it is more than a minute.
set(SOCIOMETER_COST_server 300)
set(SOCIOMETER_COST_collect 300)
set(SOCIOMETER_COST_facts 190)
set(SOCIOMETER_COST_metrics 75)

# A test program; READS are files that it reads beside those that every test may read (tools/once.py). With PARTS its
# cases are spread over so many tests, NAME_1 and on, that run side by side.
function(sociometer_test name program)
  cmake_parse_arguments(arg "" "PARTS" "READS" ${ARGN})
  set(reads)
  foreach(file ${arg_READS})
    list(APPEND reads --reads ${file})
  endforeach()
  set(tests ${name})
  if(arg_PARTS)
    set(tests)
    foreach(part RANGE 1 ${arg_PARTS})
      list(APPEND tests ${name}_${part})
    endforeach()
  endif()
  foreach(test ${tests})
    set(part)
    if(arg_PARTS)
      string(REGEX REPLACE ".*_" "" part ${test})
      set(part --part ${part}/${arg_PARTS})
    endif()
    add_test(NAME ${test} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
      COMMAND ${Python3_EXECUTABLE} tools/once.py --as ${test} ${part} ${reads} -- $<TARGET_FILE:${program}>)
    if(SOCIOMETER_COST_${name})
      set_tests_properties(${test} PROPERTIES COST ${SOCIOMETER_COST_${name}})
    endif()
  endforeach()
endfunction()

sociometer_header_set(sociometer_headers PARTS Boost::json fmt::fmt HEADERS
  <algorithm> <cstdint> <functional> <map> <memory> <optional> <span> <string> <string_view> <unordered_map> <vector>
  <boost/json.hpp> <fmt/format.h>)
if(NOT SOCIOMETER_FUZZ)
  sociometer_header_set(sociometer_test_headers PARTS Boost::json fmt::fmt GTest::gmock HEADERS
    <map> <memory> <string> <vector> <boost/json.hpp> <fmt/format.h> <gmock/gmock.h>)
endif()

function(sociometer_module module)
  cmake_parse_arguments(arg "" "" "SOURCES;PARTS;TESTS;TEST_PARTS" ${ARGN})
  sociometer_uses(${module} uses)
  add_library(sociometer_${module} STATIC ${arg_SOURCES})
  sociometer_options(sociometer_${module})
  target_precompile_headers(sociometer_${module} REUSE_FROM sociometer_headers)
  target_link_libraries(sociometer_${module} PUBLIC ${uses} PRIVATE fmt::fmt ${arg_PARTS})
  add_dependencies(sociometer_${module} check_modules)
  if(arg_TESTS AND NOT SOCIOMETER_FUZZ)
    add_executable(${module}_test ${arg_TESTS})
    sociometer_options(${module}_test)
    target_link_libraries(${module}_test PRIVATE
      sociometer_${module} ${arg_PARTS} ${arg_TEST_PARTS} GTest::gmock_main fmt::fmt)
    target_precompile_headers(${module}_test REUSE_FROM sociometer_test_headers)
    # Tests run in the source folder: with no path of one checkout in it, an object compiled once serves every other.
    target_compile_definitions(${module}_test PRIVATE SOURCE_DIR="." SHARED_DATA="../shared/data")
    sociometer_test(${module} ${module}_test)
    if(SOCIOMETER_TSAN)
      # The engine's library comes without instrumentation: what it does to memory on its own is not ours to judge.
      set_tests_properties(${module} PROPERTIES ENVIRONMENT
        "TSAN_OPTIONS=suppressions=tests/tsan.supp ignore_noninstrumented_modules=1 halt_on_error=1")
    endif()
  endif()
endfunction()

add_custom_target(check_modules
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/check_modules.py ${CMAKE_SOURCE_DIR}/src
  COMMENT "Checking the module graph" VERBATIM)
