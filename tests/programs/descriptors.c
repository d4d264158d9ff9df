/* Says which descriptors are open in it and which numbers new ones get, at the start of main and after it allocated
 * enough for the trace to grow, in two threads.
 *
 *     descriptors FILE [close]      close: without standard input, output and error; what is said goes to FILE
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int out = STDOUT_FILENO;
static void* volatile kept;

static void say(const char* what) {
  char line[600];
  int length = snprintf(line, sizeof line, "%s:", what);
  for (int fd = 0; fd < 100; ++fd)
    if (fcntl(fd, F_GETFD) >= 0) length += snprintf(line + length, sizeof line - (size_t)length, " %d", fd);
  const int fresh = open("/dev/null", O_RDONLY);
  length += snprintf(line + length, sizeof line - (size_t)length, "; the next is %d\n", fresh);
  close(fresh);
  if (write(out, line, (size_t)length) != length) _exit(98);
}

static void* grow(void* unused) {
  for (int i = 0; i < 60000; ++i) kept = malloc((size_t)(i * 37 % 900));
  return unused;
}

int main(int argc, char** argv) {
  if (argc < 2) return 99;
  if (argc > 2) {
    for (int fd = 0; fd < 3; ++fd) close(fd);
    out = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (out != 0) return 97;
  }
  say("at first");
  pthread_t thread;
  if (pthread_create(&thread, NULL, grow, NULL) != 0) return 96;
  grow(NULL);
  pthread_join(thread, NULL);
  say("when the trace grew");
  return 0;
}
