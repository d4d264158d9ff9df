/* Forks while three threads keep every lock of the process busy: one starts threads, one asks the dynamic linker for
 * its list and opens a library, one allocates from ever new stacks. Each child allocates from another
 * stack, and ends or becomes another program: what it could hang in without the shim too (exit handlers, threads: glibc
 * does not reset the dynamic linker's locks) is left out. A child that hangs is killed by its alarm: status 1.
 *
 *     forks_amid_threads LIBRARY CHILDREN
 */
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int stop;
static void* volatile sink;

static int see(struct dl_phdr_info* info, size_t size, void* seen) {
  (void)info, (void)size;
  ++*(int*)seen;
  return 0;
}

__attribute__((noinline)) static void descend(unsigned path, int depth) {
  if (depth == 0) {
    void* one = malloc(100);
    sink = one;
    free(one);
  } else if (path & 1) {
    descend(path >> 1, depth - 1);
    sink = NULL;
  } else {
    descend(path >> 1, depth - 1);
    sink = (void*)&sink;
  }
}

static void* once(void* unused) {
  descend(5, 8);
  return unused;
}

static void* start_threads(void* unused) {
  while (!stop) {
    pthread_t one;
    if (pthread_create(&one, NULL, once, NULL) == 0) pthread_join(one, NULL);
  }
  return unused;
}
static void* open_libraries(void* path) {
  while (!stop) {
    int seen = 0;
    dl_iterate_phdr(see, &seen);
    void* library = dlopen(path, RTLD_NOW);
    if (library != NULL) dlclose(library);
  }
  return NULL;
}
static void* take_stacks(void* unused) {
  for (unsigned path = 0; !stop; ++path) descend(path % 512, 9);
  return unused;
}

static void in_child(int number) {
  alarm(20);
  descend((unsigned)number * 7, 10);
  free(realloc(malloc(10), 5000));
  if (number % 3 == 0) execl("/bin/true", "true", (char*)NULL);
  _exit(0);
}

int main(int argc, char** argv) {
  if (argc != 3) return 99;
  pthread_t threads[3];
  pthread_create(&threads[0], NULL, start_threads, NULL);
  pthread_create(&threads[1], NULL, open_libraries, argv[1]);
  pthread_create(&threads[2], NULL, take_stacks, NULL);
  int failed = 0;
  for (int i = 0; i < atoi(argv[2]); ++i) {
    int status = -1;
    const pid_t child = fork();
    if (child == 0) in_child(i);
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) failed = 1;
  }
  stop = 1;
  for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
  return failed;
}
