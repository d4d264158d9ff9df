# mallocop_add_budget_test(): see docs/ci.md. Part of the CMake package of mallocop.
#
#   mallocop_add_budget_test(<target> BUDGET <file>
#     [NAME <test>]                   default: <target>_budget
#     [OPS <pattern>...]              functions whose calls are operations (--op)
#     [LIMITS <limit>...]             limits beside those of the file (--limit)
#     [FORBID <pattern>...]           nothing may be allocated below these functions (--forbid)
#     [BASELINE <name>] [STRICT]      no worse than the baseline (--baseline); no better either (--strict)
#     [WORKING_DIRECTORY <folder>]    default: the build folder; the source folder if there is a BASELINE
#     [ARGS <argument>...])           the arguments of the program
#
# The test runs the target under `mallocop run --quiet` and passes with status 0 alone. A mistake in the call stops CMake:
# a test that is not there cannot fail.

# Tests that ctest does not know of would pass by not being run. Called at the end of the top CMakeLists.txt, because
# enable_testing() may stand behind mallocop_add_budget_test().
function(_mallocop_require_testing)
  if(NOT CMAKE_TESTING_ENABLED AND (NOT DEFINED BUILD_TESTING OR BUILD_TESTING))
    message(FATAL_ERROR "mallocop_add_budget_test: ctest will not run the tests; call enable_testing() in ${CMAKE_SOURCE_DIR}/CMakeLists.txt")
  endif()
endfunction()

function(mallocop_add_budget_test target)
  set(where "mallocop_add_budget_test(${target})")
  cmake_parse_arguments(PARSE_ARGV 1 given "STRICT" "BUDGET;NAME;BASELINE;WORKING_DIRECTORY" "OPS;LIMITS;FORBID;ARGS")
  if(DEFINED given_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${where}: unknown argument: ${given_UNPARSED_ARGUMENTS}")
  endif()
  if(DEFINED given_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "${where}: nothing stands behind ${given_KEYWORDS_MISSING_VALUES}")
  endif()
  if(NOT DEFINED given_BUDGET)
    message(FATAL_ERROR "${where}: no budget; write BUDGET and a file")
  endif()
  if(NOT TARGET "${target}")
    message(FATAL_ERROR "${where}: there is no target '${target}'; add_executable() goes first")
  endif()
  get_target_property(type "${target}" TYPE)
  if(NOT type STREQUAL "EXECUTABLE")
    message(FATAL_ERROR "${where}: '${target}' is no executable (${type})")
  endif()
  get_filename_component(budget "${given_BUDGET}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  if(NOT EXISTS "${budget}" OR IS_DIRECTORY "${budget}")
    message(FATAL_ERROR "${where}: there is no budget file ${budget}")
  endif()
  if(given_STRICT AND NOT DEFINED given_BASELINE)
    message(FATAL_ERROR "${where}: STRICT is about a BASELINE, and there is none")
  endif()
  if(NOT DEFINED given_NAME)
    set(given_NAME "${target}_budget")
  endif()
  if(TEST "${given_NAME}")
    message(FATAL_ERROR "${where}: there is a test '${given_NAME}' already; write NAME and another one")
  endif()

  # One trace for each test, replaced by each run: ctest may run several at once.
  string(MAKE_C_IDENTIFIER "${given_NAME}" trace)
  string(REPLACE "%" "%%" trace "${CMAKE_CURRENT_BINARY_DIR}/${trace}.mcop")
  set(options --budget "${budget}" --output "${trace}")
  set(folder "${CMAKE_CURRENT_BINARY_DIR}")
  if(DEFINED given_BASELINE)
    list(APPEND options --baseline "${given_BASELINE}")
    set(folder "${CMAKE_CURRENT_SOURCE_DIR}") # .mallocop/baselines is kept with the sources
  endif()
  if(given_STRICT)
    list(APPEND options --strict)
  endif()
  if(DEFINED given_WORKING_DIRECTORY)
    get_filename_component(folder "${given_WORKING_DIRECTORY}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  foreach(pattern IN LISTS given_OPS)
    list(APPEND options --op "${pattern}")
  endforeach()
  foreach(limit IN LISTS given_LIMITS)
    list(APPEND options --limit "${limit}")
  endforeach()
  foreach(pattern IN LISTS given_FORBID)
    list(APPEND options --forbid "${pattern}")
  endforeach()

  get_property(mallocop GLOBAL PROPERTY mallocop_EXECUTABLE)
  add_test(NAME "${given_NAME}"
    COMMAND "${mallocop}" run --quiet ${options} -- "$<TARGET_FILE:${target}>" ${given_ARGS}
    WORKING_DIRECTORY "${folder}")
  # Only what is written here decides: no status means "skipped", whatever the project sets for its other tests.
  set_tests_properties("${given_NAME}" PROPERTIES LABELS mallocop WILL_FAIL FALSE SKIP_RETURN_CODE -1)

  get_property(deferred GLOBAL PROPERTY _mallocop_deferred)
  if(NOT deferred)
    set_property(GLOBAL PROPERTY _mallocop_deferred TRUE)
    cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL _mallocop_require_testing)
  endif()
endfunction()
