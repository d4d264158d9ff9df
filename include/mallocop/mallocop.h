/* Marks: say in the source where an operation's call begins and ends. C11 and C++; nothing to link.
 *
 *     mallocop_op op = mallocop_op_begin("parse");
 *     parse(document);
 *     mallocop_op_end(op);
 *
 * Under `mallocop run` every call is counted and timed on its own, and what it allocates is charged to it. In a program
 * that is not preloaded a mark is a load and a branch: about a nanosecond. Calls nest; an allocation is charged to the
 * innermost one. A call begins and ends in one thread.
 *
 * Everything here is inline, needs no library (not even -ldl) and does nothing in a statically linked program. Each
 * source file looks for the shim once, at its first mark, before the time stamp of that call is taken. That first
 * look-up calls dlsym(), so a source file's first mark must not be in a signal handler.
 */
#pragma once

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "mallocop/abi.h"

#ifdef __cplusplus
#define MALLOCOP_CAST(type, value) static_cast<type>(value)
#define MALLOCOP_NULL nullptr
extern "C" {
#else
#define MALLOCOP_CAST(type, value) ((type)(value))
#define MALLOCOP_NULL NULL
#endif

/* One call of an operation. 0: nothing is recorded. */
typedef struct mallocop_op {
  uint64_t call;
} mallocop_op;

/* An operation whose name was looked up before. 0: nothing is recorded. */
typedef struct mallocop_operation {
  uint32_t id;
} mallocop_operation;

/* --- Finding the shim; not for use in programs ------------------------------------------------------------------- */

/* Weak references under names of our own: a program that has no dlsym() still links and sees null, and a program that
 * declares dlsym() itself meets no second declaration. */
static void* mallocop_weak_dlsym(void* handle, const char* name) __attribute__((weakref("dlsym")));
static char* mallocop_weak_dlerror(void) __attribute__((weakref("dlerror")));

/* What the cache holds when there is no shim; its members are never called. */
static const struct mallocop_api_v1 mallocop_no_api = {0,
                                                       0,
                                                       MALLOCOP_NULL,
                                                       MALLOCOP_NULL,
                                                       MALLOCOP_NULL,
                                                       MALLOCOP_NULL,
                                                       MALLOCOP_NULL,
                                                       MALLOCOP_NULL,
                                                       MALLOCOP_NULL,
                                                       MALLOCOP_NULL};

/* Whether the table has this member: an older shim's is shorter. */
#define MALLOCOP_HAS(api, member) ((api)->size >= offsetof(struct mallocop_api_v1, member) + sizeof((api)->member))

/* Null until this source file's first mark. Written with release, read with acquire: who sees a table sees its
 * members. Two threads that look at once find the same. */
static const struct mallocop_api_v1* mallocop_cached_api = MALLOCOP_NULL;

/* Kept out of line, so that a mark costs its caller little code. Leaves errno and dlerror() as if it had not been. */
__attribute__((noinline, cold, unused)) static const struct mallocop_api_v1* mallocop_find_api(void) {
  const struct mallocop_api_v1* api = MALLOCOP_NULL;
  const int saved_errno = errno;
  if (mallocop_weak_dlsym != MALLOCOP_NULL) {
    /* A null handle is RTLD_DEFAULT, which <dlfcn.h> shows under _GNU_SOURCE only. */
    api = MALLOCOP_CAST(const struct mallocop_api_v1*, mallocop_weak_dlsym(MALLOCOP_NULL, MALLOCOP_API_V1_SYMBOL));
    if (api == MALLOCOP_NULL && mallocop_weak_dlerror != MALLOCOP_NULL) mallocop_weak_dlerror();
  }
  if (api == MALLOCOP_NULL || !MALLOCOP_HAS(api, end_n)) api = &mallocop_no_api;
  __atomic_store_n(&mallocop_cached_api, api, __ATOMIC_RELEASE);
  errno = saved_errno;
  return api;
}

/* The shim's table, or null. */
__attribute__((always_inline, unused)) static inline const struct mallocop_api_v1* mallocop_api(void) {
  const struct mallocop_api_v1* api = __atomic_load_n(&mallocop_cached_api, __ATOMIC_ACQUIRE);
  if (__builtin_expect(api == MALLOCOP_NULL, 0)) api = mallocop_find_api();
  return api == &mallocop_no_api ? MALLOCOP_NULL : api;
}

/* --- Marks ------------------------------------------------------------------------------------------------------- */

/* 1 if the shim is preloaded, else 0. */
__attribute__((unused)) static inline int mallocop_active(void) { return mallocop_api() != MALLOCOP_NULL; }

/* A call of the operation `name` begins. `name` is UTF-8, ends with a zero, and is copied when it is seen for the first
 * time: a string literal is best, but any text that stays unchanged during this call will do. */
__attribute__((unused)) static inline mallocop_op mallocop_op_begin(const char* name) {
  const struct mallocop_api_v1* api = mallocop_api();
  mallocop_op op = {0};
  if (api != MALLOCOP_NULL) op.call = api->begin_named(name);
  return op;
}

/* The call ends, and with it every call begun inside it that was left open (by longjmp, say). */
__attribute__((unused)) static inline void mallocop_op_end(mallocop_op op) {
  if (op.call != 0) mallocop_api()->end(op.call);
}

/* The call ends and stood for `iterations` repetitions: its figures are divided among them. 0 counts as 1. */
__attribute__((unused)) static inline void mallocop_op_end_n(mallocop_op op, uint64_t iterations) {
  if (op.call != 0) mallocop_api()->end_n(op.call, iterations == 0 ? 1 : iterations);
}

/* For calls so short that looking up the name shows: look it up once, then begin by id. An id is the process's; it
 * holds in every thread and until the end. */
__attribute__((unused)) static inline mallocop_operation mallocop_operation_id(const char* name) {
  const struct mallocop_api_v1* api = mallocop_api();
  mallocop_operation operation = {0};
  if (api != MALLOCOP_NULL) operation.id = api->operation(name);
  return operation;
}

__attribute__((unused)) static inline mallocop_op mallocop_op_begin_id(mallocop_operation operation) {
  mallocop_op op = {0};
  if (operation.id != 0) op.call = mallocop_api()->begin(operation.id);
  return op;
}

/* Before a thread goes on in another coroutine (fiber): says which. Any number that tells it from the thread's others
 * will do, its address for example; 0 is the thread itself. Calls begun in a coroutine are open only while it runs, and
 * end in it. A coroutine that moves to another thread leaves its open calls behind: end them before. */
__attribute__((unused)) static inline void mallocop_switch_to(uint64_t coroutine) {
  const struct mallocop_api_v1* api = mallocop_api();
  if (api != MALLOCOP_NULL && MALLOCOP_HAS(api, switch_to)) api->switch_to(coroutine & 0x0fffffffffffffff);
}

/* --- Totals ------------------------------------------------------------------------------------------------------ */

/* What the calling thread allocated so far: ask before and after, and take the difference. All zeros if nothing is
 * recorded. Exact; allocates nothing; takes up to some microseconds. */
__attribute__((unused)) static inline struct mallocop_totals mallocop_thread_totals(void) {
  const struct mallocop_api_v1* api = mallocop_api();
  struct mallocop_totals totals = {0, 0, 0};
  if (api != MALLOCOP_NULL && MALLOCOP_HAS(api, thread_totals)) api->thread_totals(&totals);
  return totals;
}

/* The same of all threads, those that ended included. Exact if no other thread allocates meanwhile. */
__attribute__((unused)) static inline struct mallocop_totals mallocop_process_totals(void) {
  const struct mallocop_api_v1* api = mallocop_api();
  struct mallocop_totals totals = {0, 0, 0};
  if (api != MALLOCOP_NULL && MALLOCOP_HAS(api, process_totals)) api->process_totals(&totals);
  return totals;
}

/* 1 if what the calling thread allocates is recorded now, so that totals mean something. 0 without the shim, in a
 * forked child, and once the trace could not grow. */
__attribute__((unused)) static inline int mallocop_recording(void) {
  const struct mallocop_api_v1* api = mallocop_api();
  struct mallocop_totals totals;
  return api != MALLOCOP_NULL && MALLOCOP_HAS(api, thread_totals) && api->thread_totals(&totals) != 0;
}

#ifdef __cplusplus
}
#endif
