/* Calls every entry point of preload/functions.def from a seed, keeps totals of its own and prints them as JSON.
 *
 *     generator SEED THREADS STEPS     THREADS == 1: the main thread alone
 *
 * Each thread's work is one call of the operation "work". The book-keeping never allocates: tables are static, output
 * is made by snprintf and write(2). Blocks go to other threads through one mailbox. What is left at the end is leaked.
 * A call that must fail and does not, or the other way round, is status 9: then the totals would mean nothing.
 *
 * Under the shim it also asks for the totals of the thread, again and again, and of the process, and counts in
 * "wrong_totals" how often they are not its own.
 */
#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mallocop/mallocop.h"

enum { kMaxThreads = 64, kSlots = 200, kMail = 64 };

struct block {
  void* volatile at;
  size_t size;
};

struct totals {
  uint64_t allocations, bytes, frees, freed_bytes, temporary;
};

struct worker {
  struct block slot[kSlots];
  struct totals totals;
  uint64_t random;
  void* last;                   /* the thread's last allocation, while it lives */
  struct mallocop_totals begin; /* the thread's, before its work */
  uint64_t wrong_totals;
};

static struct worker workers[kMaxThreads];
static struct block mail[kMail];
static pthread_mutex_t mail_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t barrier;
static uint64_t steps;
static void (*sized_free)(void*, size_t);
static void (*aligned_sized_free)(void*, size_t, size_t);

static uint64_t next(struct worker* w) {
  w->random ^= w->random << 13;
  w->random ^= w->random >> 7;
  return w->random ^= w->random << 17;
}

static void require(int holds) {
  if (!holds) _exit(9);
}

static void count_free(struct worker* w, const struct block* b) {
  w->totals.frees += 1;
  w->totals.freed_bytes += b->size;
  if (b->at == w->last) {
    w->totals.temporary += 1;
    w->last = NULL;
  }
}

static void count_allocation(struct worker* w, struct block* b, void* at, size_t size) {
  require(at != NULL);
  b->at = at;
  b->size = size;
  w->last = at;
  w->totals.allocations += 1;
  w->totals.bytes += size;
}

static void release(struct worker* w, struct block* b) {
  void* at = b->at;
  if (at != NULL) {
    count_free(w, b);
    b->at = NULL;
  }
  switch (next(w) % 4) {
    case 0:
      sized_free(at, b->size);
      break;
    case 1:
      aligned_sized_free(at, 16, b->size);
      break;
    default:
      free(at); /* of NULL too */
  }
}

static void resize(struct worker* w, struct block* b, size_t count, size_t size, int array) {
  struct block old = *b;
  if (old.at != NULL) count_free(w, &old);
  count_allocation(w, b, array ? reallocarray(old.at, count, size) : realloc(old.at, count * size), count * size);
}

static void fail_on_purpose(struct worker* w, struct block* b) {
  void* out = NULL;
  const volatile size_t huge = SIZE_MAX / 2;
  require(malloc(huge) == NULL && calloc(huge, 4) == NULL && realloc(b->at, huge) == NULL);
  require(reallocarray(b->at, huge, 4) == NULL && reallocarray(b->at, huge, 1) == NULL);
  require(posix_memalign(&out, 24, 100) != 0 && posix_memalign(&out, 64, huge) != 0);
  require(aligned_alloc(64, huge) == NULL && memalign(64, huge) == NULL && valloc(huge) == NULL);
  require(pvalloc(huge) == NULL);
  (void)w;
}

static void allocate(struct worker* w, struct block* b) {
  const uint64_t kind = next(w) % 16;
  const size_t size = next(w) % 8 == 0 ? 0 : next(w) % (next(w) % 64 == 0 ? 200000 : 600);
  const size_t alignment = (size_t)16 << next(w) % 6;
  void* out = NULL;
  switch (kind) {
    case 0:
      count_allocation(w, b, calloc(7, size), 7 * size);
      break;
    case 1:
      resize(w, b, 1, size + 1, 0); /* b->at is NULL here */
      break;
    case 2:
      resize(w, b, 3, size, 1);
      break;
    case 3:
      require(posix_memalign(&out, alignment, size) == 0);
      count_allocation(w, b, out, size);
      break;
    case 4:
      count_allocation(w, b, aligned_alloc(alignment, size), size);
      break;
    case 5:
      count_allocation(w, b, memalign(alignment, size), size);
      break;
    case 6:
      count_allocation(w, b, valloc(size), size);
      break;
    case 7:
      count_allocation(w, b, pvalloc(size), size);
      break;
    default:
      count_allocation(w, b, malloc(size), size);
  }
  require(malloc_usable_size(b->at) >= b->size);
}

static void exchange(struct block* b, uint64_t place) {
  pthread_mutex_lock(&mail_lock);
  const struct block received = mail[place];
  mail[place] = *b;
  *b = received;
  pthread_mutex_unlock(&mail_lock);
}

