/* Closes every descriptor but the first three, opens files of its own in their places, and keeps 200,000 blocks, so
 * that the trace must grow many times meanwhile. Then it looks whether its files are as it left them: status 0.
 *
 *     closes_all FILE...
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char text[] = "the host's own words\n";
static void* volatile kept;

int main(int argc, char** argv) {
  if (close_range(3, ~0U, 0) != 0) return 99;
  int fds[64];
  for (int i = 1; i < argc; ++i) {
    fds[i] = open(argv[i], O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fds[i] != 2 + i || write(fds[i], text, sizeof text - 1) != sizeof text - 1) return 98;
  }
  for (int i = 0; i < 200000; ++i) kept = malloc(16 + (size_t)(i % 100));
  for (int i = 1; i < argc; ++i) {
    char back[100];
    if (lseek(fds[i], 0, SEEK_CUR) != sizeof text - 1) return 97;
    if (pread(fds[i], back, sizeof back, 0) != sizeof text - 1 || memcmp(back, text, sizeof text - 1) != 0) return 96;
  }
  return open("/dev/null", O_RDONLY) == 2 + argc ? 0 : 95; /* nothing else was opened and left */
}
