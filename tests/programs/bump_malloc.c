/* An allocator that any signal handler may call at any moment, to stand behind the shim: memory is handed out once and
 * never again. While bump_signal is not 0, realloc raises that signal in the middle of its work. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int bump_signal = 0;

static _Alignas(4096) char memory[(size_t)1 << 30]; /* pages that nobody touches cost nothing */
static atomic_size_t used;

static void* take(size_t alignment, size_t size) {
  const size_t head = 16;
  if (size > sizeof memory / 2) goto full;
  const size_t place = atomic_fetch_add(&used, (size + head + 15 + alignment) & ~(size_t)15);
  if (place > sizeof memory / 2) goto full;
  const uintptr_t at = ((uintptr_t)memory + place + head + alignment - 1) & ~(uintptr_t)(alignment - 1);
  memcpy((char*)at - sizeof size, &size, sizeof size);
  return (char*)at;
full:
  errno = ENOMEM;
  return NULL;
}

static size_t size_of(void* block) {
  size_t size;
  memcpy(&size, (char*)block - sizeof size, sizeof size);
  return size;
}

/* A block that realloc let go of goes to another thread before realloc returns, if the program asks for it: it waits
 * for `bump_given`, allocates, which gives it the block, and clears `bump_given`. */
int bump_hands_over;
_Atomic(void*) bump_given;
static _Atomic(void*) next;

void* malloc(size_t size) {
  void* const given = atomic_exchange(&next, NULL);
  return given != NULL ? given : take(16, size);
}
void free(void* block) { (void)block; }
void* calloc(size_t count, size_t size) { return take(16, count * size); } /* never used before, so zero */
size_t malloc_usable_size(void* block) { return block == NULL ? 0 : size_of(block); }
void* aligned_alloc(size_t alignment, size_t size) { return take(alignment, size); }
void* memalign(size_t alignment, size_t size) { return take(alignment, size); }

int posix_memalign(void** out, size_t alignment, size_t size) {
  *out = take(alignment, size);
  return *out == NULL ? ENOMEM : 0;
}

void* realloc(void* block, size_t size) {
  if (bump_signal != 0) raise(bump_signal);
  void* const moved = take(16, size);
  if (moved != NULL && block != NULL) memcpy(moved, block, size < size_of(block) ? size : size_of(block));
  if (bump_hands_over && block != NULL) {
    atomic_store(&next, block);
    atomic_store(&bump_given, block);
    while (atomic_load(&bump_given) != NULL) sched_yield();
  }
  return moved;
}