static void step(struct worker* w) {
  struct block* b = &w->slot[next(w) % kSlots];
  switch (next(w) % 8) {
    case 0:
      exchange(b, next(w) % kMail);
      break;
    case 1:
      fail_on_purpose(w, b);
      break;
    case 2:
      if (b->at != NULL) {
        count_free(w, b);
        require(realloc(b->at, 0) == NULL); /* as glibc has it: a free */
        b->at = NULL;
      }
      break;
    case 3:
    case 4:
      if (b->at != NULL) resize(w, b, 1 + next(w) % 9, 1 + next(w) % 400, next(w) % 2 == 0);
      break;
    case 5:
      release(w, b);
      break;
    default:
      if (b->at != NULL) release(w, b);
      allocate(w, b);
  }
}

static int is_more(struct mallocop_totals now, struct mallocop_totals begin, const struct totals* own) {
  return now.allocations - begin.allocations == own->allocations && now.bytes - begin.bytes == own->bytes &&
         now.frees - begin.frees == own->frees;
}

static void check(struct worker* w) {
  if (mallocop_recording()) w->wrong_totals += !is_more(mallocop_thread_totals(), w->begin, &w->totals);
}

static void* work(void* argument) {
  struct worker* w = argument;
  w->begin = mallocop_thread_totals();
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier);
  const mallocop_op op = mallocop_op_begin("work");
  for (uint64_t i = 0; i < steps; ++i) {
    step(w);
    if (i % 997 == 0) check(w);
  }
  mallocop_op_end(op);
  check(w);
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier);
  return NULL;
}

/* The main thread's work. Where no other thread can allocate the process's totals are exact; elsewhere they only grow.
 */
static struct totals lead(struct worker* w, unsigned threads) {
  struct totals all = {0, 0, 0, 0, 0};
  w->begin = mallocop_thread_totals();
  pthread_barrier_wait(&barrier);
  const struct mallocop_totals begin = mallocop_process_totals();
  struct mallocop_totals last = begin;
  pthread_barrier_wait(&barrier);
  const mallocop_op op = mallocop_op_begin("work");
  for (uint64_t i = 0; i < steps; ++i) {
    step(w);
    if (i % 997 != 0) continue;
    check(w);
    const struct mallocop_totals now = mallocop_process_totals();
    w->wrong_totals += now.allocations < last.allocations || now.bytes < last.bytes;
    last = now;
  }
  mallocop_op_end(op);
  check(w);
  pthread_barrier_wait(&barrier);
  for (unsigned i = 0; i < threads; ++i) {
    const struct totals* t = &workers[i].totals;
    all.allocations += t->allocations;
    all.bytes += t->bytes;
    all.frees += t->frees;
    all.freed_bytes += t->freed_bytes;
    all.temporary += t->temporary;
  }
  if (mallocop_recording()) w->wrong_totals += !is_more(mallocop_process_totals(), begin, &all);
  pthread_barrier_wait(&barrier);
  return all;
}

int main(int argc, char** argv) {
  require(argc == 4);
  const unsigned threads = (unsigned)atoi(argv[2]);
  require(threads >= 1 && threads <= kMaxThreads);
  steps = strtoull(argv[3], NULL, 10);
  *(void**)&sized_free = dlsym(RTLD_DEFAULT, "free_sized");
  *(void**)&aligned_sized_free = dlsym(RTLD_DEFAULT, "free_aligned_sized");
  require(sized_free != NULL && aligned_sized_free != NULL);
  pthread_barrier_init(&barrier, NULL, threads);
  pthread_t ids[kMaxThreads];
  for (unsigned i = 0; i < threads; ++i) {
    workers[i].random = strtoull(argv[1], NULL, 10) * 2654435761U + 88172645463325252U + i;
    if (i > 0) require(pthread_create(&ids[i], NULL, work, &workers[i]) == 0);
  }
  const struct totals all = lead(&workers[0], threads);
  uint64_t wrong_totals = workers[0].wrong_totals;
  for (unsigned i = 1; i < threads; ++i) {
    pthread_join(ids[i], NULL);
    wrong_totals += workers[i].wrong_totals;
  }
  char line[400];
  const int length =
      snprintf(line, sizeof line,
               "{\"allocations\":%lu,\"bytes\":%lu,\"frees\":%lu,\"leaked_allocations\":%lu,\"leaked_bytes\":%lu,"
               "\"temporary\":%lu,\"wrong_totals\":%lu}\n",
               all.allocations, all.bytes, all.frees, all.allocations - all.frees, all.bytes - all.freed_bytes,
               all.temporary, wrong_totals);
  return write(STDOUT_FILENO, line, (size_t)length) == length ? 0 : 9;
}
