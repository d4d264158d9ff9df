/* A host that uses libunwind for itself, after it opened two files: the library that the shim uses is the same one.
 * Status 0 if the files are as it left them.
 *
 *     unwinds_itself FILE FILE
 */
#define UNW_LOCAL_ONLY
#include <fcntl.h>
#include <libunwind.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void* volatile sink;

static void* unwind(void* depth) {
  void* addresses[32];
  sink = malloc(50);
  *(int*)depth = unw_backtrace(addresses, 32);
  unw_context_t context;
  unw_cursor_t cursor;
  unw_getcontext(&context);
  unw_init_local(&cursor, &context);
  while (unw_step(&cursor) > 0) ++*(int*)depth;
  free(sink);
  return NULL;
}

int main(int argc, char** argv) {
  if (argc != 3) return 99;
  int fds[2];
  for (int i = 0; i < 2; ++i) {
    fds[i] = open(argv[1 + i], O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fds[i] < 0 || write(fds[i], "the host's own", 14) != 14 || lseek(fds[i], 0, SEEK_SET) != 0) return 98;
  }
  for (int i = 0; i < 5; ++i) {
    int depth = 0;
    pthread_t thread;
    if (pthread_create(&thread, NULL, unwind, &depth) != 0) return 97;
    pthread_join(thread, NULL);
    if (depth < 4) return 96;
  }
  for (int i = 0; i < 2; ++i) {
    char text[100];
    if (lseek(fds[i], 0, SEEK_CUR) != 0) return 95;
    if (read(fds[i], text, sizeof text) != 14 || memcmp(text, "the host's own", 14) != 0) return 94;
  }
  return 0;
}
