/* A host that filters its own system calls (seccomp) and then allocates: 3 x 20,000 blocks, of which it keeps half, in
 * calls of "work". Status 5 if every block was had.
 *
 *     filtered only NUMBER...      kills itself at every call but the numbers and the few that it makes itself; two
 *                                  of the three parts are threads
 *     filtered refuse NUMBER       that call fails with EPERM
 *     filtered none                no filter
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mallocop/mallocop.h"

enum { kBlocks = 20000, kMost = 100 };

static void* volatile kept;

/* What the C library needs for threads, memory and the end. */
static const int own[] = {
    SYS_exit_group,     SYS_exit, SYS_clone3, SYS_set_robust_list, SYS_rseq,    SYS_mprotect,    SYS_futex,
    SYS_rt_sigprocmask, SYS_brk,  SYS_mmap,   SYS_munmap,          SYS_madvise, SYS_rt_sigaction};

static struct sock_filter code[2 * kMost + 4];
static unsigned short length;

static void add(unsigned short op, unsigned value, unsigned char if_true, unsigned char if_false) {
  code[length++] = (struct sock_filter){op, if_true, if_false, value};
}
static void decide(int number, unsigned action) {
  add(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1);
  add(BPF_RET | BPF_K, action, 0, 0);
}

static int filter(int argc, char** argv) {
  add(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
  if (strcmp(argv[1], "only") == 0) {
    for (size_t i = 0; i < sizeof own / sizeof *own; ++i) decide(own[i], SECCOMP_RET_ALLOW);
    for (int i = 2; i < argc; ++i) decide(atoi(argv[i]), SECCOMP_RET_ALLOW);
    add(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
  } else {
    decide(atoi(argv[2]), SECCOMP_RET_ERRNO | EPERM);
    add(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
  }
  const struct sock_fprog program = {length, code};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* Its frames reach pages of the stack that nobody was on when the filter came. */
__attribute__((noinline)) static int allocate(int depth, int round) {
  volatile char room[500];
  room[0] = 0;
  if (depth > 0) return allocate(depth - 1, round) + (kept == NULL) + room[0];
  void* block = malloc((size_t)(16 + round % 50));
  if (block == NULL) return 1;
  kept = block;
  if (round % 2 == 0) free(block);
  return 0;
}

static void* work(void* failed) {
  int failures = 0;
  for (int i = 0; i < kBlocks; ++i) {
    const mallocop_op op = mallocop_op_begin("work");
    failures += allocate(i % 60, i) != 0;
    mallocop_op_end(op);
  }
  *(int*)failed += failures;
  return NULL;
}

int main(int argc, char** argv) {
  if (argc < 2 || argc > kMost) return 99;
  const int with_threads = strcmp(argv[1], "only") == 0;
  kept = malloc(10);
  free(kept);
  if (strcmp(argv[1], "none") != 0 && !filter(argc, argv)) return 98;
  int failed[3] = {0, 0, 0};
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i) {
    if (!with_threads) {
      work(&failed[i]);
    } else if (pthread_create(&threads[i], NULL, work, &failed[i]) != 0) {
      return 97;
    }
  }
  work(&failed[2]);
  for (int i = 0; i < 2 && with_threads; ++i) pthread_join(threads[i], NULL);
  return failed[0] + failed[1] + failed[2] == 0 ? 5 : 4;
}
