/* What the marks and the shim agree on: one table of functions, exported by libmallocop.so as a data symbol.
 *
 * Programs do not use this header; they include mallocop.h or mallocop.hpp, which find the table at run time. A table
 * only ever grows: new members are appended and `size` says how many there are, so that a program built against one
 * release runs under the shim of another. A change of what a member means gets a new symbol, with a new number.
 */
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MALLOCOP_API_V1_SYMBOL "mallocop_api_v1_table"

/* What was allocated up to a moment, since the shim's start. Blocks of mallocop's own are not in it. */
struct mallocop_totals {
  uint64_t allocations; /* that returned a block */
  uint64_t bytes;       /* requested */
  uint64_t frees;       /* of a block */
};

/* Every function may be called from any thread, sets no errno and never fails in a way that the caller must handle. */
struct mallocop_api_v1 {
  uint32_t version; /* 1 */
  uint32_t size;    /* sizeof the table, in bytes */

  /* The id of an operation's name, made on first use; 0 if there is no room for another. */
  uint32_t (*operation)(const char* name);

  /* A call of the operation begins in this thread. 0 if nothing is recorded. */
  uint64_t (*begin)(uint32_t operation);

  /* Both in one. The shim may remember the id by the pointer, and compares the text before it trusts that. */
  uint64_t (*begin_named)(const char* name);

  /* The call ends, and with it every call opened inside it that is still open. 0 is ignored. */
  void (*end)(uint64_t call);

  /* The same, where the call stood for `iterations` (1 or more) repetitions of the operation. */
  void (*end_n)(uint64_t call, uint64_t iterations);

  /* --- since 0.2 ------------------------------------------------------------------------------------------------ */

  /* What the calling thread allocated so far. Returns 1, or 0 and all zeros if nothing is recorded. Exact, but for the
   * one call that a signal handler which asks has interrupted. Takes microseconds, since it reads the thread's ring;
   * allocates nothing. */
  uint32_t (*thread_totals)(struct mallocop_totals* totals);

  /* What all threads allocated so far, those that ended included. Exact if no other thread allocates meanwhile. */
  uint32_t (*process_totals)(struct mallocop_totals* totals);

  /* From here on this thread runs the coroutine (fiber) `coroutine`, any number that tells it from the thread's others;
   * 0 is the thread itself. Calls begun in a coroutine are its own, and are open only while it runs. */
  void (*switch_to)(uint64_t coroutine);
};

#ifdef __cplusplus
}
#endif
