/* COUNT threads, one after another or all at once, that each allocate a little. Prints how much the process grew
 * from when 10 of them had ended, or before the first, in bytes: {"resident": N, "mapped": N, "companion": N}.
 *
 *     thread_memory in-turn|at-once COUNT COMPANION
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_barrier_t barrier;
static int at_once;
static void* volatile sink;

struct size {
  long mapped, resident, companion;
};
static struct size size_now(const char* companion) {
  char text[200];
  struct size size = {0, 0, 0};
  FILE* file = fopen("/proc/self/statm", "r");
  if (file == NULL || fgets(text, sizeof text, file) == NULL ||
      sscanf(text, "%ld %ld", &size.mapped, &size.resident) != 2)
    exit(98);
  fclose(file);
  struct stat status;
  if (stat(companion, &status) == 0) size.companion = status.st_size;
  return size;
}

static void* in_thread(void* unused) {
  for (int i = 0; i < 100; ++i) {
    void* one = malloc((size_t)(i + 1));
    sink = one;
    free(one);
  }
  if (at_once) {
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
  }
  return unused;
}

int main(int argc, char** argv) {
  if (argc != 4) return 99;
  static pthread_t ids[10000];
  const int count = atoi(argv[2]);
  at_once = strcmp(argv[1], "at-once") == 0;
  pthread_barrier_init(&barrier, NULL, (unsigned)count + 1);
  struct size before = size_now(argv[3]);
  for (int i = 0; i < count; ++i) {
    if (pthread_create(&ids[i], NULL, in_thread, NULL) != 0) return 97;
    if (!at_once) pthread_join(ids[i], NULL);
    if (!at_once && i == 10) before = size_now(argv[3]);
  }
  if (at_once) pthread_barrier_wait(&barrier);
  const struct size after = size_now(argv[3]);
  if (at_once) pthread_barrier_wait(&barrier);
  for (int i = 0; i < count && at_once; ++i) pthread_join(ids[i], NULL);
  const long page = sysconf(_SC_PAGESIZE);
  printf("{\"resident\": %ld, \"mapped\": %ld, \"companion\": %ld}\n", (after.resident - before.resident) * page,
         (after.mapped - before.mapped) * page, after.companion - before.companion);
  return 0;
}
